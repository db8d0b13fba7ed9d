"""Reading weight files: only tensors, never code, and damage is named before anything is loaded."""

import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from fastface_core.errors import ModelError
from fastface_core.file_kinds import other_kind

GET_IT = "Download this model again, or choose another checkpoint with --checkpoint."

Stem = Literal["diffusion_pytorch_model", "model"]
"""What diffusers, and what transformers, calls a model's weight file, before its variant and suffix."""

_Model = TypeVar("_Model", bound=torch.nn.Module)
_PICKLES = (".bin", ".pt", ".pth", ".ckpt")
_LARGEST_HEADER = 100_000_000
# What the libraries raise over files that are damaged or of another form.
_FILE_ERRORS = (
    SafetensorError,
    StrictDataclassError,
    struct.error,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    RecursionError,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
)


def is_weights_file(path: Path) -> bool:
    """Whether a place is one file of weights by its name, and not a model's folder."""
    return path.suffix in (".safetensors", *_PICKLES)


def check_file(path: Path) -> None:
    """Raises ModelError when `path` is absent, empty, or cut short, as far as this shows without reading all of it."""
    if not path.is_file():
        raise ModelError(f"The model file {_place(path)} is missing.", GET_IT)
    size = path.stat().st_size
    if size == 0:
        raise ModelError(f"The model file {_place(path)} is empty.", GET_IT)
    if path.suffix == ".safetensors":
        expected = _safetensors_size(path, size)
        if size != expected:
            raise ModelError(
                f"The model file {_place(path)} is incomplete or damaged: it has {size} bytes instead of {expected}.",
                GET_IT,
            )
    elif path.suffix in (*_PICKLES, ".onnx"):
        _check_kind(path)
        if path.suffix in _PICKLES and _is_cut_zip(path):
            raise ModelError(f"The model file {_place(path)} is incomplete or damaged.", GET_IT)


def _check_kind(path: Path) -> None:
    """Raises ModelError when a file is a web page, a pointer, or something else that its first bytes show."""
    if (kind := other_kind(path)) is not None:
        raise ModelError(f"The model file {_place(path)} is not what its name says: {kind.reason}.", GET_IT)


def _safetensors_size(path: Path, size: int) -> int:
    """The size that the header of a safetensors file promises, in bytes."""
    damaged = ModelError(f"The model file {_place(path)} is damaged.", GET_IT)
    try:
        with path.open("rb") as file:
            (header_size,) = struct.unpack("<Q", file.read(8))
            if header_size > min(_LARGEST_HEADER, size):
                raise ValueError("the header is longer than the file")
            header: dict[str, dict[str, list[int]]] = json.loads(file.read(header_size))
        ends = [int(entry["data_offsets"][1]) for name, entry in header.items() if name != "__metadata__"]
    except _FILE_ERRORS as error:
        _check_kind(path)
        raise damaged from error
    return 8 + header_size + max(ends, default=0)


def _is_cut_zip(path: Path) -> bool:
    """Whether a file begins as a zip, as torch writes pickles, but has lost the directory at its end."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return False
    try:
        return not zipfile.is_zipfile(path)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error):
        # One that says it goes on in another file.
        return True


def _place(path: Path) -> str:
    """Enough of the path to know the file by, without the user's folders."""
    path, home = path.absolute(), Path.home()
    parts = path.relative_to(home).parts if path.is_relative_to(home) else path.parts
    return "/".join(parts[-2:])


