"""Files of weights with given names and shapes, written without torch."""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

BYTES = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8, "I8": 1, "U8": 1, "I64": 8, "F8_E4M3": 1}


def write(
    path: Path,
    shapes: Mapping[str, Sequence[int]],
    metadata: Mapping[str, str] | None = None,
    *,
    dtype: str = "F16",
    dtypes: Mapping[str, str] | None = None,
) -> Path:
    """A .safetensors file of zeros; sparse where the disk can, so that it may be as large as the real ones."""
    head: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    place = 0
    for name, shape in shapes.items():
        kind = (dtypes or {}).get(name, dtype)
        size = math.prod(shape) * BYTES[kind]
        head[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(head).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + place)
    return path
