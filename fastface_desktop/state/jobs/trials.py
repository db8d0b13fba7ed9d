"""Pictures that are shown and not kept: the effect of a setting, and its attention maps."""

import uuid

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.errors import FastFaceError
from fastface_core.progress import Stage
from fastface_desktop.values import JobFinished, JobOrder, JobStep, TrialEvent, TrialPicture
from fastface_desktop.worker import EngineThread

__all__ = ["TrialPicture", "Trials"]


class Trials(QObject):
    """Trials run one after the other, between the jobs of the queue. Nothing of them is saved."""

    stage = Signal(str, str)
    """A trial, and what is being done, in English."""
    preview = Signal(str, int, int, QImage)
    """A trial, its step from 1, how many there are, and how the picture looks now."""
    made = Signal(str, TrialPicture)
    """A trial, and its picture."""
    failed = Signal(str, FastFaceError)
    """A trial, and why there is no picture."""
    ended = Signal(str)
    """A trial that was made, failed, or was cancelled: nothing more comes of it."""

    def __init__(self, thread: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._running: set[str] = set()
        thread.trial_event.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether one runs or waits."""
        return bool(self._running)

    def run(self, order: JobOrder, *, attention_maps: bool = False) -> str:
        """Makes the first picture of an order, and returns the trial's id.

        Args:
            attention_maps: whether `TrialPicture.maps` are asked for as well.
        """
        trial = uuid.uuid4().hex
        self._running.add(trial)
        self._thread.try_out(trial, order, attention_maps=attention_maps)
        return trial

    def cancel(self, trial: str) -> None:
        """Stops a trial after its current step; `ended` is emitted then."""
        if trial in self._running:
            self._thread.cancel_job(trial)

    @Slot(str, object)
    def _take(self, trial: str, news: TrialEvent) -> None:
        match news:
            case Stage(text):
                self.stage.emit(trial, text)
            case JobStep():
                for image in news.previews:
                    self.preview.emit(trial, news.step, news.steps, image)
            case TrialPicture():
                self.made.emit(trial, news)
            case JobFinished():
                self._end(trial, news.error)

    def _end(self, trial: str, error: FastFaceError | None) -> None:
        self._thread.forget_job(trial)
        self._running.discard(trial)
        if error is not None:
            self.failed.emit(trial, error)
        self.ended.emit(trial)
