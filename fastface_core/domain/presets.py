"""Presets: how strongly face and text guide each step, and what happens to the identity attention.

A preset is plain data (JSON), validated here; `engine.guidance` and `engine.transforms` compute with it.
The settings are those of FastFace (arXiv 2505.21144); lists are written for the preset's own step count and
are sampled for others, so one preset serves every checkpoint.
"""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from fastface_core.domain.checkpoints import AdapterKind, SchedulerName

MAX_STEPS = 100

Part = Literal["down", "mid", "up"]
Number = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
Schedule = Number | Annotated[tuple[Number, ...], Field(min_length=1, max_length=MAX_STEPS)]
"""One number for all steps, or one for each step of the preset's own step count."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def at_step(schedule: Schedule, step: int, steps: int) -> float:
    """The schedule's value at `step` (from 0) of `steps`.

    A list is sampled at the centres of the steps, linearly between its entries and constant beyond the ends; with as
    many steps as entries that is the entry itself.
    """
    if not isinstance(schedule, tuple):
        return schedule
    position = min(max(_position(len(schedule), step, steps), 0.0), len(schedule) - 1.0)
    lower = math.floor(position)
    upper = min(lower + 1, len(schedule) - 1)
    ends = schedule[lower], schedule[upper]
    # In this form two equal ends give exactly themselves: a weight of 1 has to stay 1 for its branch to be left out.
    between = ends[0] + (position - lower) * (ends[1] - ends[0])
    return min(max(between, min(ends)), max(ends))


def _position(written: int, step: int, steps: int) -> float:
    return written * (step + 0.5) / steps - 0.5


class AdaptiveWeight(_Model):
    """The weight of the face follows what is measured: after a step the guess of the finished picture is scored, and in
    the next one the weight is multiplied by 1 + gain (target - score), within the bounds. See `engine.adaptive`.

    Attributes:
        target: the likeness that is wanted, or with the starter the match with the drawing; None takes what counts as
            good for the checkpoint's recogniser.
        gain: how much the factor grows for each 1 that is missing.
        lowest, highest: bounds of the factor.
    """

    target: Annotated[float, Field(ge=-1, le=1)] | None = None
    gain: Annotated[float, Field(gt=0, le=100)] = 4.0
    lowest: Annotated[float, Field(ge=0, le=1)] = 0.5
    highest: Annotated[float, Field(ge=1, le=10)] = 2.0

    def factor(self, target: float, score: float) -> float:
        """By how much the weight of the next step is multiplied."""
        return min(max(1 + self.gain * (target - score), self.lowest), self.highest)


class Guidance(_Model):
    """Decoupled guidance: eps = u + a (i - u) + b (t - i), then the rescale.

    Attributes:
        identity_weight: a, how closely to follow the face. None takes the checkpoint's own guidance scale.
        text_weight: b, how closely to follow the text. None takes the checkpoint's own guidance scale.
        rescale: phi, 0 to 1: how far the deviation of eps is drawn back to that of its branches.
        adaptive: a follows the measured likeness from step to step; None leaves it as it is written.
    """

    identity_weight: Schedule | None = None
    text_weight: Schedule | None = None
    rescale: Annotated[float, Field(ge=0, le=1)] = 0.0
    adaptive: AdaptiveWeight | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.identity_weight is None) != (self.text_weight is None):
            raise ValueError("identity_weight and text_weight are given together, or neither is")
        return self


class PerPart(_Model):
    """A schedule for each part of the UNet."""

    down: Schedule
    mid: Schedule
    up: Schedule

    def of(self, part: Part) -> Schedule:
        values: dict[Part, Schedule] = {"down": self.down, "mid": self.mid, "up": self.up}
        return values[part]


Values = Schedule | PerPart


def value_at(values: Values, part: Part, step: int, steps: int) -> float:
    """The number that counts in `part` of the UNet at `step` (from 0) of `steps`."""
    return at_step(values.of(part) if isinstance(values, PerPart) else values, step, steps)


def schedules(values: Values) -> tuple[Schedule, ...]:
    return (values.down, values.mid, values.up) if isinstance(values, PerPart) else (values,)


class Power(_Model):
    """A <- A^exponent."""

    kind: Literal["power"] = "power"
    exponent: Values = PerPart(down=1.3, mid=1.0, up=1.3)


class Scale(_Model):
    """A <- min(factor A, maximum)."""

    kind: Literal["scale"] = "scale"
    factor: Values = PerPart(down=1.55, mid=1.0, up=1.45)
    maximum: Annotated[float, Field(gt=0, le=1000)] = 10.0


class Softmask(_Model):
    """A <- N(sigmoid(sharpness (N(A) - m))), m a quantile of A over the queries, or a constant.

    Attributes:
        quantile: 0 to 1; None uses `threshold` for m.
        threshold: m where there is no quantile.
    """

    kind: Literal["softmask"] = "softmask"
    sharpness: Values = 12.5
    quantile: Values | None = 0.6
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5

    @field_validator("quantile")
    @classmethod
    def _within_unit(cls, values: Values | None) -> Values | None:
        for schedule in schedules(values) if values is not None else ():
            for value in schedule if isinstance(schedule, tuple) else (schedule,):
                if not 0 <= value <= 1:
                    raise ValueError("a quantile lies between 0 and 1")
        return values

    @model_serializer(mode="wrap")
    def _keep_the_absent_quantile(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Files leave out what is None; here that would bring the default quantile back.
        content: dict[str, Any] = serialize(self)
        return content if self.quantile is not None else {**content, "quantile": None}


Transform = Annotated[Power | Scale | Softmask, Field(discriminator="kind")]


class Attention(_Model):
    """What is done to the identity attention map before it meets the values.

    Attributes:
        transforms: applied in order.
        parts: the parts of the UNet where they are applied.
        tokens: indices of the identity tokens they are applied to; None means all.
        steps: indices, from 0, of the preset's own steps at which they are applied; None means all.
        invert_first_token: token 0, which attends away from the face, is turned over before and back after.
            Nothing is inverted where `tokens` leaves token 0 out.
        adain: weight w of the corrected map and output; 0 leaves the correction out.
        normalization: "together" normalises over the branches of an image in common, as published; "independent"
            each branch by itself, so that a branch that is not needed can be left out without changing the picture.
    """

    transforms: Annotated[tuple[Transform, ...], Field(min_length=1, max_length=8)]
    parts: Annotated[tuple[Part, ...], Field(min_length=1)] = ("down", "up")
    tokens: Annotated[tuple[Annotated[int, Field(ge=0, lt=1024)], ...], Field(min_length=1)] | None = None
    steps: Annotated[tuple[Annotated[int, Field(ge=0, lt=MAX_STEPS)], ...], Field(min_length=1)] | None = None
    invert_first_token: bool = False
    adain: Annotated[float, Field(ge=0, le=1)] = 0.0
    normalization: Literal["together", "independent"] = "together"

    @field_validator("parts", "tokens", "steps")
    @classmethod
    def _no_repeats(cls, values: tuple[object, ...] | None) -> tuple[object, ...] | None:
        if values is not None and len(set(values)) != len(values):
            raise ValueError("an entry is there twice")
        return values

    def couples_branches(self) -> bool:
        """Whether leaving out a branch of an image would change the others."""
        return self.normalization == "together" and any(isinstance(t, Softmask) for t in self.transforms)


class JoiningSettings(_Model):
    """How the identity's output joins the text's, for adapters that can have it in several ways.

    Attributes:
        zero_tokens: how many tokens of zeros take attention away from the face where it is not sure; None is the
            adapter's own number.
        projection: what of the identity's output lies along the text's is left in ("off"), left out ("v1"), or left in
            where the identity is sure ("v2"); None is the adapter's own.
    """

    zero_tokens: Annotated[int, Field(ge=0, le=64)] | None = None
    projection: Literal["off", "v1", "v2"] | None = None


class LoraUse(_Model):
    """A LoRA of the user's own, and how strongly it acts."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    strength: Annotated[float, Field(ge=-2, le=2)] = 1.0


