"""Changes that the editor makes to a preset: pure functions, from one valid preset to the next.

A number, a list for the steps, and either of them for each part of the UNet are the same `Values`; what nobody touched
keeps its form, so that a preset that is opened and saved stays what it was.
"""

import math
from typing import Literal, cast

from fastface_core.domain.presets import (
    MAX_STEPS,
    Attention,
    Part,
    PerPart,
    Power,
    Preset,
    Scale,
    Schedule,
    Softmask,
    Transform,
    Values,
    at_step,
)
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files

AttentionKind = Literal["none", "scale-power", "scheduled-softmask", "custom"]
Weight = Literal["identity_weight", "text_weight"]
WEIGHTS: tuple[Weight, ...] = ("identity_weight", "text_weight")
PARTS: tuple[Part, ...] = ("down", "mid", "up")
_DIGITS = 4
"""What a resampled or dragged value is rounded to: more than a person reads."""


def resampled(preset: Preset, steps: int, *, exact: bool = False) -> Preset:
    """The preset written for another step count, its lists sampled at the centres of the new steps.

    Args:
        exact: the values are not rounded, so that a picture of so many steps stays the same to the bit.

    Raises:
        SettingsError: there cannot be so many steps.
    """
    if not 1 <= steps <= MAX_STEPS:
        raise SettingsError(f"A preset cannot be written for {steps} steps.", f"Choose 1 to {MAX_STEPS} steps.")
    if steps == preset.steps:
        return preset
    changes: dict[str, object] = {"steps": steps}
    guidance = preset.guidance
    digits = None if exact else _DIGITS
    weights = {name: _sampled_or_none(getattr(guidance, name), steps, digits) for name in WEIGHTS}
    changes["guidance"] = guidance.model_copy(update=weights)
    if preset.attention is not None:
        changes["attention"] = _resampled_attention(preset.attention, preset.steps, steps, digits)
    return preset_files.changed(preset, changes)


def _resampled_attention(attention: Attention, written: int, steps: int, digits: int | None) -> Attention:
    transforms = tuple(resampled_transform(transform, steps, digits) for transform in attention.transforms)
    chosen = attention.steps
    if chosen is not None:
        # As `Preset.attention_at` reads them; one that would vanish stays at the step that its centre lies in.
        kept = [step for step in range(steps) if math.floor(written * (step + 0.5) / steps) in chosen]
        chosen = tuple(kept) or (math.floor(steps * (chosen[0] + 0.5) / written),)
    return attention.model_copy(update={"transforms": transforms, "steps": chosen})


def resampled_transform(transform: Transform, steps: int, digits: int | None = _DIGITS) -> Transform:
    """With its lists sampled for `steps`, and rounded to so many digits; None does not round."""
    changes: dict[str, object] = {}
    for field in type(transform).model_fields:
        value: object = getattr(transform, field)
        if isinstance(value, PerPart):
            changes[field] = PerPart(**{part: _sampled(value.of(part), steps, digits) for part in PARTS})
        elif isinstance(value, tuple):
            changes[field] = _sampled(cast(Schedule, value), steps, digits)
    return transform.model_copy(update=changes)


def _sampled(schedule: Schedule, steps: int, digits: int | None) -> Schedule:
    if not isinstance(schedule, tuple) or len(schedule) == steps:
        return schedule
    values = (at_step(schedule, step, steps) for step in range(steps))
    return tuple(values if digits is None else (round(value, digits) for value in values))


def _sampled_or_none(schedule: Schedule | None, steps: int, digits: int | None) -> Schedule | None:
    return None if schedule is None else _sampled(schedule, steps, digits)


def with_weight(preset: Preset, weight: Weight, step: int, value: float) -> Preset:
    """With another weight at one step, from 0.

    Raises:
        SettingsError: the value is not allowed, or the preset leaves the weights to the checkpoint.
    """
    schedule: Schedule | None = getattr(preset.guidance, weight)
    assert schedule is not None
    guidance = {**dict(preset.guidance), weight: _replaced(schedule, step, preset.steps, value)}
    return preset_files.changed(preset, {"guidance": guidance})


