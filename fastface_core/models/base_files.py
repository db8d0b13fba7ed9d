"""What a checkpoint file is, read from its header alone: a base for SDXL and how it is sampled, or why it is none."""

import re
from collections.abc import Mapping
from pathlib import Path

from fastface_core import file_kinds
from fastface_core.domain.checkpoints import Prediction
from fastface_core.errors import ModelError
from fastface_core.models import pickles, sdxl
from fastface_core.models.conversion import Head, Tensor, read_head
from fastface_core.models.forms import ALL_PARTS, UNKNOWN, Form, Shapes, form_of
from fastface_core.models.sdxl import Sizes
from fastface_core.models.store import Store


def check(path: Path, store: Store | None = None) -> Prediction:
    """Reads the header of a checkpoint and nothing else: all names and shapes are compared with SDXL's.

    Args:
        store: where SDXL's own settings are installed there, the sizes are those.

    Returns:
        How it is to be sampled, as the file says.

    Raises:
        ModelError: it is not an SDXL checkpoint with UNet and both text encoders, it is damaged, or it is sampled in a
            way that is not known here; the sentence says what it is, where that shows.
    """
    if path.is_file() and (kind := file_kinds.other_kind(path)) is not None:
        raise ModelError(f"{path.name} is no .safetensors file: {kind.reason}.", kind.hint)
    if path.suffix.lower() != ".safetensors":
        raise _of_another_suffix(path)
    head = read_head(path)
    if (form := _not_sdxl(head.tensors, _sizes_in(store))) is not None:
        raise _refused(path, form)
    prediction = _said_prediction(path, head)
    if isinstance(prediction, Form):
        raise _refused(path, prediction)
    return prediction


def prediction_in(path: Path) -> Prediction:
    """How a checkpoint that was imported is to be sampled.

    Raises:
        ModelError: it is damaged, or sampled in a way that is not known here.
    """
    prediction = _said_prediction(path, read_head(path))
    if isinstance(prediction, Form):
        raise _refused(path, prediction)
    return prediction


def reason_in(error: ModelError) -> str | None:
    """Why `check` refuses a file, by itself; None where it is not said what the file is."""
    found = _REASON.search(error.message)
    return None if found is None else found[1]


_REASON = re.compile(r"(?:cannot be used as a base|is no \.safetensors file): (.+)\.$", re.DOTALL)


def _refused(path: Path, form: Form) -> ModelError:
    return ModelError(f"{path.name} cannot be used as a base: {form.reason}.", form.hint)


def _of_another_suffix(path: Path) -> ModelError:
    """What a file is that is no .safetensors file by its name: a pickle or a zip is looked into, and nothing is run."""
    if not path.exists():
        return ModelError(f"There is no file {path.name}.", "Check its name and place.")
    code = "Choose a checkpoint as .safetensors: other forms can hold code."
    plain = ModelError(f"{path.name} is no .safetensors file.", code)
    if not path.is_file():
        return plain
    if path.suffix.lower() in _UNFINISHED:
        return ModelError(
            f"{path.name} is no .safetensors file: it is an unfinished download.",
            "Finish the download, and import the file then.",
        )
    try:
        shapes = {name: tensor.shape for name, tensor in read_head(path).tensors.items()}
        if f"{sdxl.UNET}input_blocks.0.0.weight" in shapes:
            return ModelError(
                f"{path.name} is no .safetensors file by its name, though its content is one.",
                "Give it the ending .safetensors, and import it then.",
            )
        return _refused(path, form_of(shapes))
    except ModelError:
        pass
    try:
        shapes = pickles.shapes(path)
    except ModelError:
        if file_kinds.is_zip(path):
            return ModelError(
                f"{path.name} is no .safetensors file: {file_kinds.ARCHIVE.reason}.", file_kinds.ARCHIVE.hint
            )
        return plain
    whole = f"{sdxl.UNET}input_blocks.0.0.weight"
    if not shapes or whole in shapes or f"state_dict.{whole}" in shapes:
        return plain
    form = form_of(shapes)
    return plain if form.reason == UNKNOWN.reason else _refused(path, form)


_UNFINISHED = {".part", ".crdownload", ".download", ".incomplete", ".aria2", ".!ut", ".opdownload"}


def _sizes_in(store: Store | None) -> Sizes:
    """SDXL's sizes as they are installed, else as they were published."""
    if store is not None:
        for component in store.catalogue.components:
            if component.role == "base" and (found := Sizes.of(store.folder / component.place)) is not None:
                return found
    return Sizes()


_CLIP_L = f"{sdxl.FIRST_TEXT}text_model."
_CLIP_G = f"{sdxl.SECOND_TEXT}transformer.resblocks."
_FLOATS = {"F16", "BF16", "F32", "F64", "F8_E4M3", "F8_E5M2"}
# Of what 8 bits, or fewer, stand for something else than the numbers themselves.
_SCALED = re.compile(r"\.(?:scale_weight|scale_input|weight_scale|input_scale|comfy_quant)$|^scaled_fp8$")
_PACKED = re.compile(r"\.(?:absmax|quant_map|nested_absmax|qweight|qzeros|wscales|SCB)$|\.quant_state\.")


