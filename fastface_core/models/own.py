"""Bases of the user's own: SDXL checkpoints in one `.safetensors` file, whose UNet and text encoders are taken.

Each lies in `own/` in the models folder, with a JSON file beside it that says how it is used.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.domain.checkpoints import Prediction, Terms
from fastface_core.models.catalogue import Bundle, Catalogue, Sha256
from fastface_core.models.store import Store

FOLDER = "own"


class CustomCheckpoint(BaseModel):
    """A base of the user's own.

    Attributes:
        file: its name in the folder `own/`.
        like: the bundle whose other components it is used with.
        prediction: how it is sampled; None in what earlier versions wrote, where the file itself is asked.
        terms: as the person stated them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: str
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\.safetensors$")]
    like: str
    size: int
    sha256: Sha256
    prediction: Prediction | None = None
    terms: Terms = Terms(commercial_use=None, licences=())

    def path(self, store: Store) -> Path:
        return store.folder / FOLDER / self.file


def bases(store: Store) -> tuple[CustomCheckpoint, ...]:
    """All of them, by name. A description that cannot be read is passed over."""
    found: list[CustomCheckpoint] = []
    folder = store.folder / FOLDER
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            found.append(CustomCheckpoint.model_validate_json(read_bytes(file)))
        except (OSError, ValidationError):
            continue
    return tuple(found)


def suited(prediction: Prediction, catalogue: Catalogue) -> Bundle:
    """The bundle that a base is best used with where nobody says another one: the recommended one, if it fits."""
    fitting = [one for one in catalogue.bundles if one.checkpoint is not None and fits(prediction, one)]
    recommended = next(one for one in catalogue.bundles if one.recommended)
    return recommended if recommended in fitting or not fitting else fitting[0]


def fits(prediction: Prediction, bundle: Bundle) -> bool:
    """Whether a base may be used with a bundle: distillations were made for UNets that predict noise."""
    return prediction == "epsilon" or (bundle.checkpoint is not None and bundle.checkpoint.family == "base")
