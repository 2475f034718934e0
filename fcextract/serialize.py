"""Records to plain JSON-able values and back, without loss.

Every record is a frozen dataclass or a NamedTuple whose field annotations say
how it comes back, so one pair of functions serves all of them. A record becomes
an object of its fields; fields that hold their default are left out, which
keeps a ledger small. Tuples become lists, a :class:`StrEnum` its text, and a
dict with keys that are no text a list of pairs.
"""

from __future__ import annotations

import hashlib
import json
import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """``value`` as dicts, lists, text, numbers, booleans and None."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return float(value)
    if is_dataclass(value) or hasattr(value, "_fields"):
        return _record_to_plain(value)
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    if isinstance(value, dict):
        return [[to_plain(k), to_plain(v)] for k, v in value.items()]
    raise TypeError(f"cannot serialise {type(value).__name__}")


def from_plain(cls: type[T], plain: Any) -> T:
    """The ``cls`` that :func:`to_plain` made ``plain`` from."""
    return _decode(cls, plain)


def dumps(value: Any) -> str:
    """``value`` as one line of canonical JSON: equal records, equal text."""
    return json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))


def loads(cls: type[T], text: str) -> T:
    """The ``cls`` that :func:`dumps` made ``text`` from."""
    return _decode(cls, json.loads(text))


def digest(text: str) -> str:
    """SHA-256 of ``text``, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _record_to_plain(record: Any) -> dict[str, Any]:
    out = {}
    kind: Any = type(record)
    for name, (_, default) in _shape(kind).items():
        value = getattr(record, name)
        if default is MISSING or value != default or type(value) is not type(default):
            out[name] = to_plain(value)
    return out


@lru_cache(maxsize=64)
def _shape(cls: Any) -> dict[str, tuple[Any, Any]]:
    """Each field's type and default (MISSING where it has none)."""
    hints = get_type_hints(cls)
    if is_dataclass(cls):
        return {f.name: (hints[f.name], f.default) for f in fields(cls)}
    defaults = getattr(cls, "_field_defaults", {})
    return {n: (hints[n], defaults.get(n, MISSING)) for n in cls._fields}


def _decode(kind: Any, plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if plain is None else _decode(_only_some(kind), plain)
    if origin is tuple:
        return _decode_tuple(get_args(kind), plain)
    if origin is dict:
        key, value = get_args(kind)
        return {_decode(key, k): _decode(value, v) for k, v in plain}
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        return kind(**{n: _decode(_shape(kind)[n][0], v) for n, v in plain.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    return float(plain) if kind is float and plain is not None else plain


def _only_some(kind: Any) -> Any:
    some = [a for a in get_args(kind) if a is not type(None)]
    if len(some) != 1:
        raise TypeError(f"cannot tell the parts of {kind} apart")
    return some[0]


def _decode_tuple(args: tuple[Any, ...], plain: list[Any]) -> tuple[Any, ...]:
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_decode(args[0], v) for v in plain)
    return tuple(_decode(a, v) for a, v in zip(args, plain, strict=True))
