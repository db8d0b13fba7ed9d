"""What an evaluation makes: people x prompts x seeds, by each of the settings that are compared."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fastface_core.domain.presets import MAX_STEPS, Preset
from fastface_core.domain.request import PortraitRequest, Seed, Side
from fastface_core.evaluation.people import Subject
from fastface_core.evaluation.prompts import Prompt

MAX_SEEDS = 64
MAX_PICTURES = 1_000_000
PUBLISHED_SEED = 50
"""With which the published runs began."""
_SEEDS = 2**32
_NAME = r"^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9_-])?$"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Contender(_Model):
    """Settings that are judged.

    Attributes:
        name: of its folder and in tables; unique in a plan.
        checkpoint: the name of an installed one.
        steps, width, height: as in `PortraitRequest`.
    """

    name: Annotated[str, Field(pattern=_NAME)]
    preset: Preset
    checkpoint: Annotated[str, Field(min_length=1, max_length=200)]
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] | None = None
    width: Side | None = None
    height: Side | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of a plan: numbers of person, prompt and seed, each from 0."""

    contender: str
    person: int
    prompt: int
    seed: int

    @property
    def key(self) -> str:
        """Its folder and name, without the ending: by it the picture is found again."""
        return f"{self.contender}/{self.name}"

    @property
    def name(self) -> str:
        return f"{self.person + 1:04}-{self.prompt + 1:03}-{self.seed + 1:02}"

    @property
    def group(self) -> str:
        """All seeds of the pair: what is asked for at once."""
        return self.key[:-3]


class Plan(_Model):
    """A whole evaluation, kept with its pictures.

    Attributes:
        people, prompts: sorted, so that a number means the same everywhere.
        drawn: the people are drawings, which the starter's recogniser knows.
        seed: by it, the photo and the prompt each picture's own seed is made; the same for all contenders.
        seeds: pictures of each pair.
        published: measured with the published code's quirks; see docs/evaluation.md.
    """

    version: Literal[1] = 1
    people: Annotated[tuple[Subject, ...], Field(min_length=1)]
    prompts: Annotated[tuple[Prompt, ...], Field(min_length=1)]
    contenders: Annotated[tuple[Contender, ...], Field(min_length=1)]
    drawn: bool = False
    seed: Seed = PUBLISHED_SEED
    seeds: Annotated[int, Field(ge=1, le=MAX_SEEDS)] = 1
    published: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for what, names in (
            ("person", [one.name for one in self.people]),
            ("prompt", [one.text for one in self.prompts]),
            ("contender", [one.name for one in self.contenders]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"a {what} is there twice")
        if self.pictures > MAX_PICTURES:
            raise ValueError(f"{self.pictures} pictures are more than {MAX_PICTURES}")
        return self

    @property
    def pictures(self) -> int:
        return len(self.people) * len(self.prompts) * self.seeds * len(self.contenders)

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many people, prompts and seeds."""
        return len(self.people), len(self.prompts), self.seeds

    def contender(self, name: str) -> Contender:
        """Raises KeyError where there is none of that name."""
        for one in self.contenders:
            if one.name == name:
                return one
        raise KeyError(name)

    def orders(self) -> Iterator[tuple[Contender, int, int]]:
        """Contender, person and prompt of each order: checkpoint by checkpoint so that none is loaded twice, and there
        person by person, so that what is ready can be compared already."""
        for checkpoint in dict.fromkeys(one.checkpoint for one in self.contenders):
            for person in range(len(self.people)):
                for contender in self.contenders:
                    if contender.checkpoint == checkpoint:
                        for prompt in range(len(self.prompts)):
                            yield contender, person, prompt

    def cells(self, contender: Contender, person: int, prompt: int) -> tuple[Cell, ...]:
        """The pictures of one order."""
        return tuple(Cell(contender.name, person, prompt, seed) for seed in range(self.seeds))

    def first_seed(self, person: int, prompt: int) -> int:
        """Of the pair's pictures; each further one has the next. It depends on photo and prompt and not on how many
        others there are: a part of an evaluation has the same pictures as the whole."""
        said = f"{self.seed}\n{self.people[person].sha256}\n{self.prompts[prompt].text}"
        return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") % _SEEDS

    def request(self, contender: Contender, person: int, prompt: int) -> PortraitRequest:
        return PortraitRequest(
            prompt=self.prompts[prompt].text,
            preset=contender.preset,
            steps=contender.steps,
            width=contender.width,
            height=contender.height,
            seed=self.first_seed(person, prompt),
            count=self.seeds,
        )

    @property
    def protocol(self) -> str:
        """Hash of everything but the contenders: results of the same protocol can be compared pair by pair."""
        content = self.model_dump_json(
            include={"people": {"__all__": {"sha256"}}, "prompts": True, "seed": True, "seeds": True, "published": True}
        )
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def safe_name(text: str) -> str:
    """A contender's name from any text."""
    name = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:100]
    return name or "settings"
