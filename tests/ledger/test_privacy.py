import json
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from ledger.privacy import (
    DEFAULT_TAG_KEYS,
    actor_hash,
    keep_tags,
    load_or_create_key,
    pseudonymise,
    tag_names,
)
from ledger.problems import BadInput


def _texts(*values: str | None) -> "pa.ChunkedArray[pa.StringScalar]":
    return pa.chunked_array([list(values[:1]), list(values[1:])], pa.string())


def test_actors_become_what_rules_compare_with_and_nothing_of_them_stays() -> None:
    hashed = pseudonymise(_texts("sk-alice", None, "sk-bob", "sk-alice"), b"k" * 32).to_pylist()
    assert hashed[0] == hashed[3] == actor_hash("sk-alice", b"k" * 32)
    assert hashed[1] is None
    assert hashed[2] not in (hashed[0], None)
    assert "alice" not in str(hashed)
    assert hashed[0] != actor_hash("sk-alice", b"j" * 32)


def test_without_a_key_nobody_is_known() -> None:
    assert pseudonymise(_texts("sk-alice", None), None).to_pylist() == [None, None]


def test_tags_keep_the_listed_keys_as_delivered() -> None:
    tags = _texts(
        '{"Team": "ads", "owner": "alice@corp"}', None, '{"owner": "bob"}', '{"env": true}'
    )
    kept = keep_tags(tags, DEFAULT_TAG_KEYS).to_pylist()
    assert [None if text is None else json.loads(text) for text in kept] == [
        {"Team": "ads"},
        None,
        None,
        {"env": True},
    ]
    assert tag_names(tags) == {"Team", "owner", "env"}


@pytest.mark.parametrize("text", ["alice's laptop", '["alice"]', '{"team": {"alice": 1}}'])
def test_what_is_no_flat_object_is_refused_without_its_value(text: str) -> None:
    with pytest.raises(BadInput, match="wanted a flat JSON object") as caught:
        keep_tags(_texts('{"team": "ads"}', None, text), {"team"})
    assert caught.value.row == 3
    assert "alice" not in str(caught.value)


def test_the_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "actor.key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert load_or_create_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["actor.key"]
    path.write_bytes(b"short")
    with pytest.raises(BadInput, match="wanted a key of 32 bytes"):
        load_or_create_key(path)
