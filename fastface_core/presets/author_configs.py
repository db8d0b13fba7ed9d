"""The configuration files of the paper's authors (github.com/ControlGenAI/FastFace, `configs/`) as presets.

Every key is either understood or refused by name: a setting that is silently dropped would give other pictures
than the file promises.
"""

import re
import reprlib
from typing import Any, cast

from pydantic import ValidationError

from fastface_core.domain.presets import MAX_STEPS, PerPart, Power, Preset, Scale, Softmask, Values, at_step
from fastface_core.errors import SettingsError
from fastface_core.validation import field_and_reason

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
_MODELS = ("hyper", "lightning", "lcm", "turbo", "base")
# What every checkpoint of theirs draws at: the checkpoint's own size says it better.
_USUAL_SIZE = (1024, 1024)
_TOP_KEYS = {"pipe_kwargs", "am_patch_kwargs", "patch_pipe", "ip_adapter_scale"}
_CUSTOM = "pipe_kwargs.dcg_kwargs.sch_kwargs.custom."
# What the settings of a preset are called there.
_THEIR_KEYS = {
    "adapter_strength": "ip_adapter_scale",
    "lora_strength": "faceid_lora_scale",
    "steps": "pipe_kwargs.num_inference_steps",
    "width": "pipe_kwargs.width",
    "height": "pipe_kwargs.height",
    "guidance.rescale": "pipe_kwargs.dcg_kwargs.rescale",
    "attention.transforms": "am_patch_kwargs.am_transforms",
    "attention.parts": "am_patch_kwargs.target_parts",
    "attention.tokens": "am_patch_kwargs.target_tokens",
    "attention.steps": "am_patch_kwargs.target_tsteps",
}


def looks_like_author_config(content: object) -> bool:
    return isinstance(content, dict) and not _TOP_KEYS.isdisjoint(cast(dict[object, object], content))


