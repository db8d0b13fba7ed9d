"""Reading weight files: only tensors, never code, and damage is named before anything is loaded."""

import json
import pickle
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from fastface_core.errors import ModelError

GET_IT = "Download this model again, or choose another checkpoint with --checkpoint."
_LARGEST_HEADER = 100_000_000


def check_file(path: Path) -> None:
    """Raises ModelError when `path` is absent, empty, or a safetensors file that is shorter than it says."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ModelError(f"The model file {_place(path)} is missing.", GET_IT) from error
    if size == 0:
        raise ModelError(f"The model file {_place(path)} is empty.", GET_IT)
    if path.suffix == ".safetensors":
        expected = _safetensors_size(path, size)
        if size != expected:
            raise ModelError(
                f"The model file {_place(path)} is incomplete or damaged: it has {size} bytes instead of {expected}.",
                GET_IT,
            )


def _safetensors_size(path: Path, size: int) -> int:
    """The size that the header of a safetensors file promises, in bytes."""
    damaged = ModelError(f"The model file {_place(path)} is damaged.", GET_IT)
    try:
        with path.open("rb") as file:
            (header_size,) = struct.unpack("<Q", file.read(8))
            if header_size > min(_LARGEST_HEADER, size):
                raise damaged
            header: dict[str, dict[str, list[int]]] = json.loads(file.read(header_size))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error) as error:
        raise damaged from error
    return 8 + header_size + max(ends, default=0)


def _place(path: Path) -> str:
    """Enough of the path to know the file by, without the user's folders."""
    return "/".join(path.parts[-3:])


def read_state(path: Path) -> dict[str, Tensor]:
    """The tensors of a `.safetensors`, `.bin`, `.pt`, `.pth` or `.ckpt` file, on the CPU.

    Nested dictionaries of pickled files come out with dotted names. Pickles are read with `weights_only`: they can
    hold tensors and plain containers, nothing that runs.

    Raises:
        ModelError: the file is missing, damaged, or holds something other than tensors.
    """
    check_file(path)
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content: object = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"The model file {_place(path)} is damaged or holds something other than weights, so it was not opened.",
            "Get it from its original source, as .safetensors where there is a choice.",
        ) from error
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError, KeyError, AssertionError) as error:
        raise ModelError(f"The model file {_place(path)} is damaged.", GET_IT) from error
    state: dict[str, Tensor] = {}
    _flatten(content, "", state)
    if not state:
        raise ModelError(f"The model file {_place(path)} holds no weights.", GET_IT)
    return state


def _flatten(content: object, prefix: str, into: dict[str, Tensor]) -> None:
    if isinstance(content, Tensor):
        into[prefix.removesuffix(".")] = content
    elif isinstance(content, dict):
        for key, value in content.items():  # type: ignore[reportUnknownVariableType]
            _flatten(value, f"{prefix}{key}.", into)  # type: ignore[reportUnknownArgumentType]


def find_weights(folder: Path, stem: str) -> tuple[Path, str | None]:
    """The weight file `stem` in a hub folder, and its variant: the fp16 one where it is, else the plain one.

    Files in several parts have an index beside them, which stands for them here.

    Raises:
        ModelError: there is none, or it is incomplete.
    """
    for variant in ("fp16", None):
        infix = f".{variant}" if variant else ""
        for suffix in (".safetensors", ".bin"):
            whole = folder / f"{stem}{infix}{suffix}"
            if whole.is_file():
                check_file(whole)
                return whole, variant
            for index in (folder / f"{stem}{suffix}.index{infix}.json", folder / f"{stem}{infix}{suffix}.index.json"):
                if index.is_file():
                    _check_parts(index)
                    return index, variant
    raise ModelError(f"The model file {_place(folder / stem)}.safetensors is missing.", GET_IT)


def _check_parts(index: Path) -> None:
    try:
        parts: set[str] = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(f"The model file {_place(index)} is damaged.", GET_IT) from error
    for part in sorted(parts):
        check_file(index.parent / Path(part).name)


@contextmanager
def loading_errors(folder: Path) -> Iterator[None]:
    """Turns what the libraries raise over the files in `folder` into a `ModelError` that names it."""
    try:
        yield
    except (SafetensorError, OSError, ValueError, KeyError, pickle.UnpicklingError, EOFError) as error:
        raise ModelError(f"The model in {_place(folder)} is damaged or of another form.", GET_IT) from error
    except RuntimeError as error:
        if "size mismatch" in str(error) or "state_dict" in str(error):
            raise ModelError(
                f"The weights in {_place(folder)} do not fit the configuration beside them.", GET_IT
            ) from error
        raise
