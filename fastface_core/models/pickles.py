"""Tensors out of torch's pickled files, without torch and without running anything that is in them.

The form: a zip, uncompressed, with `NAME/data.pkl` (the structure) and `NAME/data/KEY` (the bytes of each storage); or
the older one, five pickles one after the other (a number, a version, the system, the structure, the keys) and the
storages, each after how many numbers it has. See torch/serialization.py. The unpickler knows what tensors in
dictionaries need, and refuses all else. Before it reads anything, the structure is looked through, so that no few bytes
can ask for much memory.
"""

import io
import lzma
import pickle
import pickletools
import struct
import zipfile
import zlib
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
_LARGEST_STRUCTURE = 16 << 20
_MOST_STEPS = 1_000_000
"""Of the structure: a checkpoint of SDXL has about 100,000."""
_MOST_ENTRIES = 50_000
_LONGEST_NAME = 500
_OLDER = (0x1950A86A20F9469CFC6C, 1001)
"""Number and version at the beginning of the older form."""
_OF_FILES = (
    pickle.UnpicklingError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError,
    TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, MemoryError,
)  # fmt: skip
"""What Python's own readers raise over files that are damaged or made to do harm."""


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
    try:
        content = _newer(path) if zipfile.is_zipfile(path) else _older(path)
        found: dict[str, Stored] = {}
        for name, value in _flat(content, strict=True):
            found[name] = value
    except _OF_FILES as error:
        raise damaged(path) from error
    return found


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """What tensors a pickled file holds, of torch's newer form or its older, with whatever else is beside them.

    Only to say what a file is: things that are no tensors are passed over, and nothing is run.

    Raises:
        Unknown: it is damaged, or no pickle.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                structure, _, _ = _structure(archive)
            contents = [_looked_through(structure)]
        else:
            # Three small pickles, of the form and its version, and then that of the tensors; or one alone.
            with path.open("rb") as file:
                contents = _pickles_in(file.read(_LARGEST_STRUCTURE), 4)
        found: dict[str, tuple[int, ...]] = {}
        for content in contents:
            for name, value in _flat(_Lister(io.BytesIO(content)).load(), strict=False):
                found[name] = value.shape
    except _OF_FILES as error:
        raise damaged(path) from error
    return found


def _newer(path: Path) -> object:
    """What a zip holds, with tensors in their places in it."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        structure, prefix, entries = _structure(archive)
        order = entries.get(f"{prefix}byteorder")
        if order is not None and (order.file_size > 16 or archive.read(order) != b"little"):
            raise ValueError("another order of bytes")
        places = _places(file, entries, f"{prefix}data/")
        return _Reader(io.BytesIO(_looked_through(structure)), places).load()


def _older(path: Path) -> object:
    """The same of a file of the older form."""
    with path.open("rb") as file:
        pickled = _pickles_in(file.read(_LARGEST_STRUCTURE), 5)
        number, version, system, _, keys = (
            None if place == 3 else _Reader(io.BytesIO(one), {}).load() for place, one in enumerate(pickled)
        )
        if (number, version) != _OLDER or not isinstance(system, dict) or not isinstance(keys, list):
            raise ValueError("another form")
        if not cast(dict[object, object], system).get("little_endian"):
            raise ValueError("another order of bytes")
        sizes = _Sizes(io.BytesIO(pickled[3]))
        sizes.load()
        places: dict[str, tuple[int, int]] = {}
        position, end = sum(map(len, pickled)), file.seek(0, io.SEEK_END)
        for key in cast(list[str], keys):
            count, item = sizes.found[key]
            file.seek(position)
            if struct.unpack("<q", file.read(8)) != (count,) or not 0 <= count * item <= end - position - 8:
                raise ValueError("a storage is shorter than it says")
            places[key] = (position + 8, count * item)
            position += 8 + count * item
    return _Reader(io.BytesIO(pickled[3]), places).load()


def damaged(path: Path) -> Unknown:
    """What is said of a file that cannot be read as weights."""
    return Unknown(
        f"The file {path.name} is damaged or holds something other than weights, so it was not opened.",
        "Get it from its original source, as .safetensors where there is a choice.",
    )