class Preset(_Model):
    """A named set of guidance and attention settings.

    Attributes:
        name: letters, digits, "-", "_" and "."; how the preset is called on the command line.
        steps: the step count that lists and chosen steps are written for.
        attention: None leaves the attention as it is.
        adapter_strength: factor of the identity attention's output, 0 to 2.
        lora_strength: factor of the face adapter's LoRA, 0 to 2.
        loras: LoRAs of the user's own, on top of one another.
        control_strength: factor of the residuals of the face adapter's control network, 0 to 2.
        joining: None leaves it to the face adapter.
        adapters: the face adapters that it was made for; None serves all.
        several: how several photos of a person are combined: the mean of their embeddings, or of their identity tokens,
            or all tokens side by side; None leaves it to the face adapter.
        width, height: a size in pixels that belongs to the preset; None leaves it to the checkpoint.
        checkpoint: the name of the one it is meant for; None takes whichever is chosen.
        scheduler: None leaves it to the checkpoint.
    """

    version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=500)] = ""
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] = 4
    guidance: Guidance = Guidance()
    attention: Attention | None = None
    adapter_strength: Annotated[float, Field(ge=0, le=2)] = 0.8
    lora_strength: Annotated[float, Field(ge=0, le=2)] = 1.0
    loras: Annotated[tuple[LoraUse, ...], Field(min_length=1, max_length=8)] | None = None
    control_strength: Annotated[float, Field(ge=0, le=2)] = 0.8
    joining: JoiningSettings | None = None
    adapters: Annotated[tuple[AdapterKind, ...], Field(min_length=1)] | None = None
    several: Literal["embedding", "tokens", "side-by-side"] | None = None
    width: Annotated[int, Field(ge=64, le=2048, multiple_of=8)] | None = None
    height: Annotated[int, Field(ge=64, le=2048, multiple_of=8)] | None = None
    checkpoint: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    scheduler: SchedulerName | None = None

    @field_validator("loras")
    @classmethod
    def _each_lora_once(cls, loras: tuple[LoraUse, ...] | None) -> tuple[LoraUse, ...] | None:
        if loras is not None and len({one.name for one in loras}) != len(loras):
            raise ValueError("a LoRA is there twice")
        return loras

    @model_validator(mode="after")
    def _lists_fit_the_steps(self) -> Self:
        for field, schedule in self._schedules():
            if isinstance(schedule, tuple) and len(schedule) != self.steps:
                raise ValueError(
                    f"{field} has to have a value for each step, {self.steps} in all, and has {len(schedule)}"
                )
        chosen = self.attention.steps if self.attention else None
        if chosen is not None and max(chosen) >= self.steps:
            raise ValueError(
                f"attention.steps names step {max(chosen)}, but the last of {self.steps} is {self.steps - 1}"
            )
        return self

    def _schedules(self) -> list[tuple[str, Schedule]]:
        found: list[tuple[str, Schedule]] = []
        for field, values in (
            ("guidance.identity_weight", self.guidance.identity_weight),
            ("guidance.text_weight", self.guidance.text_weight),
        ):
            if values is not None:
                found.append((field, values))
        for index, transform in enumerate(self.attention.transforms if self.attention else ()):
            for field in type(transform).model_fields:
                value: object = getattr(transform, field)
                if isinstance(value, tuple | PerPart):
                    place = f"attention.transforms.{index}.{field}"
                    found += [(place, schedule) for schedule in schedules(value)]  # type: ignore[arg-type]
        return found

    def attention_at(self, step: int, steps: int) -> Attention | None:
        """The attention settings in force at `step` (from 0) of `steps`, or None where the plain map is used."""
        if self.attention is None or self.attention.steps is None:
            return self.attention
        # The written step in whose interval the centre of this one lies.
        written = min(math.floor(self.steps * (step + 0.5) / steps), self.steps - 1)
        return self.attention if written in self.attention.steps else None
