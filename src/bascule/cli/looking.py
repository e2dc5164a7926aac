"""What the verbs that look at schemas share: which schemas, which objects, the other database, where a generated changelog goes."""

import getpass
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bascule.cli.console import Console
from bascule.cli.options import all_of, setting, switch
from bascule.core.errors import ConflictError, InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.target import TargetSettings
from bascule.engine.urls import parse

if TYPE_CHECKING:
    from bascule.engine.commands.look import Snapshot
    from bascule.engine.commands.session import Session
    from bascule.engine.diff.narrow import Scope
    from bascule.engine.written.changeset import ChangeSet
    from bascule.engine.written.element import Element

reference_options = all_of(
    setting(
        "--reference-url", required=True, metavar="URL", help="The database as it should be; offline:NAME?snapshot=FILE for a kept one."
    ),
    setting("--reference-username", metavar="NAME"),
    setting("--reference-password", metavar="TEXT", help="Better given by environment or BASCULE_SECRETS_FD than here."),
    setting("--reference-default-schema-name", metavar="NAME"),
    setting("--reference-default-catalog-name", metavar="NAME"),
    setting("--reference-liquibase-schema-name", metavar="NAME", hidden=True, expose_value=False),
    setting("--reference-liquibase-catalog-name", metavar="NAME", hidden=True, expose_value=False),
    setting("--reference-driver", metavar="NAME", hidden=True, expose_value=False),
    setting("--reference-driver-properties-file", metavar="FILE", help="Options of that connection, as key=value lines."),
)

schemas_option = setting("--schemas", metavar="NAMES", help="Schemas to look at, comma separated [the default one].")

other_schemas_options = all_of(
    schemas_option,
    setting("--reference-schemas", metavar="NAMES", help="Those of the reference, in the same order [as --schemas]."),
    setting("--output-schemas", metavar="NAMES", help="What they are called in the output, in the same order."),
)

scope_options = all_of(
    setting(
        "--diff-types",
        metavar="KINDS",
        help="tables, columns, indexes, foreignkeys, primarykeys, uniqueconstraints, checkconstraints, views, sequences, functions, "
        "storedprocedures, triggers, types, extensions, policies, grants [all]; data.",
    ),
    setting("--include-objects", metavar="PATTERNS", help="Only these: 'table:order.*, view:.*', regular expressions between commas."),
    setting("--exclude-objects", metavar="PATTERNS", help="All but these, in the same words."),
)

_generating_options = all_of(
    switch("--overwrite-output-file", help="Replace a file that is there."),
    setting("--author", metavar="NAME", help="Author of the changesets [who you are, (generated)]."),
    setting("--context-filter", "--contexts", "contexts", metavar="CONTEXTS", help="Give them to every changeset."),
    setting("--label-filter", "--labels", "labels", metavar="LABELS", help="Give them to every changeset."),
    switch("--include-schema", help="Name the schema in every change."),
    switch("--include-catalog", help="Name the catalog in every change."),
    switch("--include-tablespace", hidden=True),
    setting("--run-on-change-types", metavar="CHANGES", help="Changes whose changesets run again when they change: createView, … [none]."),
    setting(
        "--replace-if-exists-types", metavar="CHANGES", help="Changes that replace what is there: createView, createProcedure … [none]."
    ),
    switch("--use-or-replace-option", help="Let all of those replace what is there."),
    switch("--skip-object-sorting", hidden=True),
)

generate_options = all_of(
    setting("--changelog-file", metavar="FILE", help="Where to write: .xml, .yaml, .json or .DBMS.sql [stdout, as XML]."),
    _generating_options,
)

append_options = all_of(
    setting(
        "--changelog-file",
        required=True,
        metavar="FILE",
        help="Where to write: .xml, .yaml, .json or .DBMS.sql. A file that is there grows.",
    ),
    _generating_options,
)


