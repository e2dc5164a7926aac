"""An entity-relationship diagram as SVG: boxes that lead to their table's page, lines with crow's feet. Colours are the page's."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from bascule.engine.doc.graph import Box, Reference
from bascule.engine.doc.layout import Layout, Size, Spot, layout

_HEAD = 30.0
_LINE = 19.0
_PAD = 10.0
_MARGIN = 24.0
_CHARACTER = 6.65
_BOLD = 7.9
_MOST = 34
"""Characters of a name or type before it is cut."""
_FOOT = 11.0

Link = Callable[[str], str]


def svg(boxes: Sequence[Box], references: Sequence[Reference], link: Link, label: str, focus: str | None = None) -> str:
    """The whole drawing. `link` gives a table's address, `focus` is drawn as the one that the page is about."""
    by_name = {box.name: box for box in boxes}
    sizes = {box.name: _size(box) for box in boxes}
    placed = layout(sizes, [(reference.child, reference.parent) for reference in references])
    loops = any(reference.child == reference.parent for reference in references)
    width, height = placed.width + 2 * _MARGIN + (_MARGIN if loops else 0), placed.height + 2 * _MARGIN
    lines = "".join(_line(reference, by_name, sizes, placed) for reference in references)
    drawn = "".join(_box(box, sizes[box.name], placed.spots[box.name], link, is_focus=box.name == focus) for box in boxes)
    return (
        f'<svg class="er" role="img" aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="{-_MARGIN:.0f} {-_MARGIN:.0f} {width:.0f} {height:.0f}">{lines}{drawn}</svg>'
    )


def _size(box: Box) -> Size:
    widest = max(
        [len(_cut(row.name)) + len(_cut(row.type)) + (len(row.mark) + 1 if row.mark else 0) + 3 for row in box.rows] or [0],
    )
    rows = len(box.rows) + (1 if box.more else 0)
    width = max(widest * _CHARACTER, len(_cut(box.name)) * _BOLD) + 2 * _PAD
    return Size(max(width, 120.0), _HEAD + rows * _LINE + (6 if rows else 0))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _box(box: Box, size: Size, spot: Spot, link: Link, *, is_focus: bool) -> str:
    x, y = spot.x, spot.y
    parts = [
        f'<a class="box{" focus" if is_focus else ""}" href="{escape(link(box.name))}" data-table="{escape(box.name)}">'
        f"<title>{escape(box.name)}</title>",
        f'<rect class="body" x="{x:.1f}" y="{y:.1f}" width="{size.width:.1f}" height="{size.height:.1f}" rx="6"/>',
        f'<path class="head" d="M{x:.1f} {y + _HEAD:.1f}v{6 - _HEAD:.1f}a6 6 0 0 1 6-6h{size.width - 12:.1f}'
        f'a6 6 0 0 1 6 6v{_HEAD - 6:.1f}z"/>',
        f'<text class="name" x="{x + _PAD:.1f}" y="{y + 20:.1f}">{escape(_cut(box.name))}</text>',
    ]
    for at, row in enumerate(box.rows):
        base = y + _HEAD + at * _LINE + 15
        mark = f'<tspan class="mark">{escape(row.mark)} </tspan>' if row.mark else ""
        parts.append(f'<text class="column" x="{x + _PAD:.1f}" y="{base:.1f}">{mark}{escape(_cut(row.name))}</text>')
        parts.append(f'<text class="type" x="{x + size.width - _PAD:.1f}" y="{base:.1f}">{escape(_cut(row.type))}</text>')
    if box.more:
        base = y + _HEAD + len(box.rows) * _LINE + 15
        parts.append(f'<text class="more" x="{x + _PAD:.1f}" y="{base:.1f}">{box.more} more</text>')
    parts.append("</a>")
    return "".join(parts)


