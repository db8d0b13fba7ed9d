"""The pictures of a job: some are sampled at once, and each is finished while the next ones are sampled."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image
from torch import Tensor

from fastface_core.domain.attention_maps import MapsDone
from fastface_core.domain.request import Picture, PictureDone, PictureWithheld, Recipe
from fastface_core.engine import decoding, device
from fastface_core.engine.adaptive import FollowingWeight
from fastface_core.engine.content_filter import ContentFilter
from fastface_core.engine.face_memory import FaceMemory
from fastface_core.engine.in_turn import InTurn
from fastface_core.engine.job import Clock, Job, Told
from fastface_core.engine.loading import Parts
from fastface_core.engine.sampler import Sampling, generators_for, sample
from fastface_core.engine.scoring import Score, scored, scored_together
from fastface_core.engine.ways import Ways
from fastface_core.progress import CancelToken, Report, StepDone

Encode = Callable[[Image, Recipe], bytes]
"""Makes a file of a picture."""


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """A job that is ready to be sampled.

    Attributes:
        faces: None where nothing is looked for in the pictures.
        previews: steps are told of with previews.
        maps: the identity attention maps of each picture are told before it.
        encode: see `Engine.generate`.
        drawing: held by who decodes: the memory is that of one picture.
        judging: held by who uses the face models.
    """

    parts: Parts
    wanted: Job
    sampling: Sampling
    people: Sequence[Told]
    faces: FaceMemory | None
    content_filter: ContentFilter | None
    ways: Ways
    clock: Clock
    report: Report
    cancel: CancelToken
    previews: bool
    maps: bool
    encode: Encode | None
    drawing: Lock = field(default_factory=Lock)
    judging: Lock = field(default_factory=Lock)

    def make(self) -> tuple[Picture, ...]:
        """Tells of every picture with `PictureDone` or `PictureWithheld`; returns those that are there.

        Raises: as `Engine.generate`.
        """
        request, plan = self.wanted.request, self.wanted.plan
        pictures: list[Picture] = []
        done = begun = 0

        def tell(event: object) -> None:
            nonlocal done
            done += isinstance(event, PictureDone | PictureWithheld)
            if isinstance(event, PictureDone):
                pictures.append(event.picture)
            self.report(event)

        at_once = self.ways.device.images_at_once(plan.width, plan.height, request.count)
        # With a goal, what the last picture is worth decides whether there is a next one.
        beside = (
            request.goal is None
            and request.count > 1
            and self.ways.device.finishes_beside(plan.width, plan.height, at_once, self.parts.vae.dtype.itemsize)
        )
        with InTurn(tell, self.cancel, self.ways.device.torch_device if beside else None) as in_turn:
            while begun < request.count and not request.complete([one.score for one in pictures]):
                indices = tuple(range(begun, min(begun + at_once, request.count)))
                try:
                    self._begin(indices, in_turn)
                    begun += len(indices)
                    if not beside or begun == request.count:
                        in_turn.pass_on(all_of_it=True)
                    continue
                except (RuntimeError, MemoryError) as error:
                    if not device.is_out_of_memory(error) or not (beside or at_once > 1 or self.ways.smaller):
                        raise
                # The guess was too bold, or another program took memory: go on with what fits. Not within the handler,
                # whose error holds the tensors of the step that failed.
                in_turn.settle(alone=True)
                begun = done
                if beside:
                    beside = False
                elif at_once == 1:
                    self.ways.follow_smaller(self.parts)
                at_once = max(1, at_once // 2)
                device.free_memory()
        return tuple(pictures)

    def _begin(self, indices: tuple[int, ...], in_turn: InTurn) -> None:
        """Samples some images together, and begins to finish them one by one."""
        seeds = [self.wanted.request.seeds[index] for index in indices]
        on = self.ways.device
        capture = self.wanted.capture() if self.maps else None
        self.sampling.attention.watch(capture.watch if capture else None)

        def on_step(step: int, finished: Tensor) -> None:
            shown = decoding.previews(self.parts, finished) if self.previews else ()
            if self.content_filter is not None:
                shown = self.content_filter.covered(shown)
            in_turn.tell(StepDone(indices, step, self.wanted.plan.steps, shown))

        start = time.perf_counter()
        with self.clock.measure("sample"):
            latents = sample(
                self.sampling,
                self.wanted.scheduler(on),
                generators_for(seeds),
                on_step,
                self.cancel,
                capture,
                in_turn.pass_on,
                self._weigh(),
            )
        each = (time.perf_counter() - start) / len(indices)
        # One is sampled and one finished at a time.
        in_turn.pass_on(all_of_it=True)
        for place, (index, seed, one) in enumerate(zip(indices, seeds, latents.split(1), strict=True)):
            self.cancel.check()
            if capture is not None:
                in_turn.tell(MapsDone(capture.maps(place, index, seed)))
            in_turn.do(partial(self._finished, index, one, each, len(indices)))

    def _weigh(self) -> FollowingWeight | None:
        """Where the weight of the face follows what the unfinished pictures are worth."""
        wanted, target = self.wanted.request.preset.guidance.adaptive, self.wanted.target
        if wanted is None or target is None:
            return None
        return FollowingWeight(wanted, target, partial(decoding.previews, self.parts), self._worth)

    def _worth(self, pixels: NDArray[np.uint8]) -> float | None:
        """Of an unfinished picture, on the scale of the finished ones."""
        assert self.faces is not None
        (one,) = self.people
        with self.judging:
            found = scored(pixels, "", one.identity, None, self.parts.checkpoint, self.faces.detector)
        return found.twin_match if found.likeness is None else found.likeness

    def _finished(
        self, index: int, latents: Tensor, seconds: float, together: int, cancel: CancelToken
    ) -> PictureDone | PictureWithheld:
        """
        Args:
            latents: (1, channel, height, width).
            seconds: that sampling took.
            together: images in the same batch.
        """
        seed = self.wanted.request.seeds[index]
        with self.drawing:
            start = time.perf_counter()
            with self.clock.measure("decode"):
                small = "small-decoder" in self.wanted.approximations
                (image,) = decoding.decode(self.parts, latents, cancel, small=small)
            seconds += time.perf_counter() - start
            if self.content_filter is not None:
                with self.clock.measure("filter"):
                    withheld = self.content_filter.withholds(image)
                if withheld:
                    return PictureWithheld(index, seed)
        with self.judging, self.clock.measure("score"):
            score = self._score(np.asarray(image))
        people = [one.identity for one in self.people]
        picture = Picture(
            index=index,
            seed=seed,
            image=image,
            recipe=self.wanted.recipe(seed, people, self.ways.device, together),
            likeness=score.likeness,
            likeness_reason=score.reason,
            seconds=seconds,
            twin_match=score.twin_match,
            taken_over=score.taken_over,
            of_each=score.of_each,
        )
        return PictureDone(picture, None if self.encode is None else self.encode(image, picture.recipe))

    def _score(self, pixels: NDArray[np.uint8]) -> Score:
        checkpoint = self.parts.checkpoint
        if self.faces is None:
            return Score(reason=checkpoint.likeness_reason)
        detector = self.faces.detector
        if len(self.people) > 1:
            return scored_together(pixels, [one.identity for one in self.people], checkpoint, detector)
        (one,) = self.people
        return scored(pixels, self.wanted.request.prompt, one.identity, one.twin, checkpoint, detector)
