"""What the settings of a comparison are called in the window, and its cells."""

from PySide6.QtCore import QCoreApplication, QLocale

from fastface_core.compare.axes import Axis, NumberAxis, Setting
from fastface_core.compare.grid import Grid
from fastface_core.domain.presets import Part
from fastface_desktop.translation import translated


def setting_title(setting: Setting) -> str:
    """The field's term: who compares settings looks for it."""
    match setting:
        case "preset":
            return QCoreApplication.translate("compare", "Preset")
        case "checkpoint":
            return QCoreApplication.translate("compare", "Checkpoint")
        case "prompt":
            return QCoreApplication.translate("compare", "Prompt")
        case "negative_prompt":
            return QCoreApplication.translate("compare", "Negative prompt")
        case "scheduler":
            return QCoreApplication.translate("compare", "Scheduler")
        case "size":
            return QCoreApplication.translate("compare", "Size")
        case "steps":
            return QCoreApplication.translate("compare", "Steps")
        case "identity_weight":
            return QCoreApplication.translate("compare", "Identity weight")
        case "text_weight":
            return QCoreApplication.translate("compare", "Text weight")
        case "rescale":
            return QCoreApplication.translate("compare", "Rescale")
        case "adapter_strength":
            return QCoreApplication.translate("compare", "Adapter strength")
        case "lora_strength":
            return QCoreApplication.translate("compare", "LoRA strength")
        case "control_strength":
            return QCoreApplication.translate("compare", "Pose strength")
        case "loras":
            return QCoreApplication.translate("compare", "Own LoRAs")
        case "exponent":
            return QCoreApplication.translate("compare", "Power exponent")
        case "factor":
            return QCoreApplication.translate("compare", "Scale factor")
        case "maximum":
            return QCoreApplication.translate("compare", "Scale maximum")
        case "sharpness":
            return QCoreApplication.translate("compare", "Softmask sharpness")
        case "quantile":
            return QCoreApplication.translate("compare", "Softmask quantile")
        case "threshold":
            return QCoreApplication.translate("compare", "Softmask threshold")
        case "adain":
            return QCoreApplication.translate("compare", "AdaIN weight")


def setting_meaning(setting: Setting) -> str:
    """What a setting does, for its tooltip."""
    match setting:
        case "preset":
            return QCoreApplication.translate("compare", "Guidance and attention settings as a whole")
        case "checkpoint":
            return QCoreApplication.translate("compare", "The model that draws")
        case "prompt":
            return QCoreApplication.translate("compare", "What the picture shows")
        case "negative_prompt":
            return QCoreApplication.translate("compare", "What the picture does not show")
        case "scheduler":
            return QCoreApplication.translate("compare", "How noise becomes a picture from step to step")
        case "size":
            return QCoreApplication.translate("compare", "Width and height in pixels")
        case "steps":
            return QCoreApplication.translate("compare", "How often the picture is refined")
        case "identity_weight":
            return QCoreApplication.translate("compare", "How closely to follow the face")
        case "text_weight":
            return QCoreApplication.translate("compare", "How closely to follow the text")
        case "rescale":
            return QCoreApplication.translate("compare", "How far contrast is drawn back after strong weights")
        case "adapter_strength":
            return QCoreApplication.translate("compare", "How strongly the face is drawn into the picture")
        case "lora_strength":
            return QCoreApplication.translate("compare", "How strongly the face adapter changes the model")
        case "control_strength":
            return QCoreApplication.translate("compare", "How closely to follow the pose of the photo")
        case "loras":
            return QCoreApplication.translate("compare", "Your LoRAs, a line each: grain=0.6+watercolor, or none")
        case "exponent":
            return QCoreApplication.translate("compare", "Scale-power: above 1 makes high attention stand out")
        case "factor":
            return QCoreApplication.translate("compare", "Scale: how many times the attention to the face is raised")
        case "maximum":
            return QCoreApplication.translate("compare", "Scale: the most that attention is raised to")
        case "sharpness":
            return QCoreApplication.translate(
                "compare", "Softmask: how sharp the edge between face and surroundings is"
            )
        case "quantile":
            return QCoreApplication.translate(
                "compare", "Softmask: the share of the picture that counts as surroundings"
            )
        case "threshold":
            return QCoreApplication.translate("compare", "Softmask without a quantile: where the edge lies")
        case "adain":
            return QCoreApplication.translate("compare", "How much of the transformed attention is kept uncorrected")


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


def labels(axis: Axis) -> tuple[str, ...]:
    """Its values, for people."""
    if axis.setting == "preset":
        return tuple(translated(label) for label in axis.labels)
    if isinstance(axis, NumberAxis):
        return tuple(QLocale().toString(value, "g", 6) for value in axis.values)
    return axis.labels


def grid_title(grid: Grid) -> str:
    """For example "Identity weight, Adapter strength"."""
    return ", ".join(axis_title(axis) for axis in (grid.columns, grid.rows) if axis is not None)


def cell_title(grid: Grid, column: int, row: int) -> str:
    """For example "Identity weight 1.5, Adapter strength 0.8"."""
    words = [f"{axis_title(grid.columns)} {labels(grid.columns)[column]}"]
    if grid.rows is not None:
        words.append(f"{axis_title(grid.rows)} {labels(grid.rows)[row]}")
    return ", ".join(words)
