"""The engine's status, for the window."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.errors import FastFaceError
from fastface_core.models import installed
from fastface_core.settings import Memory
from fastface_desktop.state.load_guard import LoadGuard
from fastface_desktop.values import DeviceChoice, DeviceInfo, EngineStatus, MemoryUse
from fastface_desktop.worker import EngineThread


@dataclass(frozen=True, slots=True)
class CheckpointChoice:
    """An installed checkpoint.

    Attributes:
        size: the side, in pixels, of the square it was trained on.
        steps, fewest, most: the default step count, and the range it was made for.
        good: the least likeness, or match with the drawing, of a good picture, -1 to 1; None where the recogniser was
            not fitted, and nobody knows.
        drawn: its pictures have a match with the drawing instead of a likeness.
        purpose: a sentence in English; empty where it is not known.
        adapter: the kind of its face adapter.
        commercial: whether its terms allow commercial use; None where that is not known.
        is_starter: it knows few words and draws only squares well.
    """

    name: str
    title: str
    size: int
    steps: int
    fewest: int
    most: int
    good: float | None
    drawn: bool
    is_starter: bool
    purpose: str = ""
    adapter: AdapterKind = "faceid-plus-v2"
    commercial: bool | None = None


class EngineState(QObject):
    """Follows the status of an engine's thread."""

    changed = Signal()

    def __init__(self, thread: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._news = EngineStatus()
        self._guard = LoadGuard()
        self._ahead = ""
        self.too_large = ""
        """The name of a checkpoint that the starter replaces, because memory cannot hold it; or empty."""
        thread.engine_status.connect(self._take)

    @property
    def status(self) -> str:
        """ "starting", "importing", "loading", "ready", "working" or "failed"."""
        return self._news.status

    @property
    def text(self) -> str:
        """What is being done, in English; empty while nothing is."""
        return self._news.text

    @property
    def fraction(self) -> float | None:
        """How far it is, 0 to 1; None where that is unknown."""
        return self._news.fraction

    @property
    def device(self) -> DeviceInfo | None:
        """None until the libraries are imported."""
        return self._news.device

    @property
    def devices(self) -> tuple[DeviceChoice, ...]:
        """Those that can be asked for; empty until the libraries are imported."""
        return self._news.devices

    @property
    def memory(self) -> MemoryUse | None:
        """The GPU's, or the computer's where it computes on the CPU."""
        return self._news.memory

    @property
    def checkpoint(self) -> str | None:
        """The name of the one that is loaded."""
        return self._news.checkpoint

    @property
    def checkpoint_title(self) -> str:
        return self._news.checkpoint_title

    @property
    def error(self) -> FastFaceError | None:
        """Why it cannot work; None unless the status is "failed"."""
        return self._news.error

    @property
    def passed_over(self) -> str:
        """The name of the checkpoint that is not loaded by itself, because the last start did not survive it; or
        empty."""
        return self._guard.failed

    def load(self, checkpoint: str | None = None) -> None:
        """Loads a checkpoint in the background; without a name, the best that is installed and that memory can hold.

        Without a name nothing is loaded that ended the program when it was loaded last: the starter takes its place,
        until a job asks for the other.
        """
        self._ahead = checkpoint or installed.best().name
        if checkpoint is None and self._ahead == self._guard.failed:
            self._ahead = installed.STARTER
        elif checkpoint is None and self._ahead == installed.STARTER:
            self.too_large = next(iter(installed.too_large()), "")
        self._thread.load(self._ahead)

    @property
    def ahead(self) -> str:
        """The name of the checkpoint that was asked for last, without a job."""
        return self._ahead

    def close(self) -> None:
        """The program ends in order, whatever is being loaded."""
        self._guard.end()

    def use_device(self, device: str, memory: Memory) -> None:
        """Computes elsewhere, or uses the memory there in another way, once the jobs given before are done."""
        self._thread.use_device(device, memory)

    def checkpoints(self) -> tuple[CheckpointChoice, ...]:
        """Those that are installed, best first; the starter, last, always is."""
        return tuple(_choice(one.name, one.purpose) for one in installed.availability() if not one.missing)

    @Slot(object)
    def _take(self, news: EngineStatus) -> None:
        self._news = news
        if news.status == "loading" and self._ahead not in ("", installed.STARTER):
            self._guard.begin(self._ahead)
        elif news.status in ("ready", "working", "failed"):
            self._guard.end(news.checkpoint)
        self.changed.emit()


def _choice(name: str, purpose: str) -> CheckpointChoice:
    found = installed.find(name)
    sampling = found.sampling
    return CheckpointChoice(
        found.name,
        found.title,
        sampling.size,
        sampling.steps,
        sampling.fewest,
        sampling.most,
        None if found.scale is None else found.scale.known_good,
        drawn=found.match is not None,
        is_starter=name == installed.STARTER,
        purpose=purpose,
        adapter=found.adapter.kind,
        commercial=found.terms.commercial_use if found.terms is not None else None,
    )
