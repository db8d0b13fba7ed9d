"""The engine's thread: loading, what it keeps, what it survives, and how it ends."""

import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QElapsedTimer, QObject, QThread, Slot
from PySide6.QtWidgets import QApplication

from fastface_core.errors import DeviceError, DeviceLostError
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.values import EngineStatus
from fastface_desktop.worker import EngineThread
from fastface_desktop.worker.unexpected import UnexpectedError
from tests.desktop.engine_room import PATIENCE, PORTRAIT, Room, order, room, thread

__all__ = ["room", "thread"]


class Listener(QObject):
    """Writes down what the thread says of the engine, and in which thread it hears it."""

    def __init__(self, thread: EngineThread) -> None:
        super().__init__()
        self.news: list[EngineStatus] = []
        self.heard_in: set[QThread] = set()
        thread.engine_status.connect(self._take)

    @Slot(object)
    def _take(self, news: EngineStatus) -> None:
        self.news.append(news)
        self.heard_in.add(QThread.currentThread())

    def statuses(self) -> list[str]:
        found: list[str] = []
        for news in self.news:
            if news.status not in found[-1:]:
                found.append(news.status)
        return found


@contextmanager
def calls(of: str, then: Callable[[], None] = lambda: None) -> Generator[list[str]]:
    """Counts the forward passes of a class of models, in any thread; `then` may raise in their place."""
    from torch.nn.modules.module import register_module_forward_pre_hook

    seen: list[str] = []

    def hook(module: Any, _inputs: Any) -> None:
        if type(module).__name__ == of:
            seen.append(of)
            then()

    handle = register_module_forward_pre_hook(hook)
    try:
        yield seen
    finally:
        handle.remove()


def ready(room: Room) -> None:
    room.until_ended(room.queue.add(order()))


def test_a_started_thread_is_ready_with_device_memory_and_checkpoint(qapp: QApplication, room: Room) -> None:
    ready(room)
    room.qtbot.waitUntil(lambda: room.engine.status == "ready", timeout=PATIENCE)
    listener = Listener(room.thread)
    room.queue.add(order("again"))
    room.until_ended(*(job.id for job in room.queue.jobs()))
    room.qtbot.waitUntil(lambda: listener.statuses()[-1:] == ["ready"], timeout=PATIENCE)
    assert listener.statuses() == ["working", "ready"]
    assert listener.heard_in == {qapp.thread()}
    assert room.engine.device is not None
    assert (room.engine.device.name, room.engine.device.kind) == ("CPU", "cpu")
    assert room.engine.memory is not None
    assert 0 < room.engine.memory.used < room.engine.memory.total
    assert (room.engine.checkpoint, room.engine.error) == ("starter", None)
    assert room.engine.checkpoint_title.startswith("Starter")


def test_the_starter_is_always_among_the_checkpoints(room: Room) -> None:
    starter = room.engine.checkpoints()[-1]
    assert (starter.name, starter.size, starter.steps, starter.is_starter) == ("starter", 256, 4, True)


def test_another_prompt_loads_and_embeds_nothing_again(room: Room) -> None:
    ready(room)
    listener = Listener(room.thread)
    with calls("CLIPVisionModelWithProjection") as faces, calls("CLIPTextModel") as texts:
        room.until_ended(room.queue.add(order("something else entirely")))
    assert faces == []
    assert texts
    assert "loading" not in listener.statuses()


def test_a_photo_is_looked_at_while_a_job_runs(room: Room) -> None:
    ready(room)
    job = room.queue.add(order(steps=60, size=128))
    room.until_step(job)
    with room.qtbot.waitSignal(room.inspector.inspected, timeout=PATIENCE):
        room.inspector.inspect_all([PORTRAIT])
    assert room.job(job).status == JobStatus.running
    assert room.job(job).step < 60


