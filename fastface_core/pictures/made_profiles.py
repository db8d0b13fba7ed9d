"""ICC profiles (ICC.1:2010) of three colours and one curve, for files whose colours are known without a profile."""

import struct
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

Points = tuple[tuple[float, float], ...]
"""xy of white, red, green and blue."""
Curve = bytes
"""From a number to light, both 0 to 1: a tag of a profile."""

_WHITE_OF_HDR = 203.0
"""cd/m2 that a white page has in PQ (ITU-R BT.2408); what is brighter becomes white."""
_WHITE_OF_HLG = 0.75
"""The number that it has in HLG."""
_D50 = (0.9642, 1.0, 0.8249)
_COLOURS = (b"rXYZ", b"gXYZ", b"bXYZ")
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""From XYZ to what the eye's receptors see (annex E)."""


def power(exponent: float) -> Curve:
    return b"para" + bytes(8) + _fixed(exponent)


def srgb_curve() -> Curve:
    return parametric(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def parametric(*numbers: float) -> Curve:
    """(a x + b)^g from d on, c x below it; in the order g, a, b, c, d."""
    return b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*numbers)


def perceptual_quantizer() -> Curve:
    """PQ (SMPTE ST 2084), to the white of a page."""
    root = _steps() ** (1 / 78.84375)
    light = 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
    return _table(light / _WHITE_OF_HDR)


def hybrid_log_gamma() -> Curve:
    """HLG (ITU-R BT.2100, table 5) with the gamma of a screen of 1000 cd/m2, to the white of a page."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    steps = np.append(_steps(), _WHITE_OF_HLG)
    scene = np.where(steps <= 0.5, steps**2 / 3, (np.exp((steps - c) / a) + b) / 12)
    return _table((scene[:-1] / scene[-1]) ** 1.2)


@lru_cache(64)
def profile(points: Points, curve: Curve, title: str = "Colours named by the file") -> bytes:
    """A profile of three colours and one curve for all of them.

    Raises:
        ValueError: no light has these colours.
    """
    matrix = _adapted(points)
    tags = {
        b"desc": _text(title),
        b"cprt": _text("None"),
        b"wtpt": b"XYZ " + bytes(4) + _fixed(*_D50),
        **{name: b"XYZ " + bytes(4) + _fixed(*column) for name, column in zip(_COLOURS, matrix.T, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(
        ">I4sI4s4s4s12s4s",
        start + len(body),
        bytes(4),
        0x04200000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        struct.pack(">6H", 2000, 1, 1, 0, 0, 0),
        b"acsp",
    )
    return (head + bytes(28) + _fixed(*_D50)).ljust(128, b"\0") + table + body


def _table(values: NDArray[np.float64]) -> Curve:
    whole = np.rint(values.clip(0, 1) * 65535).astype(">u2")
    return b"curv" + bytes(4) + struct.pack(">I", whole.size) + whole.tobytes()


def _text(words: str) -> bytes:
    return (
        b"mluc"
        + bytes(4)
        + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2 * len(words), 28)
        + words.encode("utf-16-be")
    )


def _steps() -> NDArray[np.float64]:
    return np.linspace(0.0, 1.0, 4096)


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def _adapted(points: Points) -> NDArray[np.float64]:
    """(3, 3): XYZ of red, green and blue as columns, under D50."""
    xyz = np.array([_light(*point) for point in points])
    if not np.isfinite(xyz).all():
        raise ValueError
    try:
        scale = cast("NDArray[np.float64]", np.linalg.solve(xyz[1:].T, xyz[0]))
    except np.linalg.LinAlgError as error:
        raise ValueError from error
    gain = (_BRADFORD @ np.array(_D50)) / (_BRADFORD @ xyz[0])
    back = np.linalg.inv(_BRADFORD)
    adapted = back @ np.diag(gain) @ _BRADFORD @ (xyz[1:].T * scale)
    if not np.isfinite(adapted).all() or np.abs(adapted).max() > 4:
        raise ValueError
    return adapted


def _light(x: float, y: float) -> tuple[float, float, float]:
    if y <= 0:
        raise ValueError
    return x / y, 1.0, (1 - x - y) / y
