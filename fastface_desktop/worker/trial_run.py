"""A picture in the engine's thread that is only to be looked at, and its attention maps."""

from dataclasses import replace

from fastface_core.domain.attention_maps import AttentionMaps, MapsDone
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.request import Picture
from fastface_core.errors import DeviceLostError
from fastface_core.progress import Stage, StepDone
from fastface_core.studio.orders import Event, Making, PictureMade
from fastface_desktop.values import JobFinished, JobStep, TrialEvent, TrialPicture
from fastface_desktop.worker.images import from_picture, from_preview
from fastface_desktop.worker.inbox import TrialTask
from fastface_desktop.worker.job_run import studio_order, worth_of
from fastface_desktop.worker.work import EngineHost


class TrialRun:
    """Makes the first picture of an order once, and leaves nothing on the disk."""

    def __init__(self, work: EngineHost, task: TrialTask) -> None:
        self._work = work
        self._task = task
        self._checkpoint: Checkpoint | None = None
        self._maps: AttentionMaps | None = None

    def run(self) -> None:
        """Makes it, and says how that ended; raises nothing that a job can meet."""
        task = self._task
        one = replace(task.order, request=task.order.request.model_copy(update={"count": 1}))
        order = studio_order(one, None, attention_maps=task.attention_maps)
        status, error = self._work.make(order, self._hear, task.cancel)
        self._tell(JobFinished(status, error))
        self._work.tell_idle(error if isinstance(error, DeviceLostError) else None)

    def _hear(self, event: Event) -> None:
        match event:
            case Stage():
                self._tell(event)
            case Making(checkpoint):
                self._checkpoint = checkpoint
            case StepDone():
                self._tell(JobStep((0,), event.step, event.steps, tuple(from_preview(one) for one in event.previews)))
                self._work.serve()
            case MapsDone(maps):
                self._maps = maps
            case PictureMade():
                self._tell(self._picture(event.picture))
            case _:
                pass

    def _picture(self, picture: Picture) -> TrialPicture:
        assert self._checkpoint is not None
        return TrialPicture(
            image=from_picture(picture.image),
            worth=worth_of(picture, self._checkpoint),
            seconds=picture.seconds,
            recipe=picture.recipe,
            maps=self._maps,
        )

    def _tell(self, news: TrialEvent) -> None:
        self._work.outlet.trial_event.emit(self._task.id, news)
