from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.problems import BadInput
from ledger.readers.encoded import Encoded, each, holds, plain, recode
from ledger.readers.fields import Field

CODES: Encoded = pa.DictionaryArray.from_arrays(
    pa.array([0, 1, None, 2, 0]), pa.array(["A", "a", "NULL"])
)


def test_equal_values_become_one_and_null_values_null_rows() -> None:
    recoded = recode(CODES, pa.array(["a", "a", None]))
    assert recoded.dictionary.to_pylist() == ["a"]
    assert plain(recoded).to_pylist() == ["a", "a", None, None, "a"]
    assert recoded.indices.null_count == 2
    assert plain(recoded).type == pa.string()


def test_a_condition_is_asked_of_the_distinct_values() -> None:
    truth = holds(CODES, lambda texts: pc.equal(texts, pa.scalar("a")))
    assert truth.to_pylist() == [False, True, None, False, False]
    assert plain(each(CODES, pc.utf8_lower)).to_pylist() == ["a", "a", None, "null", "a"]


def test_a_field_reads_the_same_encoded_or_not() -> None:
    encoded, written = (Field("f.csv", "x", values) for values in (CODES, plain(CODES)))
    assert plain(encoded.words()).equals(written.words())
    assert encoded.text().equals(written.text())
    lower = [field.map_words(str.lower, wanted="text") for field in (encoded, written)]
    assert plain(lower[0]).equals(lower[1])
    sizes = [field.map_distinct(len, pa.int64(), wanted="text") for field in (encoded, written)]
    assert sizes[0].equals(sizes[1])


def test_a_bad_row_is_counted_from_the_first_row_of_the_piece() -> None:
    field = Field("f.csv", "x", CODES, first_row=100)
    with pytest.raises(BadInput, match="row 100, field x: got 'A', wanted a number"):
        field.map_distinct(float, pa.float64(), wanted="a number")
