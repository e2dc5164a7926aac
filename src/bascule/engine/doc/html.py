"""Words of HTML. Whatever comes from a database is text here: `Markup` is what we wrote ourselves."""

from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Cell = str | Markup | int | None


def text(value: Cell) -> Markup:
    """As HTML that shows just that."""
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None else escape(str(value)))


def link(address: str, label: Cell) -> Markup:
    return Markup(f'<a href="{escape(address)}">{text(label)}</a>')


def badge(label: str, kind: str = "") -> Markup:
    return Markup(f'<span class="badge {kind}">{text(label)}</span>')


def join(parts: Iterable[Cell], between: str = ", ") -> Markup:
    return Markup(text(between).join(text(part) for part in parts))


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, identity: str = "", codes: Sequence[int] = ()) -> Markup:
    """A table that scrolls where it is too wide; columns at `codes` are written as code. Nothing where there are no rows."""
    body = "".join(f"<tr>{''.join(f'<td{_kind(cell, at in codes)}>{text(cell)}</td>' for at, cell in enumerate(row))}</tr>" for row in rows)
    if not body:
        return Markup("")
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in heads)
    marked = f' id="{escape(identity)}"' if identity else ""
    return Markup(f'<div class="wide" tabindex="0"><table{marked}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def _kind(cell: Cell, is_code: bool) -> str:
    if isinstance(cell, int):
        return ' class="number"'
    return ' class="code"' if is_code else ""


def section(title: str, body: Markup) -> Markup:
    """Nothing where the body is empty."""
    return Markup(f"<h2>{text(title)}</h2>{body}") if body else Markup("")
