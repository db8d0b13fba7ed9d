"""The configuration files of the paper's authors (github.com/ControlGenAI/FastFace, `configs/`) as presets.

Every key is either understood or refused by name: a setting that is silently dropped would give other pictures
than the file promises.
"""

import re
from typing import Any, cast

from pydantic import ValidationError

from fastface_core.errors import SettingsError
from fastface_core.presets import Attention, Guidance, Part, PerPart, Power, Preset, Scale, Softmask, Values, at_step
from fastface_core.validation import settings_error

# The authors' constants; for mid blocks all are 1.
_POWER = PerPart(down=1.3, mid=1.0, up=1.3)
_SCALE = PerPart(down=1.55, mid=1.0, up=1.45)
_SHARPNESS = PerPart(down=12.5, mid=1.0, up=12.5)
_QUANTILE = PerPart(down=0.6, mid=1.0, up=0.6)
# With `apply_schedule`, in all blocks alike.
_SCHEDULED_SHARPNESS = (7.5, 5.0, 5.0, 5.0)
_SCHEDULED_SCALE = (1.0, 1.55, 1.55, 1.55)
_SCHEDULED_QUANTILE = 0.65
_ADAIN = 0.7
_TOKENS = 4
_MODELS = {"hyper", "lightning", "lcm", "turbo", "base"}
# What every checkpoint of theirs draws at: the checkpoint's own size says it better.
_USUAL_SIZE = (1024, 1024)


def looks_like_author_config(content: object) -> bool:
    return isinstance(content, dict) and "pipe_kwargs" in content