def _line(reference: Reference, boxes: Mapping[str, Box], sizes: Mapping[str, Size], placed: Layout) -> str:
    child, parent = placed.spots[reference.child], placed.spots[reference.parent]
    child_y = _row_y(boxes[reference.child], child, reference.columns)
    parent_y = _row_y(boxes[reference.parent], parent, reference.parent_columns)
    child_size, parent_size = sizes[reference.child], sizes[reference.parent]
    if reference.child == reference.parent:
        start, end = (child.x + child_size.width, child_y, 1), (parent.x + parent_size.width, parent_y, 1)
        path = _loop(start, end)
    elif child.layer > parent.layer:
        start, end = (child.x, child_y, -1), (parent.x + parent_size.width, parent_y, 1)
        path = _through(end, parent.layer_right, placed.lanes.get((reference.child, reference.parent), ()), start)
    else:
        start, end = (child.x + child_size.width, child_y, 1), (parent.x, parent_y, -1)
        path = _through(start, child.layer_right, placed.lanes.get((reference.parent, reference.child), ()), end)
    columns = ", ".join(reference.columns)
    title = f"{reference.child} ({columns}) → {reference.parent} ({', '.join(reference.parent_columns)}) {reference.name}"
    ends = _many(*start) if not reference.unique else _one(*start, optional=True)
    return (
        f'<g class="line" data-ends="{escape(reference.child)}&#10;{escape(reference.parent)}"><title>{escape(title)}</title>'
        f'<path d="{path}"/><path class="end" d="{ends}{_one(*end, optional=reference.optional)}"/></g>'
    )


def _row_y(box: Box, spot: Spot, columns: Sequence[str]) -> float:
    """The middle of the first column's row, or of the head where it is not drawn."""
    for at, row in enumerate(box.rows):
        if columns and row.name == columns[0]:
            return spot.y + _HEAD + at * _LINE + 10
    return spot.y + _HEAD / 2


End = tuple[float, float, int]
"""Where a line meets a box: x, y, and the side on which it leaves (-1 left, 1 right)."""


def _loop(start: End, end: End) -> str:
    x, y, _ = start
    below = end[1] if abs(end[1] - y) > 12 else y - _LINE
    return f"M{x:.1f} {y:.1f}h16c24 0 24 {below - y:.1f} 0 {below - y:.1f}H{end[0]:.1f}"


def _through(left: End, edge: float, lanes: Sequence[tuple[float, float, float]], right: End) -> str:
    """From the left box's right side to its layer's edge, past what else stands there; over the lanes, to the right box's left side."""
    x, y = max(left[0], edge) + _FOOT + 4, left[1]
    path = [f"M{left[0]:.1f} {y:.1f}H{x:.1f}"]
    for lane_left, lane_right, lane_y in lanes:
        path.append(_curve(x, y, lane_left, lane_y))
        path.append(f"H{lane_right:.1f}")
        x, y = lane_right, lane_y
    path.append(_curve(x, y, right[0] - _FOOT - 4, right[1]))
    path.append(f"H{right[0]:.1f}")
    return "".join(path)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    bend = max((to_x - x) / 2, 12.0)
    return f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def _many(x: float, y: float, side: int) -> str:
    """A crow's foot, open towards the box, and a ring: none or more."""
    tip = x + side * _FOOT
    return f"M{x:.1f} {y - 5:.1f}L{tip:.1f} {y:.1f}L{x:.1f} {y + 5:.1f}{_ring(tip + side * 3.5, y)}"


def _one(x: float, y: float, side: int, *, optional: bool) -> str:
    """A bar: one; with a ring before it: none or one, with a second bar: exactly one."""
    bar = f"M{x + side * 5:.1f} {y - 5:.1f}v10"
    return bar + (_ring(x + side * 10.5, y) if optional else f"M{x + side * 9:.1f} {y - 5:.1f}v10")


def _ring(x: float, y: float) -> str:
    return f"M{x - 3.5:.1f} {y:.1f}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0"
