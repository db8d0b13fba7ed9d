"""What a search for settings is called in the window."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from fastface_core.compare.axes import Axis
from fastface_core.evaluation.asking import Ask
from fastface_core.evaluation.kept_searches import CurvePoint, Interval
from fastface_desktop.ui.shared.comparison_words import axis_title, labels
from fastface_desktop.ui.widgets import likeness


def measured(name: str, *, drawn: bool) -> str:
    """A measure of a search, for people."""
    match name:
        case "likeness":
            return likeness.measure(drawn=drawn)
        case "likeness_second":
            return QCoreApplication.translate("search", "Likeness, by a second judge")
        case "clip_b32" | "clip_l14":
            return QCoreApplication.translate("search", "Picture fits prompt")
        case "expression_followed":
            return QCoreApplication.translate("search", "Expression as prompted")
        case _:
            return name


def combinations(axes: Sequence[Axis]) -> int:
    return math.prod(len(axis.values) for axis in axes)


def settings_of(ask: Ask, point: CurvePoint) -> str:
    """The values that a point stands for, as "Identity weight 1.5, Text weight 2"."""
    if point.base:
        return QCoreApplication.translate("search", "As they were")
    number, parts = int(point.name[1:]) - 1, list[str]()
    # As `tuning.candidates` counts them: the last axis first.
    for axis in reversed(ask.axes):
        number, place = divmod(number, len(axis.values))
        parts.append(f"{axis_title(axis)} {labels(axis, str)[place]}")
    return ", ".join(reversed(parts))


def with_interval(value: Interval) -> str:
    """As "0.712 (0.690 to 0.734)"."""
    mean, low, high = (QLocale().toString(one, "f", 3) for one in value)
    return QCoreApplication.translate("search", "{mean} ({low} to {high})").format(mean=mean, low=low, high=high)
