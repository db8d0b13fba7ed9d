"""What the engine's thread does all its life: one task after the other, until the inbox is closed."""

import contextlib
import os
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from fastface_core.progress import Cancelled, CancelToken
from fastface_core.settings import Memory
from fastface_desktop.worker.importing import ImportStopped
from fastface_desktop.worker.inbox import (
    ComputerTask,
    DeviceTask,
    ForgetTask,
    Inbox,
    JobTask,
    LoadTask,
    MeasureTask,
    PhotoTask,
    RowTask,
    SearchTask,
    ThumbnailTask,
    TogetherTask,
    TrialTask,
    TwinTask,
)
from fastface_desktop.worker.job_run import JobRun
from fastface_desktop.worker.row_run import RowRun
from fastface_desktop.worker.trial_run import TrialRun
from fastface_desktop.worker.work import EngineHost, WorkerSignals

if TYPE_CHECKING:
    from fastface_desktop.worker.search_run import SearchRun

_SWITCH_SECONDS = 0.001
"""How long a thread may keep the interpreter while another wants it: a fifth of Python's own."""

_NICENESS = 5
"""Linux: the processor is the window's first where both want it. Threads that torch starts here inherit it; elsewhere
`QThread.start` says the same."""


def run(device: str, memory: Memory, inbox: Inbox, closing: CancelToken, outlet: WorkerSignals) -> None:
    """Returns when the inbox is closed and what was being done has stopped."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
    work = EngineHost(device, memory, inbox, closing, outlet)
    search: SearchRun | None = None
    try:
        while not inbox.closed:
            match inbox.next():
                case JobTask() as task:
                    work.want(task.order.checkpoint)
                    JobRun(work, task, partial(_try_out, work, inbox)).run()
                case RowTask() as task:
                    work.want(task.row.order.checkpoint)
                    RowRun(work, task, partial(_try_out, work, inbox)).run()
                case SearchTask() as task:
                    work.want(task.ask.base.checkpoint)
                    search = search or _search(work, inbox)
                    search.run(task)
                case TrialTask() as task:
                    _try(work, task)
                case LoadTask(checkpoint):
                    work.want(checkpoint)
                    work.load_ahead(checkpoint)
                case DeviceTask(device, memory):
                    work.use_device(device, memory)
                case None:
                    work.tell_memory()
                case PhotoTask() | MeasureTask() | TogetherTask() | TwinTask() | ForgetTask() | ComputerTask() as task:
                    work.small.do(task)
                case ThumbnailTask(job, path):
                    work.small.read_thumbnail(job, path)
    except (Cancelled, ImportStopped):
        pass  # the program is being closed
    finally:
        work.close()


def _search(work: EngineHost, inbox: Inbox) -> "SearchRun":
    # Its libraries are for few, and take a second.
    from fastface_desktop.worker.search_run import SearchRun

    return SearchRun(work, inbox, partial(_try_out, work, inbox))


def _try(work: EngineHost, task: TrialTask) -> None:
    work.want(task.order.checkpoint)
    TrialRun(work, task).run()


def _try_out(work: EngineHost, inbox: Inbox) -> None:
    """Does the trials that wait, between two pictures of a job."""
    while (task := inbox.trial()) is not None:
        _try(work, task)
