"""What a comparison varies: a setting, and the values it takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from fastface_core.domain.checkpoints import SchedulerName
from fastface_core.domain.presets import (
    MAX_STEPS,
    Attention,
    Number,
    Part,
    PerPart,
    Power,
    Preset,
    Scale,
    Softmask,
    Transform,
    Values,
)
from fastface_core.domain.request import MAX_PROMPT, PortraitRequest
from fastface_core.domain.twin import Corrections
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files
from fastface_core.presets import loras
from fastface_core.presets.edits import split_by_part, with_value
from fastface_core.validation import settings_error

MAX_VALUES = 50

NumberSetting = Literal[
    "identity_weight",
    "text_weight",
    "rescale",
    "adapter_strength",
    "lora_strength",
    "control_strength",
    "exponent",
    "factor",
    "maximum",
    "sharpness",
    "quantile",
    "threshold",
    "adain",
    "steps",
]
TextSetting = Literal["prompt", "negative_prompt", "checkpoint", "scheduler", "size", "loras"]
Setting = NumberSetting | TextSetting | Literal["preset"]

TITLES: dict[Setting, str] = {
    "preset": "Preset",
    "checkpoint": "Checkpoint",
    "prompt": "Prompt",
    "negative_prompt": "Negative prompt",
    "scheduler": "Scheduler",
    "size": "Size",
    "steps": "Steps",
    "identity_weight": "Identity weight",
    "text_weight": "Text weight",
    "rescale": "Rescale",
    "adapter_strength": "Adapter strength",
    "lora_strength": "LoRA strength",
    "control_strength": "Pose strength",
    "loras": "Own LoRAs",
    "exponent": "Power exponent",
    "factor": "Scale factor",
    "maximum": "Scale maximum",
    "sharpness": "Softmask sharpness",
    "quantile": "Softmask quantile",
    "threshold": "Softmask threshold",
    "adain": "AdaIN weight",
}
"""Every setting that can be compared, the plainest first."""

BY_STEP: frozenset[Setting] = frozenset(
    {"identity_weight", "text_weight", "exponent", "factor", "sharpness", "quantile"}
)
"""Those that may have a value for each step of the preset."""
BY_PART: frozenset[Setting] = frozenset({"exponent", "factor", "sharpness", "quantile"})
"""Those that may have a value for each part of the UNet."""

_OWNERS: dict[Setting, type[Transform]] = {
    "exponent": Power,
    "factor": Scale,
    "maximum": Scale,
    "sharpness": Softmask,
    "quantile": Softmask,
    "threshold": Softmask,
}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A request in the making: what an axis changes."""

    preset: Preset
    checkpoint: str
    prompt: str
    negative_prompt: str
    steps: int | None
    width: int | None
    height: int | None
    scheduler: SchedulerName | None
    corrections: Corrections | None = None

    def request(self, seed: int) -> PortraitRequest:
        """
        Raises:
            SettingsError: a value is not allowed; the sentence names the field.
        """
        try:
            return PortraitRequest(
                prompt=self.prompt,
                negative_prompt=self.negative_prompt,
                preset=self.preset,
                steps=self.steps,
                seed=seed,
                width=self.width,
                height=self.height,
                scheduler=self.scheduler,
                corrections=self.corrections,
            )
        except ValidationError as error:
            raise settings_error(error, "The comparison") from error


def check_count(count: int) -> None:
    """
    Raises:
        SettingsError: so many values are more than an axis takes.
    """
    if count > MAX_VALUES:
        raise SettingsError(f"A setting takes {MAX_VALUES} values at most.", "Give fewer values.")


