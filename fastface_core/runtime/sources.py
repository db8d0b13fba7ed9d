"""Where a runtime's wheels come from: the network, or a pack for computers without one. Both are checked by hash.

A pack is an uncompressed tar of wheels. What is taken from it is decided by the list of lanes and never by the pack.
"""

import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from fastface_core.errors import ModelError, StorageError
from fastface_core.files import make_folder, storage_error
from fastface_core.models.disk.copying import PIECE, Meter, resume_into, sha256_of
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.fetching import fetch, place_of
from fastface_core.models.hub.retry import RetryPolicy
from fastface_core.models.hub.settings import address
from fastface_core.models.hub.transfer import Digest, Wanted
from fastface_core.progress import CancelToken, Report
from fastface_core.runtime.lanes import Wheel

MIRROR = "FASTFACE_RUNTIME_MIRROR"
"""The address of a folder that has all wheels by their names, instead of the addresses in the list of lanes."""

_WHOSE = "the GPU's runtime"


class Source(Protocol):
    """Brings wheels into a folder, each verified; what has arrived stays, whatever is raised."""

    def bring(self, wheels: Sequence[Wheel], folder: Path, report: Report, cancel: CancelToken) -> None: ...


@dataclass(frozen=True)
class FromNetwork:
    """The addresses of the list, or a mirror. `network` and `mirror`: the user's, where none is given."""

    network: Network | None = None
    mirror: str | None = None
    patience: RetryPolicy | None = None

    def bring(self, wheels: Sequence[Wheel], folder: Path, report: Report, cancel: CancelToken) -> None:
        """
        Raises:
            NetworkError, ModelError, StorageError, Cancelled: as `fetch`.
        """
        network = self.network or Network.of_user()
        mirror = address(self.mirror or os.environ.get(MIRROR))
        wanted = [
            Wanted(
                url=(url := f"{mirror}/{wheel.name}" if mirror else wheel.url),
                place=place_of(url, wheel.name, _WHOSE, network),
                size=wheel.size,
                digest=Digest("sha256", wheel.sha256),
                path=folder / wheel.name,
                part=folder / f"{wheel.name}.part",
            )
            for wheel in wheels
        ]
        fetch(wanted, network, report, cancel, why="The GPU's runtime", patience=self.patience)


@dataclass(frozen=True)
class FromPack:
    """A pack made by `fastface runtime pack`."""

    path: Path

    def bring(self, wheels: Sequence[Wheel], folder: Path, report: Report, cancel: CancelToken) -> None:
        """
        Raises:
            ModelError: it is no pack, or damaged, or lacks a wheel.
            StorageError: the disk is full or the folder cannot be written to.
            Cancelled: between two pieces.
        """
        meter = Meter(sum(wheel.size for wheel in wheels), report, cancel)
        missing = {wheel.name: wheel for wheel in wheels}
        make_folder(folder)
        hint = "Copy the pack again from where it was made, with the same version of FastFace."
        try:
            with tarfile.open(self.path, "r:") as archive:
                for member in archive:
                    wheel = missing.get(member.name)
                    if wheel is None or not member.isreg() or member.size != wheel.size:
                        continue
                    meter.at(wheel.name)
                    content = archive.extractfile(member)
                    assert content is not None
                    part, target = folder / f"{wheel.name}.part", folder / wheel.name
                    if resume_into(part, _pieces(content, meter)) != wheel.sha256:
                        part.unlink(missing_ok=True)
                        raise ModelError(f"{wheel.name} in the pack {self.path.name} is damaged.", hint)
                    part.replace(target)
                    del missing[wheel.name]
        except (tarfile.TarError, EOFError) as error:
            raise ModelError(f"{self.path.name} is no pack of a GPU's runtime, or it is cut.", hint) from error
        except FileNotFoundError as error:
            raise ModelError(f"There is no file {self.path.name}.", "Check its name and place.") from error
        except OSError as error:
            raise storage_error(error, folder) from error
        if missing:
            raise ModelError(f"The pack {self.path.name} lacks {min(missing)}.", hint)


def _pieces(content: IO[bytes], meter: Meter) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        meter.add(len(piece))
        yield piece


def write_pack(wheels: Sequence[Wheel], folder: Path, target: Path, report: Report, cancel: CancelToken) -> None:
    """Writes a pack of wheels that lie in `folder`; a file of that name is replaced once the new one is whole.

    Raises:
        ModelError: a wheel is damaged.
        StorageError: the disk is full, or the target's folder cannot be written to.
        Cancelled: between two pieces.
    """
    if not target.parent.is_dir():
        raise StorageError(f"There is no folder {target.parent}.", "Make it, or choose another one.")
    meter = Meter(2 * sum(wheel.size for wheel in wheels), report, cancel)
    part = target.with_name(target.name + ".part")
    try:
        with ExitStack() as stack:
            stack.callback(lambda: part.unlink(missing_ok=True))
            with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as archive:
                for wheel in wheels:
                    path = folder / wheel.name
                    meter.at(wheel.name)
                    if sha256_of(path, meter) != wheel.sha256:
                        raise ModelError(f"{wheel.name} is damaged.", "Run the command again; it is fetched again.")
                    info = tarfile.TarInfo(wheel.name)
                    info.size, info.mode = wheel.size, 0o644
                    with path.open("rb") as file:
                        archive.addfile(info, _Metered(file, meter))
            part.replace(target)
    except OSError as error:
        raise storage_error(error, target.parent) from error


class _Metered:
    """A file whose reading is counted."""

    def __init__(self, file: IO[bytes], meter: Meter) -> None:
        self._file, self._meter = file, meter

    def read(self, count: int = -1, /) -> bytes:
        piece = self._file.read(count)
        self._meter.add(len(piece))
        return piece
