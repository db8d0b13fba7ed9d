"""What is made of a component once its files are verified: safetensors of a pickle, 16 bits of 32.

Written as a stream, so that the memory needed is that of one tensor.
"""

import json
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from fastface_core import file_kinds
from fastface_core.errors import ModelError
from fastface_core.files import atomic_write
from fastface_core.models import pickles
from fastface_core.models.catalogue import Component, Conversion, RemoteFile
from fastface_core.models.disk.copying import sha256_of
from fastface_core.models.store import Store

LARGEST_HEADER = 100_000_000
_PIECE = 16 << 20


_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32,
    "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor in a safetensors file: `start` and `end` count from the file's first byte."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a safetensors file: its tensors in the order of their bytes, and what is said of them."""

    tensors: dict[str, Tensor]
    metadata: dict[str, str]


def made_path(file: RemoteFile, conversion: Conversion) -> str | None:
    """The path of what is made of a file, or None where nothing is made of it."""
    pure = PurePosixPath(file.path)
    if conversion == "safetensors":
        return str(pure.with_suffix(".safetensors")) if pure.suffix in (".bin", ".pt", ".pth", ".ckpt") else None
    return str(pure.with_suffix(".fp16.safetensors")) if pure.suffix == ".safetensors" else None


def after_download(store: Store, component: Component) -> None:
    """Converts the files of a component that are all verified. Call it with the lock.

    A pickle becomes safetensors and is then removed; safetensors in 32 bits get a copy in 16 beside them. Either is
    there whole or not at all, and an earlier one that is still right is kept. A pickle of another form than expected
    stays as it is: the engine reads it too.

    Raises:
        ModelError: a file is damaged.
        StorageError: the disk is full or cannot be written to.
    """
    if component.conversion is None or store.state(component) != "ready":
        return
    record = store.record(component)
    for file in component.files:
        made = made_path(file, component.conversion)
        source = store.path(component, file)
        if made is None or not source.exists():
            continue
        known = record.files.get(made)
        if known is not None and known.made_from == record.files[file.path].sha256 and store.unchanged(component, made):
            continue
        target = store.path(component, made)
        if component.conversion == "fp16":
            to_half(source, target)
            store.record_verified(component, made, sha256_of(target), made_from=record.files[file.path].sha256)
            continue
        try:
            to_safetensors(source, target)
        except pickles.Unknown:
            continue
        store.record_verified(component, made, sha256_of(target), replaces=file.path)
        source.unlink()
        store.forget(component, file)


def to_safetensors(source: Path, target: Path) -> None:
    """Writes the tensors of a pickled file as safetensors, bit for bit.

    Raises:
        pickles.Unknown: it holds something other than tensors, or is damaged.
        StorageError: the disk is full or cannot be written to.
    """
    found = pickles.tensors(source)
    sizes = {
        name: (tensor.dtype, tensor.shape, math.prod(tensor.shape) * tensor.item) for name, tensor in found.items()
    }
    with source.open("rb") as old, atomic_write(target) as new:
        new.write(_header(sizes))
        for tensor in found.values():
            for piece in _in_order(old, tensor):
                new.write(piece)


def _in_order(file: BinaryIO, tensor: pickles.Stored) -> Iterator[bytes]:
    """The numbers of a tensor one after the other, however they lie in their storage."""
    if 0 in tensor.shape:
        return
    dense = 1
    for size, step in zip(reversed(tensor.shape), reversed(tensor.stride), strict=True):
        if size != 1 and step != dense:
            break
        dense *= size
    else:
        file.seek(tensor.start)
        left = math.prod(tensor.shape) * tensor.item
        while left:
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise _cut(file)
            left -= len(piece)
            yield piece
        return
    # Reading the list of models, as the window does when it opens, comes by this file and need not wait for NumPy.
    import numpy as np

    file.seek(tensor.start)
    reach = 1 + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride, strict=True))
    held = file.read(reach * tensor.item)
    if len(held) < reach * tensor.item:
        raise _cut(file)
    raw = np.frombuffer(held, dtype=np.dtype(f"V{tensor.item}"))
    view = np.lib.stride_tricks.as_strided(raw, tensor.shape, [step * tensor.item for step in tensor.stride])
    yield view.tobytes()


def _cut(file: BinaryIO) -> pickles.Unknown:
    return pickles.damaged(Path(file.name))


def to_half(source: Path, target: Path) -> None:
    """Writes a safetensors file with its 32 bit numbers rounded to 16; other types stay as they are.

    Raises:
        ModelError: the source is damaged.
        StorageError: the disk is full or cannot be written to.
    """
    import numpy as np

    found = read_header(source)
    sizes = {
        name: ("F16", tensor.shape, (tensor.end - tensor.start) // 2)
        if tensor.dtype == "F32"
        else (tensor.dtype, tensor.shape, tensor.end - tensor.start)
        for name, tensor in found.items()
    }
    with source.open("rb") as old, atomic_write(target) as new:
        new.write(_header(sizes))
        for tensor in found.values():
            old.seek(tensor.start)
            left = tensor.end - tensor.start
            while left:
                piece = old.read(min(left, _PIECE))
                if not piece:
                    raise _cut(old)
                left -= len(piece)
                if tensor.dtype == "F32":
                    with np.errstate(over="ignore"):
                        piece = np.frombuffer(piece, dtype="<f4").astype("<f2").tobytes()
                new.write(piece)


def read_header(path: Path) -> dict[str, Tensor]:
    """The tensors that a safetensors file names, in the order of their bytes. Reads the header alone.

    Raises:
        ModelError: it is damaged, cut short, or no safetensors file.
    """
    return read_head(path).tensors


def read_head(path: Path) -> Head:
    """The header of a safetensors file, and nothing else of it.

    Raises:
        ModelError: it is damaged, cut short, or no safetensors file; where that shows, the sentence says what it is.
    """
    damaged = ModelError(
        f"The file {path.name} is damaged, incomplete, or no .safetensors file.", "Get it from its source again."
    )
    if path.exists() and not path.is_file():
        # A pipe would wait for somebody to write into it.
        raise ModelError(f"{path.name} is no file.", "Choose a file.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(LARGEST_HEADER, size):
                raise ValueError("the header is longer than the file")
            content: object = json.loads(file.read(length))
    except FileNotFoundError as error:
        raise ModelError(f"There is no file {path.name}.", "Check its name and place.") from error
    except (OSError, ValueError, struct.error, RecursionError) as error:
        if (kind := file_kinds.other_kind(path)) is not None:
            raise ModelError(f"{path.name} is no .safetensors file: {kind.reason}.", kind.hint) from error
        raise damaged from error
    found: dict[str, Tensor] = {}
    metadata: dict[str, str] = {}
    try:
        for name, entry in cast(dict[str, Any], content).items():
            if name == "__metadata__":
                said = cast(dict[str, object], entry or {})
                metadata = {key: value for key, value in said.items() if isinstance(value, str)}
                continue
            start, end = (_whole(number) for number in entry["data_offsets"])
            shape = tuple(_whole(number) for number in entry["shape"])
            found[name] = Tensor(str(entry["dtype"]), shape, 8 + length + start, 8 + length + end)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise damaged from error
    ordered = dict(sorted(found.items(), key=lambda item: (item[1].start, item[1].end)))
    place = 8 + length
    for tensor in ordered.values():
        if tensor.start != place or tensor.end < tensor.start:
            raise damaged
        bits = _BITS.get(tensor.dtype)
        if bits is not None and math.prod(tensor.shape) * bits != (tensor.end - tensor.start) * 8:
            raise damaged
        place = tensor.end
    if place != size:
        raise damaged
    return Head(ordered, metadata)


def _whole(number: object) -> int:
    """A whole number that a size can be: JSON has infinity, fractions and truth as well."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 1 << 60:
        raise ValueError("no size")
    return number


def _header(tensors: Mapping[str, tuple[str, tuple[int, ...], int]]) -> bytes:
    """The head of a safetensors file with these types, shapes and sizes in bytes, in this order."""
    content: dict[str, object] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name, (dtype, shape, size) in tensors.items():
        content[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(content, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text
