"""What is asked of the engine, what comes back, and the recipe that a picture carries."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fastface_core.domain.approximations import Approximation
from fastface_core.domain.checkpoints import SchedulerName, Terms
from fastface_core.domain.goal import Goal
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.memory_use import PlanName
from fastface_core.domain.places import MOST_PEOPLE, Placed
from fastface_core.domain.presets import MAX_STEPS, Preset
from fastface_core.domain.twin import Corrections

if TYPE_CHECKING:
    from PIL.Image import Image

    from fastface_core.domain.identity import Identity, PersonPhoto

SMALLEST, LARGEST, GRAIN = 64, 2048, 8
"""Sides of a picture in pixels, and the step between them (one latent)."""
MAX_SEED = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""
RANDOM_SEEDS = 2**32
"""Seeds are drawn below this: short enough to be typed again."""
MAX_COUNT = 1000
MAX_PROMPT = 10_000

Side = Annotated[int, Field(ge=SMALLEST, le=LARGEST, multiple_of=GRAIN)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Together = Annotated[tuple[Placed, ...], Field(min_length=2, max_length=MOST_PEOPLE)]
"""The people of a picture that shows several."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PortraitRequest(_Model):
    """One job: `count` pictures of one person, or of several together.

    Attributes:
        people: where each of several people is, in their order; None for one.
        seed: of the first picture; each further one has the next.
        goal: with it `count` is the most, and fewer are made where it is reached before.
        steps: None takes the checkpoint's.
        width, height: pixels; None takes the preset's, else the checkpoint's.
        scheduler: None takes the checkpoint's.
        corrections: what the user corrected in the drawn twin; only a checkpoint that draws one takes them. Of several
            people each has their own.
    """

    prompt: Annotated[str, Field(max_length=MAX_PROMPT)]
    negative_prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    preset: Preset
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] | None = None
    seed: Seed
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    goal: Goal | None = None
    width: Side | None = None
    height: Side | None = None
    scheduler: SchedulerName | None = None
    corrections: Corrections | None = None
    people: Together | None = None

    @field_validator("prompt")
    @classmethod
    def _says_something(cls, prompt: str) -> str:
        if not prompt.strip():
            raise ValueError("the prompt is empty")
        return prompt

    @field_validator("corrections")
    @classmethod
    def _corrects_something(cls, corrections: Corrections | None) -> Corrections | None:
        return None if corrections is None or corrections.nothing else corrections

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple((self.seed + index) % (MAX_SEED + 1) for index in range(self.count))

    def complete(self, scores: Sequence[float | None]) -> bool:
        """Whether nothing is left to do once pictures of these scores are made."""
        enough = self.goal is not None and self.goal.after(scores) is None
        return enough or len(scores) >= self.count

    def after(self, scores: Sequence[float | None]) -> "PortraitRequest":
        """What is left of a request that is not complete."""
        if not scores:
            return self
        done = len(scores)
        goal = self.goal and self.goal.after(scores)
        return self.model_copy(update={"seed": self.seeds[done], "count": self.count - done, "goal": goal})


def random_seed() -> int:
    return secrets.randbelow(RANDOM_SEEDS)


class RecipePhoto(_Model):
    """A photo that was used: never its name or place, nor anything of the face itself.

    Attributes:
        sha256: hex digest of the file.
        face: which face in it, counted from the left, from 1.
        weight: how much it counted beside the others; None for as much as each.
        person: which of the picture's people it is of, from 1; None where there is one.
    """

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    face: Annotated[int, Field(ge=1)]
    weight: Annotated[float, Field(ge=0, le=1000)] | None = None
    person: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] | None = None

    @classmethod
    def of(cls, photo: "PersonPhoto", person: int | None = None) -> "RecipePhoto":
        weight = None if photo.weight == 1 else photo.weight
        return cls(sha256=photo.sha256, face=photo.face_index, weight=weight, person=person)

    @classmethod
    def of_all(cls, people: "Sequence[Identity]") -> "tuple[RecipePhoto, ...]":
        """The photos of everybody in a picture, in the people's order."""
        several = len(people) > 1
        return tuple(
            cls.of(photo, number if several else None)
            for number, identity in enumerate(people, start=1)
            for photo in identity.photos
        )


class Computed(_Model):
    """How a picture was computed: another way differs from it by rounding.

    Attributes:
        together: how many images went through the UNet in one batch, this one among them.
        plan: what stayed on the GPU, see `memory_plans`; with "strips" and "streamed" it was decoded in strips.
        approximations: what made it quicker and another picture; None where nothing did.
    """

    together: Annotated[int, Field(ge=1)]
    plan: PlanName
    approximations: tuple[Approximation, ...] | None = None


class Recipe(_Model):
    """Everything that made one picture.

    With the same photos, on the same device, and computed in the same way, it makes the same pixels; computed in
    another way, they differ by rounding.

    Attributes:
        computed: None in pictures made before it was kept.
        terms: what the models' terms allow; None in pictures made before they were kept.
        corrections: what the user said of the drawn twin, and nothing that was measured; None where that is nothing.
        people: as in `PortraitRequest`; which photos are whose, they say themselves.
    """

    version: Literal[1] = 1
    program: str
    prompt: str
    negative_prompt: str
    preset: Preset
    checkpoint: str
    scheduler: SchedulerName
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)]
    seed: Seed
    width: Side
    height: Side
    photos: tuple[RecipePhoto, ...]
    device: str
    dtype: str
    computed: Computed | None = None
    terms: Terms | None = None
    corrections: Corrections | None = None
    people: Together | None = None

    def photos_of(self, person: int) -> tuple[RecipePhoto, ...]:
        """Those of one of the picture's people, from 1."""
        return tuple(photo for photo in self.photos if (photo.person or 1) == person)


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """One finished picture.

    Attributes:
        index: 0 to count - 1.
        likeness: cosine similarity, -1 to 1, of its face to the person's embedding; None with `likeness_reason`. Of
            several people the least, and None where not all of them are found.
        seconds: time spent on it, from the first sampling step to the decoded picture.
        twin_match: of a picture that was made from a drawn twin, the cosine similarity, -1 to 1, of its face to the
            twin's; it is no likeness to the person. None for others. Of several people as the likeness.
        taken_over: what of that twin the picture shows; None for several people.
        of_each: of several people in their order the likeness, or the match; None for somebody who is not found.
    """

    index: int
    seed: int
    image: "Image"
    recipe: Recipe
    likeness: float | None
    likeness_reason: str | None
    seconds: float
    twin_match: float | None = None
    taken_over: TakenOver | None = None
    of_each: tuple[float | None, ...] = ()

    @property
    def score(self) -> float | None:
        """What pictures are ordered by: the likeness, else the match with the drawing. See `Checkpoint.scale`."""
        return self.twin_match if self.likeness is None else self.likeness


@dataclass(frozen=True, eq=False, slots=True)
class PictureDone:
    """An event: a picture is finished, while others of its job may still be under way.

    Attributes:
        file: the picture as a file, where that was asked for.
    """

    picture: Picture
    file: bytes | None = None


@dataclass(frozen=True, slots=True)
class PictureWithheld:
    """An event: the content filter holds a finished picture back; nobody sees it, and it is nowhere kept.

    Attributes:
        index: 0 to count - 1.
    """

    index: int
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """A finished job.

    Attributes:
        timings: seconds by stage: "condition", "sample", "decode", "score", and "filter" where that looks at them.
    """

    pictures: tuple[Picture, ...]
    timings: dict[str, float]
