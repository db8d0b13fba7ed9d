"""Installing a runtime: fetched, unpacked beside the one in use, tried, and only then used.

Killed at any moment, the runtime that was in use still is, and the same call goes on from what is there.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastface_core import overlay
from fastface_core.errors import FastFaceError, ModelError
from fastface_core.files import storage_error
from fastface_core.models.disk.copying import Meter, sha256_of
from fastface_core.overlay import Computed, Record
from fastface_core.progress import CancelToken, Report, Stage, silent
from fastface_core.runtime import trial as trials
from fastface_core.runtime.folder import FileEntry, RuntimeFolder
from fastface_core.runtime.lanes import Build, Lane, Lanes, Wheel, folder_name
from fastface_core.runtime.sources import FromNetwork, Source
from fastface_core.runtime.wheels import unpack


@dataclass(frozen=True)
class Installer:
    """What installing needs.

    Attributes:
        trial: computes something with an unpacked runtime, in a process of its own.
    """

    lanes: Lanes
    lane: Lane
    build: Build
    folder: RuntimeFolder
    source: Source = field(default_factory=FromNetwork)
    trial: trials.Trial = trials.run

    @property
    def name(self) -> str:
        """The name of the runtime's folder."""
        return folder_name(self.lane, self.build)

    @property
    def place(self) -> Path:
        return self.folder.root / self.name

    def bytes_missing(self) -> int:
        """What is still to be fetched."""
        return 0 if self.folder.is_whole(self.name) else sum(map(self._missing, self.build.wheels))

    def _missing(self, wheel: Wheel) -> int:
        for path in (self.folder.wheels / wheel.name, self.folder.wheels / f"{wheel.name}.part"):
            with contextlib.suppress(OSError):
                return wheel.size - min(wheel.size, path.stat().st_size)
        return wheel.size

    def install(self, report: Report = silent, cancel: CancelToken | None = None) -> Computed:
        """Installs it, or finishes what was begun, and puts it into effect for programs that start from now on.

        Raises:
            NetworkError, ModelError, StorageError: it cannot be fetched or unpacked.
            DeviceError: it does not compute here. Whatever is raised, what was used before is used on.
            Cancelled: what has arrived stays.
        """
        cancel = cancel or CancelToken()
        with self.folder.lock():
            if not self.folder.is_whole(self.name):
                self._bring(report, cancel)
                self._unpack(report, cancel)
            computed = self._try(report, cancel)
            self.folder.choose(self.name, computed)
            self.folder.remove_others(self.name)
        return computed

    def _bring(self, report: Report, cancel: CancelToken) -> None:
        self.folder.check_space(sum(map(self._missing, self.build.wheels)) + self.build.unpacked)
        self.source.bring(self.build.wheels, self.folder.wheels, report, cancel)

    def _unpack(self, report: Report, cancel: CancelToken) -> None:
        self.folder.check_space(self.build.unpacked)
        # One whose files were changed cannot be repaired without its list; it makes room.
        old = self.folder.root / f"{self.name}.gone"
        part = self.folder.root / f"{self.name}.part"
        meter = Meter(self.build.unpacked, report, cancel)
        entries: dict[str, FileEntry] = {}
        for wheel in self.build.wheels:
            meter.at(wheel.name)
            for one in unpack(self.folder.wheels / wheel.name, part, self.lanes.skip, meter.add):
                entries[one.path] = FileEntry(path=one.path, size=one.size, sha256=one.sha256, wheel=wheel.name)
        if not (part / "torch" / "__init__.py").is_file():
            raise ModelError(f"{self.lane.title} holds no torch.", "Look for a newer version of FastFace.")
        self.folder.write_record(part, self._record(), tuple(entries.values()))
        try:
            if self.place.exists():
                self.place.replace(old)
            part.replace(self.place)
        except OSError as error:
            raise storage_error(error, self.folder.root) from error

    def _record(self) -> Record:
        return Record(
            lane=self.lane.name,
            title=self.lane.title,
            python=self.build.python,
            torch=self.lanes.torch,
            device=self.lane.device,
            size=0,
            landmarks=(),
        )

    def _try(self, report: Report, cancel: CancelToken) -> Computed:
        report(Stage("Computing something with the GPU, in a process of its own"))
        record = overlay.read_record(self.place)
        if record is None:
            raise ModelError(
                "The GPU's runtime was changed while it was tried.",
                "Install it again, in Settings or with: fastface runtime install.",
            )
        return self.trial(self.place, record, cancel)

    # Afterwards

    def verify(self, report: Report = silent, cancel: CancelToken | None = None) -> tuple[str, ...]:
        """The files that are missing or not what they should be, every one read. Call it without the lock.

        Raises:
            ModelError: this runtime is not installed, or its list of files is gone.
            Cancelled: between two pieces.
        """
        files = self.folder.files(self.name)
        if not files:
            raise ModelError(
                "The GPU's runtime is not installed.", "Get it in Settings or with: fastface runtime install."
            )
        meter = Meter(sum(one.size for one in files), report, cancel or CancelToken())
        return tuple(one.path for one in files if not self._is_right(one, meter))

    def _is_right(self, entry: FileEntry, meter: Meter) -> bool:
        path = self.place / entry.path
        meter.at(path.name)
        try:
            return path.stat().st_size == entry.size and sha256_of(path, meter) == entry.sha256
        except (OSError, ModelError):
            return False

    def repair(self, report: Report = silent, cancel: CancelToken | None = None) -> tuple[str, ...]:
        """Replaces what is damaged, from the wheels that it came from, and tries the runtime again.

        Returns:
            The files that were replaced.

        Raises:
            As `install` does. What is right already stays so.
        """
        cancel = cancel or CancelToken()
        try:
            bad = self.verify(report, cancel)
        except ModelError:
            self.install(report, cancel)
            return ()
        with self.folder.lock():
            files = self.folder.files(self.name)
            if bad:
                self._replace(files, frozenset(bad), report, cancel)
            if bad or not self.folder.is_whole(self.name):
                self.folder.write_record(self.place, self._record(), files)
            self.folder.choose(self.name, self._try(report, cancel))
            self.folder.remove_others(self.name)
        return bad

    def _replace(self, files: Sequence[FileEntry], bad: frozenset[str], report: Report, cancel: CancelToken) -> None:
        from_wheels = {one.wheel for one in files if one.path in bad}
        wheels = [wheel for wheel in self.build.wheels if wheel.name in from_wheels]
        self.folder.check_space(sum(map(self._missing, wheels)) + sum(one.size for one in files if one.path in bad))
        self.source.bring(wheels, self.folder.wheels, report, cancel)
        meter = Meter(sum(one.size for one in files if one.path in bad), report, cancel)
        for wheel in wheels:
            meter.at(wheel.name)
            own = frozenset(one.path for one in files if one.path in bad and one.wheel == wheel.name)
            unpack(self.folder.wheels / wheel.name, self.place, self.lanes.skip, meter.add, only=own)


def of_chosen(lanes: Lanes, folder: RuntimeFolder, source: Source) -> Installer:
    """The installer of the runtime that is in use.

    Raises:
        FastFaceError: there is none, or it is of another version of FastFace.
    """
    chosen = overlay.read_chosen(folder.root)
    if chosen is None:
        raise FastFaceError("No GPU runtime is installed.", "Get it in Settings or with: fastface runtime install.")
    for lane in lanes.lanes:
        build = lane.build()
        if build is not None and folder_name(lane, build) == chosen.name:
            return Installer(lanes, lane, build, folder, source)
    raise FastFaceError(
        "The GPU's runtime is of another version of FastFace.",
        "Replace it in Settings or with: fastface runtime install.",
    )
