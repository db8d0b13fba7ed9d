"""How strong a LoRA is meant to be whose file has no alphas: what peft's settings in its head say.

peft: scale = lora_alpha / r, or lora_alpha / sqrt(r) with use_rslora; alpha_pattern and rank_pattern make exceptions
for layers whose name ends so (peft/tuners/lora/config.py). diffusers keeps the settings in the file's head.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from safetensors import SafetensorError, safe_open

from fastface_core.bounded import parsed
from fastface_core.domain.lora_names import PEFT_SETTINGS

Scale = Callable[[str, int], float]
"""Of a layer, by its name in the UNet and its rank."""


def said(path: Path) -> Scale:
    """What the settings of a LoRA file say; 1 for all layers where there are none."""
    found = _in_head(path)
    alpha = _number(found.get("lora_alpha"))
    alphas = found.get("alpha_pattern")
    patterns = cast("Mapping[str, object]", alphas) if isinstance(alphas, dict) else {}
    root = found.get("use_rslora") is True

    def scale(layer: str, rank: int) -> float:
        mine = next((_number(value) for end, value in patterns.items() if _ends(layer, end)), None)
        mine = alpha if mine is None else mine
        return 1.0 if mine is None else mine / (math.sqrt(rank) if root else rank)

    return scale


def _in_head(path: Path) -> Mapping[str, object]:
    if path.suffix != ".safetensors":
        return {}
    try:
        with safe_open(path, "pt") as file:
            metadata = cast("dict[str, str] | None", file.metadata()) or {}
        settings = parsed(metadata.get(PEFT_SETTINGS, "{}"))
    except (SafetensorError, OSError, ValueError):
        return {}
    if not isinstance(settings, dict):
        return {}
    named = cast("dict[str, object]", settings)
    return {name.removeprefix("unet."): value for name, value in named.items() if name.startswith("unet.")}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e6 else None


def _ends(layer: str, end: str) -> bool:
    """As names, not as the expressions that peft allows: they are a stranger's."""
    end = end.removeprefix("^").removesuffix("$")
    return layer == end or layer.endswith(f".{end}")
