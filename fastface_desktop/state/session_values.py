"""What the Create page is filled with, and its file, which is kept from one start of the program to the next."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core.bounded import read_object
from fastface_core.domain.checkpoints import SchedulerName
from fastface_core.domain.identity import Companion, PhotoChoice
from fastface_core.domain.places import MOST_PEOPLE, Place, side_by_side
from fastface_core.domain.plan import Aspect
from fastface_core.domain.presets import MAX_STEPS, Preset
from fastface_core.domain.request import MAX_COUNT, MAX_PROMPT, Seed, Side, random_seed
from fastface_core.domain.twin import Corrections
from fastface_core.presets import files as preset_files

MAX_PHOTOS = 50
MAX_HISTORY = 30
SizeChoice = Aspect | Literal["exact"]
_Level = Annotated[int, Field(ge=0, le=100)]


class SessionValues(BaseModel):
    """Everything that Create shows; frozen.

    Attributes:
        person: the uid of a person of the library, whose photos are taken instead of `photos`.
        corrections: what the user said of the drawing of the chosen person; None where that is nothing.
        style: the name of a prompt style; None for none.
        preset: the name of an installed one.
        own_preset: the preset of a restored picture, where no installed one makes it; it counts instead of `preset`.
        face, text: how closely to follow them, 0 to 100; 50 is the preset as it is.
        aspect: "exact" takes `width` and `height`.
        steps, scheduler: None leave it to the preset or the checkpoint.
        adapter_strength, lora_strength: 0 to 2; None leave it to the preset (and, of the first, to `face`).
        checkpoint: the name of an installed one; None takes the preset's, else the best.
        goal_pictures, goal_likeness: stop once so many are so like, before `count`; None never, and from where on the
            checkpoint's recogniser calls it good.
        history: prompts that were asked for, the newest first.
        others: further people in the picture, in their order.
        places: where everybody is, the first included; see `where`.
        as_photos: everybody is where their photo has them, in place of `places`.
        goal_match: in place of `goal_likeness` where pictures are measured by their match with the drawing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    version: Literal[1] = 1
    photos: Annotated[tuple[PhotoChoice, ...], Field(max_length=MAX_PHOTOS)] = ()
    person: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    corrections: Corrections | None = None
    others: Annotated[tuple[Companion, ...], Field(max_length=MOST_PEOPLE - 1)] = ()
    places: Annotated[tuple[Place, ...], Field(max_length=MOST_PEOPLE)] = ()
    as_photos: bool = False
    prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    negative_prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    history: Annotated[tuple[Annotated[str, Field(max_length=MAX_PROMPT)], ...], Field(max_length=MAX_HISTORY)] = ()
    style: str | None = None
    preset: str = Field(default_factory=preset_files.default_name)
    own_preset: Preset | None = None
    face: _Level = 50
    text: _Level = 50
    aspect: SizeChoice = "portrait"
    width: Side = 1024
    height: Side = 1024
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    seed: Seed = Field(default_factory=random_seed)
    seed_locked: bool = False
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] | None = None
    scheduler: SchedulerName | None = None
    adapter_strength: Annotated[float, Field(ge=0, le=2)] | None = None
    lora_strength: Annotated[float, Field(ge=0, le=2)] | None = None
    checkpoint: str | None = None
    goal_pictures: Annotated[int, Field(ge=1, le=MAX_COUNT)] | None = None
    goal_likeness: Annotated[float, Field(ge=-1, le=1)] | None = None
    goal_match: Annotated[float, Field(ge=-1, le=1)] | None = None

    @property
    def where(self) -> tuple[Place, ...]:
        """A place for each of several people; side by side where the file says none."""
        people = len(self.others) + 1
        return self.places if len(self.places) == people else side_by_side(people)

    @property
    def files(self) -> tuple[Path, ...]:
        """The photos of everybody."""
        return tuple(photo.path for photos in (self.photos, *(one.photos for one in self.others)) for photo in photos)


_MOST_KEPT = 12
"""Pictures of a job whose number is kept from one start to the next."""


def content(values: SessionValues) -> bytes:
    """The file of these values."""
    # Not pydantic's own JSON: a file's name may hold bytes that are no text, which it refuses.
    # What is kept with a person is in the library alone, where it can be encrypted.
    left_out = {"corrections"} if values.person is not None else None
    return json.dumps(values.model_dump(exclude=left_out), indent=2).encode()


def read(file: Path) -> SessionValues:
    """What a file holds; a field that cannot be understood has its default, and the others keep their values. So does a
    large count: the first key of a day should not make hundreds of pictures."""
    try:
        found = read_object(file)
    except (OSError, ValueError):
        return SessionValues()
    try:
        values = SessionValues.model_validate(found)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        values = SessionValues.model_validate({name: value for name, value in found.items() if name not in wrong})
    return values if values.count <= _MOST_KEPT else values.model_copy(update={"count": SessionValues().count})
