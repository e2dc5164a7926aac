"""What preconditions may look at, on one target at one moment."""

from collections.abc import Mapping, Sequence

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.history.row import HistoryRow
from bascule.engine.preconditions.base import World
from bascule.engine.target import Target
from bascule.engine.written.changeset import ChangeSet


def world_of(target: Target, rows: Sequence[HistoryRow], properties: Mapping[str, str], changeset: ChangeSet | None = None) -> World:
    """`changeset`: whose preconditions are asked; None for those of the changelog. Raises InputError offline without a snapshot."""
    if not target.has_shape:
        problem = Problem(
            code="RUN-004",
            what="preconditions cannot be evaluated offline",
            fix="give the URL of a database, or offline:NAME?snapshot=FILE",
        )
        raise InputError(problem)
    traits = target.dialect.traits
    return World(
        dbms=traits.short_name or target.dialect.name,
        folds_case=traits.quotes_mixed_case,
        user=target.facts.user,
        quoting=changeset.quoting if changeset is not None else "LEGACY",
        rows=rows,
        properties=properties,
        shape=target.shape,
        columns=target.columns,
        names_fold=traits.column_names_fold,
        keys_are_indexes=traits.keys_are_indexes,
        query=lambda sql: target.connection.query(sql),
        table_in_sql=lambda name: target.dialect.ddl.name(name, target.at),
    )
