"""What the engine's thread does all its life: one task after the other, until the inbox is closed."""

import sys

from fastface_core.progress import Cancelled, CancelToken
from fastface_desktop.worker.importing import ImportStopped
from fastface_desktop.worker.inbox import (
    ComputerTask,
    Inbox,
    JobTask,
    LoadTask,
    MeasureTask,
    PhotoTask,
    ThumbnailTask,
    TrialTask,
)
from fastface_desktop.worker.job_run import JobRun
from fastface_desktop.worker.trial_run import TrialRun
from fastface_desktop.worker.work import Outlet, Work

_SWITCH_SECONDS = 0.001
"""How long a thread may keep the interpreter while another wants it: a fifth of Python's own."""


def run(device: str, inbox: Inbox, closing: CancelToken, outlet: Outlet) -> None:
    """Returns when the inbox is closed and what was being done has stopped."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    work = Work(device, inbox, closing, outlet)
    try:
        while not inbox.closed:
            match inbox.next():
                case JobTask() as task:
                    work.want(task.order.checkpoint)
                    JobRun(work, task).run()
                case TrialTask() as task:
                    work.want(task.order.checkpoint)
                    TrialRun(work, task).run()
                case LoadTask(checkpoint):
                    work.want(checkpoint)
                    work.load_ahead(checkpoint)
                case None:
                    work.tell_memory()
                case PhotoTask() | MeasureTask() | ComputerTask() as task:
                    work.do(task)
                case ThumbnailTask(job, path):
                    work.read_thumbnail(job, path)
    except (Cancelled, ImportStopped):
        pass  # the program is being closed
    finally:
        work.close()
