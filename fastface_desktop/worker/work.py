"""The engine in its thread, and the signals it sends to the window."""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from fastface_core.domain.approximations import Approximation
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.errors import DeviceError, DeviceLostError, FastFaceError
from fastface_core.library.library import Library
from fastface_core.models import installed
from fastface_core.progress import Cancelled, CancelToken, Stage, StepDone
from fastface_core.settings import Memory
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, Loaded, Loading, Order, OrderFailed
from fastface_desktop.values import (
    DeviceChoice,
    DeviceInfo,
    EngineStatus,
    JobStatus,
    MemoryUse,
)
from fastface_desktop.worker.importing import ImportStopped, watched
from fastface_desktop.worker.inbox import Inbox
from fastface_desktop.worker.small_work import InteractiveTasks
from fastface_desktop.worker.unexpected import unexpected

if TYPE_CHECKING:
    from fastface_core.engine.device import Device
    from fastface_core.engine.engine import Engine

logger = logging.getLogger(__name__)

_MODULES = 3400
"""About as many modules are imported with the engine; only the progress shown depends on it."""
_TELL_SECONDS = 0.1

Ended = tuple[JobStatus, FastFaceError | None]
"""How a job ended, and why it failed."""


class MakeRoom(Cancelled):
    """Work is left between two pictures, to be gone on with: somebody waits for a trial, or wants a pause."""


class WorkerSignals(Protocol):
    """The signals that report the work."""

    engine_status: Any
    job_event: Any
    row_event: Any
    search_event: Any
    trial_event: Any
    photo_seen: Any
    photo_measured: Any
    strangers_seen: Any
    twin_drawn: Any
    thumbnail_read: Any
    computer_seen: Any
    loaded: Any
    library: Library | None
    content_filter: bool
    approximations: tuple[Approximation, ...]


