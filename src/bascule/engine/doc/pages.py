"""The pages: an overview, the diagrams, one per table and view, and the changes by file, author and time."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

import msgspec

from bascule.engine.doc.addresses import addresses
from bascule.engine.doc.diagram import svg
from bascule.engine.doc.graph import Reference, box, components, neighbours, references
from bascule.engine.doc.html import Cell, Markup, badge, join, link, section, table, text
from bascule.engine.doc.story import Chapter
from bascule.engine.schema import Column, Schema, Table, View
from bascule.engine.snapshots.model import Snapshot

RECENT = 20
"""Changes on the first page."""


class Subject(msgspec.Struct, frozen=True):
    """What the pages are about."""

    snapshot: Snapshot
    chapters: Sequence[Chapter]
    title: str


def pages(subject: Subject) -> Iterator[tuple[str, str]]:
    """(path, content) of every file."""
    yield "style.css", _asset("style.css")
    yield "script.js", _asset("script.js")
    yield from _Site(subject).pages()


def _asset(name: str) -> str:
    return files("bascule.engine.doc").joinpath(name).read_text("utf-8")


class _Site:
    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.schema: Schema = subject.snapshot.schema
        self.references = references(self.schema)
        self.near: dict[str, list[Reference]] = {name: [] for name in self.schema.tables}
        for reference in self.references:
            for name in {reference.child, reference.parent}:
                self.near[name].append(reference)
        self.tables = addresses("tables", self.schema.tables)
        self.views = addresses("views", self.schema.views)
        self.authors = addresses("authors", sorted({chapter.author for chapter in subject.chapters}))
        self.changelogs = addresses("changelogs", sorted({chapter.file for chapter in subject.chapters}))
        self.ran = sorted((c for c in subject.chapters if c.row is not None), key=lambda c: c.row.order if c.row else 0, reverse=True)
        self.pending = [chapter for chapter in subject.chapters if chapter.row is None]

    def pages(self) -> Iterator[tuple[str, str]]:
        yield "index.html", self.page("", "Overview", self.overview())
        yield "diagram.html", self.page("", "Diagram", self.diagrams())
        yield "changes.html", self.page("", "Changes", self.changes())
        for name, table_ in self.schema.tables.items():
            yield self.tables[name], self.page("../", name, self.table(table_))
        for name, view in self.schema.views.items():
            yield self.views[name], self.page("../", name, self.view(view))
        for kind, where in (("Author", self.authors), ("Changelog", self.changelogs)):
            for name, address in where.items():
                own = [c for c in self.subject.chapters if (c.author if kind == "Author" else c.file) == name]
                yield address, self.page("../", name, self.chapters_page(kind, name, own))

    # The frame

    def page(self, root: str, title: str, body: Markup) -> str:
        database = self.subject.snapshot.database
        links = (("index.html", "Overview"), ("diagram.html", "Diagram"), ("changes.html", "Changes"))
        nav = "".join(link(root + address, label) for address, label in links)
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{text(title)} · {text(self.subject.title)}</title>"
            f'<link rel="stylesheet" href="{root}style.css"><script src="{root}script.js" defer></script></head>\n'
            f'<body><header class="top"><strong>{text(self.subject.title)}</strong><nav>{nav}</nav></header>\n<main>{body}</main>\n'
            f"<footer>{text(database.product)}, seen {text(self.subject.snapshot.created)} by Bascule "
            f"{text(self.subject.snapshot.bascule)}</footer></body></html>\n"
        )

    # Overview

    def overview(self) -> Markup:
        schema = self.schema
        facts = (
            (len(schema.tables), "tables"),
            (len(schema.views), "views"),
            (len(self.references), "references"),
            (len(schema.routines), "routines"),
            (len(self.ran), "changes that ran"),
            (len(self.pending), "changes pending"),
        )
        listed = Markup("".join(f"<li><b>{count}</b> {text(what)}</li>" for count, what in facts))
        rows = [
            (
                link(self.tables[name], name),
                len(own.columns),
                sum(reference.child == name for reference in self.near[name]),
                sum(reference.parent == name for reference in self.near[name]),
                own.remarks,
            )
            for name, own in schema.tables.items()
        ]
        search = Markup('<input type="search" data-finds="#tables" placeholder="Find a table" aria-label="Find a table" hidden>')
        tables = table(("Table", "Columns", "Refers to", "Referred to by", "What it is"), rows, identity="tables")
        return Markup(
            f"<h1>{text(self.subject.title)}</h1><p class='lead'>{text(self.subject.snapshot.database.product)}, fingerprint "
            f"<code>{text(self.subject.snapshot.fingerprint[:16])}</code></p><ul class='facts'>{listed}</ul>"
            + section("Tables", Markup(search + tables) if tables else Markup(""))
            + section("Views", table(("View", "What it is"), ((link(self.views[n], n), v.remarks) for n, v in schema.views.items())))
            + section("Sequences", self.sequences())
            + section("Code", self.code())
            + section(
                "Types", table(("Type", "Kind", "Values"), ((n, t.kind, ", ".join(t.labels) or t.base) for n, t in schema.types.items()))
            )
            + section("Also there", table(("Kind", "Name"), ((r.kind, r.name) for r in schema.remainders)))
            + section("Pending changes", self.chapters(self.pending, ""))
            + section("Recent changes", self.chapters(self.ran[:RECENT], ""))
        )

    def sequences(self) -> Markup:
        rows = (
            (name, own.start, own.increment, ".".join(own.owned_by) if own.owned_by else None)
            for name, own in self.schema.sequences.items()
        )
        return table(("Sequence", "Starts with", "Step", "Counts"), rows)

    def code(self) -> Markup:
        routines: list[Sequence[Cell]] = [(name, own.kind, own.remarks) for name, own in self.schema.routines.items()]
        routines += [(name, f"trigger on {own.table}", own.remarks) for name, own in self.schema.triggers.items()]
        return table(("Name", "Kind", "What it is"), routines)

    # Diagrams

    def diagrams(self) -> Markup:
        groups = components(self.schema.tables, self.references)
        parts = [Markup("<h1>Diagram</h1><p class='lead'>Keys only; a table's own page has all of its columns.</p>")]
        for group in groups:
            title = f"{len(group)} tables around {self.busiest(group)}" if len(groups) > 1 or len(group) < len(self.schema.tables) else ""
            drawn = self.drawing(group, "", f"Diagram of {len(group)} tables", only_keys=True)
            parts.append(section(title, drawn) if title else drawn)
        alone = sorted(set(self.schema.tables) - {name for group in groups for name in group})
        items = Markup("".join(f"<li>{link(self.tables[name], name)}</li>" for name in alone))
        parts.append(section("Tables without references", Markup(f"<ul class='plain'>{items}</ul>") if alone else Markup("")))
        return Markup("".join(parts))

    def busiest(self, group: Sequence[str]) -> str:
        return max(group, key=lambda name: (len(self.near[name]), name))

    def drawing(self, names: Sequence[str], root: str, label: str, *, only_keys: bool, focus: str | None = None) -> Markup:
        """`focus`: only what touches this table is drawn between them, and it alone has all its columns."""
        shown = set(names)
        own = [r for r in (self.references if focus is None else self.near[focus]) if {r.child, r.parent} <= shown]
        linked: dict[str, set[str]] = {name: set() for name in names}
        for reference in own:
            linked[reference.parent] |= set(reference.parent_columns)
        boxes = [box(self.schema.tables[name], linked[name], only_keys=only_keys or name != focus) for name in names]
        drawn = svg(boxes, own, lambda name: root + self.tables[name], label, focus)
        return Markup(
            f'<figure><label class="fit"><input type="checkbox"> fit the page</label>'
            f'<div class="canvas" tabindex="0">{drawn}</div></figure>'
        )

    # A table, a view

    def table(self, own: Table) -> Markup:
        name = own.name.name
        near = list(neighbours(name, self.near[name]))
        drawing = self.drawing(near, "../", f"{name} and what it is connected with", only_keys=False, focus=name)
        return Markup(
            f"<h1>{text(name)}</h1><p class='lead'>{text(own.remarks)}</p>"
            + table(
                ("Column", "Type", "", "Default", "What it is"), (_column(c, own, self.near[name]) for c in own.columns), codes=(0, 1, 3)
            )
            + (section("Connected with", drawing) if len(near) > 1 or any(r.child == r.parent for r in self.near[name]) else "")
            + section("Refers to", self.ends(name, "child"))
            + section("Referred to by", self.ends(name, "parent"))
            + section("Keys and constraints", table(("Kind", "Name", "What it holds"), _constraints(own), codes=(1, 2)))
            + section("Indexes", table(("Index", "", "Columns"), _indexes(own), codes=(0, 2)))
            + section("Triggers", table(("Trigger", "Statement"), self.triggers(name), codes=(1,)))
            + section("Changes", self.chapters([c for c in (*self.pending, *self.ran) if name.lower() in c.touches], "../"))
        )

    def ends(self, name: str, side: str) -> Markup:
        rows = [
            (
                link(f"../{self.tables[reference.parent if side == 'child' else reference.child]}", self.other(reference, side)),
                ", ".join(reference.columns),
                ", ".join(reference.parent_columns),
                reference.name,
            )
            for reference in self.near[name]
            if getattr(reference, side) == name
        ]
        return table(("Table", "By", "To", "Foreign key"), rows, codes=(1, 2, 3))

    def other(self, reference: Reference, side: str) -> str:
        return reference.parent if side == "child" else reference.child

    def triggers(self, name: str) -> Iterator[Sequence[Cell]]:
        for trigger in self.schema.triggers.values():
            if trigger.table.name == name:
                yield trigger.name.name, trigger.definition

    def view(self, own: View) -> Markup:
        name = own.name.name
        columns = self.subject.snapshot.view_columns.get(name, {})
        return Markup(
            f"<h1>{text(name)}</h1><p class='lead'>{text(own.remarks or ('a materialized view' if own.materialised else 'a view'))}</p>"
            + table(("Column", "Type"), columns.items(), codes=(0, 1))
            + section("Query", Markup(f"<pre tabindex='0'>{text(own.query)}</pre>"))
            + section("Changes", self.chapters([c for c in (*self.pending, *self.ran) if name.lower() in c.touches], "../"))
        )

    # Changes

    def changes(self) -> Markup:
        def counted(where: Mapping[str, str], kind: str) -> Markup:
            rows = (
                (link(address, name), sum((c.author if kind == "Author" else c.file) == name for c in self.subject.chapters))
                for name, address in where.items()
            )
            return table((kind, "Changesets"), rows)

        return Markup(
            "<h1>Changes</h1>"
            + section("By author", counted(self.authors, "Author"))
            + section("By changelog", counted(self.changelogs, "Changelog"))
            + section(f"Pending ({len(self.pending)})", self.chapters(self.pending, ""))
            + section(f"Ran ({len(self.ran)}), the last first", self.chapters(self.ran, ""))
        )

    def chapters_page(self, kind: str, name: str, own: Sequence[Chapter]) -> Markup:
        return Markup(f"<h1>{text(name)}</h1><p class='lead'>{text(kind)} of {len(own)} changesets</p>{self.chapters(own, '../')}")

    def chapters(self, found: Sequence[Chapter], root: str) -> Markup:
        rows = (
            (
                chapter.row.executed_at if chapter.row is not None else badge("pending", "wait"),
                chapter.id,
                link(root + self.authors[chapter.author], chapter.author),
                link(root + self.changelogs[chapter.file], chapter.file),
                self.what(chapter, root),
                join([chapter.comment, badge(chapter.row.tag)] if chapter.row is not None and chapter.row.tag else [chapter.comment], " "),
            )
            for chapter in found
        )
        return table(("When", "Id", "Author", "Changelog", "What", "Why"), rows)

    def what(self, chapter: Chapter, root: str) -> Markup:
        """Its changes; the name of a table that is there leads to its page."""
        parts: list[Cell] = []
        for change in chapter.changes:
            kind, _, name = change.partition(" ")
            where = self.tables.get(name) or self.views.get(name)
            parts.append(Markup(f"{text(kind)} {link(root + where, name)}") if where else change)
        return join(parts)


def _column(column: Column, own: Table, found: Sequence[Reference]) -> Sequence[Cell]:
    marks: list[Cell] = []
    if own.primary_key is not None and column.name in own.primary_key.columns:
        marks.append(badge("PK"))
    if any(reference.child == own.name.name and column.name in reference.columns for reference in found):
        marks.append(badge("FK"))
    if any(column.name in unique.columns for unique in own.uniques):
        marks.append(badge("unique"))
    if column.nullable is False:
        marks.append("not null")
    if column.auto_increment:
        marks.append("counting")
    default = column.default.text if column.default is not None else None
    return column.name, " ".join(part for part in (column.type, column.attributes) if part), join(marks, " "), default, column.remarks


def _constraints(own: Table) -> Iterator[Sequence[Cell]]:
    if own.primary_key is not None:
        yield "primary key", own.primary_key.name, ", ".join(own.primary_key.columns)
    for unique in own.uniques:
        yield "unique", unique.name, ", ".join(unique.columns)
    for check in own.checks:
        yield "check", check.name, check.expression
    for exclusion in own.exclusions:
        yield "exclusion", exclusion.name, exclusion.definition
    for key in own.foreign_keys:
        if key.references.table.schema is not None:
            yield "foreign key", key.name, f"({', '.join(key.columns)}) → {key.references.table} ({', '.join(key.references.columns)})"


def _indexes(own: Table) -> Iterator[Sequence[Cell]]:
    for index in own.indexes:
        listed = ", ".join(f"{column.name}{' desc' if column.descending else ''}" for column in index.columns)
        yield index.name, badge("unique") if index.unique else "", index.definition or listed
