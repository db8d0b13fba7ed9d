"""The starter's own people and prompts: drawn by lot, met by no training, and everything about them is known."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from fastface_core.domain.twin import Twin
from fastface_core.evaluation.people import PHOTOS
from fastface_core.evaluation.prompts import FILES
from fastface_core.files import atomic_write
from fastface_core.paths import resource
from fastface_core.validation import parse_json

SIZE = 512
"""Of the drawn photos, in pixels."""


class _People(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    people: Annotated[tuple[Twin, ...], Field(min_length=1)]


def twins() -> tuple[Twin, ...]:
    """Who they are."""
    return parse_json(_People, resource("evaluation", "people.json").read_bytes(), "The set of drawn people").people


def write(folder: Path, people: int | None = None, of: Sequence[Twin] | None = None) -> None:
    """Draws the set as a data folder: three photos a person, the first of which tells who it is, and the prompts.

    What is there already stays, so that a call that was ended goes on.

    Args:
        people: how many of them, from the first; None all.
        of: others than those of the set.

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    from fastface_core.engine.drawing.picture import draw
    from fastface_core.engine.drawing.scene import Scene

    scenes = (
        Scene(background="plain", clothes_colour="blue", expression="gentle"),
        Scene(background="garden", clothes="turtleneck", expression="smile", light="right", look="left", yaw=-0.25),
        Scene(background="room", clothes="suit", expression="neutral", light="left", look="right", yaw=0.25),
    )
    for number, twin in enumerate((twins() if of is None else of)[:people]):
        for photo, scene in enumerate(scenes):
            path = folder / PHOTOS / f"{number + 1:03}" / f"{photo + 1}.png"
            if not path.exists():
                save(draw(twin, scene, SIZE).image, path)
    with atomic_write(folder / FILES[0]) as file:
        file.write(resource("evaluation", "prompts.txt").read_bytes())


def save(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", path: Path) -> None:
    """Writes a picture as PNG.

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    with atomic_write(path, durable=False) as file:
        Image.fromarray(pixels).save(file, format="PNG")
