"""Families of one-idea files: a name users write (`addColumn`) leads to a module (`add_column.py`), imported at first use."""

import importlib
import re
from collections.abc import Callable
from typing import Generic, TypeVar

from bascule.core.errors import InputError
from bascule.core.problems import Problem

Member = TypeVar("Member")

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`addForeignKeyConstraint` and `add-foreign-key` and `DBSchemaApply` → `add_foreign_key…`, `db_schema_apply`."""
    return _HUMP.sub("_", name).replace("-", "_").replace(" ", "_").lower()


class Registry(Generic[Member]):
    """The members of one family, found by name. Listing imports nothing; getting imports one module.

    `package` holds one module per member, named by `snake_case` of the member's name; `beside` are modules of it that hold none.
    """

    def __init__(self, kind: str, package: str, code: str, *, beside: frozenset[str] = frozenset({"base"})) -> None:
        self.beside = beside
        self.kind = kind
        self.package = package
        self.code = code
        self._members: dict[str, Member] = {}

    def add(self, name: str) -> Callable[[Member], Member]:
        """Decorator by which a module registers its member."""

        def register(member: Member) -> Member:
            self._members[name] = member
            return member

        return register

    def modules(self) -> list[str]:
        """The names of the family's modules, sorted; private ones and those beside them left out."""
        import pkgutil  # like difflib below: not for a run that finds its one dialect by name

        path = importlib.import_module(self.package).__path__
        return sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_") and m.name not in self.beside)

    def find(self, name: str) -> Member | None:
        """The member of that name, or None."""
        if name not in self._members:
            module = f"{self.package}.{snake_case(name)}"
            try:
                importlib.import_module(module)
            except ModuleNotFoundError as error:
                if error.name != module:
                    raise
        return self._members.get(name)

    def get(self, name: str, where: str | None = None) -> Member:
        """The member of that name. Raises InputError with a suggestion."""
        member = self.find(name)
        if member is None:
            raise InputError(self.unknown(name, where))
        return member

    def unknown(self, name: str, where: str | None = None) -> Problem:
        """The problem to report for a name that no member has."""
        from difflib import get_close_matches

        near = get_close_matches(name, self.names(), n=1, cutoff=0.6)
        return Problem(
            code=self.code,
            what=f"no {self.kind} is named '{name}'",
            where=where,
            fix=f"did you mean '{near[0]}'?" if near else None,
        )

    def names(self) -> list[str]:
        """Every member's name as users write it, sorted. Imports the whole family."""
        for module in self.modules():
            importlib.import_module(f"{self.package}.{module}")
        return sorted(self._members)
