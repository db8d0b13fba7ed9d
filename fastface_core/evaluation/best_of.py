"""The best of several pictures, where those that cannot win are ended after a step or two.

After a step the engine guesses the finished picture. Its score says something of the final one's: once a few pictures
are finished, what they gained since that step tells how far another one may still rise, and one that would have to rise
further than nine of ten did is ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from fastface_core.domain.identity import Identity
from fastface_core.errors import SettingsError
from fastface_core.progress import Cancelled, CancelToken, Preview, StepDone
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, Identified, Order, OrderFailed, PictureMade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fastface_core.domain.request import Picture

LEARNING = 4
"""Pictures that are finished before any is ended."""
RISE = 0.9
"""Of the finished pictures' gains, the quantile beyond which nobody is waited for."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One seed.

    Attributes:
        early: the score of what the engine guessed after the step; None where it showed no face.
        final: None where it was ended, or the finished picture has none.
        steps: that were sampled.
    """

    seed: int
    early: float | None
    final: float | None
    steps: int
    ended: bool


@dataclass(eq=False)
class Best:
    """What came of it.

    Attributes:
        picture: the one with the highest score; None where none has a score.
        whole: steps that all pictures would have taken.
    """

    picture: "Picture | None" = None
    tried: list[Tried] = field(default_factory=list[Tried])
    whole: int = 0

    @property
    def steps(self) -> int:
        """Steps that were sampled."""
        return sum(one.steps for one in self.tried)

    @property
    def saved(self) -> float:
        """The share of steps that were not needed, 0 to 1."""
        return 1 - self.steps / self.whole if self.whole else 0.0


def cannot_win(early: float | None, best: float | None, gains: Sequence[float]) -> bool:
    """Whether a picture may be ended.

    Args:
        early: its score after the step.
        best: the best final score so far.
        gains: of each finished picture, final minus early score.
    """
    if best is None or len(gains) < LEARNING:
        return False
    return early is None or early + float(np.quantile(gains, RISE)) < best


def best_of(
    studio: Studio,
    order: Order,
    seeds: Sequence[int],
    step: int,
    score: "Callable[[NDArray[np.uint8], Identity], float | None]",
    listener: Callable[[Event], None],
    cancel: CancelToken,
) -> Best:
    """Makes pictures of an order, one seed after the other, and keeps the best in memory.

    Args:
        order: of one picture; nothing of it is kept on the disk.
        step: after which pictures may be ended, from 1.
        score: of an unfinished picture, (height, width, 3) uint8 RGB; on the scale of `Picture.score`.

    Raises:
        SettingsError: there is no seed, or no such step.
        FastFaceError: as the order fails.
        Cancelled: the user stopped it.
    """
    if not seeds or step < 1:
        raise SettingsError("There is nothing to choose from.", "Ask for two pictures or more, and a step from 1.")
    found, gains = Best(), list[float]()
    for seed in seeds:
        cancel.check()
        run = _Run(order, seed, step, score, listener, cancel)
        run.may_end = lambda early: cannot_win(early, found.picture.score if found.picture else None, gains)
        run.make(studio)
        found.whole += run.steps_whole
        final = run.picture.score if run.picture else None
        found.tried.append(Tried(seed, run.early, final, run.steps_done, run.ended))
        if run.early is not None and final is not None:
            gains.append(final - run.early)
        if run.picture is not None and final is not None:
            best = found.picture.score if found.picture else None
            if best is None or final > best:
                found.picture = run.picture
    return found


class _Run:
    """One seed, to its end or to the step after which it cannot win."""

    def __init__(
        self,
        order: Order,
        seed: int,
        step: int,
        score: "Callable[[NDArray[np.uint8], Identity], float | None]",
        listener: Callable[[Event], None],
        cancel: CancelToken,
    ) -> None:
        request = order.request.model_copy(update={"seed": seed, "count": 1, "goal": None})
        self._order = replace(order, request=request, keep=None, previews=True)
        self._step, self._score, self._listener, self._cancel = step, score, listener, cancel
        self._own = CancelToken()
        self._identity: Identity | None = None
        self.may_end: Callable[[float | None], bool] = lambda _: False
        self.early: float | None = None
        self.picture: Picture | None = None
        self.steps_done = self.steps_whole = 0
        self.ended = False

    def make(self, studio: Studio) -> None:
        try:
            studio.make([self._order], self._hear, self._own)
        except Cancelled:
            self._cancel.check()
            self.ended = True

    def _hear(self, order: Order, event: Event) -> None:
        if self._cancel.cancelled:
            self._own.cancel()
        match event:
            case Identified((identity, *_)):
                self._identity = identity
            case StepDone():
                self.steps_done, self.steps_whole = event.step, event.steps
                if event.step == self._step < event.steps and event.previews and self._identity is not None:
                    self.early = self._score(pixels_of(event.previews[0]), self._identity)
                    if self.may_end(self.early):
                        self._own.cancel()
            case PictureMade(_, picture):
                self.picture = picture
            case OrderFailed(error):
                raise error
            case _:
                pass
        self._listener(event)


def pixels_of(preview: Preview) -> "NDArray[np.uint8]":
    """(height, width, 3) uint8 RGB."""
    return np.frombuffer(preview.rgb, np.uint8).reshape(preview.height, preview.width, 3)
