"""Records as tables of pandas, polars and Arrow: one set of columns, their types those of the records' fields."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from kb.errors import UsageError
from kb.model import Concept
from kb.records import Records, plain

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

SCALARS = (str, bool, int, float)


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one kind."""

    of: Kind


@dataclass(frozen=True, slots=True)
class Inner:
    """A record: the kind of each of its fields."""

    fields: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, slots=True)
class ByKey:
    """A mapping from names that only the records know, such as languages."""

    of: Kind


Kind = type | Many | Inner | ByKey


@dataclass(frozen=True, slots=True)
class Column:
    """A value for every record, None where it has none."""

    name: str
    kind: Kind
    values: list[Any]


def columns(records: Records[Any]) -> list[Column]:
    """Columns that every record has come first, those that are told by a key last and sorted."""
    kinds: dict[str, Kind] = {}
    for record_type in dict.fromkeys([*([records.kind] if records.kind else []), *map(type, records)]):
        kinds |= {name: kind for name, kind in _fields(record_type) if not isinstance(kind, ByKey)}
    rows = []
    for record in records:
        row, own = _row(record)
        kinds |= own
        rows.append(row)
    names = [name for name in kinds if ":" not in name] + sorted(name for name in kinds if ":" in name)
    return [Column(name, kinds[name], [_shaped(row.get(name), kinds[name]) for row in rows]) for name in names]


def to_pandas(records: Records[Any]) -> pandas.DataFrame:
    """See `Records.to_pandas`."""
    library, rows = _library("pandas"), range(len(records))
    found = {c.name: library.Series(c.values, rows, _pandas_type(library, c)) for c in columns(records)}
    frame: pandas.DataFrame = library.DataFrame(found, rows)
    return frame


def to_polars(records: Records[Any]) -> polars.DataFrame:
    """See `Records.to_polars`."""
    library, found = _library("polars"), columns(records)
    frame: polars.DataFrame = library.DataFrame(
        {c.name: c.values for c in found}, schema={c.name: _polars_type(library, c.kind) for c in found}
    )
    return frame


def to_arrow(records: Records[Any]) -> pyarrow.Table:
    """See `Records.to_arrow`."""
    library, found = _library("pyarrow"), columns(records)
    schema = library.schema([(c.name, _arrow_type(library, c.kind)) for c in found])
    table: pyarrow.Table = library.table({c.name: c.values for c in found}, schema=schema)
    return table


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        to = "arrow" if name == "pyarrow" else name
        raise UsageError(f"to_{to}() needs {name}, which is not installed; mend it with: pip install {name}") from error


# --- from fields to columns ------------------------------------------------------------------------------------------


@cache
def _fields(record: type[Any]) -> tuple[tuple[str, Kind], ...]:
    """(column, kind) of every field of a record's class; those of inner records with the field's name before them."""
    hints = get_type_hints(record)
    found: list[tuple[str, Kind]] = []
    for field in fields(record):
        inner = _required(hints[field.name])
        if is_dataclass(inner) and isinstance(inner, type):
            found += [(f"{field.name}_{name}", kind) for name, kind in _fields(inner)]
        else:
            found.append((field.name, _kind(inner)))
    return tuple(found)


def _fields_of(record: Any) -> tuple[tuple[str, Kind], ...]:
    return _fields(record.__class__)


def _kind(hint: Any) -> Kind:
    hint = _required(hint)
    if hint in SCALARS:
        assert isinstance(hint, type)
        return hint
    if is_dataclass(hint) and isinstance(hint, type):
        return Inner(tuple((field, _kind(of)) for field, of in get_type_hints(hint).items()))
    origin, arguments = get_origin(hint), [x for x in get_args(hint) if x is not Ellipsis]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return ByKey(_kind(arguments[1]))
    if isinstance(origin, type) and issubclass(origin, Sequence) and len(set(arguments)) == 1:
        return Many(_kind(arguments[0]))
    return str


def _required(hint: Any) -> Any:
    """`X` of `X | None`."""
    if get_origin(hint) in (types.UnionType, Union):
        found = [x for x in get_args(hint) if x is not type(None)]
        return found[0] if len(found) == 1 else hint
    return hint


def _row(record: Any) -> tuple[dict[str, Any], dict[str, Kind]]:
    """The cells of a record, and the kinds of those that it has by key."""
    row: dict[str, Any] = {}
    kinds: dict[str, Kind] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            inner, own = _row(value)
            row |= {f"{field.name}_{name}": cell for name, cell in inner.items()}
            kinds |= {f"{field.name}_{name}": kind for name, kind in own.items()}
        elif isinstance(record, Concept) and field.name == "labels":
            for tag, names in record.labels.items():
                row |= {f"{tag}:name": names[0] if names else None, f"{tag}:other": list(names[1:])}
                kinds |= {f"{tag}:name": str, f"{tag}:other": Many(str)}
        elif isinstance(value, Mapping):
            of = dict(_fields_of(record))[field.name]
            assert isinstance(of, ByKey)
            row |= {f"{field.name}:{key}": plain(item) for key, item in value.items()}
            kinds |= {f"{field.name}:{key}": of.of for key in value}
        else:
            row[field.name] = plain(value)
    return row, kinds


def _shaped(value: Any, kind: Kind) -> Any:
    """A plain value as tables take it: mappings inside of a cell as a list of keys with their values."""
    if value is None:
        return None
    match kind:
        case Many(of):
            return [_shaped(item, of) for item in value]
        case Inner(own):
            return {name: _shaped(value[name], of) for name, of in own}
        case ByKey(of):
            return [{"key": key, "value": _shaped(item, of)} for key, item in value.items()]
    return value if isinstance(value, SCALARS) else str(value)


# --- the libraries' types --------------------------------------------------------------------------------------------


def _pandas_type(pandas: Any, column: Column) -> Any:
    """pandas' numpy types have no place for a missing whole number or truth value: then its own."""
    missing = None in column.values
    if column.kind is str:
        return pandas.StringDtype(na_value=float("nan"))
    if column.kind is int:
        return "Int64" if missing else "int64"
    if column.kind is bool:
        return "boolean" if missing else "bool"
    return "float64" if column.kind is float else object


def _polars_type(polars: Any, kind: Kind) -> Any:
    match kind:
        case Many(of):
            return polars.List(_polars_type(polars, of))
        case Inner(own):
            return polars.Struct({name: _polars_type(polars, of) for name, of in own})
        case ByKey(of):
            return polars.List(polars.Struct({"key": polars.String, "value": _polars_type(polars, of)}))
    return {str: polars.String, int: polars.Int64, float: polars.Float64, bool: polars.Boolean}[kind]


def _arrow_type(arrow: Any, kind: Kind) -> Any:
    match kind:
        case Many(of):
            return arrow.list_(_arrow_type(arrow, of))
        case Inner(own):
            return arrow.struct([(name, _arrow_type(arrow, of)) for name, of in own])
        case ByKey(of):
            return arrow.list_(arrow.struct([("key", arrow.string()), ("value", _arrow_type(arrow, of))]))
    return {str: arrow.string(), int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}[kind]
