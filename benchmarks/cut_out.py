"""What the cut-out of PuLID's face does to the tokens: measured in the drawn world, where the right mask is known.

    python benchmarks/cut_out.py [--people 24] [--tokens-of 4] [--seed 1] [--pictures FOLDER]

People are drawn in front of backgrounds, in clothes and light by lot. Of each the renderer knows which pixels are face,
features, glasses and hair: the mask that a parser without mistakes would give. Compared with it are the program's own
masks (`fastface_core/engine/cut_out.py`), the right one grown and shrunk by so many of the 512 pixels, and none at all.

Prints a JSON line for each: `iou`, the mean share of the pixels of either mask that are in both, and the least of all
people; `pixels`, how far what the tower sees is from what it sees with the right mask, as a share of how far another
person's picture is (root mean squares); `tokens` (v1.1) and `tokens_v1`, the same of the tokens, all with one
embedding. Tower and encoders have the real sizes and random weights: no trained ones are at hand, so that a share of
tokens says how far the input of the network moved, and not what a trained one makes of it.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from torch import Tensor

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import adapter_shapes
from fastface_core.domain.twin import Twin
from fastface_core.engine.adapters.eva_clip import EvaTower, tower_pixels
from fastface_core.engine.adapters.pulid.encoders import encoder_of
from fastface_core.engine.cut_out import SIZE, aligned_face, cut_out, grey_face, matrix
from fastface_core.engine.drawing import accessories, hair, head, picture
from fastface_core.engine.drawing.canvas import Canvas, Outline, Shade
from fastface_core.engine.drawing.clothes import draw_clothes
from fastface_core.engine.drawing.face_shape import face
from fastface_core.engine.drawing.scene import Scene
from tools.starter.people import person
from tools.starter.scenes import scene

_SIDE = 640
_STEPS = (2, 4, 8, 16)
"""Pixels of 512 by which the right mask is grown and shrunk."""
_RAW = 22.0
"""Length of a recogniser's output."""

Mask = NDArray[np.bool_]


class _Regions(Canvas):
    """A canvas on which each shape is kept or not, in place of having a colour."""

    keeping = False

    def __init__(self, size: int) -> None:
        super().__init__(size, (0, 0), shaded=False)
        self.kept = np.zeros((size, size), np.float32)

    def fill(
        self,
        points: Outline,
        colour: ArrayLike,
        *,
        shade: Shade | None = None,
        outline: float = 0.0,
        opacity: float = 1.0,
        soft: float = 0.0,
        ink: float = 0.0,
    ) -> None:
        white = (float(self.keeping),) * 3
        super().fill(points, white, opacity=1.0 if opacity > 0.99 else 0.0, soft=soft)

    def stroke(
        self, points: Outline, colour: ArrayLike, width: float, *, opacity: float = 1.0, line: float = 1.0
    ) -> None:
        super().stroke(points, (float(self.keeping),) * 3, width, opacity=float(self.keeping))


def right_mask(twin: Twin, shown: Scene, size: int) -> Mask:
    """Which pixels of `picture.draw(twin, shown, size)` are face, features, glasses or hair."""
    twin = picture.shown(twin, shown)
    canvas = _Regions(size)
    scale = picture.EYE_DISTANCE * shown.zoom * canvas.pixel
    middle = np.add(picture.CENTRE, (shown.dx, shown.dy))
    cos, sin = float(np.cos(shown.roll)), float(np.sin(shown.roll))
    centre = middle * canvas.pixel
    upright = np.array([[scale, 0, centre[0]], [0, scale, centre[1]]])
    leaning = np.array([[scale * cos, -scale * sin, centre[0]], [scale * sin, scale * cos, centre[1]]])
    seen = face(twin.shape, shown.expression, shown.yaw, shown.pitch)
    skin = np.asarray(twin.skin, np.float64)
    canvas.frame, canvas.keeping = leaning, True
    hair.draw_behind(canvas, seen, twin.hair)
    canvas.frame, canvas.keeping = upright, False
    draw_clothes(canvas, seen, skin, shown.clothes, shown.clothes_colour)
    canvas.frame, canvas.keeping = leaning, True
    hair.draw_under(canvas, seen, twin.hair, skin)
    canvas.keeping = False
    head.draw_ears(canvas, seen, skin)
    canvas.keeping = True
    head.draw_face(canvas, seen, skin)
    accessories.draw_beard(canvas, seen, twin, skin)
    hair.draw_on_head(canvas, seen, twin.hair, skin)
    accessories.draw_glasses(canvas, seen, twin)
    return canvas.image[..., 0] > 0.5


def grown(mask: Mask, pixels: int) -> Mask:
    """The mask with an edge of so many pixels more, or less where they are negative."""
    side = 2 * abs(pixels) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    change = cv2.dilate if pixels > 0 else cv2.erode
    return change(mask.astype(np.uint8), disc).astype(bool)