def read_json(path: Path) -> dict[str, Any]:
    """A configuration.

    Raises:
        ModelError: the file is missing or damaged.
    """
    check_file(path)
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"The model file {_place(path)} is damaged.", GET_IT) from error
    if not isinstance(content, dict):
        raise ModelError(f"The model file {_place(path)} is damaged.", GET_IT)
    return cast(dict[str, Any], content)


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a `.safetensors`, `.bin`, `.pt`, `.pth` or `.ckpt` file, on the CPU.

    Nested dictionaries of pickled files come out with dotted names. Pickles are read with `weights_only`: they can
    hold tensors and plain containers, nothing that runs.

    Raises:
        ModelError: the file is missing, damaged, or holds something other than tensors.
    """
    check_file(path)
    content: object = None
    with loading_errors(path):
        if path.suffix == ".safetensors":
            content = load_file(path)
        else:
            try:
                content = torch.load(path, map_location="cpu", weights_only=True)
            except pickle.UnpicklingError as error:
                raise ModelError(
                    f"The model file {_place(path)} is damaged or holds something other than weights, so it was not"
                    " opened.",
                    "Get it from its original source, as .safetensors where there is a choice.",
                ) from error
    state = _flat(content)
    if state is None:
        raise ModelError(f"The model file {_place(path)} is damaged.", GET_IT)
    if not state:
        raise ModelError(f"The model file {_place(path)} holds no weights.", GET_IT)
    return state


_MOST_ENTRIES = 100_000
_LONGEST_NAME = 1000


def _flat(content: object) -> dict[str, Tensor] | None:
    """The tensors in dictionaries within dictionaries, with dotted names; None where they are more than can be."""
    state: dict[str, Tensor] = {}
    left: list[tuple[str, object]] = [("", content)]
    seen = 0
    while left:
        name, value = left.pop()
        seen += 1
        # The same dictionary may be named many times, within itself too.
        if seen > _MOST_ENTRIES or len(name) > _LONGEST_NAME:
            return None
        if isinstance(value, Tensor):
            state[name] = value
        elif isinstance(value, dict):
            inner = cast(dict[object, object], value)
            left.extend((f"{name}.{key}" if name else str(key), inner[key]) for key in reversed(list(inner)))
    return state


def find_weights(folder: Path, stem: Stem) -> tuple[Path, str | None]:
    """The weight file in a hub folder, and its variant.

    Safetensors before pickles, and the fp16 variant before the plain file: it is half the size, and GPUs compute in
    it, so that pictures are the same everywhere. Files in several parts have an index, which stands for them here.

    Raises:
        ModelError: there is none, or it is incomplete.
    """
    for suffix in (".safetensors", ".bin"):
        for variant in ("fp16", None):
            for path in _candidates(folder, stem, suffix, variant):
                if path.is_file():
                    check_file(path)
                    if path.suffix == ".json":
                        _check_parts(path)
                    return path, variant
    raise ModelError(f"The model file {_place(folder / stem)}.safetensors is missing.", GET_IT)


def _candidates(folder: Path, stem: Stem, suffix: str, variant: str | None) -> tuple[Path, Path]:
    """File and index in the order in which their library looks for them."""
    base = "pytorch_model" if (stem, suffix) == ("model", ".bin") else stem
    infix = f".{variant}" if variant else ""
    whole, index = folder / f"{base}{infix}{suffix}", folder / f"{base}{suffix}.index{infix}.json"
    return (whole, index) if stem == "model" else (index, whole)


def _check_parts(index: Path) -> None:
    try:
        parts = {str(name) for name in read_json(index)["weight_map"].values()}
    except (KeyError, AttributeError) as error:
        raise ModelError(f"The model file {_place(index)} is damaged.", GET_IT) from error
    for part in sorted(parts):
        check_file(index.parent / Path(part).name)


def load_model(kind: type[_Model], folder: Path, stem: Stem, dtype: torch.dtype) -> _Model:
    """A model of diffusers or transformers from a hub folder, on the CPU, to compute with and not to train.

    Raises:
        ModelError: a file is missing or damaged, or the weights do not fit the configuration.
    """
    read_json(folder / "config.json")
    weights, variant = find_weights(folder, stem)
    load: Callable[..., tuple[_Model, dict[str, Any]]] = kind.from_pretrained  # type: ignore[reportAttributeAccessIssue]
    with loading_errors(folder):
        model, found = load(
            folder,
            variant=variant,
            # With None, diffusers would not look for a `.bin` in parts.
            use_safetensors=".safetensors" in weights.name,
            dtype=dtype,
            local_files_only=True,
            output_loading_info=True,
        )
    # The libraries fill gaps with random numbers and go on.
    if found["missing_keys"]:
        raise ModelError(f"The model file {_place(weights)} is incomplete: some weights are not in it.", GET_IT)
    return model.eval().requires_grad_(False)


@contextmanager
def loading_errors(path: Path) -> Generator[None]:
    """Turns what the libraries raise over a file, or over those in a folder, into a `ModelError` that names it."""
    try:
        yield
    except Exception as error:
        if not _is_about_files(error):
            raise
        raise ModelError(f"The model in {_place(path)} is damaged or of another form.", GET_IT) from error


def _is_about_files(error: Exception) -> bool:
    if isinstance(error, RuntimeError):
        # torch raises these both for files and for the memory that they do not fit in.
        return not (isinstance(error, torch.OutOfMemoryError | torch.AcceleratorError) or "memory" in str(error))
    # The tokenizers library raises nothing finer than Exception itself.
    return isinstance(error, _FILE_ERRORS) or type(error) is Exception
