"""Searches that the window has begun, a folder each in the data folder: what they ask for, and what they found."""

import json
import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fastface_core import paths
from fastface_core.bounded import read_json
from fastface_core.domain.presets import Preset
from fastface_core.erasing import erase_folder
from fastface_core.evaluation.asking import ASKED, BASE, CURVE, MOST, PRESETS, REPORT, Ask
from fastface_core.files import atomic_write
from fastface_core.library.evaluations import PAGE
from fastface_core.presets import files as preset_files

logger = logging.getLogger(__name__)

_LARGEST = 4 << 20

Interval = tuple[float, float, float]
"""Mean, and its 95 % interval from and to."""


class CurvePoint(BaseModel):
    """Settings on the curve, verified; as `searching.said` writes them."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    name: str
    settings: str
    like: Interval
    follow: Interval

    @property
    def base(self) -> bool:
        """Whether these are the settings that the search began with."""
        return self.name == BASE


class Curve(BaseModel):
    """What a search found, by how well the points follow the prompt; `like` and `follow` name the measures."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    like: str
    follow: str
    points: Annotated[tuple[CurvePoint, ...], Field(max_length=MOST + 1)]


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search.

    Attributes:
        curve: None until it is done.
    """

    folder: Path
    ask: Ask
    curve: Curve | None = None

    @property
    def page(self) -> Path:
        """Of its report, once it is done."""
        return self.folder / REPORT / PAGE

    def preset(self, point: CurvePoint) -> Preset:
        """That of a point which is not the base.

        Raises:
            SettingsError: its file is gone or damaged.
        """
        assert self.curve is not None
        number = [one for one in self.curve.points if not one.base].index(point) + 1
        return preset_files.load_file(self.folder / PRESETS / f"tuned-{number}.json")


def begun(ask: Ask) -> KeptSearch:
    """A new one, written down.

    Raises:
        StorageError: the disk is full or cannot be written to.
    """
    found = KeptSearch(paths.searches_folder() / uuid.uuid4().hex, ask)
    # Not pydantic's own JSON: a file's name may hold bytes that are no text, which it refuses.
    content = json.dumps(ask.model_dump() | {"since": ask.since.isoformat() if ask.since else None})
    with atomic_write(found.folder / ASKED) as file:
        file.write(content.encode())
    return found


def read(folder: Path) -> KeptSearch:
    """One as it is now.

    Raises:
        OSError, ValueError: what it asks for is gone or damaged.
    """
    ask = Ask.model_validate(read_json(folder / ASKED, _LARGEST))
    try:
        curve = Curve.model_validate(read_json(folder / CURVE, _LARGEST))
    except (OSError, ValueError):
        curve = None
    return KeptSearch(folder, ask, curve)


def kept() -> tuple[KeptSearch, ...]:
    """Those that were begun, the newest first; what cannot be understood is passed over."""
    found: list[KeptSearch] = []
    place = paths.searches_folder()
    for folder in place.iterdir() if place.is_dir() else ():
        try:
            found.append(read(folder))
        except (OSError, ValueError):
            logger.warning("the search %s cannot be understood", folder.name)
    return tuple(sorted(found, key=lambda one: one.ask.since.timestamp() if one.ask.since else 0.0, reverse=True))


def drop(search: KeptSearch) -> None:
    """Removes a search with its pictures.

    Raises:
        StorageError: something of it cannot be removed.
    """
    erase_folder(search.folder)
