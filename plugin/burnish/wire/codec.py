"""Messages to JSON and back. Only the dataclasses in MESSAGES can be built; a stranger's field or type is refused."""

from __future__ import annotations

import base64
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from burnish.wire.messages import MESSAGES
from burnish.wire.sentences import BurnishError

_BY_NAME = {message.__name__: message for message in MESSAGES}
_UNIONS = (Union, getattr(types, "UnionType", Union))


def encode(message: object) -> bytes:
    """A message as UTF-8 JSON; its class name stands under "type"."""
    plain = {"type": type(message).__name__, **to_plain(message)}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False).encode()


def decode(data: bytes, known: Mapping[str, type] = _BY_NAME) -> Any:
    """The message that `data` holds. Raises BurnishError("bad-message") for anything that is not exactly one.

    known: the messages there are, by their class names; the door's own unless said otherwise.
    """
    try:
        plain = json.loads(data)
        message = known[plain.pop("type")]
        return _build(message, plain)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BurnishError("bad-message", reason=f"{type(error).__name__}: {error}") from error


def to_plain(value: Any) -> Any:
    """Dataclasses, enums, bytes and tuples as the dictionaries, strings and lists that JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: to_plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, plain: Any) -> Any:
    """`plain` as an instance of the annotated type `kind`, checked all the way down."""
    origin = get_origin(kind)
    if origin in _UNIONS:
        return _build_union(get_args(kind), plain)
    if origin is tuple:
        _expect(isinstance(plain, list), kind, plain)
        return tuple(_build(get_args(kind)[0], item) for item in plain)
    if origin is dict:
        _expect(isinstance(plain, dict), kind, plain)
        return {key: _build(get_args(kind)[1], item) for key, item in plain.items()}
    if is_dataclass(kind):
        _expect(isinstance(plain, dict), kind, plain)
        hints = _hints(kind)
        unknown = set(plain) - set(hints)
        _expect(not unknown, kind, unknown)
        build: Any = kind
        return build(**{name: _build(hints[name], item) for name, item in plain.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if kind is bytes:
        return base64.b64decode(plain, validate=True)
    if kind is float and type(plain) is int:
        return float(plain)
    _expect(type(plain) is kind, kind, plain)
    return plain


def _build_union(kinds: tuple[Any, ...], plain: Any) -> Any:
    if plain is None and type(None) in kinds:
        return None
    for kind in kinds:
        if type(plain) is kind:
            return plain
    remaining = [kind for kind in kinds if kind is not type(None)]
    _expect(len(remaining) == 1, kinds, plain)
    return _build(remaining[0], plain)


def _expect(condition: bool, kind: Any, plain: Any) -> None:
    if not condition:
        raise TypeError(f"{plain!r} is no {getattr(kind, '__name__', kind)}")
