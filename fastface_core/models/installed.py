"""From the names of checkpoints to their files on this computer.

Downloaded repositories lie in the models folder as on the hub: `ORGANISATION/NAME/path/in/the/repository`. The starter
pack ships with the program and is always there.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fastface_core import paths
from fastface_core.checkpoints import (
    AdapterFiles,
    AdapterKind,
    Checkpoint,
    FaceModels,
    FaceModelsKind,
    FamilyName,
    Sampling,
    SchedulerName,
    sampling_of,
)
from fastface_core.errors import ModelError, SettingsError
from fastface_core.validation import parse_json

STARTER = "starter"
_Place = Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+(/[\w.-]+)*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _AdapterEntry(_Entry):
    kind: AdapterKind
    weights: _Place
    image_encoder: _Place


class _FacesEntry(_Entry):
    kind: FaceModelsKind
    path: _Place


class CheckpointEntry(_Entry):
    """A checkpoint in `resources/checkpoints.json`; places are relative to the models folder.

    Attributes:
        unet, lora: with both, either will do: the LoRA is taken where it is installed.
        vae, preview: taken where they are installed.
    """

    name: str
    title: str
    family: FamilyName
    steps: int | None = None
    base: _Place
    unet: _Place | None = None
    lora: _Place | None = None
    scheduler_folder: _Place | None = None
    vae: _Place | None = None
    preview: _Place | None = None
    adapter: _AdapterEntry
    faces: _FacesEntry


class _CheckpointList(_Entry):
    checkpoints: tuple[CheckpointEntry, ...]


class _StarterParts(_Entry):
    checkpoint: str
    image_encoder: str
    adapter: str
    recogniser: str
    preview: str


class _StarterPack(BaseModel):
    """What this program reads of `resources/starter/pack.json`; its sums and notes are for others."""

    model_config = ConfigDict(frozen=True)

    title: str
    trained: bool
    size: int
    steps: int
    scheduler: SchedulerName
    parts: _StarterParts
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a checkpoint is on this computer.

    Attributes:
        missing: what is not there, as places on the hub; empty for an installed checkpoint.
    """

    name: str
    title: str
    missing: tuple[str, ...]


def entries() -> tuple[CheckpointEntry, ...]:
    """All checkpoints but the starter, best first."""
    file = paths.resource("checkpoints.json")
    return parse_json(_CheckpointList, file.read_bytes(), "The list of checkpoints").checkpoints


def availability(folder: Path | None = None) -> tuple[Availability, ...]:
    """Every checkpoint, best first, the starter last."""
    folder = folder or paths.models_folder()
    found = [Availability(entry.name, entry.title, _missing(entry, folder)) for entry in entries()]
    return (*found, Availability(STARTER, starter().title, ()))


def best(folder: Path | None = None) -> Checkpoint:
    """The best checkpoint that is installed, else the starter."""
    folder = folder or paths.models_folder()
    for entry in entries():
        if not _missing(entry, folder):
            return _checkpoint(entry, folder)
    return starter()


def find(name: str, folder: Path | None = None) -> Checkpoint:
    """A checkpoint by its name.

    Raises:
        SettingsError: there is none of that name.
        ModelError: it is not, or not wholly, installed; the sentence names what is missing.
    """
    folder = folder or paths.models_folder()
    if name == STARTER:
        return starter()
    by_name = {entry.name: entry for entry in entries()}
    if name not in by_name:
        raise SettingsError(
            f'There is no checkpoint named "{name}".', f"Choose one of: {', '.join([*by_name, STARTER])}."
        )
    if missing := _missing(by_name[name], folder):
        raise ModelError(
            f"The checkpoint {name} is not installed; what is missing: {', '.join(missing)}.",
            f"Put the repositories' files into {folder}, as ORGANISATION/NAME, or use --checkpoint {STARTER}.",
        )
    return _checkpoint(by_name[name], folder)


def starter(folder: Path | None = None) -> Checkpoint:
    """The pack that ships with the program, or another one of its form in a folder."""
    folder = folder or paths.resource("starter")
    pack = parse_json(_StarterPack, (folder / "pack.json").read_bytes(), "The starter pack")
    parts = pack.parts
    return Checkpoint(
        name=STARTER,
        title=pack.title,
        sampling=Sampling(
            scheduler=pack.scheduler, trailing=True, steps=pack.steps, fewest=1, most=100, size=pack.size
        ),
        base=folder / parts.checkpoint,
        preview=folder / parts.preview,
        adapter=AdapterFiles(
            kind="faceid-plus-v2", weights=folder / parts.adapter, image_encoder=folder / parts.image_encoder
        ),
        faces=FaceModels(kind="mtcnn", path=folder / parts.recogniser),
        likeness_reason=None if pack.trained else "The starter model is not trained yet, so a likeness means nothing.",
    )


def damaged_starter_files() -> tuple[str, ...]:
    """The files of the starter pack that are missing or differ from their sums."""
    folder = paths.resource("starter")
    pack = parse_json(_StarterPack, (folder / "pack.json").read_bytes(), "The starter pack")
    return tuple(
        name
        for name, digest in pack.sha256.items()
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    )


def _missing(entry: CheckpointEntry, folder: Path) -> tuple[str, ...]:
    needed = [entry.base, entry.adapter.weights, entry.adapter.image_encoder, entry.faces.path]
    if entry.scheduler_folder:
        needed.append(entry.scheduler_folder)
    missing = [place for place in needed if not _place(folder, place).exists()]
    alternatives = [place for place in (entry.lora, entry.unet) if place]
    if alternatives and not any(_place(folder, place).exists() for place in alternatives):
        missing.append(alternatives[0])
    return tuple(missing)


def _place(folder: Path, place: str) -> Path:
    """Where a place is: a converted `.safetensors` beside a `.bin` is taken instead of it."""
    path = folder / place
    converted = path.with_suffix(".safetensors")
    return converted if path.suffix == ".bin" and converted.exists() else path


def _checkpoint(entry: CheckpointEntry, folder: Path) -> Checkpoint:
    def optional(place: str | None) -> Path | None:
        path = _place(folder, place) if place else None
        return path if path is not None and path.exists() else None

    lora = optional(entry.lora)
    return Checkpoint(
        name=entry.name,
        title=entry.title,
        sampling=sampling_of(entry.family, entry.steps),
        base=folder / entry.base,
        unet=None if lora else optional(entry.unet),
        lora=lora,
        scheduler_folder=optional(entry.scheduler_folder),
        vae=optional(entry.vae),
        preview=optional(entry.preview),
        adapter=AdapterFiles(
            kind=entry.adapter.kind,
            weights=_place(folder, entry.adapter.weights),
            image_encoder=folder / entry.adapter.image_encoder,
        ),
        faces=FaceModels(kind=entry.faces.kind, path=folder / entry.faces.path),
    )
