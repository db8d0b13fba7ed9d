"""The settings that are measured: the built-in presets, and one number changed at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastface_core.domain.presets import Attention, Guidance, Preset
from fastface_core.presets import files as preset_files

BASELINE = "baseline"
SWEPT = 100
BRANCHES = {"one branch": BASELINE, "three branches": "fastface-scheduled-softmask"}
"""Presets that need so many branches at every step: pictures that are timed."""

FROM_PHOTO = "from a photo"
"""A picture of one branch as the app makes it from a photo, with its match and its marks: timed too."""


@dataclass(frozen=True)
class Setting:
    """A preset under the name that the tables use.

    Attributes:
        steps: where the preset's own count is not meant.
        most: people to measure at most; the sweeps make do with fewer, compared with the same of the baseline.
    """

    name: str
    preset: Preset
    steps: int | None = None
    most: int | None = None


# What is compared besides each setting with the baseline: this minus that.
PAIRS = (
    ("fastface-scale-power", "decoupled-guidance"),
    ("fastface-scheduled-softmask", "decoupled-guidance"),
    ("fastface-scheduled-softmask", "fastface-scheduled-softmask without AdaIN"),
    ("a = b = 1.5, scale-power", "a = b = 1.5"),
    ("a = 1, b = 3, rescale 0.75", BASELINE),
    ("decoupled-guidance", "a = 1, b = 3, rescale 0.75"),
)


def settings() -> tuple[Setting, ...]:
    """All of them, what matters most first."""
    presets = preset_files.built_in()
    return (
        *(Setting(name, preset) for name, preset in presets.items()),
        guided("a = 0 (no face)", 0, 1),
        guided("b = 0 (no text)", 1, 0),
        guided("a = b = 0 (neither)", 0, 0),
        guided("a = b = 1.5", 1.5, 1.5),
        changed("a = b = 1.5, scale-power", guidance=weights(1.5, 1.5), attention=presets["scale-power"].attention),
        guided("a = 1, b = 3, rescale 0.75", 1, 3, 0.75),
        _without_adain(presets["fastface-scheduled-softmask"]),
        *(
            replace(one, most=SWEPT)
            for one in (
                changed("adapter 0.4", adapter_strength=0.4),
                changed("adapter 0.6", adapter_strength=0.6),
                changed("adapter 1", adapter_strength=1.0),
                guided("a = 0.5", 0.5, 1),
                guided("a = 1.5", 1.5, 1),
                guided("a = 2", 2, 1),
                guided("b = 2", 1, 2),
            )
        ),
    )


def of_another_pack(undistilled: bool) -> tuple[Setting, ...]:
    """What a second pack is measured with; an undistilled one also in the steps and weights of the distillation."""
    presets = preset_files.built_in()
    few = (
        Setting(BASELINE, presets[BASELINE]),
        guided("a = b = 1.5", 1.5, 1.5),
        Setting("fastface-scale-power", presets["fastface-scale-power"]),
    )
    return (*few, Setting("a = b = 1.5, 8 steps", few[1].preset, 8)) if undistilled else few


def weights(identity: float, text: float, rescale: float = 0.0) -> Guidance:
    """Decoupled guidance with the same weights at every step."""
    return Guidance(identity_weight=identity, text_weight=text, rescale=rescale)


def changed(name: str, **fields: float | Guidance | Attention | None) -> Setting:
    """The baseline with these fields changed."""
    return Setting(name, preset_files.find(BASELINE).model_copy(update=fields))


def guided(name: str, identity: float, text: float, rescale: float = 0.0) -> Setting:
    """The baseline with these weights."""
    return changed(name, guidance=weights(identity, text, rescale))


def _without_adain(preset: Preset) -> Setting:
    assert preset.attention is not None
    attention = preset.attention.model_copy(update={"adain": 0.0})
    return Setting(f"{preset.name} without AdaIN", preset.model_copy(update={"attention": attention}))
