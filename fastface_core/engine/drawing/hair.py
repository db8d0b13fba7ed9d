"""Draws hair from its numbers: what hangs behind the head, what lies on it, and the strands that give it form."""

import numpy as np
from numpy.typing import NDArray

from fastface_core.domain.twin import HEIGHTS, Hair
from fastface_core.engine.drawing.canvas import Canvas, Points, Shade, bend, eased, eased_line, scalloped
from fastface_core.engine.drawing.face_shape import Face
from fastface_core.engine.drawing.head import SKULL, skin_shade

_BARE = 0.12
"""Less cover than this is a bald head."""

_LOCKS = 0.9
"""Height at which hair begins to hang beside the face."""

_Paint = NDArray[np.float64]


def half_width(hair: Hair, face: Face, height: Points) -> Points:
    """Half the width of head and hair at these heights above the eyes."""
    known = np.asarray(hair.widths)
    at = np.interp(height, HEIGHTS[::-1], known[::-1])
    # Over the temples it closes as a dome; measured widths there are the least certain.
    base, start = float(np.interp(0.7, HEIGHTS[::-1], known[::-1])), 0.7
    part = np.clip((height - start) / max(hair.top - start, 0.3), 0, 1)
    dome = base * np.sqrt(1 - part**2.2)
    above = height > start
    at = np.where(above, np.minimum(0.75 * dome + 0.25 * np.minimum(at, 1.2 * dome), dome + 0.08), at)
    head = face.half_width * np.where(height > -0.2, 1.0, 0.0)
    skull = np.sqrt(np.clip(1 - (np.clip(height, 0, None) / max(hair.top, SKULL)) ** 2.4, 0, 1)) * head * 1.03
    return np.maximum(at, np.where(above, skull, head * (hair.length < height)))


