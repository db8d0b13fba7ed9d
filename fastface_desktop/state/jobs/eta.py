"""How long an order is expected to take, learned from every job and kept in the data folder."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from fastface_core import footprint
from fastface_core.domain.checkpoints import Sampling
from fastface_core.domain.speed import full_size_seconds
from fastface_core.domain.timing import Kind, Timings, read_timings
from fastface_core.errors import FastFaceError
from fastface_core.models import installed
from fastface_core.paths import data_folder
from fastface_desktop.state.saver import Saver
from fastface_desktop.values import EngineStatus, JobFinished, JobOrder


class EtaEstimator(QObject):
    """Follows the engine, for what is loaded need not be loaded again."""

    def __init__(self, saver: Saver, parent: QObject | None = None, *, file: Path | None = None) -> None:
        super().__init__(parent)
        self._saver = saver
        self._file = file or data_folder() / "timings.json"
        self._timings = read_timings(self._file)
        self._device = self._timings.device
        self._speed: float | None = None
        self._full_size: set[str] = set()
        self._loaded: str | None = None
        self._sampling: dict[str, Sampling] = {}

    def seconds(self, order: JobOrder, *, loading: bool = True) -> float | None:
        """For all pictures of an order, and for loading its checkpoint where another or none is loaded; None where
        nothing like it was ever made on this device, and it cannot be estimated either, as it can for full-size models
        on a CPU. Without `loading`, for the pictures alone."""
        if (kind := self._kind(order, self._device)) is None:
            return None
        each = self._timings.seconds(kind)
        if each is None and self._speed is not None and order.checkpoint in self._full_size:
            each = full_size_seconds(self._speed, kind.evaluations, kind.width, kind.height)
        if each is None:
            return None
        before = 0.0
        if loading and self._loaded != order.checkpoint:
            before = self._timings.loading_seconds(self._device, order.checkpoint) or 0.0
        return each * order.request.count + before

    def learn(self, order: JobOrder, news: JobFinished) -> None:
        """From how a job went."""
        if news.made and (kind := self._kind(order, news.device)) is not None:
            self._keep(self._timings.learned(kind, news.making / news.made))

    @Slot(str, str, float)
    def learn_loading(self, checkpoint: str, device: str, seconds: float) -> None:
        """From how long a checkpoint took to load."""
        self._keep(self._timings.loaded(device, checkpoint, seconds))

    @Slot(object)
    def follow(self, news: EngineStatus) -> None:
        self._loaded = news.checkpoint
        if news.device is not None:
            self._device, self._speed = news.device.name, news.device.speed

    def _keep(self, timings: Timings) -> None:
        self._timings = timings
        self._saver.put(self._file, timings.model_dump_json(indent=1).encode())

    def _kind(self, order: JobOrder, device: str) -> Kind | None:
        # Asked at every step of every job: looking through the models folder each time would hold the window up.
        if order.checkpoint not in self._sampling:
            try:
                found = installed.find(order.checkpoint)
            except FastFaceError:
                return None  # it was removed meanwhile; the job says so
            self._sampling[order.checkpoint] = found.sampling
            if footprint.of(found).full_size:
                self._full_size.add(order.checkpoint)
        return Kind.of(device, order.checkpoint, order.request, self._sampling[order.checkpoint])
