"""An engine's thread for a whole test file, and what is around it for one test. No window."""

import shutil
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.domain.goal import Goal
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.presets import files as preset_files
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.jobs.queue import Job, JobOrder, JobQueue, JobStatus
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.saver import Saver
from fastface_desktop.worker import EngineThread

PATIENCE = 180_000
"""Milliseconds: importing torch and diffusers may take long on a busy machine."""
PORTRAIT = Path(__file__).resolve().parents[2] / "examples" / "portrait.jpg"


def group_photo() -> Path:
    """A photo of six people."""
    import insightface

    assert insightface.__file__
    return Path(insightface.__file__).parent / "data" / "images" / "t1.jpg"


@pytest.fixture(scope="module")
def thread(qapp: QApplication, session_home: Path) -> Generator[EngineThread]:
    """With the starter, which is loaded once for all tests of a file."""
    interval = sys.getswitchinterval()
    thread = EngineThread("cpu")
    thread.start()
    thread.load("starter")
    yield thread
    thread.shutdown()
    assert thread.wait(PATIENCE)
    sys.setswitchinterval(interval)


class Notes(QObject):
    """Writes down what the queue says."""

    def __init__(self, queue: JobQueue) -> None:
        super().__init__()
        self._queue = queue
        self.states: list[tuple[str, JobStatus]] = []
        self.steps: list[tuple[str, int, int]] = []
        self.previews: list[tuple[str, int, int, int]] = []
        self.pictures: list[str] = []
        queue.changed.connect(self._changed)
        queue.preview.connect(self._preview)
        queue.picture_done.connect(self._picture)

    @Slot(str)
    def _changed(self, job: str) -> None:
        found = self._queue.job(job)
        assert found is not None
        if (job, found.status) not in self.states[-1:]:
            self.states.append((job, found.status))
        step = (job, found.pictures_done, found.step)
        if step not in self.steps[-1:]:
            self.steps.append(step)

    @Slot(str, int, object)
    def _preview(self, job: str, index: int, image: object) -> None:
        from PySide6.QtGui import QImage

        assert isinstance(image, QImage)
        assert not image.isNull()
        self.previews.append((job, index, image.width(), image.height()))

    @Slot(str, object)
    def _picture(self, job: str, picture: object) -> None:
        self.pictures.append(job)


@dataclass
class Room:
    """What a test works with."""

    thread: EngineThread
    saver: Saver
    engine: EngineState
    queue: JobQueue
    inspector: PhotoInspector
    notes: Notes
    qtbot: QtBot

    def job(self, job: str) -> Job:
        found = self.queue.job(job)
        assert found is not None
        return found

    def until_ended(self, *jobs: str) -> None:
        def ended() -> bool:
            return all(self.job(job).ended and not self.job(job).stopping for job in jobs)

        self.qtbot.waitUntil(ended, timeout=PATIENCE)

    def until_step(self, job: str, step: int = 1) -> None:
        self.qtbot.waitUntil(lambda: self.job(job).step >= step or self.job(job).pictures_done > 0, timeout=PATIENCE)


@pytest.fixture
def room(thread: EngineThread, qtbot: QtBot) -> Generator[Room]:
    saver = Saver()
    queue = JobQueue(thread, saver)
    room = Room(thread, saver, EngineState(thread), queue, PhotoInspector(thread), Notes(queue), qtbot)
    yield room
    room.inspector.cancel_all()
    queue.resume()
    for job in queue.jobs():
        queue.cancel(job.id)
    room.until_ended(*(job.id for job in queue.jobs()))
    saver.close()


def order(
    prompt: str = "portrait of a person",
    *,
    count: int = 1,
    seed: int = 7,
    steps: int = 1,
    size: int = 64,
    photos: tuple[Path, ...] = (PORTRAIT,),
    preset: str = "baseline",
    checkpoint: str = "starter",
    goal: Goal | None = None,
) -> JobOrder:
    """A small order, quickly done."""
    request = PortraitRequest(
        prompt=prompt,
        preset=preset_files.find(preset),
        steps=steps,
        seed=seed,
        count=count,
        goal=goal,
        width=size,
        height=size,
    )
    return JobOrder(request, tuple(PhotoChoice(photo) for photo in photos), checkpoint)


def copied(photo: Path, folder: Path, name: str) -> Path:
    return Path(shutil.copy(photo, folder / name))
