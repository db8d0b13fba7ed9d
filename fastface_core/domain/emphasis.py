"""The two plain sliders, "how closely to follow the face" and "the text", as changes of a preset.

Each goes from 0 to 100, and 50 leaves the preset as it is. The face's scales the adapter's strength, and the identity
weight where the preset has one; the text's scales the text weight. A preset without weights of its own keeps the
checkpoint's identity weight, so that following the face more closely costs no further branch.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.domain.presets import Guidance, Preset, Schedule

NEUTRAL = 50
_Level = Annotated[int, Field(ge=0, le=100)]

# At the ends of a slider, in octaves: 0.5 is a factor of 0.71 and 1.41, 1 one of a half and 2.
_STRENGTH_OCTAVES = 1.0
_IDENTITY_OCTAVES = 0.5
_TEXT_OCTAVES = 0.75
_STRONGEST = 2.0


class Emphasis(BaseModel):
    """Both sliders, 0 to 100."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    face: _Level = NEUTRAL
    text: _Level = NEUTRAL


def emphasised(preset: Preset, emphasis: Emphasis, own_scale: float) -> Preset:
    """The preset as the sliders change it; the same object where both stand in the middle.

    Args:
        own_scale: the checkpoint's guidance scale, for presets without weights of theirs.
    """
    changes: dict[str, object] = {}
    guidance = preset.guidance
    if emphasis.face != NEUTRAL:
        changes["adapter_strength"] = _strength(preset, emphasis.face)
        if guidance.identity_weight is not None:
            guidance = _with(guidance, identity_weight=_scaled(guidance.identity_weight, emphasis.face))
    if emphasis.text != NEUTRAL:
        own = guidance.identity_weight is None or guidance.text_weight is None
        identity_weight = own_scale if guidance.identity_weight is None else guidance.identity_weight
        text_weight = _rescaled(own_scale if own else guidance.text_weight, _factor(emphasis.text, _TEXT_OCTAVES))
        guidance = _with(guidance, identity_weight=identity_weight, text_weight=text_weight)
    if guidance is not preset.guidance:
        changes["guidance"] = guidance
    return preset.model_copy(update=changes) if changes else preset


def emphasis_of(changed: Preset, preset: Preset, own_scale: float) -> Emphasis | None:
    """The sliders that make `changed` out of `preset`; None where none do.

    Where several do, because a strength has reached its end, the nearest to the middle.
    """
    levels = sorted(range(101), key=lambda level: abs(level - NEUTRAL))
    for face in levels:
        if changed.adapter_strength != (preset.adapter_strength if face == NEUTRAL else _strength(preset, face)):
            continue
        for text in levels:
            emphasis = Emphasis(face=face, text=text)
            if emphasised(preset, emphasis, own_scale) == changed:
                return emphasis
    return None


def _factor(level: int, octaves: float) -> float:
    return 2.0 ** (octaves * (level - NEUTRAL) / NEUTRAL)


def _strength(preset: Preset, level: int) -> float:
    return round(min(_STRONGEST, preset.adapter_strength * _factor(level, _STRENGTH_OCTAVES)), 4)


def _scaled(schedule: Schedule, level: int) -> Schedule:
    return _rescaled(schedule, _factor(level, _IDENTITY_OCTAVES))


def _rescaled(schedule: Schedule | None, factor: float) -> Schedule:
    """Every weight times `factor`, within what a preset may hold, with no more digits than a person reads."""
    assert schedule is not None
    if isinstance(schedule, tuple):
        return tuple(_rounded(value * factor) for value in schedule)
    return _rounded(schedule * factor)


def _rounded(value: float) -> float:
    return round(min(max(value, -100.0), 100.0), 4)


def _with(guidance: Guidance, **weights: object) -> Guidance:
    return guidance.model_copy(update=weights)
