"""Bases of the user's own: SDXL checkpoints in one `.safetensors` file, taken in place of SDXL's own weights.

Each lies in `own/` in the models folder, with a JSON file beside it that says how it is used.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core.checkpoints import Terms
from fastface_core.models.catalogue import Sha256
from fastface_core.models.store import Store

FOLDER = "own"
_LARGEST_HEADER = 100_000_000


class OwnBase(BaseModel):
    """A base of the user's own.

    Attributes:
        file: its name in the folder `own/`.
        like: the bundle whose other components it is used with.
        terms: as the person stated them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    title: str
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*\.safetensors$")]
    like: str
    size: int
    sha256: Sha256
    terms: Terms = Terms(commercial_use=None, licences=())

    def path(self, store: Store) -> Path:
        return store.folder / FOLDER / self.file


def bases(store: Store) -> tuple[OwnBase, ...]:
    """All of them, by name. A description that cannot be read is passed over."""
    found: list[OwnBase] = []
    folder = store.folder / FOLDER
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            found.append(OwnBase.model_validate_json(file.read_bytes()))
        except (OSError, ValidationError):
            continue
    return tuple(found)
