"""Scales of likeness that were fitted on this computer, by the recogniser's weights: one small file each."""

from pathlib import Path

from fastface_core import paths
from fastface_core.domain.likeness import LikenessScale
from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write
from fastface_core.fingerprints import ABSENT, fingerprint_of
from fastface_core.validation import parse_json

_LARGEST = 1 << 16


def _folder() -> Path:
    return paths.data_folder() / "bands"


def of(recogniser: Path) -> LikenessScale:
    """What the similarities of a recogniser mean; the usual scale where none was fitted, or it cannot be read."""
    folder = _folder()
    if not folder.is_dir():
        return LikenessScale()
    try:
        file = folder / f"{fingerprint_of(recogniser)}.json"
        if file.stat().st_size > _LARGEST:
            return LikenessScale()
        return parse_json(LikenessScale, file.read_bytes(), "The fitted scale")
    except (OSError, SettingsError):
        return LikenessScale()


def keep(recogniser: Path, scale: LikenessScale) -> Path:
    """Stores a scale with its recogniser's fingerprint and returns the file.

    Raises:
        SettingsError: the recogniser is not there.
        StorageError: the disk is full, or the folder cannot be written to.
    """
    name = fingerprint_of(recogniser)
    if name == ABSENT:
        raise SettingsError(f"The recogniser {recogniser.name} is not there.", "Install it, and try again.")
    file = _folder() / f"{name}.json"
    with atomic_write(file) as opened:
        opened.write(scale.model_dump_json(indent=1).encode() + b"\n")
    return file