def _contour(hair: Hair, face: Face, low: float, count: int = 44) -> Points:
    """The right half of the outer contour, from the top of the head down to `low`, (n, 2)."""
    round_part = np.linspace(0, np.pi / 2, count // 2)
    heights = np.concatenate([
        0.7 + (hair.top - 0.7) * np.cos(round_part),
        np.linspace(0.7, low, count - count // 2 + 1)[1:],
    ])  # fmt: skip
    wide = half_width(hair, face, heights)
    wide[0] = 0
    return np.stack([wide, -heights], 1)


def _mirrored(half: Points) -> Points:
    """A closed outline from its right half, from the top down."""
    return np.concatenate([half, half[::-1] * (-1, 1)])


def _curly(half: Points, curl: float) -> Points:
    if curl < 0.25:
        return half
    depth, bump = (0.05 + 0.07 * curl, 0.62 - 0.26 * curl)
    return scalloped(half, depth, bump)


def _moved(points: Points, face: Face) -> Points:
    """With the turned head, which carries its hair along."""
    return face.turned(points, 0.1)


def _shade(face: Face, low: float) -> Shade:
    """Light on the hair as on a ball; on long hair as on a drop that reaches down to `low`."""
    longer = max(0.0, -0.5 - low)
    return Shade(0, -0.7 + 0.35 * longer, face.half_width * 1.6, 1.9 + 0.6 * longer, slope=0.34, rim=0.26)


def _draw_strand(canvas: Canvas, points: Points, colour: _Paint, tone: float) -> None:
    """A line in the hair's colour times `tone`; dark ones are lines of inked styles as well."""
    paint = np.clip(colour * tone + (0.03 if tone > 1 else 0), 0, 1)
    canvas.stroke(points, paint, 0.03, opacity=0.65, line=0.3 if tone < 1 else 0)


def draw_behind(canvas: Canvas, face: Face, hair: Hair) -> None:
    """What is behind neck and shoulders: drawn before them."""
    if hair.cover < 0.5:
        return
    dark = np.asarray(hair.colour) * 0.80
    if hair.tied == "bun":
        centre = _moved(np.array([[0.0, -(hair.top + 0.22)]]), face)[0]
        canvas.ellipse(centre, (0.46, 0.42), dark, shade=Shade(0, centre[1], 0.7, 0.7, 0.4), outline=2.2)
    elif hair.tied == "back":
        tail = np.array([(0.5, 0.9), (0.95, 1.4), (1.08, 2.0), (0.95, 2.9), (0.7, 3.1), (0.55, 2.0)])
        canvas.fill(eased(_moved(tail, face)), dark, outline=2)
    if hair.length > -0.5 or hair.tied != "no":
        return
    half = _curly(_contour(hair, face, hair.length), hair.curl)
    end = half[-1]
    half = np.concatenate([half, [[max(end[0] - 0.25, 0.2), end[1] + 0.08]]])
    light = Shade(0, 0.3, face.half_width * 1.7, 2.6, slope=0.3)
    canvas.fill(eased(_moved(_mirrored(half), face)), dark, shade=light, outline=2.2)


def draw_under(canvas: Canvas, face: Face, hair: Hair, skin: _Paint) -> None:
    """The scalp, or the hair around the head: what shows between hairline and face. Drawn before the face."""
    if hair.cover < _BARE:
        return
    outer = _contour(hair, face, _ear(hair))
    shape = np.concatenate([_moved(outer[::-1] * (-1, 1), face), _moved(outer[1:], face)])
    bare = hair.hairline > 1.1 or hair.temples > 0.3 or hair.cover < 0.85
    canvas.fill(shape, skin if bare else np.asarray(hair.colour) * 0.85, shade=skin_shade(face), outline=1.2)


def _hangs(hair: Hair) -> bool:
    return hair.length < -0.35 and hair.tied == "no"


def _ear(hair: Hair) -> float:
    """Height at which what lies on the head ends beside the face."""
    return 0.1 if _hangs(hair) else float(np.clip(hair.length, -0.35, 0.45))


def _hairline(hair: Hair, face: Face, ear: float) -> Points:
    """From the right ear over the forehead to the left one, (n, 2), seen from the front."""
    wide, high = face.half_width, hair.hairline - hair.fringe * max(0.0, hair.hairline - 0.44)
    back = hair.temples * 0.42
    side = [(wide * 1.0, -ear), (wide * 0.93, -0.45 - 0.25 * hair.temples), (wide * 0.80, -(high * 0.80 + back))]
    if hair.parting is None or hair.fringe > 0.75:
        middle = -(high + (0.0 if hair.fringe < 0.3 else -0.02))
        right = np.array([*side, (wide * 0.45, -(high + 0.04 + 0.8 * back)), (0.0, middle)])
        line = np.concatenate([right, right[-2::-1] * (-1, 1)])
        return eased_line(line, 3)
    # Parted: the hair leaves the parting in two sweeps, the wider one lower.
    part = hair.parting * 0.52 * wide
    peak = (part, -(hair.hairline + 0.30))
    sweep = high - 0.10 * abs(hair.parting) + 0.06
    to_right = [(0.5 * (part + wide * 0.8), -(sweep + (0.14 if hair.parting > 0 else 0.0)))]
    to_left = [(0.5 * (part - wide * 0.8), -(sweep + (0.14 if hair.parting < 0 else 0.0)))]
    left = [(-x, y) for x, y in side][::-1]
    return eased_line(np.array([*side, *to_right, peak, *to_left, *left]), 3)


def draw_on_head(canvas: Canvas, face: Face, hair: Hair, skin: _Paint) -> None:
    """What lies on the head and beside the face; drawn over face and shoulders."""
    if hair.cover < _BARE:
        _draw_gloss(canvas, face, np.clip(skin * 1.08 + 0.03, 0, 1), 0.45)
        return
    colour = np.asarray(hair.colour)
    thin = hair.cover < 0.85
    if thin:
        colour = hair.cover * colour + (1 - hair.cover) * skin
    low = hair.length if _hangs(hair) else _ear(hair)
    line = _waved(_hairline(hair, face, _ear(hair)), hair)
    outer, inner = _sides(hair, face, low)
    outer = _curly(outer, 0 if thin else hair.curl)
    right = np.concatenate([_moved(outer, face), _moved(inner, face)])
    left = np.concatenate([_moved(inner[::-1] * (-1, 1), face), _moved(outer[::-1] * (-1, 1), face)])
    shape = np.concatenate([right, face.on_head(line), left])
    canvas.fill(shape, colour, shade=_shade(face, low), outline=1.6 if thin else 2.2, soft=0.9 if thin else 0.3)
    if thin:
        return
    if canvas.shaded:
        _draw_depth(canvas, face, colour, line, outer, inner)
    _draw_strands(canvas, face, hair, colour, line, outer, inner)
    if canvas.shaded and hair.curl < 0.6:
        _draw_gloss(canvas, face, np.clip(colour * 1.35 + 0.06, 0, 1), 0.40, hair.top)


def _sides(hair: Hair, face: Face, low: float) -> tuple[Points, Points]:
    """The right half: its outer contour from the top down to `low`, and its inner edge from there up to the ear.

    Both meet at the end in a curve, as a brush does; hair that is cut off straight looks like a helmet.
    """
    ear = _ear(hair)
    outer = _contour(hair, face, low)
    count = max(3, round(14 * (ear - low)) + 2)
    heights = np.linspace(low, ear, count)
    wide = face.half_width
    inner = np.where(heights > -1.2, wide * 0.93, max(float(outer[-1, 0]) - 0.62, 0.45))
    inner = np.convolve(np.pad(inner, 3, mode="edge"), np.ones(7) / 7, "valid")
    if not _hangs(hair):
        inner = np.full(count, wide)
    end = float(inner[0])
    reach = float(np.clip(0.9 * (outer[-1, 0] - end), 0.12, 0.55))
    part = np.clip((low + reach + outer[:, 1]) / reach, 0, 1)
    rounded = end + (outer[:, 0] - end) * np.sqrt(np.clip(1 - 0.88 * part**2.5, 0, 1))
    outer[:, 0] = np.where(part > 0, np.minimum(outer[:, 0], rounded), outer[:, 0])
    return outer, np.stack([inner, -heights], 1)


def _waved(line: Points, hair: Hair) -> Points:
    """The hairline with the tips of the locks that a fringe ends in, or with curls."""
    middle = slice(len(line) // 6, len(line) - len(line) // 6)
    along = np.linspace(0, 1, len(line[middle]))
    if hair.curl > 0.6 and hair.cover >= 0.85 and hair.fringe + 0.4 > hair.temples:
        line[middle, 1] += 0.05 * hair.curl * np.abs(np.sin(6 * np.pi * along))
    elif hair.fringe > 0.2:
        # Uneven: tips of seven locks, the outer ones longer.
        phase = (7 * along**0.9) % 1.0
        line[middle, 1] += 0.11 * min(1.0, hair.fringe) * (phase - 0.5) * np.sin(np.pi * along) ** 0.5
    return line


def _draw_depth(canvas: Canvas, face: Face, colour: _Paint, line: Points, outer: Points, inner: Points) -> None:
    """The shade of hair where it meets the face, and the light on its outside."""
    dark, bright = colour * 0.72, np.clip(colour * 1.22 + 0.04, 0, 1)
    above = line * (1.0, 1.0) - (0.0, 0.13)
    canvas.fill(face.on_head(np.concatenate([line, above[::-1]])), dark, opacity=0.5, soft=1.6)
    if len(inner) > 5:
        for side in (-1, 1):
            edge = inner * (side, 1)
            strip = np.concatenate([edge, (edge + (side * 0.16, 0.0))[::-1]])
            canvas.fill(_moved(strip, face), dark, opacity=0.5, soft=2.0)
    hanging = outer[len(outer) // 3 :]
    for side in (-1, 1):
        edge = hanging * (0.90 * side, 0.97)
        strip = np.concatenate([edge, (edge * (0.90, 1.0))[::-1]])
        canvas.fill(_moved(strip, face), bright, opacity=0.30, soft=2.2)


def _draw_strands(
    canvas: Canvas, face: Face, hair: Hair, colour: _Paint, line: Points, outer: Points, inner: Points
) -> None:
    """A few lines from the parting or the crown to where the hair ends: they show which way it lies."""
    if hair.curl > 0.6:
        lot = np.random.default_rng(3)
        for _ in range(16):
            angle, reach = lot.uniform(np.pi, 2 * np.pi), lot.uniform(0.55, 0.95)
            x, y = reach * face.half_width * np.cos(angle), -0.55 + reach * (hair.top - 0.55) * np.sin(angle)
            if y > -hair.hairline - 0.12:
                continue
            curlicue = np.array([(x - 0.10, y), (x, y - 0.10), (x + 0.10, y), (x + 0.05, y + 0.07)])
            canvas.stroke(_moved(eased_line(curlicue), face), colour * 0.76, 0.03, opacity=0.7, line=0.35)
    else:
        start_x = (hair.parting or 0.0) * 0.52 * face.half_width
        start = (start_x, -(hair.top - 0.10))
        for place, tone in ((0.14, 0.78), (0.28, 1.2), (0.40, 0.8), (0.60, 0.8), (0.72, 1.2), (0.86, 0.78)):
            x, y = line[round(place * (len(line) - 1))]
            end = (float(x) * 1.01, float(y) - 0.05)
            middle = (0.5 * (start[0] + end[0]) + 0.32 * np.sign(end[0] - start[0]), 0.5 * (start[1] + end[1]) - 0.22)
            _draw_strand(canvas, face.on_head(bend(start, middle, end, count=12)), colour, tone)
    if not _hangs(hair):
        return
    heights = np.linspace(_LOCKS, hair.length + 0.06, 26)
    from_above = -outer[:, 1]
    outside = np.interp(heights, from_above[::-1], outer[::-1, 0])
    inside = np.interp(heights, -inner[:, 1], inner[:, 0])
    for share, tone in ((0.3, 0.78), (0.55, 1.18), (0.8, 0.8)):
        lock = np.stack([inside + share * (outside - inside), -heights], 1)[2:]
        if hair.curl > 0.25:
            lock[:, 0] += 0.05 * hair.curl * np.sin(heights[2:] * (5 + 4 * hair.curl))
        for side in (-1, 1):
            _draw_strand(canvas, _moved(lock * (side, 1), face), colour, tone)


def _draw_gloss(canvas: Canvas, face: Face, paint: _Paint, opacity: float, top: float = SKULL) -> None:
    if not canvas.shaded:
        return
    wide = face.half_width
    ring = bend((-wide * 0.72, -top * 0.66), (-0.30, -top * 0.98), (0.45, -top * 0.93), count=14)
    canvas.fill(_moved(np.concatenate([ring, ring[::-1] * 0.94]), face), paint, opacity=opacity, soft=2.5)
