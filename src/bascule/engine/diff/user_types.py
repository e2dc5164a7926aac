"""Types that users made, as statements: made, altered, exchanged."""

import re
from collections.abc import Iterator

from bascule.engine.dialects.base import Dialect
from bascule.engine.dialects.values import string
from bascule.engine.diff import elements as make
from bascule.engine.schema import Check, UserType
from bascule.engine.written.element import Element

_RANGE = re.compile(r'subtype = ([^,]+),.*multirange_type_name = ("(?:[^"]|"")+"|\w+)')


def former(name: str) -> str:
    """What a type is called while another takes its place."""
    return f"{name}_former"


def create(own: UserType, dialect: Dialect) -> Iterator[Element]:
    name = make.quoted(own.name.name, dialect)
    match own.kind:
        case "enum":
            yield make.sql(f"CREATE TYPE {name} AS ENUM ({', '.join(map(string, own.labels))})")
        case "composite":
            attributes = ", ".join(f"{make.quoted(a.name, dialect)} {a.type}" for a in own.attributes)
            yield make.sql(f"CREATE TYPE {name} AS ({attributes})")
        case "range":
            yield make.sql(f"CREATE TYPE {name} AS RANGE ({own.definition})")
        case "domain":
            parts = [f"CREATE DOMAIN {name} AS {own.base}"]
            parts += [f"DEFAULT {own.default}"] if own.default is not None else []
            parts += ["NOT NULL"] if own.nullable is False else []
            parts += [_check(check, dialect) for check in own.checks]
            yield make.sql(" ".join(parts))
    if own.remarks:
        yield _remarks(own, dialect)


def drop(own: UserType, name: str, dialect: Dialect) -> Element:
    return make.sql(f"DROP {_word(own)} {make.quoted(name, dialect)}")


def set_aside(own: UserType, dialect: Dialect) -> Iterator[Element]:
    name = make.quoted(own.name.name, dialect)
    yield make.sql(f"ALTER {_word(own)} {name} RENAME TO {make.quoted(former(own.name.name), dialect)}")
    if (found := _RANGE.search(own.definition or "")) is not None:
        yield from (make.sql(statement) for statement in _with_range(name, own.name.name, found[1], found[2], dialect))


def _with_range(quoted: str, name: str, subtype: str, multirange: str, dialect: Dialect) -> Iterator[str]:
    """A range brings a type of several ranges along, and functions of both names that make values."""
    several = multirange[1:-1].replace('""', '"') if multirange.startswith('"') else multirange
    aside, several_aside = (make.quoted(former(each), dialect) for each in (name, several))
    yield f"ALTER TYPE {multirange} RENAME TO {several_aside}"
    for arguments in (f"{subtype}, {subtype}", f"{subtype}, {subtype}, text"):
        yield f"ALTER FUNCTION {quoted}({arguments}) RENAME TO {aside}"
    for arguments in ("", aside, f"{aside}[]"):
        yield f"ALTER FUNCTION {multirange}({arguments}) RENAME TO {several_aside}"


def alter(wanted: UserType, actual: UserType, dialect: Dialect) -> Iterator[Element]:
    """Of a type that `stale.is_remade` does not name."""
    begun = f"ALTER {_word(wanted)} {make.quoted(wanted.name.name, dialect)}"
    match wanted.kind:
        case "enum":
            yield from (make.sql(f"{begun} {added}") for added in _labels(wanted, actual))
        case "composite":
            yield from (make.sql(f"{begun} {told}") for told in _attributes(wanted, actual, dialect))
        case "domain":
            yield from (make.sql(f"{begun} {told}") for told in _domain(wanted, actual, dialect))
    if wanted.remarks != actual.remarks:
        yield _remarks(wanted, dialect)


def _labels(wanted: UserType, actual: UserType) -> Iterator[str]:
    """Each new one beside one that is there by then."""
    standing = set(actual.labels)
    for place, label in enumerate(wanted.labels):
        if label in standing:
            continue
        after = wanted.labels[place - 1] if place else None
        before = next((other for other in wanted.labels[place + 1 :] if other in standing), None)
        beside = f" AFTER {string(after)}" if after is not None else f" BEFORE {string(before)}" if before is not None else ""
        yield f"ADD VALUE {string(label)}{beside}"
        standing.add(label)


def _attributes(wanted: UserType, actual: UserType, dialect: Dialect) -> Iterator[str]:
    before = {attribute.name: attribute.type for attribute in actual.attributes}
    after = {attribute.name: attribute.type for attribute in wanted.attributes}
    for name in before.keys() - after.keys():
        yield f"DROP ATTRIBUTE {make.quoted(name, dialect)}"
    for name, kind in after.items():
        if name not in before:
            yield f"ADD ATTRIBUTE {make.quoted(name, dialect)} {kind}"
        elif before[name] != kind:
            yield f"ALTER ATTRIBUTE {make.quoted(name, dialect)} TYPE {kind}"


def _domain(wanted: UserType, actual: UserType, dialect: Dialect) -> Iterator[str]:
    for check in actual.checks:
        if check not in wanted.checks and check.name is not None:
            yield f"DROP CONSTRAINT {make.quoted(check.name, dialect)}"
    if wanted.default != actual.default:
        yield f"SET DEFAULT {wanted.default}" if wanted.default is not None else "DROP DEFAULT"
    if wanted.nullable != actual.nullable:
        yield f"{'SET' if wanted.nullable is False else 'DROP'} NOT NULL"
    for check in wanted.checks:
        if check not in actual.checks:
            yield f"ADD {_check(check, dialect)}"


def _check(check: Check, dialect: Dialect) -> str:
    named = f"CONSTRAINT {make.quoted(check.name, dialect)} " if check.name else ""
    return f"{named}CHECK {check.expression}"


def _word(own: UserType) -> str:
    return "DOMAIN" if own.kind == "domain" else "TYPE"


def _remarks(own: UserType, dialect: Dialect) -> Element:
    return make.sql(f"COMMENT ON {_word(own)} {make.quoted(own.name.name, dialect)} IS {string(own.remarks or '')}")
