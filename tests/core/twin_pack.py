"""The starter as it is told a person by a drawn twin, whatever the pack that ships says."""

import json
import shutil
from pathlib import Path

from fastface_core import paths


def resources_with_a_twin(folder: Path, **changes: object) -> Path:
    """A copy of the program's resources, the starter's pack with `"identity": "twin"` and `changes`; a value of None
    leaves the key out."""
    shutil.copytree(paths.resources(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "starter" / "pack.json"
    pack = json.loads(file.read_bytes()) | {"identity": "twin"} | changes
    file.write_text(json.dumps({name: value for name, value in pack.items() if value is not None}), encoding="utf-8")
    return folder
