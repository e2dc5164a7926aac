"""How one column becomes another."""

from collections.abc import Iterator

from bascule.engine.dialects.base import Dialect
from bascule.engine.diff import elements as make
from bascule.engine.schema import Column, Name
from bascule.engine.written.build import element
from bascule.engine.written.element import Element


def change_column(table: Name, wanted: Column, actual: Column, dialect: Dialect) -> Iterator[Element]:
    """Told as a whole again where the database wants it so, else a change per property."""
    again = dialect.ddl.redefined(table, wanted, actual)
    if again is not None:
        yield from map(make.sql, again)
        return
    at = {"tableName": table.name, "columnName": wanted.name}
    kind = make.type_of(wanted, dialect)
    retyped = wanted.type != actual.type
    counts_otherwise = _counting(wanted) != _counting(actual)
    if actual.default is not None and (retyped or wanted.default != actual.default):
        yield element("dropDefaultValue", **at)
    if actual.auto_increment and counts_otherwise:
        yield stop_counting(table, wanted, dialect)
    if retyped:
        yield element("modifyDataType", newDataType=kind, **at)
    if (wanted.nullable is False) != (actual.nullable is False):
        yield element("addNotNullConstraint" if wanted.nullable is False else "dropNotNullConstraint", columnDataType=kind, **at)
    if wanted.auto_increment and counts_otherwise:
        yield make.sql(f"{_altered(table, wanted, dialect)} ADD {dialect.ddl.auto_increment(wanted)}")
    if wanted.default is not None and (retyped or wanted.default != actual.default):
        yield element("addDefaultValue", defaultValueComputed=make.default_of(wanted, dialect), columnDataType=kind, **at)
    if wanted.remarks != actual.remarks:
        yield element("setColumnRemarks", remarks=wanted.remarks or "", columnDataType=kind, **at)


def counts_by_sequence(actual: Column, wanted: Column | None) -> bool:
    """Whether a column that counts by itself is to take its numbers from a sequence, which may be called as the one it has inside."""
    return actual.auto_increment and wanted is not None and wanted.default is not None and "nextval(" in (wanted.default.text or "")


def stop_counting(table: Name, column: Column, dialect: Dialect) -> Element:
    return make.sql(f"{_altered(table, column, dialect)} DROP IDENTITY")


def _counting(column: Column) -> tuple[object, ...]:
    return (column.auto_increment, column.generation_type, column.start_with, column.increment_by)


def _altered(table: Name, column: Column, dialect: Dialect) -> str:
    return f"ALTER TABLE {make.quoted(table.name, dialect)} ALTER COLUMN {make.quoted(column.name, dialect)}"
