"""How well people are measured in real photos, and what they are drawn like: a table and a sheet to look at.

    python -m tools.starter.real_photos PHOTOS --sheet sheet.png --same obama.jpg obama2.jpg obama3.jpg

Measuring only: photos are read, nothing of them is kept but what the sheet shows. The table has one line a face: how
far the twin's skin and hair are from the photo's (CIEDE2000 between the median of the cheeks, or of the hair mask, and
the twin's colour), what was seen, and the notes about the light. `--same` names photos of one person: for each of them,
the rank of the others among all faces, by the distance of the twins. `--pictures SHEET` makes a picture of each face
with the starter, through the app's own engine, and says how far its skin and hair are from the photo's.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.measures import Measures
from fastface_core.domain.request import PortraitRequest
from fastface_core.domain.twin import Twin
from fastface_core.engine.blazeface import BlazeFaces
from fastface_core.engine.detectors import Detection
from fastface_core.engine.drawing.picture import centred, reference
from fastface_core.engine.drawing.scene import Scene
from fastface_core.engine.engine import Engine
from fastface_core.engine.photos import read_photo
from fastface_core.engine.twin import regions
from fastface_core.engine.twin.colours import difference, lab_of
from fastface_core.engine.twin.frame import framed
from fastface_core.engine.twin.hair_mask import hair_mask
from fastface_core.engine.twin.measures import measure
from fastface_core.engine.twin.mesh import mesh
from fastface_core.engine.twin.person_mask import person_mask
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from tools.starter.judging import coloured_regions, region_colours

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".heic")
_TILE = 256


@dataclass(frozen=True, eq=False)
class Face:
    """A face that was measured, `crop` and `masks` to be looked at; `cheeks` and `hair_colour` are the photo's Lab."""

    name: str
    measures: Measures
    seconds: float
    skin: float
    hair: float | None
    crop: np.ndarray
    masks: np.ndarray
    choice: PhotoChoice
    cheeks: np.ndarray
    hair_colour: np.ndarray | None


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the faces in real photos.")
    parser.add_argument("photos", type=Path, help="a folder")
    parser.add_argument("--sheet", type=Path, help="where to put a picture of all faces beside their twins")
    parser.add_argument("--same", nargs="*", default=[], help="names of photos of one person")
    parser.add_argument("--pictures", type=Path, help="make pictures as well, and put a sheet of them here")
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    faces = [face for file in sorted(wanted.photos.iterdir()) if file.suffix.lower() in PICTURES for face in seen(file)]
    for face in faces:
        print(line(face))
    print(summary(faces))
    if wanted.same:
        print(ranks(faces, [Path(name).stem for name in wanted.same]))
    if wanted.sheet:
        cv2.imwrite(str(wanted.sheet), sheet(faces)[..., ::-1])
    if wanted.pictures:
        made = [picture(face) for face in faces]
        print(carried_over(faces, made))
        rows = [np.concatenate([face.crop, made_of], 1) for face, made_of in zip(faces, made, strict=True)]
        cv2.imwrite(str(wanted.pictures), in_columns(rows)[..., ::-1])


PROMPT = "photo portrait of a person"


@cache
def _engine() -> Engine:
    engine = Engine("cpu")
    engine.load(installed.starter())
    return engine


def picture(face: Face) -> np.ndarray:
    """What the starter makes of a face with the preset that the app takes by itself, (256, 256, 3) uint8."""
    request = PortraitRequest(prompt=PROMPT, preset=preset_files.find(preset_files.DEFAULT_PRESET), seed=1)
    made = _engine().generate(request, _engine().identify([face.choice]))
    return np.asarray(made.pictures[0].image)


def carried_over(faces: list[Face], made: list[np.ndarray]) -> str:
    """How far skin and hair of the pictures are from the photos': of all, and of those in good light."""
    scene = centred(Scene())
    regions_of = [coloured_regions(face.measures.twin, scene) for face in faces]
    scenes = [scene] * len(faces)
    skin, hair = (region_colours(np.stack(made), np.stack(part), scenes) for part in zip(*regions_of, strict=True))
    known = [np.full(3, np.nan) if face.hair_colour is None else face.hair_colour for face in faces]
    of_photos = np.stack([face.cheeks for face in faces])
    skin_apart, hair_apart = difference(skin, of_photos), difference(hair, np.stack(known))
    well_lit = np.array(["skin" in face.measures.sure for face in faces])
    lines = []
    for which, chosen in (("all", np.full(len(faces), True)), ("in good light", well_lit)):
        alike = chosen & ~np.isnan(skin[:, 0])
        lightness = np.corrcoef(skin[alike, 0], of_photos[alike, 0])[0, 1]
        lines.append(
            f"photo to picture, {which}, {chosen.sum()}: skin dE mean {np.nanmean(skin_apart[chosen]):.1f}, "
            f"over 15: {np.nanmean(skin_apart[chosen] > 15):.0%}, correlation of lightness {lightness:.2f}; "
            f"hair dE mean {np.nanmean(hair_apart[chosen]):.1f}"
        )
    return "\n".join(lines)