def variants(number: int, random: np.random.Generator) -> tuple[NDArray[np.uint8], dict[str, Mask]]:
    """One person's aligned face, RGB, and its masks by name, the right one as `right`."""
    twin = person(number).twin
    shown = scene(random, style="photo")
    drawing = picture.draw(twin, shown, _SIDE)
    found = matrix(drawing.points)
    aligned = aligned_face(drawing.image, drawing.points)
    assert found is not None
    assert aligned is not None
    whole = right_mask(twin, shown, _SIDE).astype(np.uint8)
    right = cv2.warpAffine(whole, found, (SIZE, SIZE), flags=cv2.INTER_NEAREST).astype(bool)
    reach = np.ptp(drawing.points, axis=0)
    (left, top), (far, low) = drawing.points.min(0) - reach * (0.5, 0.9), drawing.points.max(0) + reach * 0.5
    cut = cut_out(drawing.image, drawing.points, (float(left), float(top), float(far), float(low)))
    assert cut is not None
    masks = {"right": right, "own masks": cut[..., 3] > 0}
    for step in _STEPS:
        masks[f"right, {step} more"] = grown(right, step)
        masks[f"right, {step} less"] = grown(right, -step)
    masks["none"] = np.ones_like(right)
    return aligned, masks


def filled(shapes: Mapping[str, Tensor], generator: torch.Generator) -> dict[str, Tensor]:
    """Random weights by which states keep their deviation."""

    def weights(name: str, like: Tensor) -> Tensor:
        if like.ndim < 2:
            one = "norm" in name or "_ln." in name or name.split(".")[-2] in ("1", "4")
            return torch.ones(like.shape) if one and name.endswith("weight") else torch.zeros(like.shape)
        numbers = torch.randn(like.shape, generator=generator)
        return numbers if like.shape[0] == 1 else numbers / like[0].numel() ** 0.5

    return {name: weights(name, like) for name, like in shapes.items()}


class Networks:
    """PuLID's tower and both encoders, of real size, with random weights."""

    def __init__(self, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self._tower = EvaTower.of(filled(adapter_shapes.tower(), generator))
        self._encoders = {
            "tokens": encoder_of(filled(adapter_shapes.id_former(), generator)),
            "tokens_v1": encoder_of(filled(adapter_shapes.id_encoder(), generator)),
        }
        raw = torch.randn(1, 512, generator=generator)
        self._raw = raw / raw.norm() * _RAW

    @torch.inference_mode()
    def __call__(self, pixels: Tensor) -> dict[str, Tensor]:
        pooled, hidden = self._tower(pixels)
        told = torch.cat([self._raw, F.normalize(pooled, dim=-1)], dim=-1)
        return {name: encoder(told, hidden[None]) for name, encoder in self._encoders.items()}


def distances(seen: list[dict[str, Tensor]]) -> dict[str, float]:
    """How far each variant is from the right one, as a share of how far people are from one another."""

    def rms(values: list[Tensor]) -> float:
        return float(torch.stack([value.float().square().mean() for value in values]).mean().sqrt())

    right = [one["right"] for one in seen]
    apart = rms([a - b for number, a in enumerate(right) for b in right[:number]])
    return {name: rms([one[name] - one["right"] for one in seen]) / apart for name in seen[0]}


def overlaps(masks: list[dict[str, Mask]]) -> dict[str, list[float]]:
    """Of each variant, each person's share of the pixels of either mask that are in both."""
    return {
        name: [float((one[name] & one["right"]).sum() / (one[name] | one["right"]).sum()) for one in masks]
        for name in masks[0]
    }


def keep_pictures(folder: Path, number: int, aligned: NDArray[np.uint8], masks: Mapping[str, Mask]) -> None:
    """The face as the right mask, the program's own and none show it, side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    row = [grey_face(aligned, masks[name]) for name in ("right", "own masks", "none")]
    Image.fromarray((np.concatenate(row, axis=1) * 255).astype(np.uint8)).save(folder / f"{number:02}.png")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--tokens-of", type=int, default=4, help="of how many of them tokens are made (default 4)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, help="a folder for what the tower sees of each")
    parsed = parser.parse_args(arguments)
    random = np.random.default_rng(parsed.seed)
    masks: list[dict[str, Mask]] = []
    pixels: list[dict[str, Tensor]] = []
    for number in range(parsed.people):
        aligned, found = variants(number, random)
        masks.append(found)
        pixels.append(
            {name: tower_pixels(torch.from_numpy(grey_face(aligned, mask)), 336) for name, mask in found.items()}
        )
        if parsed.pictures is not None:
            keep_pictures(parsed.pictures, number, aligned, found)
    shares: dict[str, dict[str, float]] = {"pixels": distances(pixels)}
    if parsed.tokens_of > 1:
        networks = Networks(parsed.seed)
        made = [{name: networks(picture) for name, picture in one.items()} for one in pixels[: parsed.tokens_of]]
        for kind in ("tokens", "tokens_v1"):
            shares[kind] = distances([{name: of[kind] for name, of in one.items()} for one in made])
    for name, each in overlaps(masks).items():
        line: dict[str, Any] = {"mask": name, "iou": round(float(np.mean(each)), 3), "iou_least": round(min(each), 3)}
        line |= {kind: round(of[name], 3) for kind, of in shares.items()}
        print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
