"""The small things that somebody waits for: photos to look at, thumbnails, what the computer can do. They are done
between two steps of something long."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from fastface_core.domain.checks import Check
from fastface_core.domain.identity import PhotoChoice
from fastface_core.errors import DeviceError, DifferentPeopleError, FastFaceError
from fastface_core.studio.measuring import model_of
from fastface_desktop.reading import read_image
from fastface_desktop.values import THUMBNAIL, FaceInfo, Measured, PhotoReport
from fastface_desktop.worker.inbox import (
    ComputerTask,
    ForgetTask,
    MeasureTask,
    PhotoTask,
    SmallTask,
    TogetherTask,
    TwinTask,
)
from fastface_desktop.worker.twin_work import TwinWork
from fastface_desktop.worker.unexpected import unexpected

if TYPE_CHECKING:
    from fastface_desktop.worker.work import EngineHost


class InteractiveTasks:
    def __init__(self, work: "EngineHost") -> None:
        self._work = work
        self._twins = TwinWork(work)

    def do(self, task: SmallTask) -> None:
        match task:
            case PhotoTask(path):
                self.look_at(path)
            case MeasureTask():
                self.measure(task)
            case TogetherTask():
                self.look_together(task)
            case TwinTask():
                self._twins.draw(task)
            case ForgetTask():
                self._work.forget_faces()
                self._twins.forget_faces()
            case ComputerTask():
                self.check_computer()

    def check_computer(self) -> None:
        """Says what torch and the GPU can do; for that, something is really computed."""
        self._work.outlet.computer_seen.emit(self._check_computer())
        self._work.tell_imported()

    def _check_computer(self) -> tuple[Check, ...]:
        try:
            with contextlib.suppress(DeviceError):  # which the checks find, and say more of
                self._work.engine()
            from fastface_core.engine import diagnosis

            return tuple(diagnosis.checks())
        except FastFaceError as error:
            return (Check("Libraries", "bad", error.message, error.hint),)
        except Exception as error:
            told = unexpected(error)
            return (Check("One computation", "bad", told.message, told.hint),)

    def look_at(self, path: Path) -> None:
        """Says what is in a photo."""
        self._work.outlet.photo_seen.emit(self._look(path))
        self._work.tell_imported()

    def look_together(self, task: TogetherTask) -> None:
        """Says which of several photos show someone else than the others."""
        odd: tuple[int, ...] = ()
        try:
            engine, _ = self._work.seeing()
            engine.identify(task.photos)
        except DifferentPeopleError as error:
            odd = error.odd
        except FastFaceError:
            pass  # said of the photo itself, or when pictures are made
        self._work.outlet.strangers_seen.emit(task.number, odd)
        self._work.tell_imported()

    def measure(self, task: MeasureTask) -> None:
        """Describes a face of a photo for the library."""
        self._work.outlet.photo_measured.emit(task.number, self._measure(task))
        self._work.tell_imported()

    def _measure(self, task: MeasureTask) -> Measured:
        try:
            with task.source() as path:
                report = self._look(path)
                if report.error is not None:
                    return Measured(report, error=report.error)
                engine, checkpoint = self._work.seeing()
                (photo,) = engine.identify([PhotoChoice(path, task.face)]).photos
                return Measured(report, photo, model_of(checkpoint), engine.same_person)
        except FastFaceError as error:
            return Measured(PhotoReport(Path(), QImage()), error=error)
        except Exception as error:
            return Measured(PhotoReport(Path(), QImage()), error=unexpected(error))

    def _look(self, path: Path) -> PhotoReport:
        from fastface_desktop.worker.images import from_pixels, thumbnail

        try:
            engine, _ = self._work.seeing()
            seen = engine.look(path)
        except FastFaceError as error:
            return PhotoReport(path, QImage(), error=error)
        except Exception as error:
            return PhotoReport(path, QImage(), error=unexpected(error))
        return PhotoReport(
            path,
            thumbnail(from_pixels(seen.small)),
            seen.width,
            seen.height,
            tuple(FaceInfo(face.index, face.box, face.quality, face.advice) for face in seen.faces),
            seen.suggested,
            seen.problem,
            seen.sha256,
        )

    def read_thumbnail(self, job: str, path: Path) -> None:
        """Brings a picture's thumbnail; nothing where the picture is no longer there."""
        image = read_image(path, THUMBNAIL)
        if not image.isNull():
            self._work.outlet.thumbnail_read.emit(job, path, image)
