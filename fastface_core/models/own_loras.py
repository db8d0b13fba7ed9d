"""LoRAs of the user's own: files in `own/loras/` of the models folder, each called by its name."""

import re
from pathlib import Path

from pydantic import ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.domain.checkpoints import OwnLora, Terms
from fastface_core.models.store import Store

FOLDER = "own/loras"
_NOT_ALLOWED = re.compile(r"[^a-z0-9_-]+")
SUFFIXES = (".safetensors",)
_LONGEST = 60
UNKNOWN_TERMS = Terms(commercial_use=None, licences=())


def loras(store: Store) -> tuple[OwnLora, ...]:
    """All of them, by name. A JSON file beside one states its terms: `commercial_use` and `licences`, as in recipes."""
    folder = store.folder / FOLDER
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    found: dict[str, OwnLora] = {}
    for file in files:
        name = name_of(file)
        if file.suffix.lower() in SUFFIXES and file.is_file() and name and name not in found:
            found[name] = OwnLora(name=name, path=file, terms=_terms(file))
    return tuple(found[name] for name in sorted(found))


def name_of(file: Path) -> str:
    """By which presets call a file; empty where nothing of its name is left."""
    return _NOT_ALLOWED.sub("-", file.stem.lower()).strip("-_")[:_LONGEST]


def _terms(file: Path) -> Terms:
    try:
        return Terms.model_validate_json(read_bytes(file.with_suffix(".json")))
    except (OSError, ValidationError):
        return UNKNOWN_TERMS
