"""What the verbs that look at schemas share: options of the other database, and where a generated changelog goes."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bascule.cli.console import Console
from bascule.cli.options import setting
from bascule.core.errors import ConflictError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.target import TargetSettings
from bascule.engine.urls import parse

if TYPE_CHECKING:
    from bascule.engine.commands.look import Snapshot
    from bascule.engine.commands.session import Session
    from bascule.engine.written.element import Element

Command = TypeVar("Command", bound=Callable[..., Any])


def reference_options(command: Command) -> Command:
    for option in (
        setting("--reference-default-schema-name", metavar="NAME"),
        setting("--reference-password", metavar="TEXT"),
        setting("--reference-username", metavar="NAME"),
        setting(
            "--reference-url", required=True, metavar="URL", help="The database as it should be; offline:NAME?snapshot=FILE for a kept one."
        ),
    ):
        command = option(command)
    return command


def changelog_file_options(command: Command) -> Command:
    for option in (
        setting("--label-filter", "--labels", "labels", metavar="LABELS", help="Give them to every changeset."),
        setting("--context-filter", "--contexts", "contexts", metavar="CONTEXTS", help="Give them to every changeset."),
        setting("--overwrite-output-file", is_flag=False, flag_value=True, type=bool, default=False, help="Replace a file that is there."),
        setting("--author", default="user (generated)", metavar="NAME", help="Author of the changesets [user (generated)]."),
        setting("--changelog-file", required=True, metavar="FILE", help="Where to write: .xml, .yaml, .json or .DBMS.sql."),
    ):
        command = option(command)
    return command


diff_types_option = setting(
    "--diff-types", metavar="KINDS", help="tables, columns, indexes, foreignkeys, primarykeys, uniqueconstraints, views, sequences [all]."
)


def reference_snapshot(options: dict[str, Any]) -> "Snapshot":
    """The other database, as it is or as a snapshot kept it."""
    from bascule.engine.commands.look import look_at

    password = options["reference_password"]
    return look_at(
        TargetSettings(
            url=parse(options["reference_url"]),
            username=options["reference_username"],
            password=Secret(password) if password else None,
            default_schema=options["reference_default_schema_name"],
        )
    )


def write_changelog(elements: "Iterable[Element]", session: "Session", console: Console, file: str, options: dict[str, Any]) -> int:
    """Writes the changes as a changelog file, in the format of its name; returns how many. Raises ConflictError rather than replace one."""
    from bascule.engine.changelog.serialise import format_of, serialise
    from bascule.engine.commands.generate import Naming, changesets

    kind = format_of(file)
    if Path(file).exists() and not options["overwrite_output_file"]:
        raise ConflictError(
            Problem(code="CLI-062", what=f"there is a file '{file}' already", fix="--overwrite-output-file, or another name")
        )
    dialect = session.target.dialect
    naming = Naming(epoch_ms=int(time.time() * 1000), author=options["author"], contexts=options["contexts"], labels=options["labels"])
    made = list(changesets(elements, naming, dialect))
    Path(file).write_text(serialise(made, kind, dialect), encoding="utf-8")
    console.tell(f"Generated changelog written to {file}")
    if console.json:
        console.document({"changelogFile": file, "changeSets": [changeset.id for changeset in made]})
    return len(made)


def without_changelog(options: dict[str, Any]) -> dict[str, Any]:
    """The options that `run_verb` reads, less those of writing a changelog."""
    return {name: value for name, value in options.items() if name not in ("contexts", "labels")}
