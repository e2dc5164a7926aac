"""Where boxes stand: in layers from the tables that others rest on to those that rest on them, with few crossings.

The classic four steps: take circles apart, give each box a layer that has room for it, lead long lines through the layers between,
order each layer by where its neighbours are; then move all towards their neighbours as far as there is space.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt

import msgspec

GAP_X = 90.0
GAP_Y = 26.0
_LANE = 14.0
"""The height that a line takes where it passes through a layer."""
_SWEEPS = 8
_MOVES = 12


class Size(msgspec.Struct, frozen=True):
    width: float
    height: float


class Spot(msgspec.Struct, frozen=True):
    """The upper left corner of a box, its layer, and where that ends."""

    x: float
    y: float
    layer: int
    layer_right: float


class Layout(msgspec.Struct, frozen=True):
    spots: dict[str, Spot]
    lanes: dict[tuple[str, str], tuple[tuple[float, float, float], ...]]
    """(child, parent) → where its line passes through the layers between, from parent to child: left, right, y."""
    width: float
    height: float


class _Node(msgspec.Struct):
    """A box, or a place where a long line passes."""

    key: object
    size: Size
    layer: int
    y: float = 0.0


def layout(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> Layout:
    """`edges` are (child, parent); parents stand to the left. The same input gives the same picture."""
    links = _acyclic(sizes, edges)
    layers_of = _layers(sizes, links)
    nodes: dict[object, _Node] = {name: _Node(name, sizes[name], layers_of[name]) for name in sizes}
    steps, chains = _with_lanes(nodes, links)
    layers: list[list[_Node]] = [[] for _ in range(max(layers_of.values(), default=0) + 1)]
    for node in nodes.values():
        layers[node.layer].append(node)
    near = _neighbours(nodes, steps)
    _order(layers, near)
    _move(layers, near)
    return _placed(layers, nodes, chains)


def _acyclic(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """Child → parents, without references to itself; a reference that closes a circle is turned round."""
    parents: dict[str, set[str]] = {name: set() for name in sizes}
    for child, parent in sorted(set(edges)):
        if child != parent:
            parents[child].add(parent)
    result: dict[str, set[str]] = {name: set() for name in sizes}
    state: dict[str, int] = {}
    for root in sorted(sizes, key=lambda name: (len(parents[name]), name)):
        stack = [(root, iter(sorted(parents[root])))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, rest = stack[-1]
            for parent in rest:
                if state.get(parent) == 1:
                    result[parent].add(name)
                    continue
                result[name].add(parent)
                if parent not in state:
                    state[parent] = 1
                    stack.append((parent, iter(sorted(parents[parent]))))
                    break
            else:
                state[name] = 2
                stack.pop()
    return result


def _layers(sizes: Mapping[str, Size], parents: Mapping[str, set[str]]) -> dict[str, int]:
    """Behind all parents, in the first layer that has room; a layer is about as high as the whole is to be."""
    area = sum((size.width + GAP_X) * (size.height + GAP_Y) for size in sizes.values())
    most = max([sqrt(area / 1.5), *(size.height + GAP_Y for size in sizes.values())])
    children: dict[str, set[str]] = defaultdict(set)
    for name, own in parents.items():
        for parent in own:
            children[parent].add(name)
    layers: dict[str, int] = {}
    used: dict[int, float] = defaultdict(float)
    ready = sorted((name for name in sizes if not parents[name]), key=lambda name: (-len(children[name]), name))
    while ready:
        name = ready.pop(0)
        layer = max((layers[parent] + 1 for parent in parents[name]), default=0)
        height = sizes[name].height + GAP_Y
        while used[layer] and used[layer] + height > most:
            layer += 1
        layers[name] = layer
        used[layer] += height
        ready += sorted(child for child in children[name] if child not in ready and all(parent in layers for parent in parents[child]))
    for name in sorted(layers, key=lambda name: (-layers[name], name)):
        if len(children[name]) > len(parents[name]):  # nearer to those that refer to it: shorter lines
            layers[name] = min(layers[child] for child in children[name]) - 1
    return layers


def _with_lanes(
    nodes: dict[object, _Node], parents: Mapping[str, set[str]]
) -> tuple[list[tuple[object, object]], dict[tuple[str, str], list[object]]]:
    """Steps from layer to layer, and the lanes that each long line takes, from the left."""
    steps: list[tuple[object, object]] = []
    chains: dict[tuple[str, str], list[object]] = {}
    for child, own in parents.items():
        for parent in sorted(own):
            before: object = parent
            chain: list[object] = []
            for layer in range(nodes[parent].layer + 1, nodes[child].layer):
                lane = (child, parent, layer)
                nodes[lane] = _Node(lane, Size(0.0, _LANE - GAP_Y / 2), layer)
                steps.append((before, lane))
                chain.append(lane)
                before = lane
            steps.append((before, child))
            chains[child, parent] = chain
    return steps, chains


def _neighbours(nodes: Mapping[object, _Node], steps: Sequence[tuple[object, object]]) -> dict[object, tuple[list[_Node], list[_Node]]]:
    """Node → those to the left, those to the right."""
    near: dict[object, tuple[list[_Node], list[_Node]]] = {key: ([], []) for key in nodes}
    for left, right in steps:
        near[right][0].append(nodes[left])
        near[left][1].append(nodes[right])
    return near


def _order(layers: list[list[_Node]], near: Mapping[object, tuple[list[_Node], list[_Node]]]) -> None:
    """By the mean place of the neighbours, to the right and back again; the order with the fewest crossings stays."""
    best, fewest = [list(layer) for layer in layers], None
    place = {id(node): at for layer in layers for at, node in enumerate(layer)}
    for sweep in range(_SWEEPS):
        side = sweep % 2
        for layer in layers if side == 0 else reversed(layers):
            means = {
                id(node): sum(place[id(other)] for other in near[node.key][side]) / len(near[node.key][side])
                if near[node.key][side]
                else float(place[id(node)])
                for node in layer
            }
            layer.sort(key=lambda node: means[id(node)])
            place.update((id(node), at) for at, node in enumerate(layer))
        crossings = _crossings(layers, near)
        if fewest is None or crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    for layer, kept in zip(layers, best, strict=True):
        layer[:] = kept


def _crossings(layers: list[list[_Node]], near: Mapping[object, tuple[list[_Node], list[_Node]]]) -> int:
    count = 0
    for left, right in pairwise(layers):
        place = {id(node): at for at, node in enumerate(right)}
        seen: list[int] = []
        for node in left:
            ends = sorted(place[id(other)] for other in near[node.key][1])
            count += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return count


def _move(layers: list[list[_Node]], near: Mapping[object, tuple[list[_Node], list[_Node]]]) -> None:
    """Each towards the middle of its neighbours, as far as those above and below it leave space."""
    for layer in layers:
        y = 0.0
        for node in layer:
            node.y = y
            y += node.size.height + GAP_Y
    for move in range(_MOVES):
        side = move % 2
        for layer in layers if side == 0 else reversed(layers):
            wanted = [_middle(node, near[node.key][side] or near[node.key][1 - side]) for node in layer]
            _settle(layer, wanted)


def _middle(node: _Node, others: Sequence[_Node]) -> float:
    if not others:
        return node.y
    return sum(other.y + other.size.height / 2 for other in others) / len(others) - node.size.height / 2


def _settle(layer: list[_Node], wanted: Sequence[float]) -> None:
    """The places nearest to the wanted ones in which nothing overlaps: neighbours that would are moved as one block."""
    blocks: list[tuple[float, float, int]] = []  # sum of wished starts, height, how many
    for node, wish in zip(layer, wanted, strict=True):
        total, height, count = wish, node.size.height + GAP_Y, 1
        while blocks and blocks[-1][0] / blocks[-1][2] + blocks[-1][1] > total / count:
            before = blocks.pop()
            total, height, count = before[0] + total - before[1] * count, before[1] + height, before[2] + count
        blocks.append((total, height, count))
    at = iter(layer)
    for total, _, count in blocks:
        y = total / count
        for _ in range(count):
            node = next(at)
            node.y = y
            y += node.size.height + GAP_Y


def _placed(layers: list[list[_Node]], nodes: Mapping[object, _Node], chains: Mapping[tuple[str, str], list[object]]) -> Layout:
    top = min((node.y for node in nodes.values()), default=0.0)
    lefts: list[tuple[float, float]] = []
    x = 0.0
    for layer in layers:
        width = max((node.size.width for node in layer), default=0.0)
        lefts.append((x, x + width))
        x += width + GAP_X
    spots = {
        str(node.key): Spot(lefts[node.layer][0], node.y - top, node.layer, lefts[node.layer][1])
        for node in nodes.values()
        if isinstance(node.key, str)
    }
    lanes = {
        edge: tuple((*lefts[nodes[lane].layer], nodes[lane].y - top + nodes[lane].size.height / 2) for lane in chain)
        for edge, chain in chains.items()
    }
    height = max((node.y - top + node.size.height for node in nodes.values()), default=0.0)
    return Layout(spots, lanes, max(x - GAP_X, 0.0), height)
