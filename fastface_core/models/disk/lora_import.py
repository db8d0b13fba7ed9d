"""Takes a LoRA over as one of the user's own."""

import hashlib
from pathlib import Path

from fastface_core import absent
from fastface_core.domain.checkpoints import OwnLora, Terms
from fastface_core.errors import ModelError, SettingsError
from fastface_core.files import atomic_write
from fastface_core.models import forms, lora_fit, peft_settings
from fastface_core.models.conversion import read_header
from fastface_core.models.disk.copying import Meter, copy, sha256_of, share
from fastface_core.models.own_loras import FOLDER, SUFFIXES, UNKNOWN_TERMS, name_of
from fastface_core.models.store import PART, Store
from fastface_core.progress import CancelToken, silent


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
    if source.suffix.lower() not in SUFFIXES:
        raise ModelError(f"{source.name} is no .safetensors file.", "Get it in that form: others can hold programs.")
    shapes = {name: tensor.shape for name, tensor in read_header(source).items()}
    hint = "Choose a LoRA for SDXL of the plain kind."
    if (form := forms.unusable_lora(shapes)) is not None:
        raise ModelError(f"{source.name} cannot be used: {form.reason}.", hint)
    if not any(forms.UNET_LORA.search(name) for name in shapes):
        raise ModelError(
            f"{source.name} is no LoRA for an SDXL checkpoint.",
            "A checkpoint is taken over with: fastface models import.",
        )
    if not lora_fit.fits_one(shapes):
        raise ModelError(
            f"{source.name} cannot be used: it is a LoRA whose layers are not those of an SDXL checkpoint.", hint
        )
    target = store.folder / FOLDER / f"{called}.safetensors"
    with store.lock():
        _take_in(source, target)
        with atomic_write(target.with_suffix(".json")) as out:
            out.write(terms.model_dump_json(indent=1).encode())
    return OwnLora(name=called, path=target, terms=terms)


def _take_in(source: Path, target: Path) -> None:
    settings = peft_settings.beside(source)
    if settings is None:
        digest = sha256_of(source) if target.exists() else ""
    else:
        made = hashlib.sha256()
        for piece in peft_settings.content(source, settings):
            made.update(piece)
        digest = made.hexdigest()
    if target.exists():
        if sha256_of(target) != digest:
            raise SettingsError(
                f"There is another LoRA named {target.stem}.", "Give this one another name with --name."
            )
    elif settings is not None:
        with atomic_write(target) as out:
            out.writelines(peft_settings.content(source, settings))
    elif not share(source, target):
        part = target.with_name(target.name + PART)
        copy(source, target, part, Meter(source.stat().st_size, silent, CancelToken()))