def _not_sdxl(tensors: Mapping[str, Tensor], sizes: Sizes) -> Form | None:
    """What these tensors are, where they are no SDXL checkpoint; None where they are one."""
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    first, label = shapes.get(f"{sdxl.UNET}input_blocks.0.0.weight"), shapes.get(f"{sdxl.UNET}label_emb.0.0.weight")
    if first is None or any(name.startswith("control_model.") for name in shapes):
        return form_of(shapes)
    if any(".time_stack." in name for name in shapes):
        return Form("it is a Stable Video Diffusion model")
    text = next((shape for name, shape in shapes.items() if name.endswith("attn2.to_k.weight")), ())
    if label is None:
        return Form(_OLDER.get(text[-1] if text else 0, "it is a Stable Diffusion 1 or 2 model"))
    if first[:1] == (384,) and sizes.unet.channels[0] != 384:
        return Form("it is SDXL's refiner, not its base")
    if any(_PACKED.search(name) for name in shapes):
        return Form("its weights are packed in few bits, a form that cannot be read")
    if any(_SCALED.search(name) for name in shapes):
        return Form("its weights are scaled to 8 bits, a form that cannot be read")
    if first[1:2] != (sizes.unet.inputs,):
        channels = first[1] if len(first) > 1 else 0
        if _COS_XL.search("\n".join(shapes)):
            return Form("it is CosXL Edit, which changes pictures instead of making them")
        if channels == 8:
            return Form("its UNet takes 8 channels, as for changing pictures")
        return Form(f"its UNet takes {channels} channels, as for inpainting")
    if text[1:] != (sizes.unet.text,):
        return Form("it was made for another architecture")
    text_encoders = (
        (_CLIP_L, "its first text encoder is missing", sdxl.FIRST_TEXT, sdxl.first_text(sizes.first)),
        (_CLIP_G, "its second text encoder is missing", sdxl.SECOND_TEXT, sdxl.second_text(sizes.second)),
    )
    for sign, reason, _, _ in text_encoders:
        if not any(name.startswith(sign) for name in shapes):
            return Form(reason, ALL_PARTS)
    return (
        _unet_differs(shapes, _under(sdxl.UNET, sdxl.unet(sizes.unet)))
        or _differs(shapes, {name: shape for part in text_encoders for name, shape in _under(part[2], part[3]).items()})
        or _numbers_differ(tensors)
    )


_OLDER = {768: "it is a Stable Diffusion 1 model", 1024: "it is a Stable Diffusion 2 model"}


def _under(prefix: str, shapes: Shapes) -> dict[str, tuple[int, ...]]:
    return {prefix + name: shape for name, shape in shapes.items()}


def _unet_differs(found: Shapes, expected: Shapes) -> Form | None:
    """Every weight has to be there, in its size, and no other: each would change what is drawn."""
    missing = [name for name in expected if name not in found]
    cut = all(".transformer_blocks." in name or ".middle_block." in name for name in missing)
    if missing and cut and _of_another_size(found, expected) is None:
        return Form("it is a model cut down from SDXL, such as SSD-1B, with parts of the UNet left out")
    if (form := _differs(found, expected)) is not None:
        return form
    if more := [name for name in found if name.startswith(sdxl.UNET) and name not in expected]:
        return Form(f"its UNet holds weights that SDXL has not, such as {more[0][:80]}")
    return None


def _differs(found: Shapes, expected: Shapes) -> Form | None:
    """What is missing or of another size. Additional ones are ignored: programs write some that nobody reads."""
    if (odd := _of_another_size(found, expected)) is not None:
        return Form(f"it was made for another architecture: its {odd} is of another size")
    missing = [name for name in expected if name not in found]
    if len(missing) == 1:
        return Form(f"it is incomplete: {missing[0]} is missing", _AGAIN)
    if missing:
        return Form(f"it is incomplete: {len(missing)} weights are missing, {missing[0]} among them", _AGAIN)
    return None


def _of_another_size(found: Shapes, expected: Shapes) -> str | None:
    return next((name for name, shape in expected.items() if name in found and found[name] != shape), None)


_AGAIN = "Get it from its source again, or choose another checkpoint made for SDXL."


def _numbers_differ(tensors: Mapping[str, Tensor]) -> Form | None:
    used = {
        tensor.dtype
        for name, tensor in tensors.items()
        if name.startswith((sdxl.UNET, sdxl.FIRST_TEXT, sdxl.SECOND_TEXT)) and not name.endswith(".position_ids")
    }
    if odd := used - _FLOATS:
        return Form(f"its numbers are of the kind {min(odd)}, which cannot be read")
    return None


