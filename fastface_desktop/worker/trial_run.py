"""A picture in the engine's thread that is only to be looked at, and its attention maps."""

from fastface_core.attention_maps import AttentionMaps, MapsDone
from fastface_core.checkpoints import Checkpoint
from fastface_core.errors import ContentWithheldError, DeviceLostError
from fastface_core.progress import Stage, StepDone
from fastface_core.request import Picture, PictureDone, PictureWithheld
from fastface_desktop.values import EndNews, StageNews, StepNews, TrialNews, TrialPicture
from fastface_desktop.worker.images import from_picture, from_preview
from fastface_desktop.worker.inbox import TrialTask
from fastface_desktop.worker.job_run import worth_of
from fastface_desktop.worker.work import Work


class TrialRun:
    """Makes the first picture of an order once, and leaves nothing on the disk."""

    def __init__(self, work: Work, task: TrialTask) -> None:
        self._work = work
        self._task = task
        self._checkpoint: Checkpoint | None = None
        self._maps: AttentionMaps | None = None

    def run(self) -> None:
        """Makes it, and says how that ended; raises nothing that a job can meet."""
        status, error = self._work.attempt(self._make)
        self._tell(EndNews(status, error))
        self._work.tell_idle(error if isinstance(error, DeviceLostError) else None)

    def _make(self) -> None:
        task, work, order = self._task, self._work, self._task.order
        task.cancel.check()
        self._checkpoint = work.load(order.checkpoint, self._report, task.cancel)
        engine = work.engine()
        identity = work.identify(order, self._checkpoint, self._report, task.cancel)
        request = order.request.model_copy(update={"count": 1})
        engine.generate(request, identity, self._report, task.cancel, previews=True, attention_maps=task.attention_maps)

    def _report(self, event: object) -> None:
        match event:
            case Stage(text, fraction):
                self._tell(StageNews(text, fraction))
                if self._checkpoint is not None:
                    self._work.tell("working", text)
            case StepDone():
                self._tell(StepNews((0,), event.step, event.steps, tuple(from_preview(one) for one in event.previews)))
                self._work.tell("working", "Making pictures")
                self._work.serve()
            case MapsDone(maps):
                self._maps = maps
            case PictureDone(picture):
                self._tell(self._picture(picture))
            case PictureWithheld():
                raise ContentWithheldError
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

    def _tell(self, news: TrialNews) -> None:
        self._work.outlet.trial_news.emit(self._task.id, news)
