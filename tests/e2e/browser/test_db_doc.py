"""The pages of db-doc in a browser, from files: they fit, they are readable, they complain about nothing."""

import re
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bascule.cli.main import main

TABLES = 22


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each table refers to the one before it, and to one further away."""
    place = tmp_path_factory.mktemp("doc")
    connection = sqlite3.connect(place / "app.db")
    for number in range(TABLES):
        near = [f"t{at}" for at in (number - 1, number // 3) if at >= 0 and at != number]
        columns = "".join(f", {name}_id int REFERENCES {name} (id)" for name in dict.fromkeys(near))
        connection.execute(
            f"CREATE TABLE t{number} (id integer PRIMARY KEY, a_rather_long_name_of_a_column varchar(200) NOT NULL{columns})"
        )
    connection.execute("CREATE TABLE alone (id integer PRIMARY KEY)")
    connection.close()
    assert main(["db-doc", "-q", "--url", f"sqlite:{place}/app.db", "--output-directory", str(place / "site")]) == 0
    return place / "site"


@pytest.fixture(params=[("light", 1400), ("dark", 1400), ("light", 375), ("dark", 375)], ids=lambda param: f"{param[0]}-{param[1]}")
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    scheme, width = request.param
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.append(request.url))
    yield opened
    assert complaints == []
    context.close()


def test_the_pages_fit(page: Page, folder: Path) -> None:
    for path in ("index.html", "diagram.html", "changes.html", "tables/t7.html"):
        page.goto((folder / path).as_uri())
        width, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= room, path
    page.goto((folder / "diagram.html").as_uri())
    page.check(".fit input")
    assert page.evaluate("document.querySelector('.canvas').scrollWidth <= document.querySelector('.canvas').clientWidth")


def test_a_diagram_leads_on_and_lights_up(page: Page, folder: Path) -> None:
    page.goto((folder / "diagram.html").as_uri())
    assert page.locator("svg.er .box").count() == TABLES
    boxes = [box.bounding_box() for box in page.locator("svg.er .box .body").all()]
    assert all(boxes)
    page.locator("svg.er .box[data-table=t5]").focus()
    lit = page.locator("svg.er .line.lit").count()
    assert 0 < lit < page.locator("svg.er .line").count()
    page.locator("svg.er .box[data-table=t5]").click()
    assert page.locator("h1").inner_text() == "t5"
    assert page.locator("svg.er .box.focus").get_attribute("data-table") == "t5"


def test_a_table_is_found_by_its_name(page: Page, folder: Path) -> None:
    page.goto((folder / "index.html").as_uri())
    page.fill("input[type=search]", "t1")
    shown = [row for row in page.locator("#tables tbody tr").all() if row.is_visible()]
    assert [row.locator("a").inner_text() for row in shown] == ["t1", *(f"t1{digit}" for digit in range(10))]


def test_text_stands_out_from_its_ground(page: Page, folder: Path) -> None:
    page.goto((folder / "tables/t7.html").as_uri())
    for found in ("body", "p.lead", "th", ".er .name", ".er .type", ".badge"):
        ratio = page.evaluate(_CONTRAST, found)
        assert ratio >= 4.5, (found, ratio)


_CONTRAST = """selector => {
  const light = (text) => {
    const parts = text.match(/[\\d.]+/g).map((part) => Number(part) / 255);
    const [r, g, b] = parts.map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  const inSvg = element.closest("svg");
  const own = getComputedStyle(element);
  let ground = inSvg ? getComputedStyle(element.closest("a").querySelector(selector.endsWith("name") ? ".head" : ".body")).fill : null;
  for (let at = element; !ground; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!colour.startsWith("rgba(0, 0, 0, 0")) ground = colour;
  }
  const [a, b] = [light(inSvg ? own.fill : own.color), light(ground)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def test_lines_pass_between_boxes(folder: Path) -> None:
    """Where a line runs straight it runs through no box."""

    drawn = (folder / "diagram.html").read_text()
    boxes = [
        tuple(map(float, found))
        for found in re.findall(r'class="body" x="([-\d.]+)" y="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)"', drawn)
    ]
    for path in re.findall(r'<g class="line"[^>]*><title>[^<]*</title><path d="([^"]+)"', drawn):
        points = _points(path)
        for (x, y, straight), (to_x, to_y, _) in pairwise(points):
            if straight and y == to_y:
                hit = [box for box in boxes if box[1] < y < box[1] + box[3] and max(x, box[0]) + 1 < min(to_x, box[0] + box[2])]
                assert not hit, path


def _points(path: str) -> list[tuple[float, float, bool]]:
    """Each point with whether a straight line begins there."""

    points: list[tuple[float, float, bool]] = []
    for kind, numbers in re.findall(r"([MHC])([-\d. ]+)", path):
        values = [float(number) for number in numbers.split()]
        x, y = (values[0], points[-1][1]) if kind == "H" else (values[-2], values[-1])
        if points:
            points[-1] = (points[-1][0], points[-1][1], kind == "H")
        points.append((x, y, False))
    return points