def _structure(archive: zipfile.ZipFile) -> tuple[bytes, str, dict[str, zipfile.ZipInfo]]:
    """The pickle in a zip, the folder in it that it lies in, and all entries."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    (structure,) = [entry for name, entry in entries.items() if name.count("/") == 1 and _is_structure(name)]
    if structure.file_size > _LARGEST_STRUCTURE:
        raise ValueError("the structure is too large")
    return archive.read(structure), structure.filename.removesuffix("data.pkl"), entries


def _looked_through(content: bytes) -> bytes:
    """A pickle that asks for no more memory than its own size promises.

    Raises:
        ValueError: it asks for more, or is no pickle.
    """
    (only,) = _pickles_in(content, 2)
    return only


def _pickles_in(content: bytes, most: int) -> list[bytes]:
    """The pickles at the beginning, one after the other, each looked through: at most so many."""
    file, found, steps = io.BytesIO(content), list[bytes](), 0
    while not found or (len(found) < most and content[file.tell() : file.tell() + 1] == b"\x80"):
        begin = file.tell()
        # Reads no length that is not there, while Python's unpickler makes room for it first.
        for opcode, argument, _ in pickletools.genops(file):
            steps += 1
            if steps > _MOST_STEPS:
                raise ValueError("the structure has too many steps")
            # The memory of what was read is as long as the largest number in it, which counts up from 0.
            if opcode.name in ("PUT", "BINPUT", "LONG_BINPUT") and not 0 <= cast(int, argument) <= steps:
                raise ValueError("a number without sense")
        found.append(content[begin : file.tell()])
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
    def __init__(self, content: io.BytesIO, places: Mapping[str, tuple[int, int]]) -> None:
        super().__init__(content)
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
        # The older form may name a part of a storage, which nobody writes.
        kind, storage, key, _location, count, *part = pid
        if kind != "storage" or not isinstance(storage, _StorageType) or part not in ([], [None]):
            raise pickle.UnpicklingError("an unknown reference")
        start, size = self._place(key, count, storage.item)
        if count * storage.item > size:
            raise pickle.UnpicklingError("a storage is shorter than it says")
        return _Storage(storage.dtype, storage.item, start, size)

    def _place(self, key: str, count: int, item: int) -> tuple[int, int]:
        return self._places[key]


class _Sizes(_Reader):
    """Reads how many numbers each storage has, and bytes a number, where they do not say where they are."""

    def __init__(self, content: io.BytesIO) -> None:
        super().__init__(content, {})
        self.found: dict[str, tuple[int, int]] = {}

    def _place(self, key: str, count: int, item: int) -> tuple[int, int]:
        if self.found.setdefault(key, (count, item)) != (count, item):
            raise pickle.UnpicklingError("a storage of two sizes")
        return 0, count * item


def _rebuild(storage: _Storage, offset: int, shape: Sequence[int], stride: Sequence[int], *_: object) -> Stored:
    """Stands for `torch._utils._rebuild_tensor_v2`; offset and strides count numbers."""
    if len(shape) != len(stride) or offset < 0 or min((*shape, *stride), default=0) < 0:
        raise pickle.UnpicklingError("a tensor without sense")
    last = offset + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
    if 0 not in shape and (last + 1) * storage.item > storage.size:
        raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    begin = offset * storage.item
    return Stored(storage.dtype, storage.item, tuple(shape), tuple(stride), storage.start + begin, storage.size - begin)


class _Anything(dict[Any, Any]):
    """Stands for any class a pickle names: takes everything, and does nothing."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()

    def __setstate__(self, state: object) -> None:
        if isinstance(state, dict):
            self.update(cast(dict[Any, Any], state))

    def __call__(self, *_: object, **__: object) -> "_Anything":
        return _Anything()

    def append(self, _: object) -> None:
        pass

    def extend(self, _: object) -> None:
        pass


class _Lister(pickle.Unpickler):
    """Reads only which tensors there are."""

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"):
            return partial(_listed)
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return partial(_parameter)
        return _Anything

    def persistent_load(self, pid: Any, /) -> None:
        return None


def _listed(_storage: object, _offset: object, shape: Sequence[object], *_: object) -> Stored:
    sizes = tuple(size for size in shape if isinstance(size, int) and 0 <= size < 1 << 60)
    return Stored("", 0, sizes, (), 0, 0)


def _parameter(data: object, *_: object) -> object:
    return data


def _flat(content: object, *, strict: bool) -> list[tuple[str, Stored]]:
    """The tensors in dictionaries within dictionaries, names joined with dots, in their order.

    A dictionary may be named many times, so that few of them are many entries: they are counted.

    Raises:
        ValueError: they are too many, or, if `strict`, there is something else among them.
    """
    found: list[tuple[str, Stored]] = []
    left: list[tuple[str, object]] = [("", content)]
    seen = 0
    while left:
        name, value = left.pop()
        seen += 1
        if seen > _MOST_ENTRIES or len(name) > _LONGEST_NAME:
            raise ValueError("more entries than any model has")
        if isinstance(value, Stored):
            found.append((name, value))
        elif isinstance(value, dict):
            for key, inner in reversed(cast(dict[object, object], value).items()):
                if not isinstance(key, str) and (strict or not isinstance(key, int)):
                    if strict:
                        raise ValueError("a key that is no text")
                    continue
                text = str(key) if not isinstance(key, int) or abs(key) < 1 << 60 else ""
                left.append((f"{name}.{text}" if name else text, inner))
                if len(left) > _MOST_ENTRIES:
                    raise ValueError("more entries than any model has")
        elif isinstance(value, list | tuple) and not strict:
            items = cast(Sequence[object], value)[:_MOST_ENTRIES]
            left.extend((f"{name}.{number}", item) for number, item in reversed(list(enumerate(items))))
        elif strict:
            raise ValueError("something other than tensors")
    return found
