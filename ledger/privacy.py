"""What leaves an export before it is stored: actors become keyed hashes, tags follow a list.

The hash is HMAC-SHA-256 under a key that lives outside the ledger. Destroying the key is the
erasure: nobody can then tell which actor a hash was, by trying names or otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.problems import BadInput
from ledger.readers.encoded import is_encoded, plain, recode, unchunked

__all__ = [
    "DEFAULT_TAG_KEYS",
    "actor_hash",
    "keep_tags",
    "load_or_create_key",
    "pseudonymise",
    "tag_names",
]

#: Tag keys that say whose and what a resource is, and by their usual meaning name no person.
DEFAULT_TAG_KEYS = frozenset(
    {
        "app",
        "application",
        "business_unit",
        "component",
        "cost_center",
        "cost_centre",
        "costcenter",
        "department",
        "env",
        "environment",
        "model",
        "org",
        "product",
        "project",
        "service",
        "stage",
        "team",
        "use_case",
        "workload",
    }
)
_KEY_BYTES = 32  # as long as the hash, RFC 2104 section 3
_HASH_DIGITS = 32  # 128 bits: two of a billion actors meet with probability 1e-21


def load_or_create_key(path: Path) -> bytes:
    """Key of the actor hashes, made at first use and readable by its owner only.

    Raises BadInput where the file does not hold a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written beside and linked into place: whoever comes second takes the key of the first, whole.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(_KEY_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise BadInput(f"a key of {_KEY_BYTES} bytes", file=path, got=f"{len(key)} bytes")
    return key


def actor_hash(actor: str, key: bytes) -> str:
    """Pseudonym of an actor: what rules that name actors compare with."""
    return hmac.new(key, actor.encode(), hashlib.sha256).hexdigest()[:_HASH_DIGITS]


def pseudonymise(
    actors: pa.ChunkedArray[pa.StringScalar], key: bytes | None
) -> pa.ChunkedArray[pa.StringScalar]:
    """Pseudonyms [rows] in the place of actors [rows]; without a key all become unknown."""
    if key is None:
        return pa.chunked_array([pa.nulls(len(actors), pa.string())])
    return _each_distinct(actors, lambda actor: actor_hash(actor, key))


def keep_tags(
    tags: pa.ChunkedArray[pa.StringScalar], keys: Collection[str]
) -> pa.ChunkedArray[pa.StringScalar]:
    """Tags [rows], flat JSON objects, with the listed keys only; an empty rest becomes null.

    Keys are compared without regard to case and kept as they were delivered. Raises BadInput, with
    the row but without the value, for what is no flat JSON object.
    """
    listed = {key.casefold() for key in keys}

    def kept(text: str) -> str | None:
        found = {key: value for key, value in _flat(text, tags).items() if key.casefold() in listed}
        return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else None

    return _each_distinct(tags, kept)


def tag_names(tags: pa.ChunkedArray[pa.StringScalar]) -> frozenset[str]:
    """Every key that occurs in the tags [rows]."""
    texts: Iterable[str | None] = plain(unchunked(tags).unique()).to_pylist()
    return frozenset(key for text in texts if text is not None for key in _flat(text, tags))


def _flat(text: str, tags: pa.ChunkedArray[pa.StringScalar]) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict) and not any(isinstance(one, dict | list) for one in found.values()):
        return found
    raise BadInput(
        "a flat JSON object",
        row=pc.index(plain(unchunked(tags)), text).as_py() + 1,
        field="tags",
        got=f"text of {len(text)} characters",
    )


def _each_distinct(
    texts: pa.ChunkedArray[pa.StringScalar], change: Callable[[str], str | None]
) -> pa.ChunkedArray[pa.StringScalar]:
    """The change of every text, dictionary-encoded where it is; each distinct one is changed once.

    The change of null is null.
    """
    column: Any = unchunked(texts)
    encoded: Any = column if is_encoded(column) else column.dictionary_encode()
    changed = pa.array([change(str(text)) for text in encoded.dictionary.to_pylist()], pa.string())
    if is_encoded(column):
        changed_codes: Any = recode(encoded, changed)
        return pa.chunked_array([changed_codes])
    return pa.chunked_array([changed.take(encoded.indices)])
