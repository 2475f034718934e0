"""Records to plain JSON-able values and back, without loss.

Every record is a frozen dataclass or a NamedTuple whose field annotations say
how it comes back, so one pair of functions serves all of them. A record becomes
an object of its fields; fields that hold their default are left out, which
keeps a ledger small. Tuples become lists, a :class:`StrEnum` its text, and a
dict a list of pairs, since its keys need not be text.

How a type comes back is worked out once and kept as a function: a ledger of ten
thousand forms holds three million boxes.
"""

from __future__ import annotations

import hashlib
import json
import sys
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

#: Makes a value from its plain form. None stands for "as it is", the commonest case.
Decoder = Callable[[Any], Any] | None

_PLAIN = frozenset({type(None), str, int, float, bool})


def to_plain(value: Any) -> Any:
    """``value`` as dicts, lists, text, numbers, booleans and None."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return float(value)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return _record_to_plain(value, _shape(kind))
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    if isinstance(value, dict):
        return [[to_plain(k), to_plain(v)] for k, v in value.items()]
    raise TypeError(f"cannot serialise {kind.__name__}")


def from_plain(cls: type[T], plain: Any) -> T:
    """The ``cls`` that :func:`to_plain` made ``plain`` from."""
    kind: Any = cls
    decode = _decoder(kind)
    return decode(plain) if decode else plain


def dumps(value: Any) -> str:
    """``value`` as one line of canonical JSON: equal records, equal text."""
    return json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))


def loads(cls: type[T], text: str) -> T:
    """The ``cls`` that :func:`dumps` made ``text`` from."""
    return from_plain(cls, json.loads(text))


def digest(text: str) -> str:
    """SHA-256 of ``text``, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class _Field(NamedTuple):
    """One field of a record: how it comes back, and its default (or MISSING)."""

    name: str
    decode: Decoder
    default: Any


@lru_cache(maxsize=64)
def _shape(cls: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(cls)
    if is_dataclass(cls):
        defaults = {f.name: f.default for f in fields(cls)}
    else:
        defaults = {n: cls._field_defaults.get(n, MISSING) for n in cls._fields}
    return tuple(_Field(n, _decoder(hints[n]), default) for n, default in defaults.items())


def _record_to_plain(record: Any, shape: tuple[_Field, ...]) -> dict[str, Any]:
    out = {}
    for name, _, default in shape:
        value = getattr(record, name)
        if value is default:
            continue
        if default is MISSING or value != default or type(value) is not type(default):
            out[name] = to_plain(value)
    return out


@lru_cache(maxsize=256)
def _decoder(kind: Any) -> Decoder:
    """What brings a value of type ``kind`` back."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind, args)
    if origin is tuple:
        return _tuple(args)
    if origin is dict:
        return _dict(*args)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        members = {member.value: member for member in kind}
        return members.__getitem__
    if kind is str:
        return sys.intern  # the same few hundred texts stand on every form
    return float if kind is float else None


def _record(cls: Any) -> Decoder:
    decoders = {name: decode for name, decode, _ in _shape(cls) if decode}

    def decode(plain: dict[str, Any]) -> Any:
        return cls(**{n: decoders[n](v) if n in decoders else v for n, v in plain.items()})

    return decode


def _optional(kind: Any, args: tuple[Any, ...]) -> Decoder:
    some = [a for a in args if a is not type(None)]
    if len(some) != 1:
        raise TypeError(f"cannot tell the parts of {kind} apart")
    inner = _decoder(some[0])
    return inner and (lambda plain: None if plain is None else inner(plain))


def _tuple(args: tuple[Any, ...]) -> Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        each = _decoder(args[0])
        if _is_words(args[0]):
            return lambda plain: _few(tuple(map(each or _same, plain)))
        return (lambda plain: tuple(map(each, plain))) if each else tuple
    parts = [_decoder(a) or _same for a in args]
    return lambda plain: tuple(f(v) for f, v in zip(parts, plain, strict=True))


def _dict(key: Any, value: Any) -> Decoder:
    keys, values = _decoder(key) or _same, _decoder(value) or _same
    return lambda plain: {keys(k): values(v) for k, v in plain}


def _is_words(kind: Any) -> bool:
    """Whether ``kind`` is text, or a record of nothing but texts."""
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return all(hint is str for hint in get_type_hints(kind).values())
    return kind is str


#: Combinations of words that stand on many boxes, each kept once; so many at most.
_KEPT: dict[tuple[Any, ...], tuple[Any, ...]] = {}
_MOST_KEPT = 10_000


def _few(words: tuple[Any, ...]) -> tuple[Any, ...]:
    """``words``, the same tuple for the same words as long as there are few of them."""
    if len(_KEPT) < _MOST_KEPT:
        return _KEPT.setdefault(words, words)
    return _KEPT.get(words, words)


def _same(plain: Any) -> Any:
    return plain
