"""What a comparison would be of, before it begins: all that does not vary is as on Create; and how long it takes."""

from collections.abc import Sequence

from pydantic import ValidationError

from fastface_core.compare.axes import Axis
from fastface_core.compare.grid import Grid, Shot
from fastface_core.domain.branches import evaluations
from fastface_core.domain.checkpoints import AdapterKind, Checkpoint, Sampling
from fastface_core.errors import FastFaceError, ModelError
from fastface_core.models import installed
from fastface_core.validation import settings_error
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.session import Session
from fastface_desktop.values import JobOrder


class ComparisonPlan:
    def __init__(self, session: Session, queue: JobQueue) -> None:
        self._session, self._queue = session, queue
        self._checkpoints: dict[str, Checkpoint] = {}
        self._measured: list[float] = []

    def grid(self, columns: Axis, rows: Axis | None, seeds: Sequence[int]) -> Grid:
        """What would be compared: all else is as on Create.

        Raises:
            FastFaceError: something is missing on Create, or the settings make no sense together.
        """
        self._checkpoints.clear()  # models may have come and gone
        order = self._session.order()
        request = order.request
        try:
            grid = Grid(
                prompt="" if "prompt" in (columns.setting, rows.setting if rows else None) else request.prompt,
                negative_prompt=request.negative_prompt,
                preset=request.preset,
                checkpoint=order.checkpoint,
                seeds=tuple(seeds),
                steps=request.steps,
                width=request.width,
                height=request.height,
                scheduler=request.scheduler,
                corrections=request.corrections,
                columns=columns,
                rows=rows,
            )
        except ValidationError as error:
            raise settings_error(error, "The comparison") from error
        grid.shots(self.sampling_of, self.adapter_of)
        return grid

    def sampling_of(self, checkpoint: str) -> Sampling:
        """
        Raises:
            ModelError: there is no such checkpoint.
        """
        return self._checkpoint(checkpoint).sampling

    def adapter_of(self, checkpoint: str) -> AdapterKind:
        """The kind of its face adapter.

        Raises:
            ModelError: there is no such checkpoint.
        """
        return self._checkpoint(checkpoint).adapter.kind

    def title_of(self, checkpoint: str) -> str:
        """For people, in English; its name where it is not there any more."""
        try:
            return self._checkpoint(checkpoint).title
        except ModelError:
            return checkpoint

    def _checkpoint(self, name: str) -> Checkpoint:
        if name not in self._checkpoints:
            self._checkpoints[name] = installed.find(name)
        return self._checkpoints[name]

    def expected_seconds(self, shots: Sequence[Shot]) -> float | None:
        """How long pictures take, loading aside; None while nothing like them was made."""
        total = 0.0
        known: dict[tuple[object, ...], float | None] = {}
        for shot in shots:
            scale = self.sampling_of(shot.checkpoint).guidance_scale
            branches = evaluations(shot.request.preset, scale, shot.plan.steps)
            kind = (shot.checkpoint, shot.plan.width, shot.plan.height, branches)
            if kind not in known:
                order = JobOrder(shot.request, (), shot.checkpoint)
                known[kind] = self._queue.expected_seconds(order, loading=False)
            seconds = known[kind]
            if seconds is None:
                return sum(self._measured) / len(self._measured) * len(shots) if self._measured else None
            total += seconds
        return total

    def seconds_of_one(self) -> float | None:
        """How long a picture takes of what Create shows; None where something is missing there, or nothing like it was
        made."""
        try:
            order = self._session.order()
        except FastFaceError:
            return None
        request = order.request.model_copy(update={"count": 1, "goal": None})
        return self._queue.expected_seconds(JobOrder(request, (), order.checkpoint), loading=False)

    def learn(self, seconds: float) -> None:
        """How long the newest picture took, for as long as the queue knows no better."""
        self._measured.append(seconds)

    def forget_measured(self) -> None:
        """What comes next is something else."""
        self._measured.clear()
