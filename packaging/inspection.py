"""What can be seen of a bundle without running it: sizes, paths of the machine that built it, libraries it expects."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import contents
from PyInstaller.archive.readers import CArchiveReader
from PyInstaller.depend.bindepend import get_imports

HOST_LIBRARIES = {
    "ld-linux-x86-64.so.2",
    "libEGL.so.1",
    "libGL.so.1",
    "libGLX.so.0",
    "libGLdispatch.so.0",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
    "libwayland-client.so.0",
    "libwayland-cursor.so.0",
    "libwayland-egl.so.1",
    "libxcb.so.1",
}
"""What a Linux desktop has itself, and has to fit its graphics driver: never in the bundle."""


@dataclass(frozen=True)
class Size:
    """What a bundle takes on the disk.

    Attributes:
        bytes: of all files; links count nothing.
        files: how many.
        parts: the bytes of the largest entries of the inner folder and of the programs, largest first.
    """

    bytes: int
    files: int
    parts: tuple[tuple[str, int], ...]


def size(bundle: Path, parts: int = 12) -> Size:
    by_part: dict[str, int] = {}
    files = 0
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            inner = path.relative_to(bundle).parts
            name = inner[1] if inner[0] == "_internal" else inner[0]
            by_part[name] = by_part.get(name, 0) + path.stat().st_size
            files += 1
    largest = sorted(by_part.items(), key=lambda part: -part[1])
    return Size(sum(by_part.values()), files, tuple(largest[:parts]))


def broken_links(bundle: Path) -> list[Path]:
    return [path for path in bundle.rglob("*") if path.is_symlink() and not path.exists()]


def holders(bundle: Path, words: tuple[bytes, ...]) -> list[str]:
    """The files and Python modules that have any of the words, compiled code included."""
    found: list[str] = []
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if any(word in content for word in words):
                found.append(str(path.relative_to(bundle)))
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    inner = ((name, archive.read(name)) for name in archive.namelist())
                    found += [f"{path.name}/{name}" for name, text in inner if any(word in text for word in words)]
    found += [name for name, code in modules(bundle / contents.NAME) if any(word in code for word in words)]
    return found


def modules(program: Path) -> Iterator[tuple[str, bytes]]:
    """The Python modules inside a program, each with its compiled code; of a namespace package there is none."""
    archive = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz")
    for name in archive.toc:
        yield name, archive.extract(name, raw=True) or b""


def foreign_libraries(bundle: Path) -> dict[str, str]:
    """Libraries that are neither in the bundle nor in every Linux desktop, each with a file that needs it."""
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    inside = {path.name for path in bundle.rglob("*")}
    found: dict[str, str] = {}
    for path in files:
        with path.open("rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
        for name, _ in get_imports(os.fspath(path)):
            if name not in inside and name not in HOST_LIBRARIES:
                found[name] = str(path.relative_to(bundle))
    return found
