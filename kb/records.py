"""Answers as lists, and records as plain values for JSON, tables and pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas

T = TypeVar("T")

# Scores are sums of float32 products: digits beyond these differ between machines and mean nothing.
DIGITS = 6
SHOWN = 5  # records in a repr


class Records(list[T]):
    """A list of records of one kind that can become a table."""

    def __init__(self, records: Iterable[T] = ()) -> None:
        super().__init__(records)

    def to_pandas(self) -> pandas.DataFrame:
        """A row a record; fields of a record inside it become columns like `a_text`. Needs pandas."""
        try:
            import pandas
        except ImportError as error:
            from kb.errors import UsageError

            raise UsageError(
                "to_pandas() needs pandas, which is not installed; mend it with: pip install pandas"
            ) from error
        return pandas.DataFrame([flat(record) for record in self])

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
        return round(value, DIGITS)
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _field_names(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def flat(record: Any) -> dict[str, Any]:
    """One level of columns: `pair.a.text` becomes `a_text`."""
    row: dict[str, Any] = {}
    for name in _field_names(record):
        value = getattr(record, name)
        if is_dataclass(value):
            row |= {f"{name}_{inner}": item for inner, item in flat(value).items()}
        else:
            row[name] = plain(value)
    return row


def _field_names(record: Any) -> list[str]:
    return [field.name for field in fields(record)]
