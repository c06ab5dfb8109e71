"""Answers as pictures: bars, a map of countries, a graph of things. Drawn by the server, as SVG without scripts. Pure.

A picture shows what the table beside it says, for those who see it; readers who do not get the table.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

_MOST_BARS: Final = 40
_MOST_NODES: Final = 60
_BAR: Final = 22
_LABEL: Final = 260
_WIDTH: Final = 760
_LONGEST: Final = 38
_TILE: Final = 92
_DARK: Final = 0.55
_SIDE: Final = 900

TILES: Final[Mapping[str, tuple[int, int]]] = {
    "SEN": (0, 1), "GMB": (0, 2), "GNB": (0, 3), "MRT": (1, 0), "GIN": (1, 3), "SLE": (1, 4), "MLI": (2, 1),
    "LBR": (2, 4), "BFA": (3, 2), "CIV": (3, 3), "GHA": (4, 3), "NER": (4, 1), "TGO": (5, 3), "BEN": (6, 3),
    "NGA": (7, 3), "TCD": (7, 1), "CMR": (8, 3), "CAF": (8, 2),
}  # fmt: skip
"""Country (ISO 3166 alpha-3) -> column and row of its tile: neighbours stand beside each other, areas say nothing."""


class Bar(NamedTuple):
    """A label and its number."""

    label: str
    value: float


class Edge(NamedTuple):
    """A statement between two things, each by what it is called."""

    source: str
    label: str
    target: str


def bars(rows: Sequence[Bar], caption: str) -> Markup:
    """Horizontal bars, at most forty, as long as their numbers; negative ones are drawn to the left of the line."""
    shown = rows[:_MOST_BARS]
    largest = max((abs(each.value) for each in shown), default=0) or 1
    negative = any(each.value < 0 for each in shown)
    room = (_WIDTH - _LABEL - 80) / (2 if negative else 1)
    zero = _LABEL + (room if negative else 0)
    parts = [_open(_WIDTH, len(shown) * _BAR + 8, caption)]
    for number, each in enumerate(shown):
        top = number * _BAR + 4
        length = room * abs(each.value) / largest
        start, end = (zero - length, zero) if each.value < 0 else (zero, zero + length)
        parts.append(_text(_LABEL - 8, top + 14, _short(each.label), anchor="end"))
        parts.append(_rect(start, top, length, 16, kind="bar"))
        parts.append(_text(end + 6, top + 14, _number(each.value), anchor="start", kind="value"))
    return _closed(parts)


def tiles(values: Mapping[str, float], names: Mapping[str, str], caption: str) -> Markup:
    """A tile for each country of the region, the darker the larger its number; `values` by alpha-3 code."""
    largest = max((abs(each) for each in values.values()), default=0) or 1
    columns, rows = (max(place[axis] for place in TILES.values()) + 1 for axis in (0, 1))
    parts = [_open(columns * _TILE, rows * _TILE, caption)]
    for code, (column, row) in TILES.items():
        value = values.get(code)
        strength = 0.0 if value is None else 0.15 + 0.85 * abs(value) / largest
        kind = "tile" if value is None else "tile dark" if strength > _DARK else "tile light"
        left, top, middle = column * _TILE, row * _TILE, column * _TILE + _TILE // 2
        parts += [
            Markup('<g class="{}">').format(kind),
            _rect(left + 2, top + 2, _TILE - 4, _TILE - 4, opacity=strength),
            _text(middle, top + 38, _short(names.get(code, code), 12)),
            _text(middle, top + 62, "–" if value is None else _number(value), kind="value"),
            Markup("</g>"),
        ]
    return _closed(parts)


def network(edges: Sequence[Edge], caption: str) -> Markup:
    """Things and what stands between them: those with most links in the middle, the others around them."""
    degree: dict[str, int] = {}
    for each in edges:
        for node in (each.source, each.target):
            degree[node] = degree.get(node, 0) + 1
    places = _placed(sorted(degree, key=lambda node: (-degree[node], node))[:_MOST_NODES])
    parts = [_open(_SIDE, _SIDE, caption)]
    parts += [_line(places, each) for each in edges if each.source in places and each.target in places]
    for node, (x, y) in places.items():
        parts.append(Markup('<circle cx="{:.0f}" cy="{:.0f}" r="6"/>').format(x, y))
        parts.append(_text(x, y - 10, _short(node, 26), title=node))
    return _closed(parts)


def _line(places: Mapping[str, tuple[float, float]], edge: Edge) -> Markup:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    line = Markup('<line x1="{:.0f}" y1="{:.0f}" x2="{:.0f}" y2="{:.0f}"><title>{}</title></line>')
    return line.format(x1, y1, x2, y2, f"{edge.source} {edge.label} {edge.target}")


def _placed(nodes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Rings around the middle: one node, then eight, then sixteen …"""
    places, ring, taken = {}, 0, 0
    while taken < len(nodes):
        room = 8 * ring or 1
        held = nodes[taken : taken + room]
        for number, node in enumerate(held):
            angle = 2 * math.pi * number / len(held) + ring / 2
            radius = 125 * ring
            places[node] = (_SIDE / 2 + radius * math.cos(angle), _SIDE / 2 + radius * math.sin(angle) * 0.95)
        taken, ring = taken + len(held), ring + 1
    return places


def _text(x: float, y: float, words: str, *, anchor: str = "middle", kind: str = "", title: str = "") -> Markup:
    hint = Markup("<title>{}</title>").format(title) if title else ""
    text = Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}{}</text>')
    return text.format(kind, x, y, anchor, hint, words)


def _rect(x: float, y: float, width: float, height: float, *, kind: str = "", opacity: float = 1) -> Markup:
    rect = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill-opacity="{:.2f}"/>')
    return rect.format(kind, x, y, width, height, opacity)


def _open(width: int, height: int, caption: str) -> Markup:
    return Markup('<svg class="drawing" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(width, height, caption)


def _closed(parts: Sequence[Markup]) -> Markup:
    return Markup("").join(parts) + Markup("</svg>")


def _short(label: str, longest: int = _LONGEST) -> str:
    return label if len(label) <= longest else label[: longest - 1] + "…"


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if value == int(value) else f"{value:,.2f}"