def names(text: str | None) -> list[str]:
    """The names of a comma list."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def scope_from(options: dict[str, Any]) -> "Scope":
    """Takes what says which objects are meant out of the options."""
    from bascule.engine.diff.filters import filters
    from bascule.engine.diff.narrow import Scope, diff_types

    types = diff_types(options.pop("diff_types", None))
    return Scope(types, filters(options.pop("include_objects", None), options.pop("exclude_objects", None)))


def reference_settings(options: dict[str, Any]) -> TargetSettings:
    """Takes the other database out of the options."""
    from bascule.cli.verb import with_driver_properties

    given = {name: options.pop(f"reference_{name}") for name in ("url", "username", "password", "default_schema_name")}
    return TargetSettings(
        url=with_driver_properties(parse(given["url"]), options.pop("reference_driver_properties_file")),
        username=given["username"],
        password=Secret(given["password"]) if given["password"] else None,
        default_schema=given["default_schema_name"],
        default_catalog=options.pop("reference_default_catalog_name"),
    )


def pairs(
    session: "Session", reference: TargetSettings, options: dict[str, Any], *, view_columns: bool = False
) -> "list[tuple[Snapshot, Snapshot]]":
    """(reference, ours) per schema. Raises InputError for lists of schemas that do not match."""
    from bascule.engine.commands.look import look_at_schemas, look_schemas

    here, there = names(options["schemas"]), names(options["reference_schemas"])
    wanted = look_at_schemas(reference, there or here, view_columns=view_columns)
    actual = look_schemas(session.target, here, view_columns=view_columns)
    if len(wanted) != len(actual):
        raise InputError(
            Problem(
                code="CLI-068",
                what=f"{len(wanted)} schemas cannot be compared with {len(actual)}",
                fix="name as many in --reference-schemas as in --schemas",
            )
        )
    return list(zip(wanted, actual, strict=True))


def tell_empty(seen: "Iterable[Snapshot]", written: str | None, console: Console) -> None:
    """A schema that was named and shows nothing may have been spelt otherwise."""
    for snapshot in seen:
        schema, name = snapshot.schema, snapshot.database.default_schema
        if written and not (schema.tables or schema.views or schema.sequences or schema.routines or schema.types):
            console.problem(Problem(code="CLI-071", what=f"schema '{name}' holds nothing, or is not there", severity="warning"))


def output_schema(options: dict[str, Any], schemas: Sequence[str | None]) -> "dict[str | None, str | None]":
    """Schema → what it is called in the output."""
    written = names(options.get("output_schemas"))
    return {schema: written[at] if at < len(written) else schema for at, schema in enumerate(schemas)}


def placement(options: dict[str, Any], snapshot: "Snapshot", *, is_one_of_many: bool) -> tuple[str | None, str | None]:
    """The schema and catalog that generated changes name: those that were asked for; of several schemas each."""
    facts = snapshot.database
    schema = output_schema(options, names(options["schemas"]) or [facts.default_schema]).get(facts.default_schema, facts.default_schema)
    return (
        schema if options.get("include_schema") or is_one_of_many else None,
        facts.catalog if options.get("include_catalog") else None,
    )


def write_changelog(
    elements: "Iterable[Element]", session: "Session", console: Console, file: str, options: dict[str, Any], *, append: bool = False
) -> int:
    """Writes the changes as a changelog file, in the format of its name; returns how many.

    With `append` a file that is there grows; else raises ConflictError rather than replace one.
    """
    from bascule.engine.changelog.append import appended, write_atomically
    from bascule.engine.changelog.serialise import format_of, serialise

    kind, path, dialect = format_of(file), Path(file), session.target.dialect
    exists = path.exists() and path.stat().st_size > 0
    if exists and not options["overwrite_output_file"] and not append:
        raise ConflictError(
            Problem(code="CLI-062", what=f"there is a file '{file}' already", fix="--overwrite-output-file, or another name")
        )
    made = named_changesets(elements, session, options)
    if exists and append and not options["overwrite_output_file"]:
        if made:
            write_atomically(path, appended(path.read_bytes().decode(), made, file, dialect))
        console.tell(f"{len(made)} changesets appended to {file}" if made else f"No difference; {file} stays as it is")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, serialise(made, kind, dialect))
        console.tell(f"Generated changelog written to {file}" if made or not append else f"No difference; {file} holds no changesets")
    if console.json:
        console.document({"changelogFile": file, "changeSets": [changeset.id for changeset in made]})
    return len(made)


def named_changesets(elements: "Iterable[Element]", session: "Session", options: dict[str, Any]) -> "list[ChangeSet]":
    from bascule.engine.commands.generate import REPLACEABLE, Naming, changesets

    replaced = frozenset(REPLACEABLE if options.get("use_or_replace_option") else _types(options, "replace_if_exists_types", REPLACEABLE))
    naming = Naming(
        epoch_ms=int(time.time() * 1000),
        author=options["author"] or f"{_user()} (generated)",
        contexts=options["contexts"],
        labels=options["labels"],
        run_on_change=frozenset(_types(options, "run_on_change_types", REPLACEABLE)),
        replace_if_exists=replaced,
    )
    return list(changesets(elements, naming, session.target.dialect))


def _types(options: dict[str, Any], option: str, known: Sequence[str]) -> list[str]:
    """The changes that an option names, whatever their case. Raises InputError for one that it cannot name."""
    spelt = {name.lower(): name for name in known}
    written = [word for word in names(options.get(option)) if word.lower() != "none"]
    unknown = [word for word in written if word.lower() not in spelt]
    if unknown:
        name = f"--{option.replace('_', '-')}"
        raise InputError(Problem(code="CLI-069", what=f"{name} cannot name '{unknown[0]}'", fix=f"known are {', '.join(known)}"))
    return [spelt[word.lower()] for word in written]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "user"


def tell_ignored(options: dict[str, Any], console: Console) -> None:
    if options.get("include_tablespace"):
        what = "tablespaces are not in what we generate"
        console.problem(Problem(code="CLI-070", what=what, why="they belong to a server, not to a schema", severity="warning"))


def without_changelog(options: dict[str, Any]) -> dict[str, Any]:
    """The options that `run_verb` reads, less those of writing a changelog."""
    return {name: value for name, value in options.items() if name not in ("contexts", "labels")}
