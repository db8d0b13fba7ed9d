"""What an edit does to a picture: the same person, prompt and seed, before and after.

Two small trials are made in the engine's thread. A newer change stops what runs, and what was made is not made again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.domain.presets import Preset
from fastface_core.domain.request import random_seed
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.presets import files as preset_files
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.jobs.trials import Trials
from fastface_desktop.state.presets.editor import PresetEditor
from fastface_desktop.state.presets.forecast import PresetForecast
from fastface_desktop.state.session import Session
from fastface_desktop.values import JobOrder, TrialPicture

Against = Literal["saved", "baseline"]
Side = Literal["before", "after"]
SIDES: tuple[Side, ...] = ("before", "after")

_DEBOUNCE = 400
"""Milliseconds without a change before anything is made."""
_SMALL, _SHARE, _GRAIN = 512, 0.625, 64
_KEPT = 6
_FOLLOWED = frozenset(
    {"photos", "person", "corrections", "prompt", "negative_prompt", "style", "aspect", "width", "height", "checkpoint"}
)
"""What of Create the pictures depend on; the seed is kept here, so that Create's next one changes nothing."""


@dataclass(frozen=True, slots=True)
class _Wish:
    side: Side
    order: JobOrder


class PresetEffect(QObject):
    """Does nothing until it is switched on, and nothing while nobody looks."""

    changed = Signal()
    looked = Signal()
    """There is another picture in `looks`."""

    def __init__(
        self,
        session: Session,
        trials: Trials,
        editor: PresetEditor,
        forecast: PresetForecast,
        permitted: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """
        Args:
            permitted: whether the person whom Create shows agreed to pictures.
        """
        super().__init__(parent)
        self._session, self._trials, self._editor, self._forecast = session, trials, editor, forecast
        self._permitted = permitted
        self.on = False
        self.against: Against = "baseline"
        self.problem: FastFaceError | None = None
        """Why there is nothing to see."""
        self.pictures: dict[Side, TrialPicture] = {}
        self.previews: dict[Side, QImage] = {}
        """How those look that are being made."""
        self.outdated = False
        """Whether the pictures are of an earlier state of the preset or of Create."""
        self.stage = ""
        """What is being done, in English."""
        self.looks: dict[str, QImage] = {}
        """The last picture of each preset, by its name."""
        self._seen = False
        self._seed = session.values.seed
        self._made: dict[str, TrialPicture] = {}
        self._wishes: list[_Wish] = []
        self._running: tuple[str, _Wish] | None = None
        self._heard = False
        """Whether the engine works at it."""
        self._debounce = Debounce(_DEBOUNCE, self._begin, self)
        editor.changed.connect(self._follow)
        editor.opened.connect(self._follow)
        session.changed.connect(self._session_changed)
        trials.stage.connect(self._stage)
        trials.preview.connect(self._preview)
        trials.made.connect(self._take)
        trials.failed.connect(self._fail)
        trials.ended.connect(self._end)

    @property
    def busy(self) -> bool:
        return self._running is not None or bool(self._wishes) or self._debounce.isActive()

    @property
    def side(self) -> Side | None:
        """The picture that is being made."""
        return self._running[1].side if self._running is not None else None

    @property
    def seed(self) -> int:
        return self._seed

    @property
    def waits(self) -> bool:
        """Whether the engine has not come to it yet: it works at something else, and goes in after its picture."""
        return self._running is not None and not self._heard

    def switch(self, on: bool) -> None:
        """Whether both are made again after each change."""
        self.on = on
        if on:
            self._begin()
        else:
            self.stop()

    def try_out(self) -> None:
        """Makes both now."""
        self._begin()

    def stop(self) -> None:
        """What was made stays."""
        self._stop()
        self.changed.emit()

    def forget(self) -> None:
        """Of the person who was shown, nothing stays in memory."""
        self._stop()
        self._made.clear()
        self.pictures, self.looks = {}, {}
        self.looked.emit()
        self.changed.emit()

    def seconds(self) -> float | None:
        """What both take here; None before anything like them was made."""
        each = [self._forecast.seconds(self._preset(side)) for side in SIDES]
        return sum(one for one in each if one is not None) if None not in each else None

    def look(self, seen: bool) -> None:
        """Whether anybody sees it."""
        self._seen = seen
        if not seen:
            self._stop()
        elif self.on:
            self._begin()

    def compare_with(self, against: Against) -> None:
        self.against = against
        self._follow()

    def roll(self) -> None:
        """Another seed, for both."""
        self._seed = random_seed()
        self._follow()
        if not self.on:
            self._begin()

    def _follow(self) -> None:
        if self.on and self._seen:
            self._debounce.start()
            self.changed.emit()
        elif self.pictures:
            self.outdated = True
            self.changed.emit()

    def _session_changed(self, name: str) -> None:
        if name in _FOLLOWED:
            self._follow()

    def _begin(self) -> None:
        """What is shown is made, as far as it was not made before."""
        self._debounce.stop()
        self.problem, self.outdated = None, False
        try:
            wishes = [_Wish(side, self._order(self._preset(side))) for side in SIDES]
        except FastFaceError as error:
            self._stop()
            self.pictures, self.problem = {}, error
            self.changed.emit()
            return
        if self._running is not None and self._running[1] not in wishes:
            self._trials.cancel(self._running[0])
            self._running = None
        self.previews = {}
        self.pictures = {wish.side: self._made[key] for wish in wishes if (key := _key(wish.order)) in self._made}
        under_way = self._running[1] if self._running is not None else None
        self._wishes = [wish for wish in wishes if wish.side not in self.pictures and wish != under_way]
        self._next()
        self.changed.emit()

    def _stop(self) -> None:
        self._debounce.stop()
        self._wishes.clear()
        self.previews, self.stage = {}, ""
        if self._running is not None:
            self._trials.cancel(self._running[0])
            self._running = None

    def _next(self) -> None:
        if self._running is None and self._wishes:
            wish = self._wishes.pop(0)
            self._running = self._trials.run(wish.order, attention_maps=True), wish
            self._heard = False

    def _preset(self, side: Side) -> Preset:
        if side == "after":
            return self._editor.draft
        if self.against == "saved":
            return self._editor.saved
        return preset_files.changed(
            preset_files.find("baseline"),
            {"checkpoint": self._editor.draft.checkpoint, **_sampling(self._editor.draft)},
        )

    def _order(self, preset: Preset) -> JobOrder:
        """Create's person and prompt with a preset, in small.

        Raises:
            FastFaceError: something on Create is missing, or the checkpoint is.
        """
        order = self._session.order()
        if not self._permitted():
            raise SettingsError(
                "It was not said yet whether this person agreed to pictures.", "Make a first picture on Create."
            )
        checkpoint = self._forecast.checkpoint(preset)
        if checkpoint is None:
            raise SettingsError(
                f"The checkpoint {preset.checkpoint} is not installed.", "Choose another one, or install it in Models."
            )
        width, height = self._size(order, preset, checkpoint.sampling.size)
        request = order.request.model_copy(
            update={
                "preset": preset,
                "steps": None,
                "scheduler": None,
                "seed": self._seed,
                "count": 1,
                "width": width,
                "height": height,
            }
        )
        return replace(order, request=request, checkpoint=checkpoint.name)

    def _size(self, order: JobOrder, preset: Preset, side: int) -> tuple[int, int]:
        """In the shape of what Create makes, with fewer pixels where the checkpoint is large."""
        width, height = preset.width or order.request.width or side, preset.height or order.request.height or side
        most = side if side <= _SMALL else round(side * _SHARE)
        scale = min(most / (width * height) ** 0.5, 1.0)
        if scale == 1.0:
            return width, height
        return (
            max(round(width * scale / _GRAIN) * _GRAIN, _GRAIN),
            max(round(height * scale / _GRAIN) * _GRAIN, _GRAIN),
        )

    # ---- What the engine's thread says

    @Slot(str, str)
    def _stage(self, trial: str, text: str) -> None:
        if self._is_running(trial):
            self.stage, self._heard = text, True
            self.changed.emit()

    @Slot(str, int, int, QImage)
    def _preview(self, trial: str, step: int, steps: int, image: QImage) -> None:
        if self._running is not None and self._is_running(trial):
            self.stage, self._heard = "", True
            self.previews[self._running[1].side] = image
            self.changed.emit()

    @Slot(str, object)
    def _take(self, trial: str, picture: TrialPicture) -> None:
        if self._running is None or not self._is_running(trial):
            return
        wish = self._running[1]
        self._made[_key(wish.order)] = picture
        while len(self._made) > _KEPT:
            del self._made[next(iter(self._made))]
        self.pictures[wish.side] = picture
        if wish.side == "after":
            self.looks[self._editor.name] = picture.image
            self.looked.emit()
        self.changed.emit()

    @Slot(str, object)
    def _fail(self, trial: str, error: FastFaceError) -> None:
        if self._is_running(trial):
            self.problem = error
            self._wishes.clear()

    @Slot(str)
    def _end(self, trial: str) -> None:
        if self._is_running(trial):
            self._running, self.stage, self.previews = None, "", {}
            self._next()
            self.changed.emit()

    def _is_running(self, trial: str) -> bool:
        return self._running is not None and self._running[0] == trial


def _sampling(preset: Preset) -> dict[str, object]:
    """How a preset is sampled, whatever it does."""
    return {"steps": preset.steps, "scheduler": preset.scheduler, "width": preset.width, "height": preset.height}


def _key(order: JobOrder) -> str:
    """The same for orders that make the same picture."""
    preset = order.request.preset.model_copy(update={"name": "any", "title": "any", "description": ""})
    return repr(replace(order, request=order.request.model_copy(update={"preset": preset})))
