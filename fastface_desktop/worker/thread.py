"""The thread that owns the engine for its whole life."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, Signal
from PySide6.QtGui import QImage

from fastface_core.domain.approximations import Approximation
from fastface_core.domain.identity import PhotoChoice
from fastface_core.progress import CancelToken
from fastface_core.settings import Memory
from fastface_desktop.values import EngineStatus, JobOrder, Measured, PhotoReport, TwinInfo, TwinOrder
from fastface_desktop.worker.importing import ImportStopped, watched
from fastface_desktop.worker.inbox import (
    ComputerTask,
    DeviceTask,
    ForgetTask,
    Inbox,
    JobTask,
    LoadTask,
    MeasureTask,
    PhotoSource,
    PhotoTask,
    RowTask,
    SearchTask,
    ThumbnailTask,
    TogetherTask,
    TrialTask,
    TwinTask,
)

if TYPE_CHECKING:  # it brings NumPy, which the window is not to wait for
    from fastface_core.batch.planning import Planned
    from fastface_core.evaluation.asking import Ask
    from fastface_core.library.library import Library


class EngineThread(QThread):
    """Loads checkpoints, looks at photos, makes and saves pictures.

    Its methods are called from the window's thread and return at once; its signals are emitted in its own thread.
    Connect only bound methods of QObjects to them, which Qt then calls in the receiver's thread. It is never ended by
    force: `shutdown` asks it, and `finished` or `wait` tell when it has ended.
    """

    engine_status = Signal(EngineStatus)
    job_event = Signal(str, object)
    """A job's id, and `JobEvent`."""
    row_event = Signal(str, object)
    """A row's id, and `RowEvent`."""
    search_event = Signal(str, object)
    """A search's id, and `SearchEvent`."""
    trial_event = Signal(str, object)
    """A trial's id, and `TrialEvent`."""
    photo_seen = Signal(PhotoReport)
    photo_measured = Signal(int, Measured)
    """The number that was given, and what was measured."""
    strangers_seen = Signal(int, tuple)
    """The number that was given, and the indices of the photos that show someone else than the others, a tuple."""
    twin_drawn = Signal(int, TwinInfo)
    """The number that was given, and the drawing."""
    thumbnail_read = Signal(str, Path, QImage)
    """A job's id, the picture's path, and its thumbnail."""
    computer_seen = Signal(tuple)
    """The `Check`s."""
    loaded = Signal(str, str, float)
    """A checkpoint, a device, and the seconds that loading took."""

    def __init__(self, device: str = "auto", memory: Memory = "automatic") -> None:
        """
        Args:
            device: "auto", "cuda", "cuda:1", "mps" or "cpu".
            memory: see `fastface_core.engine.device.choose`.
        """
        super().__init__()
        self.setObjectName("engine")
        self.library: Library | None = None
        """The window's, once it is open, so that people unlocked there are unlocked here."""
        self.content_filter = True
        """Whether pictures are looked at before they are shown, where the model for that is installed."""
        self.approximations: tuple[Approximation, ...] = ()
        """What makes pictures quicker, and other ones."""
        self._device = device
        self._memory: Memory = memory
        self._inbox = Inbox()
        self._closing = CancelToken()
        self._tokens: dict[str, CancelToken] = {}

    def load(self, checkpoint: str) -> None:
        """Loads a checkpoint by its name, so that it is there when it is needed."""
        self._inbox.put(LoadTask(checkpoint))

    def use_device(self, device: str, memory: Memory) -> None:
        """Computes elsewhere, or uses the memory there in another way, after the jobs given before. Like the arguments
        of the constructor."""
        self._device, self._memory = device, memory
        if self.isRunning():
            self._inbox.put(DeviceTask(device, memory))

    def run_job(
        self,
        job: str,
        order: JobOrder,
        *,
        first: int = 0,
        since: datetime | None = None,
        known: frozenset[Path] = frozenset(),
        folder: Path | None = None,
    ) -> None:
        """Makes the pictures of an order, after the jobs given before. Ends with `JobFinished`, always.

        Args:
            order: with what is still to be made.
            first: the index, among the job's pictures, of the order's first one.
            since: when the job was asked for. A picture that was saved since, and is just what would be made, is taken
                instead of making it again: a crash may have come before anybody heard of it.
            known: pictures that are accounted for, and never taken.
            folder: where its pictures go; None takes that of the month.
        """
        self._tokens[job] = CancelToken()
        self._inbox.put(JobTask(job, order, self._tokens[job], first, since, known, folder))

    def run_row(self, id: str, row: "Planned", out: Path, pause: CancelToken) -> None:
        """Makes the row of a batch, after what was asked for before. Ends with `JobFinished`, always; `RowEnded` comes
        before it where the row came to its end. It is stopped and forgotten as a job is.

        Args:
            id: of this time; the row goes on from the pictures that are there.
            out: the folder of the batch, in whose journal the row's end is written.
            pause: set where it is to stop after its picture.
        """
        self._tokens[id] = CancelToken()
        self._inbox.put(RowTask(id, row, out, self._tokens[id], pause))

    def run_search(self, id: str, folder: Path, ask: "Ask", pause: CancelToken) -> None:
        """Goes on with a search for settings, and lets what is asked for later go in between its pictures. Ends with
        `JobFinished`, always. It is stopped and forgotten as a job is.

        Args:
            id: of this time.
            pause: set where it is to stop after its picture.
        """
        self._tokens[id] = CancelToken()
        self._inbox.put(SearchTask(id, folder, ask, self._tokens[id], pause))

    def try_out(self, trial: str, order: JobOrder, *, attention_maps: bool = False) -> None:
        """Makes the first picture of an order only to be looked at, after what was asked for before; it is not saved.

        `trial_event` brings it as a `TrialPicture`, and ends with `JobFinished`, always. It is stopped and forgotten as
        a job is.
        """
        self._tokens[trial] = CancelToken()
        self._inbox.put(TrialTask(trial, order, self._tokens[trial], attention_maps))

    def cancel_job(self, job: str) -> None:
        """Stops a job or trial after its current step; `JobFinished` tells when."""
        if token := self._tokens.get(job):
            token.cancel()
            self._inbox.wake()

    def forget_job(self, job: str) -> None:
        """To be called once a job's or trial's `JobFinished` came."""
        self._tokens.pop(job, None)

    def hold(self, held: bool) -> None:
        """Holds the running job after its current step, or lets it go on. Photos are looked at all the same."""
        self._inbox.hold(held)

    def look_at(self, path: Path) -> None:
        """Looks for faces in a photo; `photo_seen` tells what there is."""
        self._inbox.put(PhotoTask(path))

    def look_together(self, number: int, photos: tuple[PhotoChoice, ...]) -> None:
        """Looks whether photos show one person; `strangers_seen` tells."""
        self._inbox.put(TogetherTask(number, photos))

    def measure(self, number: int, source: PhotoSource, face: int | None) -> None:
        """Looks at a photo and describes a face in it for the library; `photo_measured` brings it."""
        self._inbox.put(MeasureTask(number, source, face))

    def draw_twin(self, place: str, number: int, order: TwinOrder) -> None:
        """Draws a person; `twin_drawn` brings the drawing.

        Args:
            place: where it is shown; what was asked for there before and is not drawn yet is never drawn.
        """
        self._inbox.put(TwinTask(place, number, order))

    def forget_faces(self) -> None:
        """Drops what is remembered of photos: of somebody who is forgotten, nothing stays in memory."""
        self._inbox.put(ForgetTask())

    def forget_photos(self) -> None:
        """Drops the photos that were not looked at yet."""
        self._inbox.drop_photos()

    def check_computer(self) -> None:
        """Tries what torch and the GPU can do; `computer_seen` brings it."""
        self._inbox.put(ComputerTask())

    def read_thumbnail(self, job: str, path: Path) -> None:
        """Reads a picture's thumbnail; `thumbnail_read` brings it, where the picture is still there."""
        self._inbox.put(ThumbnailTask(job, path))

    def shutdown(self) -> None:
        """Asks the thread to end, whatever it is doing; `finished` tells when it has."""
        self._closing.cancel()
        for token in self._tokens.values():
            token.cancel()
        self._inbox.close()

    def run(self) -> None:
        try:
            with watched(self._stop_import):
                # Here, for the window opens without numpy and Pillow.
                from fastface_desktop.worker import loop
        except ImportStopped:
            return
        loop.run(self._device, self._memory, self._inbox, self._closing, self)

    def _stop_import(self) -> None:
        if self._closing.cancelled:
            raise ImportStopped