class _Reader:
    """A JSON object whose keys are taken one by one; what is left at the end is refused."""

    def __init__(self, content: object, path: str, what: str) -> None:
        if not isinstance(content, dict):
            raise _refuse(what, path, "it should be an object")
        self._content = dict(cast(dict[str, Any], content))
        self._path = path
        self._what = what

    def take(self, key: str, default: object = None) -> Any:
        return self._content.pop(key, default)

    def number(self, key: str, default: float) -> float:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(key, "it should be a number")
        return float(value)

    def whole_number(self, key: str, default: int) -> int:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(key, "it should be a whole number")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "it should be true or false")
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        value = self.take(key)
        if not isinstance(value, list) or not value:
            raise self.refuse(key, "it should be a list of numbers")
        items = cast(list[object], value)
        if any(isinstance(item, bool) or not isinstance(item, int | float) for item in items):
            raise self.refuse(key, "it should be a list of numbers")
        return tuple(float(cast(float, item)) for item in items)

    def whole_numbers(self, key: str) -> tuple[int, ...] | None:
        value = self.take(key)
        if value is None:
            return None
        items = cast(list[object], value) if isinstance(value, list) else [None]
        if any(isinstance(item, bool) or not isinstance(item, int) for item in items):
            raise self.refuse(key, "it should be a list of whole numbers")
        return tuple(cast(list[int], items))

    def names(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.take(key, list(default))
        items = cast(list[object], value) if isinstance(value, list) else [None]
        if not all(isinstance(item, str) for item in items):
            raise self.refuse(key, "it should be a list of names")
        return tuple(cast(list[str], items))

    def expect(self, key: str, *allowed: object) -> None:
        """Takes a key that has only one meaning here."""
        if key in self._content and (value := self.take(key)) not in allowed:
            raise self.refuse(key, f"{value!r} is not supported")

    def below(self, key: str) -> "_Reader":
        return _Reader(self.take(key, {}), f"{self._path}{key}.", self._what)

    def finish(self) -> None:
        for key in self._content:
            raise self.refuse(key, "this key is not known")

    def refuse(self, key: str, reason: str) -> SettingsError:
        return _refuse(self._what, f"{self._path}{key}", reason)


def _refuse(what: str, key: str, reason: str) -> SettingsError:
    return SettingsError(
        f"{what} cannot be taken over because of {key or 'its form'}: {reason}.",
        "Remove or correct that key, or make a preset of this program's own form.",
    )


def preset_from_author_config(content: object, what: str, name: str) -> Preset:
    """One of the authors' configurations as a preset.

    Raises:
        SettingsError: a key is unknown, or has a value that this program does not offer; the sentence names the key.
    """
    top = _Reader(content, "", what)
    if (model := top.take("model_name")) is not None and model not in _MODELS:
        raise top.refuse("model_name", f"{model!r} is not a known checkpoint")
    top.expect("method", "faceid")
    adapter_strength = top.number("ip_adapter_scale", 1.0)
    lora_strength = top.number("faceid_lora_scale", 1.0)
    own_guidance = top.flag("reset_gs_to_default")
    top.take("dataset_meta")  # what their evaluation notes beside a run; no setting

    pipe = top.below("pipe_kwargs")
    steps = pipe.whole_number("num_inference_steps", 4)
    width, height = pipe.take("width"), pipe.take("height")
    guidance = Guidance() if own_guidance else None
    scales = (pipe.number("guidance_scale_a", 1.0), pipe.number("guidance_scale_b", 1.0))
    read = _guidance(pipe.below("dcg_kwargs"), scales)
    pipe.finish()

    patched = top.flag("patch_pipe")
    attention = _attention(top.below("am_patch_kwargs"), steps) if patched else None
    top.take("am_patch_kwargs")  # without patch_pipe it has no effect in their code either
    top.finish()

    size: dict[str, int] = {} if (width, height) == _USUAL_SIZE else {"width": width, "height": height}
    try:
        return Preset(
            name=re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-_.")[:64] or "imported",
            title=name[:80] or "Imported",
            description="Taken over from a configuration of the FastFace authors.",
            steps=steps,
            guidance=guidance or read,
            attention=attention,
            adapter_strength=adapter_strength,
            lora_strength=lora_strength,
            **size,
        )
    except ValidationError as error:
        raise settings_error(error, what) from error


def _guidance(dcg: _Reader, scales: tuple[float, float]) -> Guidance:
    dcg.expect("dcg_type", 3)
    dcg.expect("term_preproc", "", None)
    dcg.take("return_norms")  # a diagnostic of theirs; no effect on the picture
    postprocessing = dcg.take("term_postproc", "") or ""
    if postprocessing != "" and not (isinstance(postprocessing, str) and postprocessing.startswith("rescale")):
        raise dcg.refuse("term_postproc", f"{postprocessing!r} is not supported")
    rescale = dcg.number("rescale", 0.0)
    schedules = dcg.below("sch_kwargs")
    custom = schedules.below("custom")
    weights: list[float | tuple[float, ...]] = []
    for letter, scale in zip("ab", scales, strict=True):
        scheduler = dcg.take(f"{letter}_scheduler", "default")
        schedules.expect(letter, {}, None)
        if scheduler == "custom":
            weights.append(custom.numbers(letter))
        elif scheduler in ("default", None):
            custom.take(letter)
            weights.append(scale)
        else:
            raise dcg.refuse(f"{letter}_scheduler", f"{scheduler!r} is not supported")
    custom.finish()
    schedules.finish()
    dcg.finish()
    try:
        return Guidance(identity_weight=weights[0], text_weight=weights[1], rescale=rescale if postprocessing else 0.0)
    except ValidationError as error:
        raise settings_error(error, "The guidance") from error


def _for_steps(schedule: tuple[float, ...], steps: int) -> tuple[float, ...]:
    """Their schedules are for 4 steps; for other counts they are sampled as every list of a preset is."""
    return tuple(at_step(schedule, step, steps) for step in range(steps))


def _unless_all(chosen: tuple[int, ...] | None, count: int) -> tuple[int, ...] | None:
    return None if chosen is not None and sorted(chosen) == list(range(count)) else chosen


def _attention(kwargs: _Reader, steps: int) -> Attention:
    scheduled = kwargs.flag("apply_schedule")
    sharpness: Values = _for_steps(_SCHEDULED_SHARPNESS, steps) if scheduled else _SHARPNESS
    quantile: Values = _SCHEDULED_QUANTILE if scheduled else _QUANTILE
    factor: Values = _for_steps(_SCHEDULED_SCALE, steps) if scheduled else _SCALE
    known = {
        "pow": Power(exponent=_POWER),
        "scale": Scale(factor=factor),
        "adaptive_softmask": Softmask(sharpness=sharpness, quantile=quantile),
        "softmask": Softmask(sharpness=sharpness, quantile=None, threshold=0.5),
    }
    transforms: list[Power | Scale | Softmask] = []
    for transform in kwargs.names("am_transforms", ()):
        if transform not in known:
            raise kwargs.refuse("am_transforms", f"{transform!r} is not supported")
        transforms.append(known[transform])
    parts = kwargs.names("target_parts", ("down", "up"))
    if not parts or not set(parts) <= {"down", "mid", "up"}:
        raise kwargs.refuse("target_parts", "it should name down, mid or up")
    # All of them is the same as naming none, and then holds for other adapters and step counts as well.
    tokens = _unless_all(kwargs.whole_numbers("target_tokens"), _TOKENS)
    chosen = _unless_all(kwargs.whole_numbers("target_tsteps"), steps)
    invert = kwargs.flag("inverse_neg_transforms")
    adain = _ADAIN if kwargs.flag("apply_adain") else 0.0
    kwargs.finish()
    try:
        return Attention(
            transforms=tuple(transforms),
            parts=cast(tuple[Part, ...], parts),
            tokens=tokens,
            steps=chosen,
            invert_first_token=invert,
            adain=adain,
        )
    except ValidationError as error:
        raise settings_error(error, "The attention settings") from error