def raising(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_out_of_memory_is_an_ordinary_error_and_the_next_job_goes_on(room: Room) -> None:
    import torch

    ready(room)
    with calls("UNet2DConditionModel", raising(torch.OutOfMemoryError("out of memory"))):
        job = room.queue.add(order())
        room.until_ended(job)
    error = room.job(job).error
    assert isinstance(error, DeviceError)
    assert "not enough memory" in error.message
    after = room.queue.add(order())
    room.until_ended(after)
    assert room.job(after).status == JobStatus.done
    room.queue.retry(job)
    room.until_ended(job)
    assert room.job(job).status == JobStatus.done


def test_a_lost_device_is_an_ordinary_error_and_the_next_job_tries_again(room: Room) -> None:
    import torch

    ready(room)
    listener = Listener(room.thread)
    with calls("UNet2DConditionModel", raising(torch.AcceleratorError("CUDA error: unspecified launch failure"))):
        job = room.queue.add(order())
        room.until_ended(job)
        room.qtbot.waitUntil(lambda: room.engine.status == "failed", timeout=PATIENCE)
    assert isinstance(room.job(job).error, DeviceLostError)
    assert isinstance(room.engine.error, DeviceLostError)
    after = room.queue.add(order())
    room.until_ended(after)
    assert room.job(after).status == JobStatus.done
    # What was on the device is gone with it.
    assert "loading" in listener.statuses()


def test_a_bug_is_told_once_with_its_cause_and_the_next_job_goes_on(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    ready(room)
    with calls("UNet2DConditionModel", raising(ZeroDivisionError("a bug"))):
        job = room.queue.add(order())
        room.until_ended(job)
    error = room.job(job).error
    assert isinstance(error, UnexpectedError)
    assert error.message == "Something unexpected happened: ZeroDivisionError."
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert "a bug" in caplog.text
    after = room.queue.add(order())
    room.until_ended(after)
    assert room.job(after).status == JobStatus.done


# ---- How it ends


def own_thread(room: Room) -> tuple[EngineThread, Listener]:
    own = EngineThread("cpu")
    listener = Listener(own)
    own.start()
    return own, listener


def ends(own: EngineThread, room: Room) -> int:
    """Milliseconds until the thread has ended."""
    clock = QElapsedTimer()
    clock.start()
    own.shutdown()
    assert own.wait(PATIENCE)
    return clock.elapsed()


def python_threads() -> set[threading.Thread]:
    """Without the records that Python keeps of threads that others started, also after their end."""
    return {one for one in threading.enumerate() if not isinstance(one, threading._DummyThread)}


@pytest.mark.parametrize("state", ["idle", "loading", "working", "held"])
def test_it_ends_in_every_state_and_leaves_no_thread(room: Room, state: str) -> None:
    ready(room)
    threads = python_threads()
    own, listener = own_thread(room)
    if state != "idle":
        own.load("starter")
    if state == "loading":
        room.qtbot.waitUntil(lambda: "loading" in listener.statuses(), timeout=PATIENCE)
    if state in ("working", "held"):
        own.run_job("a", order(count=100, steps=100, size=128))
        room.qtbot.waitUntil(lambda: "working" in listener.statuses(), timeout=PATIENCE)
        own.hold(state == "held")
    # The aim is three seconds on a computer that has nothing else to do.
    assert ends(own, room) < 15_000
    assert own.isFinished()
    assert python_threads() <= threads


def test_it_can_be_ended_before_it_began(qapp: QApplication) -> None:
    own = EngineThread("cpu")
    own.shutdown()
    own.start()
    assert own.wait(PATIENCE)


def test_what_is_asked_after_the_end_is_passed_over(room: Room) -> None:
    own, _ = own_thread(room)
    ends(own, room)
    own.load("starter")
    own.look_at(PORTRAIT)
    own.run_job("a", order())
    own.cancel_job("a")
    own.cancel_job("unknown")


IN_A_PROCESS_OF_ITS_OWN = """
import sys, time
from PySide6.QtCore import QCoreApplication, QObject, Slot
from fastface_desktop.worker import EngineThread
assert "torch" not in sys.modules and "numpy" not in sys.modules
app = QCoreApplication([])
thread = EngineThread("cpu")

class Listener(QObject):
    @Slot(object)
    def take(self, news):
        {act}

    @Slot()
    def ended(self):
        app.quit()

listener = Listener()
thread.engine_status.connect(listener.take)
thread.finished.connect(listener.ended)
thread.start()
thread.load("starter")
app.exec()
assert thread.wait(60_000)
print("ended", "torch" in sys.modules, "diffusers" in sys.modules)
"""


def alone(act: str, before: str = "") -> str:
    code = before + IN_A_PROCESS_OF_ITS_OWN.format(act=act)
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_ends_in_the_middle_of_importing() -> None:
    act = "if news.status == 'importing' and (news.fraction or 0) > 0.05: thread.shutdown()"
    assert alone(act).startswith("ended")


def test_libraries_that_cannot_be_imported_are_an_error_and_not_the_end() -> None:
    broken = """
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == "diffusers":
            raise ImportError("libsomething.so: cannot open shared object file")
sys.meta_path.insert(0, Broken())
"""
    act = "if news.status == 'failed': print(news.error.message); thread.shutdown()"
    said = alone(act, broken).splitlines()
    assert said[0] == "Something unexpected happened: ImportError."
    assert said[-1].startswith("ended")
