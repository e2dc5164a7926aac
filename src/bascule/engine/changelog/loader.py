"""The walk through a root changelog and all it includes. Everything wrong is gathered before it is said."""

from difflib import get_close_matches
from typing import get_args

import msgspec

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Position, Problem
from bascule.engine.changelog import contexts, labels
from bascule.engine.changelog.changesets import (
    Inherited,
    choice,
    context_of,
    is_true,
    read_changeset,
    read_preconditions,
)
from bascule.engine.changelog.folders import within
from bascule.engine.changelog.formats import EXTENSIONS, extension, nodes, read_changelog
from bascule.engine.changelog.identities import duplicates, missing_references
from bascule.engine.changelog.load import LoadSettings
from bascule.engine.changelog.properties import Properties, read_properties, references
from bascule.engine.changelog.removals import Removal, without
from bascule.engine.dialects.base import QuotingStrategy
from bascule.engine.written.changeset import Changelog, ChangeSet, Preconditions, Property, SqlVisitor
from bascule.engine.written.dbms import applies_to
from bascule.engine.written.element import Element
from bascule.engine.written.files import Files, decode_as, normalise

MAX_DEPTH = 100
MAX_FILES = 100_000
"""How many files one changelog may read; a file included twice counts twice."""

_OWN_ATTRIBUTES = frozenset(
    ["logicalFilePath", "objectQuotingStrategy", "context", "contextFilter", "changeLogId", "runWith", "runWithSpoolFile"]
)
_CHILDREN = ("changeSet", "property", "preConditions", "include", "includeAll", "modifyChangeSets", "removeChangeSetProperty")


def read(root: str, files: Files, settings: LoadSettings) -> Changelog:
    """Reads a changelog and everything it includes. Raises InputError with all problems found, NotFoundError when the root is missing."""
    loader = _Loader(files, settings)
    file = files.resolve(root)
    files.locate(file)
    loader.file(file, Inherited(is_known_change=_is_registered), (), None)
    loader.errors.extend((*duplicates(loader.changesets), *missing_references(loader.changesets)))
    if loader.errors:
        raise InputError([*loader.errors, *loader.warnings])
    return Changelog(
        file=file,
        changesets=tuple(loader.changesets),
        preconditions=tuple(loader.preconditions),
        properties=loader.properties.everywhere(),
        warnings=tuple(loader.warnings),
    )


def executions(changeset: Element, file: str) -> dict[str, str]:
    """The properties that tell a changeset what it is called."""
    logical = changeset.value_of("logicalFilePath")
    return {
        "liquibase_execution_changelog_file": normalise(logical) if logical else file,
        "liquibase_execution_changeset_id": changeset.value_of("id") or "",
        "liquibase_execution_changeset_author": changeset.value_of("author") or "",
    }


def _is_registered(name: str) -> bool:
    from bascule.engine.changes.base import CHANGES

    return name.isidentifier() and CHANGES.find(name) is not None


