"""Axes as a person writes them: `identity_weight@2=1..2/5`, `prompt=a cat | a dog`."""

import math
import re
from collections.abc import Callable
from typing import cast, get_args

from pydantic import ValidationError

from fastface_core.compare.axes import (
    TITLES,
    Axis,
    NumberAxis,
    NumberSetting,
    PresetAxis,
    Setting,
    TextAxis,
    TextSetting,
    check_count,
)
from fastface_core.domain.presets import Preset
from fastface_core.errors import SettingsError
from fastface_core.validation import settings_error

_AXIS = re.compile(r"\s*([A-Za-z_-]+)(?:\.(down|mid|up))?(?:@(\d{1,3}))?\s*=(.*)", re.DOTALL)
_RANGE = re.compile(r"\s*(\S+?)\s*\.\.\s*(\S+?)\s*/\s*(\d{1,3})\s*")
_DIGITS = 4


def axis(text: str, preset: Callable[[str], Preset]) -> Axis:
    """An axis from `SETTING[.PART][@STEP]=VALUES`.

    Values are separated by commas, prompts by "|"; numbers may also be a range, `FIRST..LAST/HOW_MANY`. Steps count
    from 1.

    Args:
        preset: finds a preset by its name or file.

    Raises:
        SettingsError: it cannot be understood, or a value is not allowed.
    """
    match = _AXIS.fullmatch(text)
    if match is None:
        raise SettingsError(
            f'"{text}" names no setting with values.', "Write it like adapter_strength=0.4,0.8 or rescale=0..1/5."
        )
    name, part, step, values = match[1].lower().replace("-", "_"), match[2], match[3], match[4]
    if name not in TITLES:
        raise SettingsError(f'"{match[1]}" is no setting that can be compared.', f"Choose one of: {', '.join(TITLES)}.")
    setting: Setting = name
    if setting not in get_args(NumberSetting) and (part or step):
        raise SettingsError(f"{TITLES[setting]} has no parts and no steps.", f"Write {name}= and its values.")
    try:
        if setting == "preset":
            return PresetAxis(values=tuple(preset(one) for one in _listed(values, ",|")))
        if setting in get_args(TextSetting):
            separators = "|" if setting in ("prompt", "negative_prompt") else ",|"
            return TextAxis(setting=cast(TextSetting, setting), values=tuple(_listed(values, separators)))
        return NumberAxis.model_validate(
            {
                "setting": setting,
                "part": part,
                "step": int(step) - 1 if step else None,
                "values": numbers(values),
            }
        )
    except ValidationError as error:
        raise settings_error(error, TITLES[setting]) from error


def numbers(text: str) -> tuple[float, ...]:
    """Numbers separated by commas, or a range.

    Raises:
        SettingsError: there is something else.
    """
    try:
        match = _RANGE.fullmatch(text)
        if match is None:
            found = tuple(_number(one) for one in _listed(text, ","))
            check_count(len(found))
            return found
        first, last, count = _number(match[1]), _number(match[2]), int(match[3])
    except ValueError as error:
        raise SettingsError(
            f'"{text.strip()}" is no list of numbers.', "Write them like 0.5,1,1.5 or as a range like 0.5..1.5/3."
        ) from error
    if count < 2:
        raise SettingsError("A range has at least two values.", "Write how many behind a slash: 0.5..1.5/3.")
    check_count(count)
    return tuple(round(first + (last - first) * index / (count - 1), _DIGITS) for index in range(count))


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not finite")
    return number


def _listed(text: str, separators: str) -> list[str]:
    found = [one.strip() for one in re.split(f"[{re.escape(separators)}]", text)]
    return [one for one in found if one] or [""]
