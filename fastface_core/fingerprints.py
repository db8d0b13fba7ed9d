"""What tells one model's weights from another's, without reading all of them."""

import hashlib
from pathlib import Path

_HEAD = 1 << 20
"""Bytes at each end of a file that are looked at."""

_WEIGHTS = (".onnx", ".safetensors", ".bin", ".pth")

ABSENT = "absent"


def fingerprint(file: Path) -> bytes:
    """Of size, beginning and end: hashing all of a recogniser would take longer than finding a face with it.

    Raises:
        OSError: it cannot be read.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
        opened.seek(max(size - _HEAD, 0))
        return hashlib.sha256(size.to_bytes(8, "big") + head + opened.read(_HEAD)).digest()


def fingerprint_of(path: Path) -> str:
    """Of a file of weights, or of those in a folder, 16 hex digits; `ABSENT` where there are none.

    Raises:
        OSError: one cannot be read.
    """
    files = [path] if path.is_file() else sorted(one for one in path.glob("*") if one.suffix in _WEIGHTS)
    if not files:
        return ABSENT
    return hashlib.sha256(b"".join(fingerprint(file) for file in files)).hexdigest()[:16]
