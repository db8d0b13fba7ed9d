"""A folder of models in which every bundle of the catalogue with a checkpoint is installed: tiny files at the places
where the real ones lie, so that the whole way from a checkpoint's name to its picture can be gone with each adapter."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from PIL import Image

from fastface_core.domain.checkpoints import AdapterFiles, AdapterKind
from fastface_core.models.catalogue import Catalogue, Component
from tests.core.adapter_pack import files_of
from tests.core.parity_pack import MODELS
from tests.core.tiny_faces import PACK, PEOPLE, drawn
from tests.core.tiny_models import ENCODER, make_distillation_lora

OVER_ADAPTERS: tuple[str, ...] = (
    "hyper-4",
    "faceid-hyper-4",
    "portrait-hyper-4",
    "instantid-lightning-4",
    "pulid-lightning-4",
    "pulid-base",
)
"""A checkpoint with each adapter but Plus-Face, whose detector ships with the program and knows real faces only."""


def install(models: Path) -> None:
    """Puts a tiny file, or folder, at the place of every component that a checkpoint needs."""
    with TemporaryDirectory() as folder:
        lora = make_distillation_lora(Path(folder) / "lora.safetensors")
        for component in Catalogue.load().components:
            if (source := _source(component, Path(folder), lora)) is not None:
                place = models / component.place
                place.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, place, dirs_exist_ok=True)
                else:
                    shutil.copy(source, place)


def photo(path: Path, person: int = 1) -> Path:
    """A photo of somebody, as the tiny face models see people."""
    Image.fromarray(drawn(384, 448, (112, 112, 160, PEOPLE[person]))).save(path)
    return path


def _source(component: Component, folder: Path, lora: Path) -> Path | None:
    """What stands for a component; None for one that no checkpoint needs."""
    match component.role:
        case "base":
            return MODELS / "sdxl"
        case "own-unet":
            return MODELS / "sdxl" / "unet"
        case "scheduler":
            return MODELS / "sdxl" / "scheduler"
        case "lora":
            return lora
        case "faces":
            return PACK if component.kind == "insightface" else PACK / "recogniser.onnx"
        case "image-encoder":
            return _adapter("pulid-v1", folder).image_encoder if component.name == "eva-clip" else ENCODER
        case "control":
            return _adapter("instantid", folder).control
        case "adapter":
            return _adapter(component.kind, folder).weights
        case _:
            return None  # previews, and a decoder of its own: the base has one


def _adapter(kind: str | None, folder: Path) -> AdapterFiles:
    return files_of(cast(AdapterKind, kind), folder)
