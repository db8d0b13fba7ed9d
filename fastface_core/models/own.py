"""Bases of the user's own: SDXL checkpoints in one `.safetensors` file, whose UNet and text encoders are taken.

Each lies in `own/` in the models folder, with a JSON file beside it that says how it is used.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core.checkpoints import Terms
from fastface_core.errors import ModelError, SettingsError
from fastface_core.files import atomic_write
from fastface_core.models.catalogue import Bundle, Sha256
from fastface_core.models.conversion import Tensor, read_header
from fastface_core.models.copying import Meter, copy, sha256_of, share
from fastface_core.models.store import PART, Store
from fastface_core.progress import CancelToken, Report, silent

FOLDER = "own"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


class OwnBase(BaseModel):
    """A base of the user's own.

    Attributes:
        file: its name in the folder `own/`.
        like: the bundle whose other components it is used with.
        terms: as the person stated them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: str
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\.safetensors$")]
    like: str
    size: int
    sha256: Sha256
    terms: Terms = Terms(commercial_use=None, licences=())

    def path(self, store: Store) -> Path:
        return store.folder / FOLDER / self.file


def bases(store: Store) -> tuple[OwnBase, ...]:
    """All of them, by name. A description that cannot be read is passed over."""
    found: list[OwnBase] = []
    folder = store.folder / FOLDER
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        try:
            found.append(OwnBase.model_validate_json(file.read_bytes()))
        except (OSError, ValidationError):
            continue
    return tuple(found)


def check(path: Path, store: Store | None = None) -> None:
    """Looks at the header of a checkpoint and at nothing else.

    Args:
        store: where SDXL's own settings are installed there, the sizes are compared with those.

    Raises:
        ModelError: it is not an SDXL checkpoint with UNet and both text encoders, or it is damaged; the sentence says
            what it is, where that shows.
    """
    if path.suffix.lower() != ".safetensors":
        raise ModelError(
            f"{path.name} is no .safetensors file.", "Choose a checkpoint as .safetensors: other forms can hold code."
        )
    tensors = read_header(path)
    if (reason := _not_sdxl(tensors, _Sizes.of(store))) is not None:
        raise ModelError(f"{path.name} cannot be used as a base: {reason}.", "Choose a checkpoint made for SDXL.")


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Sizes of the UNet: of its channels, of the text's states, and of what is added to the time."""

    channels: int = 320
    inputs: int = 4
    text: int = 2048
    added: int = 2816

    @classmethod
    def of(cls, store: Store | None) -> "_Sizes":
        if store is None:
            return cls()
        bases = [component for component in store.catalogue.components if component.role == "base"]
        for component in bases:
            try:
                config = json.loads((store.folder / component.place / "unet" / "config.json").read_bytes())
                return cls(
                    channels=int(config["block_out_channels"][0]),
                    inputs=int(config["in_channels"]),
                    text=int(config["cross_attention_dim"]),
                    added=int(config["projection_class_embeddings_input_dim"]),
                )
            except (OSError, ValueError, LookupError, TypeError):
                continue
        return cls()


_UNET = "model.diffusion_model."
_CLIP_L = "conditioner.embedders.0.transformer.text_model."
_CLIP_G = "conditioner.embedders.1.model.transformer.resblocks."
_FLOATS = {"F16", "BF16", "F32", "F8_E4M3", "F8_E5M2"}


def _not_sdxl(tensors: Mapping[str, Tensor], sizes: _Sizes) -> str | None:
    """Why these tensors are no SDXL checkpoint, in words that go after a colon; None where they are one."""
    names = list(tensors)

    def has(*prefixes: str) -> bool:
        return any(name.startswith(prefixes) for name in names)

    first, label = tensors.get(f"{_UNET}input_blocks.0.0.weight"), tensors.get(f"{_UNET}label_emb.0.0.weight")
    if first is None:
        if has("lora_", "unet.") and any("lora" in name for name in names):
            return "it is a LoRA, not a whole checkpoint"
        if any("double_blocks." in name for name in names):
            return "it is a Flux model"
        if any("joint_blocks." in name for name in names):
            return "it is a Stable Diffusion 3 model"
        if has("down_blocks.", "encoder.", "decoder."):
            return "it is one part of a checkpoint, not all of it"
        return "it is no Stable Diffusion checkpoint"
    text = next((tensor for name, tensor in tensors.items() if name.endswith("attn2.to_k.weight")), None)
    if label is None:
        return "it is a Stable Diffusion 1 or 2 model"
    if first.shape[:1] == (384,) and sizes.channels != 384:
        return "it is SDXL's refiner, not its base"
    if first.shape[1:2] != (sizes.inputs,):
        return f"its UNet takes {first.shape[1] if len(first.shape) > 1 else 0} channels, as for inpainting"
    if (
        first.shape[0] != sizes.channels
        or label.shape[1:] != (sizes.added,)
        or text is None
        or text.shape[1:] != (sizes.text,)
    ):
        return "it was made for another architecture"
    for prefix, what in ((_CLIP_L, "first text encoder"), (_CLIP_G, "second text encoder")):
        if not has(prefix):
            return f"its {what} is missing"
    if odd := {tensor.dtype for name, tensor in tensors.items() if name.startswith(_UNET)} - _FLOATS:
        return f"its numbers are of the kind {min(odd)}, which cannot be read"
    return None


def take(
    source: Path,
    store: Store,
    *,
    name: str | None = None,
    like: Bundle,
    commercial_use: bool | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> tuple[OwnBase, bool]:
    """Takes a checkpoint over as a base of the user's own. Call it with the lock.

    Args:
        name: as for --checkpoint; made from the file's name where none is given.
        like: the bundle whose distillation and adapter it is used with.
        commercial_use: what the checkpoint's own terms say; None where the person does not know.

    Returns:
        The base, and whether it shares its place on the disk with the source.

    Raises:
        SettingsError: the name is taken or not possible.
        ModelError: it is not an SDXL checkpoint, or cannot be read.
        StorageError: too little space, or a folder that cannot be written to.
        Cancelled: between two pieces.
    """
    check(source, store)
    name = name or _name_of(source)
    taken = {base.name: base for base in bases(store)}
    if not _NAME.fullmatch(name) or name == "starter" or name in {bundle.name for bundle in store.catalogue.bundles}:
        raise SettingsError(
            f'The name "{name}" cannot be used.', "Give another one with --name: small letters, digits, - and _."
        )
    size = source.stat().st_size
    meter = Meter(2 * size, report, cancel or CancelToken())
    meter.at(source.name)
    digest = sha256_of(source, meter)
    if name in taken and taken[name].sha256 != digest:
        raise SettingsError(
            f'There is already a base named "{name}".', "Give another name with --name, or remove that one first."
        )
    file = f"{name}.safetensors"
    target = store.folder / FOLDER / file
    shared = source.resolve() == target.resolve() or share(source, target)
    if not shared:
        store.check_space(size)
        copy(source, target, target.with_name(file + PART), meter, expected=digest)
    title = source.stem.replace("_", " ").strip() or name
    base = OwnBase(
        name=name,
        title=title,
        file=file,
        like=like.name,
        size=size,
        sha256=digest,
        terms=Terms(commercial_use=commercial_use, licences=(f"{title}: its own terms",)),
    )
    with atomic_write(store.folder / FOLDER / f"{name}.json") as opened:
        opened.write(base.model_dump_json(indent=1).encode() + b"\n")
    return base, shared


def _name_of(source: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-")
    return name or "own"