# How a checkpoint is to be sampled is said by empty tensors, by the header's own words, or by a file beside it.
_COS_XL = re.compile(r"^edm_vpred\b", re.MULTILINE)
_EDM = re.compile(r"^edm(?:_|\.|$)", re.MULTILINE)
_VELOCITY_MARKS = {"v_pred", "vpred", "v_prediction"}
_ZERO_SNR_MARKS = {"ztsnr", "zsnr", "zero_terminal_snr"}
_OTHER_MARK = re.compile(r"[a-z0-9_-]*(?:pred|flow|snr|x0|edm|sigma_)[a-z0-9_-]*", re.IGNORECASE)
_EPSILON_WORDS = {"", "eps", "epsilon", "noise", "eps_prediction", "epsilon_prediction"}
_VELOCITY_WORDS = {"v", "v_pred", "vpred", "v_prediction", "velocity"}
_TRUE = {"true", "1", "yes"}
_FLOW = ("flow_matching", "flow_model", "rectified_flow", "flow_prediction")
_LARGEST_YAML = 1 << 16
# The original code of SDXL names a class; `parameterization` is older.
_YAML_VELOCITY = re.compile(
    r"""^\s*(?:-\s*)?(?:parameterization|prediction_type):\s*["']?v(?:_prediction)?["']?\s*(?:\#.*)?$"""
    r"""|^\s*target:\s*["']?[\w.]+\.VScaling["']?\s*(?:\#.*)?$""",
    re.M,
)
_YAML_EDM = re.compile(r"""^\s*target:\s*["']?[\w.]+\.(?:EDMScaling|VScalingWithEDMcNoise)["']?\s*(?:\#.*)?$""", re.M)
_YAML_ZERO_SNR = re.compile(
    r"^\s*(?:rescale_betas_zero_snr|zero_terminal_snr|ztsnr|zsnr):\s*true\s*(?:#.*)?$", re.M | re.I
)


def _said_prediction(path: Path, head: Head) -> Prediction | Form:
    """What a file says of how it is sampled; what it is, where that is not known here."""
    names = "\n".join(head.tensors)
    if _COS_XL.search(names):
        return Form("it is a CosXL model, whose way of sampling (EDM with v-prediction) is not known here", _OTHER_WAY)
    if _EDM.search(names):
        return Form("it is an EDM model such as Playground 2.5, whose way of sampling is not known here", _OTHER_WAY)
    metadata = {key.lower(): value.strip() for key, value in head.metadata.items()}
    said = metadata.get("modelspec.prediction_type", metadata.get("prediction_type", ""))
    word = re.sub(r"[^a-z0-9]+", "_", said.lower()).strip("_")
    if any(key.endswith(_FLOW) and value.lower() in _TRUE for key, value in metadata.items()):
        said = word = "flow"
    if word not in _EPSILON_WORDS | _VELOCITY_WORDS:
        return Form(f'it predicts "{said[:40]}", and how to sample that is not known here', _OTHER_WAY)
    known = _VELOCITY_MARKS | _ZERO_SNR_MARKS
    marks = {name for name in head.tensors if "." not in name and _OTHER_MARK.fullmatch(name)}
    if odd := sorted(name for name in marks - known if name not in _SCHEDULE):
        return Form(f'it is marked as "{odd[0][:40]}", and how to sample that is not known here', _OTHER_WAY)
    yaml = _beside(path)
    if _YAML_EDM.search(yaml):
        return Form("it is an EDM model, as the file beside it says, which is not known here", _OTHER_WAY)
    velocity = bool(
        marks & _VELOCITY_MARKS
        or word in _VELOCITY_WORDS
        or metadata.get("ss_v_parameterization", "").lower() in _TRUE
        or _YAML_VELOCITY.search(yaml)
    )
    zero_snr = bool(
        marks & _ZERO_SNR_MARKS
        or any(
            key.endswith(("zero_terminal_snr", "ztsnr")) and value.lower() in _TRUE for key, value in metadata.items()
        )
        or _YAML_ZERO_SNR.search(yaml)
    )
    if not velocity:
        # Noise cannot be predicted where there is nothing else: other programs pass over that mark too.
        return "epsilon"
    return "v-zero-snr" if zero_snr else "v"


# Of the original code's schedule, which some files keep.
_SCHEDULE = {"sigmas", "log_one_minus_alphas_cumprod"}
_OTHER_WAY = "Choose a checkpoint made for SDXL that predicts noise or velocity."


def _beside(path: Path) -> str:
    """The settings for other programs next to a checkpoint; "" where there are none."""
    for suffix in (".yaml", ".yml"):
        settings = path.with_suffix(suffix)
        try:
            if settings.is_file() and settings.stat().st_size <= _LARGEST_YAML:
                return settings.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            continue
    return ""