def seen(file: Path) -> list[Face]:
    """The faces of a photo."""
    pixels = read_photo(file).pixels
    # Detecting needs no recogniser, without which it is not built.
    found = BlazeFaces.detect(object.__new__(BlazeFaces), pixels)
    faces, places = [], [one.box[0] for one in found]
    for number, one in enumerate(found):
        start = time.process_time()
        result = measure(pixels, one.points, one.box)
        seconds = time.process_time() - start
        if result is not None:
            name = file.stem + (f"-{number + 1}" if len(found) > 1 else "")
            # The app counts faces from the left.
            choice = PhotoChoice(path=file, face=sorted(places).index(one.box[0]) + 1)
            faces.append(_face(name, pixels, one, result, seconds, choice))
    return faces


def _face(
    name: str, pixels: np.ndarray, place: Detection, result: Measures, seconds: float, choice: PhotoChoice
) -> Face:
    found = mesh(pixels, place.points, place.box)
    assert found is not None
    frame = framed(pixels, found)
    mask = hair_mask(frame, person_mask(frame.pixels))
    cheeks = frame.region(regions.LEFT_CHEEK, regions.RIGHT_CHEEK) & frame.inside
    colour = np.median(frame.lab[cheeks], 0)
    skin = float(difference(colour, lab_of(result.twin.skin)))
    hair = hair_colour = None
    if mask.hair.sum() > 300:
        hair_colour = np.median(mask.lab[mask.hair], 0)
        hair = float(difference(hair_colour, lab_of(result.twin.hair.colour)))
    crop = cv2.resize(frame.pixels, (_TILE, _TILE), interpolation=cv2.INTER_AREA)
    masks = crop.copy()
    masks[~mask.person] //= 4
    masks[mask.hair] = masks[mask.hair] // 2 + np.array([127, 0, 127], np.uint8)
    return Face(name, result, seconds, skin, hair, crop, masks, choice, colour, hair_colour)


def line(face: Face) -> str:
    """What the table says of a face."""
    twin, sure = face.measures.twin, face.measures.sure

    def word(name: str, value: str) -> str:
        return value if name in sure else f"{value}?"

    hair = twin.hair
    said = [
        word("hair.length", hair.length_word),
        word("hair.curl", hair.curl_word),
        "glasses " + word("glasses", twin.glasses),
        "beard " + word("beard", twin.beard),
    ]
    apart = f"{face.skin:5.1f} {face.hair:5.1f}" if face.hair is not None else f"{face.skin:5.1f}     -"
    notes = " ".join(note.split(":")[0] + "." for note in face.measures.notes)
    return f"{face.name:14} skin, hair dE {apart}  {face.seconds * 1000:4.0f} ms  {', '.join(said)}  {notes}"


def summary(faces: list[Face]) -> str:
    """Means, and how many are far off."""
    skin = np.array([face.skin for face in faces])
    hair = np.array([face.hair for face in faces if face.hair is not None])
    lightness = np.array([lab_of(face.measures.twin.skin)[0] for face in faces])
    seconds = np.array([face.seconds for face in faces])
    return (
        f"{len(faces)} faces; "
        f"skin dE mean {skin.mean():.1f}, worst {skin.max():.1f}, over 10: {(skin > 10).mean():.0%}; "
        f"hair dE mean {hair.mean():.1f}, worst {hair.max():.1f}; skin's L from {lightness.min():.0f} to "
        f"{lightness.max():.0f}; {seconds.mean() * 1000:.0f} ms a face, at most {seconds.max() * 1000:.0f}"
    )


def distances(twins: list[Twin]) -> np.ndarray:
    """How different twins are, each from each: shape, colours and hair's outline, of equal weight."""
    shape = np.array([twin.shape for twin in twins])
    colours = np.array([[*lab_of(twin.skin), *lab_of(twin.hair.colour)] for twin in twins])
    hair = np.array(
        [
            [one.hair.length / 1.5, 2 * one.hair.top, *one.hair.widths[:5], one.hair.fringe, one.hair.cover]
            for one in twins
        ]
    )
    squares = [((part[:, None] - part) ** 2).sum(-1) for part in (shape, colours, hair)]
    return np.sqrt(sum(part / part.mean() for part in squares))


def ranks(faces: list[Face], same: list[str]) -> str:
    """Of each photo of one person, where the other ones come among all faces."""
    apart = distances([face.measures.twin for face in faces])
    them = [index for index, face in enumerate(faces) if face.name in same]
    lines = []
    for one in them:
        order = [index for index in np.argsort(apart[one]) if index != one]
        places = [order.index(other) + 1 for other in them if other != one]
        lines.append(f"{faces[one].name}: the other photos of the same person are number {places} of {len(order)}")
    return "\n".join(lines)


def sheet(faces: list[Face], columns: int = 4) -> np.ndarray:
    """Photo, masks and twin of each face."""
    tiles = []
    for face in faces:
        tile = np.concatenate([face.crop, face.masks, reference(face.measures.twin, _TILE).image], 1)
        cv2.putText(tile, face.name, (6, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 0), 2)
        tiles.append(tile)
    return in_columns(tiles, columns)


def in_columns(tiles: list[np.ndarray], columns: int = 4) -> np.ndarray:
    """Tiles of one size, row by row."""
    while len(tiles) % columns:
        tiles.append(np.zeros_like(tiles[0]))
    return np.concatenate([np.concatenate(tiles[at : at + columns], 1) for at in range(0, len(tiles), columns)])


if __name__ == "__main__":
    main()