class _Loader:
    """Walks the files. Order matters everywhere: of changesets, of properties, of preconditions."""

    def __init__(self, files: Files, settings: LoadSettings) -> None:
        self.files = files
        self.settings = settings
        self.properties = Properties(
            {**settings.built_in, **settings.properties},
            dbms=settings.dbms,
            run_contexts=settings.contexts,
            label_filter=settings.labels,
            missing=settings.missing_property,
            escaping=settings.property_escaping,
        )
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []
        self.preconditions: list[Preconditions] = []
        self.changesets: list[ChangeSet] = []
        self.file_count = 0
        self.first_count = 0
        self.last_count = 0
        self.removals: tuple[Removal, ...] = ()

    def report(self, problem: Problem) -> None:
        (self.warnings if problem.severity == "warning" else self.errors).append(problem)

    def gather(self, error: BasculeError, where: Position | None = None) -> None:
        """Takes an error's problems in, with the place that led to it where they have none."""
        for problem in error.problems:
            self.report(problem if problem.where or where is None else msgspec.structs.replace(problem, where=str(where)))

    def file(self, file: str, inherited: Inherited, parents: tuple[str, ...], at: Position | None) -> None:
        """Reads one file into the changelog. `at` is the include that asked for it."""
        if file in parents:
            circle = " → ".join((*parents[parents.index(file) :], file))
            self.report(Problem(code="LOG-004", what=f"'{file}' includes itself", where=str(at), why=circle))
            return
        if len(parents) >= MAX_DEPTH:
            self.report(Problem(code="LOG-004", what=f"includes are nested more than {MAX_DEPTH} deep", where=str(at)))
            return
        self.file_count += 1
        if self.file_count > MAX_FILES:
            raise InputError(
                [*self.errors, Problem(code="LOG-004", what=f"the changelog includes more than {MAX_FILES} files", where=str(at))]
            )
        try:
            root = read_changelog(self.files.read(file), file, self.files.encoding)
        except BasculeError as error:
            self.gather(error, at)
            return
        outer_removals = self.removals
        if extension(file) in ("yaml", "yml", "json"):
            self.define_all(root, file)
        self.contents(root, file, self.inherit(root, file, inherited), (*parents, file))
        self.removals = outer_removals

    def inherit(self, root: Element, file: str, inherited: Inherited) -> Inherited:
        """What the root element's own attributes add for this file's contents."""
        root = self.shallow(root, file)
        context = context_of(root)
        logical = root.value_of("logicalFilePath")
        return msgspec.structs.replace(
            inherited,
            contexts=(*inherited.contexts, *([context.strip()] if context and context.strip() else [])),
            logical_file=normalise(logical) if logical else inherited.logical_file,
            quoting=choice(root, "objectQuotingStrategy", QuotingStrategy, get_args(QuotingStrategy)[0], self.report),
        )

    def shallow(self, element: Element, file: str) -> Element:
        """An element's own attributes expanded, its children left alone."""
        own = Element(
            name=element.name,
            attributes=element.attributes,
            children=tuple(child for child in element.children if child.name in _OWN_ATTRIBUTES),
            position=element.position,
        )
        return self.expanded(own, file)

    def expanded(self, element: Element, file: str) -> Element:
        try:
            return self.properties.expand_element(element, file)
        except InputError as error:
            self.gather(error, element.position)
            return element

    def define_all(self, root: Element, file: str) -> None:
        """In YAML and JSON all properties of a file are known before the rest of it is read."""
        for child in root.named("property"):
            self.property(self.expanded(child, file), file)

    def contents(self, parent: Element, file: str, inherited: Inherited, parents: tuple[str, ...]) -> None:
        for child in parent.children:
            match child.name:
                case "changeSet":
                    self.properties.execution = executions(child, inherited.logical_file or file)
                    self.changeset(self.expanded(child, file), file, inherited)
                    self.properties.execution = {}
                case "property":
                    if extension(file) not in ("yaml", "yml", "json"):
                        self.property(self.expanded(child, file), file)
                case "preConditions":
                    self.preconditions.append(read_preconditions(self.expanded(child, file), self.report))
                case "include":
                    self.include(self.expanded(child, file), file, inherited, parents)
                case "includeAll":
                    self.include_all(self.expanded(child, file), file, inherited, parents)
                case "modifyChangeSets":
                    around = self.shallow(child, file)
                    nested = msgspec.structs.replace(
                        inherited,
                        run_with=around.value_of("runWith") or inherited.run_with,
                        run_with_spool_file=around.value_of("runWithSpoolFile") or inherited.run_with_spool_file,
                    )
                    self.contents(child, file, nested, parents)
                case "removeChangeSetProperty":
                    self.removal(self.expanded(child, file))
                case nodes.SUSPECT:
                    self.suspect(child)
                case name if name not in _OWN_ATTRIBUTES:
                    self.unknown(child)

    def unknown(self, element: Element) -> None:
        """Something a changelog cannot hold. A lone scalar in YAML means nothing to the peer either: only a warning."""
        near = get_close_matches(element.name, _CHILDREN, n=1, cutoff=0.6)
        fix = f"did you mean '{near[0]}'?" if near else f"one of: {', '.join(_CHILDREN)}"
        is_lone = element.text is not None and not element.attributes and not element.children and extension(element.position.file) != "xml"
        self.report(
            Problem(
                code="LOG-005",
                what=f"a changelog cannot hold '{element.name}'" if element.name else "an item of a changelog needs a name",
                where=str(element.position),
                fix=fix,
                severity="warning" if is_lone else "error",
            )
        )

    def suspect(self, element: Element) -> None:
        """A SQL comment that is nearly a directive."""
        written, meant = element.attribute("word"), element.text.text if element.text else ""
        self.report(
            Problem(
                code="LOG-023",
                what=f"the comment '--{written}' looks like a misspelt '--{meant}'",
                where=str(element.position),
                why="it is taken for a comment, so what it should do is not done",
                fix=f"write '--{meant}'",
                severity="warning",
            )
        )

    def changeset(self, element: Element, file: str, inherited: Inherited) -> None:
        for removal in self.removals:
            element = without(element, removal)
        found = read_changeset(element, file, inherited, self.report)
        if found is None:
            return
        for expression in found.contexts:
            try:
                contexts.matches((expression,), "any")
            except InputError as error:
                self.gather(error, element.position)
        found = msgspec.structs.replace(
            found,
            modify_sql=tuple(visitor for visitor in found.modify_sql if self.is_meant(visitor)),
            file_properties=self.file_properties(found),
        )
        match found.run_order:
            case "first":
                self.changesets.insert(self.first_count, found)
                self.first_count += 1
            case "last":
                self.changesets.append(found)
                self.last_count += 1
            case None:
                self.changesets.insert(len(self.changesets) - self.last_count, found)

    def is_meant(self, visitor: SqlVisitor) -> bool:
        """Whether a modifySql is for this run: the others are not there at all, not even in the checksum."""
        return (
            (self.settings.dbms is None or applies_to(visitor.dbms, self.settings.dbms))
            and (not visitor.context or contexts.matches((visitor.context,), self.settings.contexts))
            and (not visitor.labels or labels.matches((labels.words(visitor.labels),), self.settings.labels))
        )

    def file_properties(self, changeset: ChangeSet) -> dict[str, str]:
        """The properties that the files named by its changes refer to. A missing file is the change's problem, once it runs."""
        found: dict[str, str] = {}
        for change in (*changeset.changes, *(change for block in changeset.rollback for change in block.changes)):
            path = change.value_of("path")
            if path is None:
                continue
            try:
                relative = changeset.source_file if is_true(change.value_of("relativeToChangelogFile")) else None
                data = self.files.read(self.files.resolve(path, relative))
            except BasculeError:
                continue
            if b"${" not in data and b"$\0{" not in data:
                continue
            for name in references(decode_as(data, change.value_of("encoding") or self.files.encoding, path)):
                try:
                    value = self.properties.expand(f"${{{name}}}", changeset.source_file, change.position)
                except InputError as error:
                    self.gather(error, change.position)
                    continue
                if value != f"${{{name}}}":
                    found[name.lower()] = value
        return found

    def property(self, element: Element, file: str) -> None:
        source = element.value_of("file")
        if source is None:
            name = element.value_of("name")
            if not name:
                self.report(Problem(code="LOG-015", what="a property needs 'name' and 'value', or 'file'", where=str(element.position)))
                return
            self.define(element, file, {name: element.value_of("value") or ""})
            return
        relative = file if is_true(element.value_of("relativeToChangelogFile")) else None
        try:
            found = self.files.resolve(source, relative)
            if not is_true(element.value_of("errorIfMissing"), True) and not self.files.exists(found):
                return
            self.define(element, file, read_properties(self.files.read(found).decode("utf-8-sig", "replace")))
        except BasculeError as error:
            self.gather(error, element.position)

    def define(self, element: Element, file: str, values: dict[str, str]) -> None:
        for name, value in values.items():
            definition = Property(
                name=name,
                value=value,
                context=context_of(element),
                labels=element.value_of("labels"),
                dbms=element.value_of("dbms"),
                global_=is_true(element.value_of("global"), True),
                position=element.position,
            )
            try:
                self.properties.define(definition, file)
            except InputError as error:
                self.gather(error, element.position)

    def include(self, element: Element, file: str, inherited: Inherited, parents: tuple[str, ...]) -> None:
        source = element.value_of("file") or (element.text.text if element.text else None)
        if not source:
            self.report(Problem(code="LOG-006", what="an include needs 'file'", where=str(element.position)))
            return
        try:
            found = self.files.resolve(source, file if is_true(element.value_of("relativeToChangelogFile")) else None)
            if not is_true(element.value_of("errorIfMissing"), self.settings.must_include) and not self.files.exists(found):
                what = f"'{found}' is not there: its include is left out"
                self.report(Problem(code="LOG-026", what=what, where=str(element.position), severity="warning"))
                return
        except BasculeError as error:
            self.gather(error, element.position)
            return
        self.file(found, self.nested(element, inherited), parents, element.position)

    def nested(self, element: Element, inherited: Inherited) -> Inherited:
        """What an include hands on. A logicalFilePath of the file around it is not among it."""
        context = context_of(element)
        words = labels.words(element.value_of("labels"))
        logical = element.value_of("logicalFilePath")
        return msgspec.structs.replace(
            inherited,
            contexts=(*inherited.contexts, *([context.strip()] if context and context.strip() else [])),
            labels=(*inherited.labels, *([words] if words else [])),
            ignore=inherited.ignore or is_true(element.value_of("ignore")),
            logical_file=normalise(logical) if logical else None,
        )

    def include_all(self, element: Element, file: str, inherited: Inherited, parents: tuple[str, ...]) -> None:
        path = element.value_of("path")
        if path is None:
            self.report(Problem(code="LOG-006", what="an includeAll needs 'path'", where=str(element.position)))
            return
        for name in ("resourceFilter", "filter", "resourceComparator"):
            if element.value_of(name):
                self.report(
                    Problem(
                        code="LOG-019",
                        what=f"{name} names a Java class, which cannot run here",
                        where=str(element.position),
                        fix="use endsWithFilter, minDepth and maxDepth, or include the files one by one",
                    )
                )
                return
        must_exist = is_true(element.value_of("errorIfMissingOrEmpty"), True)
        try:
            folder = self.files.resolve(path, file if is_true(element.value_of("relativeToChangelogFile")) else None)
            listed = self.files.list(folder)
            found = [path for path in within(element, folder, listed or ()) if self.is_changelog(path, element)]
        except BasculeError as error:
            self.gather(error, element.position)
            return
        if not found and must_exist:
            what = f"the folder '{folder}' is missing" if listed is None else f"the folder '{folder}' holds no changelog"
            self.report(Problem(code="LOG-018", what=what, where=str(element.position), fix="errorIfMissingOrEmpty: false allows it"))
        nested = self.nested(element, inherited)
        for each in found:
            if each not in parents:
                self.file(each, nested, parents, element.position)

    def is_changelog(self, path: str, element: Element) -> bool:
        if extension(path) in EXTENSIONS:
            return True
        what = f"'{path}' is no changelog: includeAll leaves it out"
        self.report(Problem(code="LOG-003", what=what, where=str(element.position), severity="warning"))
        return False

    def removal(self, element: Element) -> None:
        change, attribute = element.value_of("change"), element.value_of("remove")
        if not change or not attribute:
            self.report(Problem(code="LOG-006", what="a removeChangeSetProperty needs 'change' and 'remove'", where=str(element.position)))
            return
        dbms = element.value_of("dbms")
        if self.settings.dbms is None or applies_to(dbms, self.settings.dbms):
            self.removals = (*self.removals, Removal(change=change, attribute=attribute, dbms=dbms))
