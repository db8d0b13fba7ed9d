"""What the settings of a comparison are called in the window, and its cells."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from fastface_core.compare.axes import Axis, NumberAxis, Setting
from fastface_core.compare.grid import Grid
from fastface_core.domain.presets import Part
from fastface_desktop.translation import translated

if TYPE_CHECKING:  # what it gives back has no type in Qt's own stubs

    def QT_TRANSLATE_NOOP(context: str, text: str) -> str: ...
else:
    from PySide6.QtCore import QT_TRANSLATE_NOOP


TitleOf = Callable[[str], str]
"""Gives a checkpoint's title, in English, by its name."""

_WORDS: dict[Setting, tuple[str, str]] = {
    "preset": (
        QT_TRANSLATE_NOOP("compare", "Preset"),
        QT_TRANSLATE_NOOP("compare", "Guidance and attention settings as a whole"),
    ),
    "checkpoint": (QT_TRANSLATE_NOOP("compare", "Checkpoint"), QT_TRANSLATE_NOOP("compare", "The model that draws")),
    "prompt": (QT_TRANSLATE_NOOP("compare", "Prompt"), QT_TRANSLATE_NOOP("compare", "What the picture shows")),
    "negative_prompt": (
        QT_TRANSLATE_NOOP("compare", "Negative prompt"),
        QT_TRANSLATE_NOOP("compare", "What the picture does not show"),
    ),
    "scheduler": (
        QT_TRANSLATE_NOOP("compare", "Scheduler"),
        QT_TRANSLATE_NOOP("compare", "How noise becomes a picture from step to step"),
    ),
    "size": (QT_TRANSLATE_NOOP("compare", "Size"), QT_TRANSLATE_NOOP("compare", "Width and height in pixels")),
    "steps": (QT_TRANSLATE_NOOP("compare", "Steps"), QT_TRANSLATE_NOOP("compare", "How often the picture is refined")),
    "identity_weight": (
        QT_TRANSLATE_NOOP("compare", "Identity weight"),
        QT_TRANSLATE_NOOP("compare", "How closely to follow the face"),
    ),
    "text_weight": (
        QT_TRANSLATE_NOOP("compare", "Text weight"),
        QT_TRANSLATE_NOOP("compare", "How closely to follow the text"),
    ),
    "rescale": (
        QT_TRANSLATE_NOOP("compare", "Rescale"),
        QT_TRANSLATE_NOOP("compare", "How far contrast is drawn back after strong weights"),
    ),
    "adapter_strength": (
        QT_TRANSLATE_NOOP("compare", "Adapter strength"),
        QT_TRANSLATE_NOOP("compare", "How strongly the face is drawn into the picture"),
    ),
    "lora_strength": (
        QT_TRANSLATE_NOOP("compare", "LoRA strength"),
        QT_TRANSLATE_NOOP("compare", "How strongly the face adapter changes the model"),
    ),
    "control_strength": (
        QT_TRANSLATE_NOOP("compare", "Pose strength"),
        QT_TRANSLATE_NOOP("compare", "How closely to follow the pose of the photo"),
    ),
    "loras": (
        QT_TRANSLATE_NOOP("compare", "Own LoRAs"),
        QT_TRANSLATE_NOOP("compare", "Your LoRAs, a line each: grain=0.6+watercolor, or none"),
    ),
    "exponent": (
        QT_TRANSLATE_NOOP("compare", "Power exponent"),
        QT_TRANSLATE_NOOP("compare", "Scale-power: above 1 makes high attention stand out"),
    ),
    "factor": (
        QT_TRANSLATE_NOOP("compare", "Scale factor"),
        QT_TRANSLATE_NOOP("compare", "Scale: how many times the attention to the face is raised"),
    ),
    "maximum": (
        QT_TRANSLATE_NOOP("compare", "Scale maximum"),
        QT_TRANSLATE_NOOP("compare", "Scale: the most that attention is raised to"),
    ),
    "sharpness": (
        QT_TRANSLATE_NOOP("compare", "Softmask sharpness"),
        QT_TRANSLATE_NOOP("compare", "Softmask: how sharp the edge between face and surroundings is"),
    ),
    "quantile": (
        QT_TRANSLATE_NOOP("compare", "Softmask quantile"),
        QT_TRANSLATE_NOOP("compare", "Softmask: the share of the picture that counts as surroundings"),
    ),
    "threshold": (
        QT_TRANSLATE_NOOP("compare", "Softmask threshold"),
        QT_TRANSLATE_NOOP("compare", "Softmask without a quantile: where the edge lies"),
    ),
    "adain": (
        QT_TRANSLATE_NOOP("compare", "AdaIN weight"),
        QT_TRANSLATE_NOOP("compare", "How much of the transformed attention is kept uncorrected"),
    ),
}
"""Of each setting its title, as in the core, and what it does."""


def setting_title(setting: Setting) -> str:
    """The field's term: who compares settings looks for it."""
    return QCoreApplication.translate("compare", _WORDS[setting][0])


def setting_meaning(setting: Setting) -> str:
    """What a setting does, for its tooltip."""
    return QCoreApplication.translate("compare", _WORDS[setting][1])


def part_title(part: Part) -> str:
    return {
        "down": QCoreApplication.translate("compare", "Down blocks"),
        "mid": QCoreApplication.translate("compare", "Middle block"),
        "up": QCoreApplication.translate("compare", "Up blocks"),
    }[part]


def axis_title(axis: Axis) -> str:
    """The setting, and where it varies."""
    title = setting_title(axis.setting)
    if isinstance(axis, NumberAxis):
        if axis.part is not None:
            title += f", {part_title(axis.part)}"
        if axis.step is not None:
            title += ", " + QCoreApplication.translate("compare", "step {number}").format(number=axis.step + 1)
    return title


def labels(axis: Axis, title_of: TitleOf) -> tuple[str, ...]:
    """Its values, for people."""
    if axis.setting == "checkpoint":
        return tuple(translated(title_of(name)) for name in axis.labels)
    if axis.setting == "preset":
        return tuple(translated(label) for label in axis.labels)
    if isinstance(axis, NumberAxis):
        return tuple(QLocale().toString(value, "g", 6) for value in axis.values)
    return axis.labels


def grid_title(grid: Grid) -> str:
    """For example "Identity weight, Adapter strength"."""
    return ", ".join(axis_title(axis) for axis in (grid.columns, grid.rows) if axis is not None)


def cell_title(grid: Grid, column: int, row: int, title_of: TitleOf) -> str:
    """For example "Identity weight 1.5, Adapter strength 0.8"."""
    words = [f"{axis_title(grid.columns)} {labels(grid.columns, title_of)[column]}"]
    if grid.rows is not None:
        words.append(f"{axis_title(grid.rows)} {labels(grid.rows, title_of)[row]}")
    return ", ".join(words)
