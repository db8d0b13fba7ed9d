"""LoRAs of the user's own: files in `own/loras/` of the models folder, each called by its name."""

import re
from pathlib import Path

from pydantic import ValidationError

from fastface_core import absent
from fastface_core.bounded import read_bytes
from fastface_core.domain.checkpoints import OwnLora, Terms
from fastface_core.errors import ModelError, SettingsError
from fastface_core.files import atomic_write
from fastface_core.models import forms
from fastface_core.models.conversion import read_header
from fastface_core.models.disk.copying import Meter, copy, sha256_of, share
from fastface_core.models.store import PART, Store
from fastface_core.progress import CancelToken, silent

FOLDER = "own/loras"
_NOT_ALLOWED = re.compile(r"[^a-z0-9_-]+")
_SUFFIXES = (".safetensors",)
_LONGEST = 60
UNKNOWN_TERMS = Terms(commercial_use=None, licences=())


def loras(store: Store) -> tuple[OwnLora, ...]:
    """All of them, by name. A JSON file beside one states its terms: `commercial_use` and `licences`, as in recipes."""
    folder = store.folder / FOLDER
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    found: dict[str, OwnLora] = {}
    for file in files:
        name = name_of(file)
        if file.suffix.lower() in _SUFFIXES and file.is_file() and name and name not in found:
            found[name] = OwnLora(name=name, path=file, terms=_terms(file))
    return tuple(found[name] for name in sorted(found))


def take_over(store: Store, source: Path, name: str | None = None, terms: Terms = UNKNOWN_TERMS) -> OwnLora:
    """Puts a LoRA among the user's own, without a second copy where the disk can share one.

    Args:
        name: how presets call it; None makes it of the file's.
        terms: its own.

    Raises:
        SettingsError: the name is none, or taken by another file.
        ModelError: the file is damaged, or no LoRA for an SDXL UNet.
        StorageError: the disk is full, or the folder cannot be written to.
    """
    if (other := absent.meant(source)) is not None and not source.is_file():
        raise ModelError(*other)
    called = name_of(Path(f"{name}.safetensors")) if name is not None else name_of(source)
    if not called or (name is not None and called != name):
        raise SettingsError(f'"{name or source.stem}" is no name for a LoRA.', "Use a-z, 0-9, - and _ in --name.")
    if source.suffix.lower() not in _SUFFIXES:
        raise ModelError(f"{source.name} is no .safetensors file.", "Get it in that form: others can hold programs.")
    tensors = read_header(source)
    if (form := forms.unusable_lora({name: tensor.shape for name, tensor in tensors.items()})) is not None:
        raise ModelError(f"{source.name} cannot be used: {form.reason}.", "Choose a LoRA for SDXL of the plain kind.")
    if not any(forms.UNET_LORA.search(key) for key in tensors):
        raise ModelError(
            f"{source.name} is no LoRA for an SDXL checkpoint.",
            "A checkpoint is taken over with: fastface models import.",
        )
    target = store.folder / FOLDER / f"{called}.safetensors"
    with store.lock():
        if target.exists() and sha256_of(target) != sha256_of(source):
            raise SettingsError(f"There is another LoRA named {called}.", "Give this one another name with --name.")
        if not target.exists() and not share(source, target):
            copy(
                source,
                target,
                target.with_name(target.name + PART),
                Meter(source.stat().st_size, silent, CancelToken()),
            )
        with atomic_write(target.with_suffix(".json")) as out:
            out.write(terms.model_dump_json(indent=1).encode())
    return OwnLora(name=called, path=target, terms=terms)


def name_of(file: Path) -> str:
    """By which presets call a file; empty where nothing of its name is left."""
    return _NOT_ALLOWED.sub("-", file.stem.lower()).strip("-_")[:_LONGEST]


def _terms(file: Path) -> Terms:
    try:
        return Terms.model_validate_json(read_bytes(file.with_suffix(".json")))
    except (OSError, ValidationError):
        return UNKNOWN_TERMS