class _Reader:
    """A JSON object whose keys are taken one by one; what is left at the end is refused."""

    def __init__(self, content: object, path: str, what: str) -> None:
        if not isinstance(content, dict):
            raise _refuse(what, path.removesuffix("."), "it should be an object")
        self._content = dict(cast(dict[str, Any], content))
        self._path = path
        self._what = what

    def take(self, key: str, default: object = None) -> Any:
        return self._content.pop(key, default)

    def number(self, key: str, default: float) -> float:
        (number,) = self._as_numbers(key, [self.take(key, default)], "it should be a number")
        return number

    def whole_number(self, key: str, default: int | None) -> int | None:
        """A whole number; null and an absent key are `default`."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(key, "it should be a whole number")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "it should be true or false")
        return value

    def schedule(self, key: str, steps: int) -> tuple[float, ...]:
        """One number for each step."""
        schedule = self._as_numbers(key, self.take(key), "it should be a list of numbers")
        if len(schedule) != steps:
            raise self.refuse(key, f"it should have a value for each step, {steps} in all, and has {len(schedule)}")
        return schedule

    def _as_numbers(self, key: str, items: object, otherwise: str) -> tuple[float, ...]:
        numbers = cast(list[object], items) if isinstance(items, list) else [None]
        try:
            if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
                raise self.refuse(key, otherwise)
            return tuple(float(cast(float, number)) for number in numbers)
        except OverflowError as error:
            raise self.refuse(key, "it is too large") from error

    def indices(self, key: str, count: int) -> tuple[int, ...] | None:
        """Different numbers from 0 to count - 1; None where all of them are meant."""
        value = self.take(key)
        if value is None:
            return None
        items = cast(list[object], value) if isinstance(value, list) else [None]
        if any(isinstance(item, bool) or not isinstance(item, int) or not 0 <= item < count for item in items):
            raise self.refuse(key, f"it should be a list of whole numbers from 0 to {count - 1}")
        chosen = tuple(cast(list[int], items))
        # All of them is the same as naming none, and then holds for other adapters and step counts as well.
        return None if sorted(chosen) == list(range(count)) else chosen

    def names(self, key: str, default: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
        value = self.take(key, list(default))
        if not isinstance(value, list) or not value:
            raise self.refuse(key, "it should be a list of names")
        for item in cast(list[object], value):
            if item not in known:
                raise self.refuse(key, f"{reprlib.repr(item)} is not supported")
        return tuple(cast(list[str], value))

    def expect(self, key: str, *allowed: object) -> None:
        """Takes a key that has only one meaning here."""
        if key in self._content and ((value := self.take(key)) not in allowed or isinstance(value, bool)):
            raise self.refuse(key, f"{reprlib.repr(value)} is not supported")

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
    top.expect("model_name", *_MODELS, None)
    top.expect("method", "faceid")
    adapter_strength = top.number("ip_adapter_scale", 1.0)
    lora_strength = top.number("faceid_lora_scale", 1.0)
    own_scale = top.flag("reset_gs_to_default")
    top.take("dataset_meta")  # what their evaluation notes beside a run; no setting

    pipe = top.below("pipe_kwargs")
    steps = pipe.whole_number("num_inference_steps", 4) or 0
    if not 1 <= steps <= MAX_STEPS:
        raise pipe.refuse("num_inference_steps", f"it should lie between 1 and {MAX_STEPS}")
    width, height = pipe.whole_number("width", None), pipe.whole_number("height", None)
    # Read in any case: what is reset has to be a number, too.
    scales = {letter: pipe.number(f"guidance_scale_{letter}", 1.0) for letter in "ab"}
    guidance = _guidance(pipe.below("dcg_kwargs"), {} if own_scale else scales, steps)
    pipe.finish()
    if (guidance["identity_weight"] is None) != (guidance["text_weight"] is None):
        raise top.refuse("reset_gs_to_default", "only one of the two weights has a schedule")

    attention = _attention(top.below("am_patch_kwargs"), steps) if top.flag("patch_pipe") else None
    top.take("am_patch_kwargs")  # without patch_pipe it has no effect in their code either
    top.finish()

    if (width, height) == _USUAL_SIZE:
        width = height = None
    name = name.encode(errors="replace").decode()  # names of files can hold what is no text
    values: dict[str, object] = {
        "name": re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-_.")[:64] or "imported",
        "title": name[:80] or "Imported",
        "description": "Taken over from a configuration of the FastFace authors.",
        "steps": steps,
        "guidance": guidance,
        "attention": attention,
        # Their first token is that of the one adapter they have.
        "adapters": ("faceid-plus-v2",) if attention is not None and attention["invert_first_token"] else None,
        "adapter_strength": adapter_strength,
        "lora_strength": lora_strength,
        "width": width,
        "height": height,
    }
    try:
        return Preset.model_validate(values)
    except ValidationError as error:
        field, reason = field_and_reason(error, values)
        raise _refuse(what, _their_key(field, guidance), reason) from error


def _their_key(field: str, guidance: dict[str, object]) -> str:
    """What a field of a preset, as a dotted path, is called in their files."""
    keys = dict(_THEIR_KEYS)
    for letter, weight in (("a", "identity_weight"), ("b", "text_weight")):
        scheduled = isinstance(guidance[weight], tuple)
        keys[f"guidance.{weight}"] = _CUSTOM + letter if scheduled else f"pipe_kwargs.guidance_scale_{letter}"
    for ours, theirs in keys.items():
        if field == ours or field.startswith(f"{ours}."):
            return theirs + field.removeprefix(ours)
    return field


def _guidance(dcg: _Reader, scales: dict[str, float], steps: int) -> dict[str, object]:
    """The values of a `Guidance`; `scales` by letter, empty where the checkpoint's own count."""
    dcg.expect("dcg_type", 3)
    dcg.expect("term_preproc", "", None)
    dcg.flag("return_norms")  # a diagnostic of theirs; no effect on the picture
    postprocessing = dcg.take("term_postproc") or ""
    if postprocessing != "" and not (isinstance(postprocessing, str) and postprocessing.startswith("rescale")):
        raise dcg.refuse("term_postproc", f"{reprlib.repr(postprocessing)} is not supported")
    rescale = dcg.number("rescale", 0.0)
    schedules = dcg.below("sch_kwargs")
    custom = schedules.below("custom")
    weights: dict[str, object] = {}
    for letter in "ab":
        scheduler = dcg.take(f"{letter}_scheduler", "default")
        schedules.expect(letter, {}, None)
        if scheduler == "custom":
            weights[letter] = custom.schedule(letter, steps)
        elif scheduler in ("default", None):
            custom.take(letter)
            weights[letter] = scales.get(letter)
        else:
            raise dcg.refuse(f"{letter}_scheduler", f"{reprlib.repr(scheduler)} is not supported")
    custom.finish()
    schedules.finish()
    dcg.finish()
    return {
        "identity_weight": weights["a"],
        "text_weight": weights["b"],
        "rescale": rescale if postprocessing else 0.0,
    }


def _for_steps(schedule: tuple[float, ...], steps: int) -> tuple[float, ...]:
    """Their schedules are for 4 steps; for other counts they are sampled as every list of a preset is."""
    return tuple(at_step(schedule, step, steps) for step in range(steps))


def _attention(kwargs: _Reader, steps: int) -> dict[str, object]:
    """The values of an `Attention`."""
    scheduled = kwargs.flag("apply_schedule")
    sharpness: Values = _for_steps(_SCHEDULED_SHARPNESS, steps) if scheduled else _SHARPNESS
    quantile: Values = _SCHEDULED_QUANTILE if scheduled else _QUANTILE
    factor: Values = _for_steps(_SCHEDULED_SCALE, steps) if scheduled else _SCALE
    transforms: dict[str, Power | Scale | Softmask] = {
        "pow": Power(exponent=_POWER),
        "scale": Scale(factor=factor),
        "adaptive_softmask": Softmask(sharpness=sharpness, quantile=quantile),
        "softmask": Softmask(sharpness=sharpness, quantile=None, threshold=0.5),
    }
    values: dict[str, object] = {
        "transforms": tuple(transforms[name] for name in kwargs.names("am_transforms", (), tuple(transforms))),
        "parts": kwargs.names("target_parts", ("down", "up"), ("down", "mid", "up")),
        "tokens": kwargs.indices("target_tokens", _TOKENS),
        "steps": kwargs.indices("target_tsteps", steps),
        "invert_first_token": kwargs.flag("inverse_neg_transforms"),
        "adain": _ADAIN if kwargs.flag("apply_adain") else 0.0,
    }
    kwargs.finish()
    return values
