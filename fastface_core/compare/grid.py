"""A comparison as cells: what each picture of it is made from, and which of them are still to be made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fastface_core.compare.axes import Axis, Draft, NumberAxis
from fastface_core.domain.checkpoints import AdapterKind, Sampling, SchedulerName
from fastface_core.domain.plan import Plan
from fastface_core.domain.presets import MAX_STEPS, Preset
from fastface_core.domain.request import MAX_PROMPT, PortraitRequest, Recipe, Seed, Side
from fastface_core.domain.twin import Corrections
from fastface_core.presets.adapters import as_taken

MAX_PICTURES = 1000
MAX_SEEDS = 16

Place = tuple[int, int, int]
"""Column, row, and number of the seed, each from 0."""


class Grid(BaseModel):
    """What is compared.

    Attributes:
        preset, checkpoint, prompt, steps, width, height, scheduler, corrections: of every cell, where no axis says
            otherwise; as in `PortraitRequest`.
        seeds: each cell has a picture of each.
        rows: None where one setting alone is varied.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    version: Literal[1] = 1
    prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    negative_prompt: Annotated[str, Field(max_length=MAX_PROMPT)] = ""
    preset: Preset
    checkpoint: Annotated[str, Field(min_length=1, max_length=200)]
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=MAX_SEEDS)]
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] | None = None
    width: Side | None = None
    height: Side | None = None
    scheduler: SchedulerName | None = None
    corrections: Corrections | None = None
    columns: Axis
    rows: Axis | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.pictures > MAX_PICTURES:
            raise ValueError(f"{self.pictures} pictures are more than {MAX_PICTURES}")
        if len(set(self.seeds)) != len(self.seeds):
            raise ValueError("a seed is there twice")
        if self.rows is not None and _place(self.rows) == _place(self.columns):
            raise ValueError("columns and rows vary the same setting")
        return self

    @property
    def size(self) -> tuple[int, int]:
        """How many columns and rows."""
        return len(self.columns.values), len(self.rows.values) if self.rows else 1

    @property
    def pictures(self) -> int:
        columns, rows = self.size
        return columns * rows * len(self.seeds)

    @property
    def row_labels(self) -> tuple[str, ...]:
        return self.rows.labels if self.rows else ("",)

    def shots(
        self, sampling: Callable[[str], Sampling], adapter: Callable[[str], AdapterKind] = lambda _: "faceid-plus-v2"
    ) -> "tuple[Shot, ...]":
        """Every picture, row by row.

        Args:
            sampling, adapter: of a checkpoint by its name; they raise a `FastFaceError` where there is none of that
                name.

        Raises:
            SettingsError: a value of an axis is not allowed, or the preset has no such setting.
        """
        columns, rows = self.size
        shots: list[Shot] = []
        for row in range(rows):
            for column in range(columns):
                draft = self._draft(column, row, lambda name: sampling(name).guidance_scale)
                for number, seed in enumerate(self.seeds):
                    request = draft.request(seed)
                    plan = Plan.of(request, sampling(draft.checkpoint))
                    taken = as_taken(request, adapter(draft.checkpoint)).preset
                    shots.append(Shot((column, row, number), request, plan, draft.checkpoint, taken))
        return tuple(shots)

    def _draft(self, column: int, row: int, own_scale: Callable[[str], float]) -> Draft:
        draft = Draft(
            self.preset,
            self.checkpoint,
            self.prompt,
            self.negative_prompt,
            self.steps,
            self.width,
            self.height,
            self.scheduler,
            self.corrections,
        )
        axes = [(self.columns, column), *([(self.rows, row)] if self.rows else [])]
        # A preset brings its numbers and its checkpoint, whose scale they may begin at: both come before the numbers.
        order = {"preset": 0, "checkpoint": 1}
        for axis, index in sorted(axes, key=lambda one: order.get(one[0].setting, 2)):
            draft = axis.apply(draft, index, own_scale)
        return draft


def _place(axis: Axis) -> tuple[object, ...]:
    return (axis.setting, axis.part, axis.step) if isinstance(axis, NumberAxis) else (axis.setting,)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a comparison, made or not.

    Attributes:
        request: of one picture.
        checkpoint: the name of the one that makes it.
        taken: the preset as the checkpoint's face adapter takes it, which is that of the picture's recipe.
    """

    place: Place
    request: PortraitRequest
    plan: Plan
    checkpoint: str
    taken: Preset

    @property
    def key(self) -> tuple[object, ...]:
        """The same as `key_of` the recipe of its picture."""
        request, plan = self.request, self.plan
        words = request.prompt, request.negative_prompt, self.taken, request.corrections
        return *words, request.seed, self.checkpoint, plan.steps, plan.scheduler, plan.width, plan.height

    def made(self, recipe: Recipe) -> bool:
        """Whether a picture with this recipe is the one, photos aside."""
        return self.key == key_of(recipe)

    def same_as(self, other: "Shot") -> bool:
        """Whether both are one and the same picture, in two places."""
        return (self.request, self.plan, self.checkpoint) == (other.request, other.plan, other.checkpoint)


def key_of(recipe: Recipe) -> tuple[object, ...]:
    """What a recipe says of a picture, photos aside."""
    words = recipe.prompt, recipe.negative_prompt, recipe.preset, recipe.corrections
    return *words, recipe.seed, recipe.checkpoint, recipe.steps, recipe.scheduler, recipe.width, recipe.height


def left_to_make(shots: Iterable[Shot], made: Mapping[Place, object]) -> tuple[Shot, ...]:
    """What is still to be made, each picture once, checkpoint by checkpoint so that none is loaded twice."""
    left: dict[object, Shot] = {}
    for shot in shots:
        if shot.place not in made:
            left.setdefault((shot.request, shot.plan, shot.checkpoint), shot)
    order = {name: number for number, name in enumerate(dict.fromkeys(shot.checkpoint for shot in left.values()))}
    return tuple(sorted(left.values(), key=lambda shot: order[shot.checkpoint]))