class NumberAxis(_Model):
    """A number takes several values.

    Attributes:
        part: where it is to change, of a setting in `BY_PART`; None changes it everywhere.
        step: which of the preset's own steps, from 0, of a setting in `BY_STEP`; None changes all.
    """

    kind: Literal["number"] = "number"
    setting: NumberSetting
    part: Part | None = None
    step: Annotated[int, Field(ge=0, lt=MAX_STEPS)] | None = None
    values: Annotated[tuple[Number, ...], Field(min_length=1, max_length=MAX_VALUES)]

    @model_validator(mode="after")
    def _has_such_a_place(self) -> "NumberAxis":
        if self.part is not None and self.setting not in BY_PART:
            raise ValueError(f"{self.setting} is the same in all parts of the UNet")
        if self.step is not None and self.setting not in BY_STEP:
            raise ValueError(f"{self.setting} is the same in all steps")
        if self.setting == "steps" and not all(value == int(value) for value in self.values):
            raise ValueError("steps are whole numbers")
        return self

    @property
    def title(self) -> str:
        part = f", {self.part} blocks" if self.part else ""
        step = f", step {self.step + 1}" if self.step is not None else ""
        return TITLES[self.setting] + part + step

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(f"{value:g}" for value in self.values)

    def apply(self, draft: Draft, index: int, own_scale: Callable[[str], float]) -> Draft:
        """The draft with this axis' value at `index`.

        Args:
            own_scale: the guidance scale of a checkpoint, for presets without weights of their own.

        Raises:
            SettingsError: the preset has no such setting, or the value is not allowed.
        """
        value, preset = self.values[index], draft.preset
        if self.setting == "steps":
            return replace(draft, steps=int(value))
        if self.step is not None and self.step >= preset.steps:
            raise SettingsError(
                f"The preset {preset.title} ends with step {preset.steps}, and has no step {self.step + 1}.",
                "Choose one of its steps, or another preset.",
            )
        return replace(draft, preset=self._changed(preset, value, own_scale(draft.checkpoint)))

    def _changed(self, preset: Preset, value: float, own_scale: float) -> Preset:
        match self.setting:
            case "adapter_strength" | "lora_strength" | "control_strength":
                return preset_files.changed(preset, {self.setting: value})
            case "rescale":
                return preset_files.changed(preset, {"guidance": {**dict(preset.guidance), "rescale": value}})
            case "identity_weight" | "text_weight":
                weights: dict[str, Values] = {
                    "identity_weight": own_scale if (a := preset.guidance.identity_weight) is None else a,
                    "text_weight": own_scale if (b := preset.guidance.text_weight) is None else b,
                }
                weights[self.setting] = self._placed(weights[self.setting], value, preset.steps)
                return preset_files.changed(preset, {"guidance": {**dict(preset.guidance), **weights}})
            case "adain":
                attention = self._attention(preset)
                return preset_files.changed(preset, {"attention": {**dict(attention), "adain": value}})
            case _:
                attention = self._attention(preset)
                if not any(isinstance(one, _OWNERS[self.setting]) for one in attention.transforms):
                    raise self._absent(preset)
                transforms = [self._transformed(one, value, preset.steps) for one in attention.transforms]
                return preset_files.changed(preset, {"attention": {**dict(attention), "transforms": transforms}})

    def _attention(self, preset: Preset) -> Attention:
        if preset.attention is None:
            raise self._absent(preset)
        return preset.attention

    def _absent(self, preset: Preset) -> SettingsError:
        return SettingsError(
            f"The preset {preset.title} has no {TITLES[self.setting]}.",
            "Choose a preset that has it, or compare another setting.",
        )

    def _transformed(self, transform: Transform, value: float, steps: int) -> dict[str, object]:
        content = transform.model_dump()
        if isinstance(transform, _OWNERS[self.setting]):
            before: Values | None = getattr(transform, self.setting)
            # An absent quantile stands for the threshold: there is nothing to change at one step alone.
            content[self.setting] = value if before is None else self._placed(before, value, steps)
        return content

    def _placed(self, values: Values, value: float, steps: int) -> Values:
        if self.part is not None:
            return with_value(split_by_part(values, split=True), self.part, self.step, steps, value)
        if self.step is None:
            return value
        if isinstance(values, PerPart):
            for part in ("down", "mid", "up"):
                values = with_value(values, part, self.step, steps, value)
            return values
        return with_value(values, None, self.step, steps, value)


class TextAxis(_Model):
    """A setting that is chosen or written takes several values; sizes are written "832x1216", LoRAs of the user's own
    "grain=0.6+watercolour", and "none"."""

    kind: Literal["text"] = "text"
    setting: TextSetting
    values: Annotated[
        tuple[Annotated[str, Field(max_length=MAX_PROMPT)], ...], Field(min_length=1, max_length=MAX_VALUES)
    ]

    @property
    def title(self) -> str:
        return TITLES[self.setting]

    @property
    def labels(self) -> tuple[str, ...]:
        return self.values

    def apply(self, draft: Draft, index: int, own_scale: Callable[[str], float]) -> Draft:
        """The draft with this axis' value at `index`.

        Raises:
            SettingsError: it is no size, or names no LoRAs.
        """
        value = self.values[index]
        if self.setting == "loras":
            return replace(draft, preset=preset_files.changed(draft.preset, {"loras": loras.of_text(value) or None}))
        if self.setting == "size":
            width, _, height = value.partition("x")
            if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
                raise SettingsError(f'"{value}" is not a size.', "Write it as WIDTHxHEIGHT, for example 832x1216.")
            return replace(draft, width=int(width), height=int(height))
        return replace(draft, **{self.setting: value})  # type: ignore[reportArgumentType]


class PresetAxis(_Model):
    """Several presets, as they were when the comparison was asked for."""

    kind: Literal["preset"] = "preset"
    values: Annotated[tuple[Preset, ...], Field(min_length=1, max_length=MAX_VALUES)]

    @property
    def setting(self) -> Literal["preset"]:
        return "preset"

    @property
    def title(self) -> str:
        return TITLES["preset"]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(preset.title for preset in self.values)

    def apply(self, draft: Draft, index: int, own_scale: Callable[[str], float]) -> Draft:
        """The draft with the preset at `index`, and with the checkpoint that this one is meant for."""
        preset = self.values[index]
        return replace(draft, preset=preset, checkpoint=preset.checkpoint or draft.checkpoint)


Axis = Annotated[NumberAxis | TextAxis | PresetAxis, Field(discriminator="kind")]
