"""What this computer has beside torch and a GPU: memory, room on the drives, folders to write to, the starter model."""

import shutil
from pathlib import Path

from fastface_core import paths
from fastface_core.domain.checks import Check
from fastface_core.errors import FastFaceError, StorageError
from fastface_core.files import writable
from fastface_core.models import installed

_GB = 1_000_000_000
# A full-size checkpoint with its adapter and encoders, and room for pictures.
_DISK_FOR_MODELS = 12 * _GB
_DISK_FOR_PICTURES = 1 * _GB
_MEMORY_FOR_FULL_SIZE = 16 * _GB


def checks() -> list[Check]:
    """Everything but torch and the GPU, in a moment: imports none of the heavy libraries."""
    return [
        memory(),
        disk("Models folder", paths.models_folder(), _DISK_FOR_MODELS),
        disk("Pictures folder", paths.pictures_folder(), _DISK_FOR_PICTURES),
        starter(),
    ]


def memory() -> Check:
    import psutil

    found = psutil.virtual_memory()
    detail = f"{found.available / _GB:.1f} GB free of {found.total / _GB:.1f} GB"
    if found.total < _MEMORY_FOR_FULL_SIZE:
        return Check("Memory", "warn", detail, "Full-size models load more smoothly with 16 GB.")
    return Check("Memory", "good", detail)


def disk(name: str, folder: Path, wanted: int) -> Check:
    """Whether files can be written to a folder, and whether its drive has `wanted` bytes free. Makes the folder."""
    try:
        writable(folder)
    except StorageError as error:
        return Check(name, "bad", error.message, error.hint)
    free = shutil.disk_usage(folder).free
    detail = f"{folder}, {free / _GB:.1f} GB free"
    if free < wanted:
        return Check(name, "warn", detail, f"Free some space: {wanted / _GB:.0f} GB are wanted here.")
    return Check(name, "good", detail)


def starter() -> Check:
    try:
        found = installed.starter()
        damaged = installed.damaged_starter_files()
    except (FastFaceError, OSError):
        return Check("Starter model", "bad", "It is missing or damaged.", "Install the program again.")
    if damaged:
        return Check("Starter model", "bad", f"Damaged: {', '.join(damaged)}.", "Install the program again.")
    return Check("Starter model", "good", found.title)
