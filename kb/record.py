"""Frozen records with slots: what `dataclass(frozen=True, slots=True)` makes, made five times as fast.

Some fifty classes are made whenever a command starts, and `dataclass` compiles six methods for each, whatever Python
keeps of compiled code. Here only `__init__` is compiled, when the first record of a class is made, which of most
classes no command does; the rest is shared. `dataclasses.fields`,
`replace` and `is_dataclass` work as with the original.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

# Objects after which to look for circles (gc.set_threshold), in programs that hold many records: those live as long as
# what asked for them. After every 700, as Python has it, that took one second of three where many pages were asked for
# at once, and a twentieth of a quick command.
COLLECTED = 50_000

__all__ = ["COLLECTED", "field", "record"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """The class with its annotated names as fields, after those of a record that it extends."""
    inherited = {n: f for base in reversed(cls.__mro__[1:]) for n, f in getattr(base, _FIELDS, {}).items()}
    own = [_field(cls, name, declared) for name, declared in inspect.get_annotations(cls).items()]
    names = {f.name for f in own}
    space = {k: v for k, v in cls.__dict__.items() if k not in names and k not in ("__dict__", "__weakref__")}
    fields = inherited | {f.name: f for f in own}
    # All before the class is made: every attribute that is set later is looked for in all its slots.
    space["__slots__"] = tuple(f.name for f in own)
    space["__match_args__"] = tuple(fields)
    space[_FIELDS] = fields
    space["_values"] = attrgetter(*fields) if len(fields) > 1 else _one(*fields)
    for name, method in _SHARED.items():
        space.setdefault(name, method)
    kind: Any = type(cls)
    made: Any = kind(cls.__name__, cls.__bases__, space)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _compiling(made, fields)
    return made  # type: ignore[no-any-return]


_FIELDS = "__dataclass_fields__"  # what the functions of `dataclasses` look at


def _field(cls: type, name: str, kind: Any) -> Field[Any]:
    given = cls.__dict__.get(name, MISSING)
    made: Any = given if isinstance(given, Field) else field(default=given) if given is not MISSING else field()
    made.name, made.type, made._field_type = name, kind, dataclasses._FIELD  # type: ignore[attr-defined]
    return made  # type: ignore[no-any-return]


def _compiling(made: Any, fields: dict[str, Field[Any]]) -> Callable[..., None]:
    def first(self: Any, *values: Any, **named: Any) -> None:
        if made.__init__ is first:
            made.__init__ = _init(made, fields)
        made.__init__(self, *values, **named)

    return first


def _init(made: Any, fields: dict[str, Field[Any]]) -> Callable[..., None]:
    """Sets every slot by its descriptor: a frozen class has no other way, and there is no faster one."""
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, lines = [], []
    for name, f in fields.items():
        known[f"set_{name}"] = getattr(made, name).__set__
        if f.default_factory is not MISSING:
            known[f"make_{name}"] = f.default_factory
            parameters.append(f"{name}=MISSING")
            lines.append(f" set_{name}(self, make_{name}() if {name} is MISSING else {name})")
        else:
            if f.default is not MISSING:
                known[f"default_{name}"] = f.default
            parameters.append(name if f.default is MISSING else f"{name}=default_{name}")
            lines.append(f" set_{name}(self, {name})")
    exec(f"def __init__(self, {', '.join(parameters)}):\n" + "\n".join(lines), known)  # the names are the class's own
    made_init: Callable[..., None] = known["__init__"]
    return made_init


def _one(name: str) -> Callable[[Any], tuple[Any, ...]]:
    return lambda self: (getattr(self, name),)


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: object) -> bool:
    if type(other) is not type(self):
        return NotImplemented  # type: ignore[no-any-return]
    made: Any = type(self)
    return bool(made._values(self) == made._values(other))


def _hash(self: Any) -> int:
    return hash(type(self)._values(self))


def _frozen(self: Any, name: str, value: object = None) -> None:
    raise FrozenInstanceError(f"cannot change '{name}' of a {type(self).__name__}")


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), type(self)._values(self)


_SHARED = {
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _frozen,
    "__delattr__": _frozen,
    "__reduce__": _reduce,
}
