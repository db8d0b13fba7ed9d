"""A model whose loading the program did not survive is not loaded by itself at the next start."""

from dataclasses import replace

import pytest

from fastface_core import paths
from fastface_core.models import installed
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.load_guard import LoadGuard
from fastface_desktop.values import EngineStatus
from fastface_desktop.worker import EngineThread


@pytest.fixture
def hyper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer with a full-size model."""
    found = installed.starter().model_copy(update={"name": "hyper-4"})
    monkeypatch.setattr(installed, "best", lambda: found)


def start() -> tuple[EngineThread, EngineState]:
    """An engine's thread that is not begun: what it would tell is told by the test."""
    thread = EngineThread("cpu", "automatic")
    state = EngineState(thread)
    state.load()
    return thread, state


@pytest.mark.usefixtures("hyper", "qapp")
def test_killed_while_loading_the_next_start_takes_the_starter_and_says_so() -> None:
    thread, state = start()
    assert state.ahead == "hyper-4"
    assert state.passed_over == ""
    thread.engine_status.emit(EngineStatus(status="loading"))
    # Here the system ends the program. Another start, and one more:
    for _ in range(2):
        thread, state = start()
        assert state.ahead == installed.STARTER
        assert state.passed_over == "hyper-4"
        thread.engine_status.emit(EngineStatus(status="loading"))
        thread.engine_status.emit(EngineStatus(status="ready", checkpoint=installed.STARTER))


@pytest.mark.usefixtures("hyper", "qapp")
def test_what_a_job_loaded_is_trusted_again() -> None:
    LoadGuard().begin("hyper-4")
    thread, state = start()
    assert state.ahead == installed.STARTER
    thread.engine_status.emit(replace(EngineStatus(), status="working", checkpoint="hyper-4"))
    assert start()[1].ahead == "hyper-4"


@pytest.mark.usefixtures("hyper", "qapp")
@pytest.mark.parametrize("status", ["ready", "failed", None])
def test_an_end_in_order_leaves_nothing(status: str | None) -> None:
    thread, state = start()
    thread.engine_status.emit(EngineStatus(status="loading"))
    if status is None:
        state.close()
    else:
        thread.engine_status.emit(EngineStatus(status=status, checkpoint="hyper-4"))
    assert not (paths.data_folder() / "loading").exists()
    assert start()[1].ahead == "hyper-4"
