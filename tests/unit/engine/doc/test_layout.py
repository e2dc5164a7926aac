"""Where the boxes of a diagram stand."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.engine.doc.layout import Layout, Size, layout

NAMES = [f"t{number}" for number in range(14)]
edges = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=30)


def overlap(placed: Layout, sizes: dict[str, Size], one: str, other: str) -> bool:
    a, b = placed.spots[one], placed.spots[other]
    return (
        a.x < b.x + sizes[other].width
        and b.x < a.x + sizes[one].width
        and a.y < b.y + sizes[other].height - 0.01
        and b.y < a.y + sizes[one].height - 0.01
    )


@settings(max_examples=60, deadline=None)
@given(edges)
def test_no_two_boxes_overlap_and_all_are_on_the_canvas(found: list[tuple[str, str]]) -> None:
    sizes = {name: Size(100 + 5 * at, 40 + 9 * at) for at, name in enumerate(NAMES)}
    placed = layout(sizes, found)
    assert set(placed.spots) == set(NAMES)
    assert not [pair for pair in combinations(NAMES, 2) if overlap(placed, sizes, *pair)]
    for name, spot in placed.spots.items():
        assert spot.x >= 0
        assert spot.y >= -0.01
        assert spot.x + sizes[name].width <= placed.width + 0.01
        assert spot.y + sizes[name].height <= placed.height + 0.01
    assert placed == layout(sizes, found)


def test_a_table_stands_to_the_right_of_those_that_it_refers_to() -> None:
    sizes = {name: Size(100, 50) for name in ("country", "city", "address")}
    placed = layout(sizes, [("city", "country"), ("address", "city"), ("address", "country")])
    assert placed.spots["country"].x < placed.spots["city"].x < placed.spots["address"].x
    ((left, right, _),) = placed.lanes["address", "country"]
    assert left == placed.spots["city"].x
    assert right == left + 100


@pytest.mark.parametrize("found", [[], [("a", "a")], [("a", "b"), ("b", "a")], [("a", "b"), ("b", "c"), ("c", "a")]])
def test_circles_end(found: list[tuple[str, str]]) -> None:
    assert len(layout({name: Size(10, 10) for name in "abc"}, found).spots) == 3
