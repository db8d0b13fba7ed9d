"""Tensors out of torch's pickled files, without torch and without running anything that is in them.

The form: a zip, uncompressed, with `NAME/data.pkl` (the structure) and `NAME/data/KEY` (the bytes of each storage). See
torch/serialization.py. The unpickler knows what tensors in dictionaries need, and refuses all else.
"""

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from fastface_core.errors import ModelError

# Storage class: (safetensors' name of the type, bytes of a number).
_TYPES = {
    "DoubleStorage": ("F64", 8),
    "FloatStorage": ("F32", 4),
    "HalfStorage": ("F16", 2),
    "BFloat16Storage": ("BF16", 2),
    "LongStorage": ("I64", 8),
    "IntStorage": ("I32", 4),
    "ShortStorage": ("I16", 2),
    "CharStorage": ("I8", 1),
    "ByteStorage": ("U8", 1),
    "BoolStorage": ("BOOL", 1),
}
_LARGEST_STRUCTURE = 64 << 20


# Tuples, and not dataclasses, so that the pickle cannot set their fields once they are checked.


class Stored(NamedTuple):
    """A tensor's place in the file.

    Attributes:
        dtype: as safetensors names it.
        shape, stride: in numbers.
        start: first byte in the file.
        available: bytes of the storage from there on.
    """

    dtype: str
    item: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    start: int
    available: int


class _Storage(NamedTuple):
    dtype: str
    item: int
    start: int
    size: int


class Unknown(ModelError):
    """The file is not of this form, or holds something else than tensors."""


def tensors(path: Path) -> dict[str, Stored]:
    """The tensors of a pickled file; the names of nested dictionaries are joined with dots.

    Raises:
        Unknown: it is damaged, of another form, or holds something other than tensors in dictionaries.
    """
    wrong = Unknown(
        f"The file {path.name} is damaged or holds something other than weights, so it was not opened.",
        "Get it from its original source, as .safetensors where there is a choice.",
    )
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = {entry.filename: entry for entry in archive.infolist()}
            (structure,) = [entry for name, entry in entries.items() if name.count("/") == 1 and _is_structure(name)]
            if structure.file_size > _LARGEST_STRUCTURE:
                raise wrong
            prefix = structure.filename.removesuffix("data.pkl")
            order = entries.get(f"{prefix}byteorder")
            if order is not None and archive.read(order) != b"little":
                raise wrong
            content = _Reader(archive.read(structure), _places(file, entries, f"{prefix}data/")).load()
        found: dict[str, Stored] = {}
        _flatten(content, "", found)
    except (
        pickle.UnpicklingError, zipfile.BadZipFile, OSError, EOFError, ValueError, TypeError, LookupError,
        AttributeError, NotImplementedError, RecursionError, OverflowError,
    ) as error:  # fmt: skip
        raise wrong from error
    return found


def _is_structure(name: str) -> bool:
    return name.endswith("/data.pkl")


def _places(file: io.BufferedReader, entries: Mapping[str, zipfile.ZipInfo], prefix: str) -> dict[str, tuple[int, int]]:
    """Where the bytes of each storage begin in the file, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for name, entry in entries.items():
        if not name.startswith(prefix):
            continue
        if entry.compress_type != zipfile.ZIP_STORED:
            raise zipfile.BadZipFile("a storage is compressed")
        # The local header's extra field differs from the directory's: torch pads it, so that tensors are aligned.
        file.seek(entry.header_offset)
        header = file.read(30)
        if header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile("no local header")
        skip = 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        found[name.removeprefix(prefix)] = (entry.header_offset + skip, entry.file_size)
    return found


class _StorageType(NamedTuple):
    dtype: str
    item: int


class _Reader(pickle.Unpickler):
    def __init__(self, content: bytes, places: Mapping[str, tuple[int, int]]) -> None:
        super().__init__(io.BytesIO(content))
        self._places = places

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            # One of its own for each file, which may set attributes of what it names.
            return partial(_rebuild)
        if module == "torch" and name in _TYPES:
            return _StorageType(*_TYPES[name])
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")

    def persistent_load(self, pid: Any, /) -> _Storage:
        kind, storage, key, _location, count = pid
        if kind != "storage" or not isinstance(storage, _StorageType):
            raise pickle.UnpicklingError("an unknown reference")
        start, size = self._places[key]
        if count * storage.item > size:
            raise pickle.UnpicklingError("a storage is shorter than it says")
        return _Storage(storage.dtype, storage.item, start, size)


def _rebuild(storage: _Storage, offset: int, shape: Sequence[int], stride: Sequence[int], *_: object) -> Stored:
    """Stands for `torch._utils._rebuild_tensor_v2`; offset and strides count numbers."""
    if len(shape) != len(stride) or offset < 0 or min((*shape, *stride), default=0) < 0:
        raise pickle.UnpicklingError("a tensor without sense")
    last = offset + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
    if 0 not in shape and (last + 1) * storage.item > storage.size:
        raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    begin = offset * storage.item
    return Stored(storage.dtype, storage.item, tuple(shape), tuple(stride), storage.start + begin, storage.size - begin)


def _flatten(content: object, prefix: str, into: dict[str, Stored]) -> None:
    if isinstance(content, Stored):
        into[prefix.removesuffix(".")] = content
    elif isinstance(content, dict):
        for key, value in cast(dict[object, object], content).items():
            if not isinstance(key, str):
                raise ValueError("a key that is no text")
            _flatten(value, f"{prefix}{key}.", into)
    else:
        raise ValueError("something other than tensors")
