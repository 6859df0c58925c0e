"""Answers as lists, and records as plain values for JSON, tables and pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from types import GenericAlias
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, overload

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

T = TypeVar("T")

# Makes HTML of records. By name: it stands above them, and is loaded when a notebook asks.
NOTEBOOK = "kb.notebook"

# Scores are sums of float32 products: digits beyond these differ between machines and mean nothing.
DIGITS = 6
SHOWN = 5  # records in a repr


class Shown:
    """What a notebook shows as HTML instead of its repr."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(import_module(NOTEBOOK).html_of(self))


class Records(list[T], Shown):
    """A list of records of one kind that can become a table.

    A table has a column a field. Fields of a record inside it become columns like `a_text`, what is told by language or
    article columns like `counts:fr`, and a concept's labels `fr:name` and `fr:other`: the columns of `kb ... --csv`.
    Several names in one place stay a list. `Records[Article]()` has the columns of articles though it has none.
    """

    __orig_class__: GenericAlias  # what was called to make it; Python sets it when that was `Records[...]`

    def __init__(self, records: Iterable[T] = ()) -> None:
        super().__init__(records)

    @property
    def kind(self) -> type[T] | None:
        """The class of the records, None when nothing tells."""
        told = getattr(self, "__orig_class__", None)
        kind: type[T] | None = told.__args__[0] if told else None
        return kind or (type(self[0]) if self else None)

    @overload
    def __getitem__(self, at: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Records[T]: ...
    def __getitem__(self, at: SupportsIndex | slice) -> T | Records[T]:
        if isinstance(at, slice):
            part = Records(super().__getitem__(at))
            if hasattr(self, "__orig_class__"):
                part.__orig_class__ = self.__orig_class__
            return part
        return super().__getitem__(at)

    def to_pandas(self) -> pandas.DataFrame:
        """A row a record, as numpy's numbers and pandas' text; lists are Python's. Needs pandas."""
        from kb.frames import to_pandas

        return to_pandas(self)

    def to_polars(self) -> polars.DataFrame:
        """A row a record; lists and inner records as List and Struct. Needs polars."""
        from kb.frames import to_polars

        return to_polars(self)

    def to_arrow(self) -> pyarrow.Table:
        """A row a record; lists and inner records as list and struct. Needs pyarrow."""
        from kb.frames import to_arrow

        return to_arrow(self)

    def __repr__(self) -> str:
        if not self:
            return "Records([])"
        lines = [f"  {record!r}," for record in self[:SHOWN]]
        if len(self) > SHOWN:
            lines.append(f"  ... {len(self) - SHOWN} more")
        return "\n".join([f"Records of {len(self)} {type(self[0]).__name__}:", *lines])


def plain(value: Any) -> Any:
    """`value` in dicts, lists, strings and numbers, as JSON knows them; fields keep their order."""
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float):
        return round(value, DIGITS) or float(f"{value:.2g}")  # a small p is not 0
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _field_names(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def _field_names(record: Any) -> list[str]:
    return [field.name for field in fields(record)]
