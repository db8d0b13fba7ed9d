"""Plots as SVG, which browsers draw without anything from outside."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _ROW, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 26, 230, 90, 10, 34
_SQUARE = 420
COLOURS = ("#3b6fb6", "#c8553d", "#3d8f5f", "#8a5fb0", "#b58a2b", "#2b8f9c", "#b0487e", "#666666")


@dataclass(frozen=True, slots=True)
class Point:
    """A mean with its interval; `number` chooses the colour."""

    label: str
    mean: float
    low: float
    high: float
    number: int


def rows(points: Sequence[Point], digits: int, *, zero: bool = False) -> str:
    """A line for each point: its name, a dot, its interval, its number.

    Args:
        zero: draws a line at zero, for differences.
    """
    edges = [edge for one in points for edge in (one.low, one.high, one.mean)] + ([0.0] if zero else [])
    ticks = _ticks([edge for edge in edges if math.isfinite(edge)])
    low, high = ticks[0], ticks[-1]
    height = _TOP + _ROW * len(points) + _BOTTOM

    def x(value: float) -> float:
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    parts = [_open(_WIDTH, height)]
    for tick in ticks:
        parts.append(_line(x(tick), _TOP, x(tick), height - _BOTTOM, "grid"))
        parts.append(_text(x(tick), height - _BOTTOM + 16, f"{tick:g}", "middle", "tick"))
    if zero:
        parts.append(_line(x(0), _TOP, x(0), height - _BOTTOM, "zero"))
    for row, one in enumerate(points):
        y = _TOP + _ROW * (row + 0.5)
        colour = COLOURS[one.number % len(COLOURS)]
        parts.append(_text(_LEFT - 10, y + 4, one.label, "end", "name"))
        if math.isfinite(one.low) and math.isfinite(one.high):
            parts.append(f'<line x1="{x(one.low):.1f}" y1="{y}" x2="{x(one.high):.1f}" y2="{y}" stroke="{colour}"/>')
        parts.append(f'<circle cx="{x(one.mean):.1f}" cy="{y}" r="4" fill="{colour}"/>')
        parts.append(_text(_WIDTH - _RIGHT + 10, y + 4, f"{one.mean:.{digits}f}", "start", "name"))
    return "".join([*parts, "</svg>"])


def scatter(across: Sequence[Point], up: Sequence[Point], titles: tuple[str, str]) -> str:
    """Two measures against one another, with both intervals; the points of both lists belong together."""
    return _square(across, up, titles, joined=False)


def curve(across: Sequence[Point], up: Sequence[Point], titles: tuple[str, str]) -> str:
    """As `scatter`, its points joined in the order in which they stand."""
    return _square(across, up, titles, joined=True)


def _square(across: Sequence[Point], up: Sequence[Point], titles: tuple[str, str], *, joined: bool) -> str:
    axes = [_ticks([edge for one in some for edge in (one.low, one.mean, one.high) if math.isfinite(edge)])
            for some in (across, up)]  # fmt: skip
    left, top, size = 64, 14, _SQUARE
    width, height = left + size + 210, top + size + 52

    def x(value: float) -> float:
        return left + (value - axes[0][0]) / (axes[0][-1] - axes[0][0]) * size

    def y(value: float) -> float:
        return top + size - (value - axes[1][0]) / (axes[1][-1] - axes[1][0]) * size

    parts = [_open(width, height)]
    for tick in axes[0]:
        parts.append(_line(x(tick), top, x(tick), top + size, "grid"))
        parts.append(_text(x(tick), top + size + 16, f"{tick:g}", "middle", "tick"))
    for tick in axes[1]:
        parts.append(_line(left, y(tick), left + size, y(tick), "grid"))
        parts.append(_text(left - 6, y(tick) + 4, f"{tick:g}", "end", "tick"))
    parts.append(_text(left + size / 2, top + size + 38, titles[0], "middle", "name"))
    parts.append(
        f'<text class="name" text-anchor="middle" transform="translate(14 {top + size / 2}) rotate(-90)">'
        f"{escape(titles[1])}</text>"
    )
    if joined and len(across) > 1:
        path = " ".join(f"{x(a.mean):.1f},{y(b.mean):.1f}" for a, b in zip(across, up, strict=True))
        parts.append(f'<polyline class="joined" points="{path}"/>')
    for row, (a, b) in enumerate(zip(across, up, strict=True)):
        colour = COLOURS[a.number % len(COLOURS)]
        centre = x(a.mean), y(b.mean)
        for low, high, level in ((a.low, a.high, True), (b.low, b.high, False)):
            if math.isfinite(low) and math.isfinite(high):
                ends = (x(low), centre[1], x(high), centre[1]) if level else (centre[0], y(low), centre[0], y(high))
                parts.append(_coloured(*ends, colour))
        parts.append(f'<circle cx="{centre[0]:.1f}" cy="{centre[1]:.1f}" r="5" fill="{colour}"/>')
        line = top + 14 + row * 18
        parts.append(f'<circle cx="{left + size + 20}" cy="{line - 4}" r="5" fill="{colour}"/>')
        parts.append(_text(left + size + 32, line, a.label, "start", "name"))
    return "".join([*parts, "</svg>"])


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers that enclose all values, four to eight of them."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < 1e-9:
        low, high = low - max(0.01, abs(low) * 0.05), high + max(0.01, abs(high) * 0.05)
    rough = (high - low) / 5
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _open(width: float, height: float) -> str:
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _coloured(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
