"""`db-doc`: the pages about a database, written to a folder."""

from collections.abc import Sequence
from pathlib import Path

from bascule.engine.commands.look import look_schemas
from bascule.engine.commands.session import Session
from bascule.engine.doc.addresses import addresses
from bascule.engine.doc.pages import Subject, pages
from bascule.engine.doc.story import story


def db_doc(session: Session, folder: Path, schemas: Sequence[str] = ()) -> list[Path]:
    """Writes the pages of one schema, or of several each in a folder of its own; returns what a reader opens first.

    Files of the same name are replaced, others stay. Without a changelog there are no changes to tell.
    """
    seen = look_schemas(session.target, schemas, view_columns=True)
    rows = session.target.read_history().rows
    changesets = session.changelog.changesets if session.request.changelog is not None else ()
    pending = [item.changeset for item in session.select(rows).pending] if changesets else []
    chapters = story(changesets, pending, rows)
    names = [snapshot.database.default_schema or session.target.dialect.name for snapshot in seen]
    places = addresses("", names) if len(seen) > 1 else {names[0]: "/.html"}
    first = []
    for name, snapshot in zip(names, seen, strict=True):
        own = folder / places[name].strip("/").removesuffix(".html")
        database = snapshot.database
        title = (
            " / ".join(dict.fromkeys(part for part in (database.catalog, database.default_schema) if part))
            or Path(session.target.settings.url.database).name
        )
        for path, content in pages(Subject(snapshot, chapters, title)):
            target = own / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        first.append(own / "index.html")
    return first