class EngineHost:
    """The engine in its thread: everything here runs there."""

    def __init__(self, device: str, memory: Memory, inbox: Inbox, closing: CancelToken, outlet: WorkerSignals) -> None:
        self.outlet = outlet
        self.closing = closing
        self.small = InteractiveTasks(self)
        self._device_name = device
        self._memory_mode: Memory = memory
        self._speeds: dict[str, float] = {}
        self._inbox = inbox
        self._news = EngineStatus()
        self._told = 0.0
        self._engine: Engine | None = None
        self._wanted: str | None = None
        self._devices: tuple[DeviceChoice, ...] = ()
        self._lost: DeviceLostError | None = None
        self._library: Library | None = None
        self._loading = False
        self.studio = Studio(self.engine, self.library, lambda: outlet.content_filter, lambda: outlet.approximations)

    def want(self, checkpoint: str) -> None:
        """The checkpoint whose face models look at photos as long as none is loaded."""
        self._wanted = checkpoint

    def tell(
        self, status: str, text: str = "", fraction: float | None = None, error: FastFaceError | None = None
    ) -> None:
        """Reports the state of the engine, where it changed."""
        engine = self._engine
        checkpoint = engine.checkpoint if engine else None
        self._say(
            replace(
                self._news,
                status=status,
                text=text,
                fraction=fraction,
                error=error,
                device=self._seen(engine.device, checkpoint) if engine else None,
                memory=self._memory(),
                checkpoint=checkpoint.name if checkpoint else None,
                checkpoint_title=checkpoint.title if checkpoint else "",
                devices=self._devices,
            )
        )

    def tell_memory(self) -> None:
        self._say(replace(self._news, memory=self._memory()))

    def tell_imported(self) -> None:
        """For who did something without a checkpoint, and may have been the first to need the libraries."""
        if self._news.status == "importing":
            self.tell_idle()

    def tell_idle(self, error: FastFaceError | None = None) -> None:
        """The engine waits for what comes next; `error` says why it cannot do anything."""
        self.tell("failed" if error else "ready", error=error)

    def engine(self) -> "Engine":
        """The engine, whose libraries are imported when it is first asked for.

        Raises:
            FastFaceError: the libraries or the device cannot be used.
            ImportStopped: the program is being closed.
        """
        if self._engine is None:
            try:
                self._engine = self._new_engine()
            except FastFaceError as error:
                self.tell_idle(error)
                raise
        return self._engine

    def make(self, order: Order, hear: Callable[[Event], None], cancel: CancelToken) -> Ended:
        """Makes the pictures of an order; how that ended, as `attempt`."""
        error: FastFaceError | None = None

        def listen(_order: Order, event: Event) -> None:
            nonlocal error
            if isinstance(event, OrderFailed):
                error = event.error
            self.hear(event)
            hear(event)

        status, problem = self.attempt(lambda: self.studio.make([order], listen, cancel), cancel)
        return (JobStatus.failed, error) if problem is None and error is not None else (status, problem)

    def attempt(self, act: Callable[[], None], cancel: CancelToken) -> Ended:
        """Does something that uses the studio; how that ended. Raises nothing that a job can meet, and passes on what
        `act` raises of `Cancelled`'s kind without the token being set."""
        self._loading = False
        try:
            cancel.check()
            act()
        except Cancelled:
            if not (cancel.cancelled or self.closing.cancelled):
                raise
            return JobStatus.cancelled, None
        except FastFaceError as failed:
            return JobStatus.failed, failed
        except Exception as failed:
            return JobStatus.failed, unexpected(failed)
        return JobStatus.done, None

    def _lose(self, error: DeviceLostError) -> None:
        """The engine is gone with its device. The next job tries whether the device answers again."""
        self._engine = None
        self._lost = error

    def _new_engine(self) -> "Engine":
        self.tell("importing", "Loading the libraries", 0.0)
        with watched(self._on_module(len(sys.modules))):
            try:
                from fastface_core.engine.preloading import preload_torch

                preload_torch()
                from fastface_core.engine import device
                from fastface_core.engine.engine import Engine
            except ImportError as error:
                raise unexpected(error) from error
        device.share_the_cpu()
        self._devices = tuple(DeviceChoice(*one) for one in device.offered())
        try:
            return Engine(self._device_name, memory=self._memory_mode)
        except DeviceError as error:
            # A device that was lost cannot be told from one that never worked.
            raise self._lost or error from error

    def use_device(self, device: str, memory: Memory) -> None:
        """Computes elsewhere from now on, or uses the memory there in another way. What was loaded is loaded again.

        Raises:
            Cancelled: the program is being closed.
        """
        self._device_name, self._memory_mode, self._lost = device, memory, None
        if self._engine is not None:
            self._engine.unload()
            self._engine = None
        if self._wanted is not None:
            self.load_ahead(self._wanted)

    def hear(self, event: Event) -> None:
        """What the studio says of loading and working, as the state of the engine."""
        match event:
            case Loading():
                self._loading = True
            case Loaded(checkpoint, device, seconds):
                self._loading = False
                self.outlet.loaded.emit(checkpoint.name, device, seconds)
            case Stage(text, fraction) if self._loading:
                self.tell("loading", text, fraction)
                self.serve()
            case Stage(text):
                self.tell("working", text)
            case StepDone():
                self.tell("working", "Making pictures")
            case OrderFailed(error):
                self._loading = False
                if isinstance(error, DeviceLostError):
                    self._lose(error)
            case _:
                pass

    @property
    def trial_waits(self) -> bool:
        return self._inbox.trial_waits

    def serve(self, cancel: CancelToken | None = None) -> None:
        """Does the small things that somebody waits for, between two steps of something long.

        Args:
            cancel: given where the work may be held here; it goes on when it is set.
        """
        while (task := self._inbox.small()) is not None:
            self.small.do(task)
        if cancel is not None:
            while (task := self._inbox.small_while_held(cancel)) is not None:
                self.small.do(task)

    def forget_faces(self) -> None:
        """Of what was seen in photos nothing stays in memory."""
        if self._engine is not None:
            self._engine.forget_faces()

    def seeing(self) -> "tuple[Engine, Checkpoint]":
        """The engine with face models, and the checkpoint that they belong to: the loaded one, or the wanted one."""
        engine = self.engine()
        wanted = engine.checkpoint or (installed.find(self._wanted) if self._wanted else installed.best())
        engine.load_faces(wanted)
        return engine, wanted

    def load_ahead(self, name: str) -> None:
        """Loads a checkpoint that no job asked for yet; says how that went.

        Raises:
            Cancelled: the program is being closed.
        """
        try:
            self.studio.load(installed.find(name), self.hear, self.closing)
        except FastFaceError as error:
            self.tell_idle(error)
        except Cancelled:
            raise
        except Exception as error:
            self.tell_idle(unexpected(error))
        else:
            self.tell_idle()

    def library(self) -> Library:
        """The window's, or one of its own until that is open.

        Raises:
            DamagedLibraryError: its database cannot be read.
            StorageError: the disk is full, or a folder cannot be written to.
        """
        if self.outlet.library is not None:
            return self.outlet.library
        if self._library is None:
            # What a crash left is tidied by the process that watches the library, not before a picture.
            self._library = Library(recover=False)
        return self._library

    def close(self) -> None:
        """Lets go of everything."""
        self._engine = None
        if self._library is not None:
            self._library.close()

    def _on_module(self, before: int) -> Callable[[], None]:
        def on_module() -> None:
            if self.closing.cancelled:
                raise ImportStopped
            now = time.monotonic()
            if now - self._told >= _TELL_SECONDS:
                self._told = now
                done = min((len(sys.modules) - before) / _MODULES, 0.99)
                self._say(replace(self._news, fraction=max(done, self._news.fraction or 0.0)))

        return on_module

    def _seen(self, device: "Device", checkpoint: Checkpoint | None) -> DeviceInfo:
        kind = device.torch_device.type
        if kind != "cpu":
            return DeviceInfo(device.name, kind, device.plan.words if checkpoint else "")
        if (speed := self._speeds.get(device.precision)) is None:
            from fastface_core.engine.device import operations_a_second

            speed = self._speeds[device.precision] = operations_a_second(device)
        return DeviceInfo(device.name, kind, speed=speed)

    def _memory(self) -> MemoryUse | None:
        if self._engine is None:
            return None
        from fastface_core.engine.device import memory_in_use

        found = memory_in_use(self._engine.device.torch_device)
        return MemoryUse(*found) if found else None

    def _say(self, news: EngineStatus) -> None:
        if news != self._news:
            self._news = news
            self.outlet.engine_status.emit(news)
