"""Archives of NumPy's arrays (`.npz`) that may come from anybody: nothing runs, and memory is known before it is taken.

The form: a zip with one `.npy` file an array, see numpy.lib.format.
"""

import io
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from fastface_core.bounded import opened

_LARGEST_HEAD = 10_000
_LAST_LETTER = 0x10FFFF


def read_arrays(source: bytes | Path, largest: int) -> dict[str, NDArray[Any]]:
    """The arrays of an archive, by their names.

    Args:
        largest: bytes that all of them may have together.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such archive, damaged, larger, or holds something other than numbers and text.
    """
    if isinstance(source, Path):
        with opened(source) as file:
            data = file.read(largest + 1)
    else:
        data = source
    if len(data) > largest:
        raise ValueError("too large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > largest:
                raise ValueError("too large")
            return {entry.filename.removesuffix(".npy"): _array(archive.read(entry)) for entry in entries}
    except Exception as error:
        # Python's and NumPy's readers raise nearly anything over what is damaged.
        raise ValueError("a damaged archive") from error


def _array(content: bytes) -> NDArray[Any]:
    file = io.BytesIO(content)
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_column, kind = read(file, _LARGEST_HEAD)
    count = math.prod(shape)
    if kind.hasobject or min(shape, default=0) < 0 or count * kind.itemsize != len(content) - file.tell():
        raise ValueError("an array of another size")
    array = np.frombuffer(content, kind, count, file.tell()) if count * kind.itemsize else np.empty(count, kind)
    if kind.kind not in "biufU" or (kind.kind == "U" and _letters(array, kind) > _LAST_LETTER):
        raise ValueError("something other than numbers and text")
    return array.reshape(shape, order="F" if by_column else "C").copy()


def _letters(array: NDArray[Any], kind: np.dtype[Any]) -> int:
    """The largest number of a letter in an array of text: NumPy takes any, and Python fails at those that are none."""
    return int(array.view(f"{kind.byteorder}u4").max(initial=0)) if array.size and kind.itemsize else 0