def with_own_weights(preset: Preset, own_scale: float | None) -> Preset:
    """With weights of its own that begin at the checkpoint's scale; None leaves them to the checkpoint again."""
    weights = dict.fromkeys(WEIGHTS, None if own_scale is None else (own_scale,) * preset.steps)
    return preset_files.changed(preset, {"guidance": {**dict(preset.guidance), **weights}})


def kind_of(attention: Attention | None) -> AttentionKind:
    """Which of the published methods a chain of transforms is, whatever its values."""
    if attention is None:
        return "none"
    match attention.transforms:
        case (Power(), Scale()):
            return "scale-power"
        case (Softmask(), Scale()):
            return "scheduled-softmask"
        case _:
            return "custom"


def with_kind(preset: Preset, kind: AttentionKind) -> Preset:
    """With a published method's values, in place of what was there; "custom" keeps the chain that there is."""
    if kind == "none":
        return preset_files.changed(preset, {"attention": None})
    if kind == "custom":
        attention = preset.attention or Attention(transforms=(Scale(factor=1.0),))
    else:
        published = preset_files.built_in()[kind]
        attention = resampled(published, preset.steps).attention
    return preset_files.changed(preset, {"attention": attention})


def is_per_part(values: Values) -> bool:
    return isinstance(values, PerPart)


def is_per_step(values: Values) -> bool:
    """Whether any part has a list."""
    if isinstance(values, PerPart):
        return any(isinstance(values.of(part), tuple) for part in PARTS)
    return isinstance(values, tuple)


def split_by_part(values: Values, split: bool) -> Values:
    """One schedule for each part, at first the same; or one for all, which is that of the down blocks."""
    if split == isinstance(values, PerPart):
        return values
    return values.down if isinstance(values, PerPart) else PerPart(down=values, mid=values, up=values)


def split_by_step(values: Values, split: bool, steps: int) -> Values:
    """A number for each step, at first the same; or one for all, which is that of the first."""
    if isinstance(values, PerPart):
        return PerPart(**{part: _split(values.of(part), split, steps) for part in PARTS})
    return _split(values, split, steps)


def _split(schedule: Schedule, split: bool, steps: int) -> Schedule:
    if isinstance(schedule, tuple):
        return schedule if split else schedule[0]
    return (schedule,) * steps if split else schedule


def with_value(values: Values, part: Part | None, step: int | None, steps: int, value: float) -> Values:
    """With one number replaced. `part` and `step` are None where one number stands for all."""
    if isinstance(values, PerPart):
        assert part is not None
        schedules = {one: values.of(one) for one in PARTS}
        schedules[part] = value if step is None else _replaced(schedules[part], step, steps, value)
        return PerPart(**schedules)
    return value if step is None else _replaced(values, step, steps, value)


def _replaced(schedule: Schedule, step: int, steps: int, value: float) -> Schedule:
    whole = schedule if isinstance(schedule, tuple) else (schedule,) * steps
    return (*whole[:step], round(value, _DIGITS), *whole[step + 1 :])


def with_transforms(preset: Preset, transforms: tuple[Transform, ...]) -> Preset:
    """With another chain.

    Raises:
        SettingsError: it is empty or too long, or a value is not allowed.
    """
    assert preset.attention is not None
    # Validated again: pydantic does not validate a model that it is given as an instance.
    content = [transform.model_dump() for transform in transforms]
    return preset_files.changed(preset, {"attention": {**dict(preset.attention), "transforms": content}})


def with_attention(preset: Preset, **values: object) -> Preset:
    """With other values of `Attention`.

    Raises:
        SettingsError: a value is not allowed.
    """
    assert preset.attention is not None
    return preset_files.changed(preset, {"attention": {**dict(preset.attention), **values}})


def form_of(preset: Preset) -> object:
    """The same for presets that are shown in the same fields, whatever their values."""
    transforms = preset.attention.transforms if preset.attention is not None else ()
    shapes = [_shapes(transform) for transform in transforms]
    return preset.steps, preset.attention is None, [type(transform) for transform in transforms], shapes


def _shapes(transform: Transform) -> list[tuple[bool, bool]]:
    match transform:
        case Power():
            values: tuple[Values | None, ...] = (transform.exponent,)
        case Scale():
            values = (transform.factor,)
        case Softmask():
            values = (transform.sharpness, transform.quantile)
    return [(False, False) if one is None else (is_per_part(one), is_per_step(one)) for one in values]
