"""What the machine works on beside the queue's jobs: a comparison, the trials of a preset, a batch, a search."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from fastface_desktop.state.debounce import Debounce

if TYPE_CHECKING:  # built with the pages that need them
    from fastface_core.compare.axes import Axis
    from fastface_desktop.state.batch.batches import Batches
    from fastface_desktop.state.compare.comparisons import Comparisons
    from fastface_desktop.state.compare.searches import Searches
    from fastface_desktop.state.presets.effect import PresetEffect


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of work.

    Attributes:
        axes: of a comparison: what is varied across, and down where that is anything.
        left: pictures that are still to be made, of `pictures`.
        step, steps: of the picture that is being made; 0 of 0 before the first.
        waits: the engine is busy with something else.
        image: how what is being made looks so far; null before.
        name: of a batch.
        paused: it waits until somebody lets it go on.
        measuring: of a search: its pictures are measured, and no longer made.
    """

    kind: Literal["comparison", "trial", "batch", "search"]
    axes: "tuple[Axis, ...]"
    left: int
    pictures: int
    step: int
    steps: int
    waits: bool
    image: QImage
    name: str = ""
    paused: bool = False
    measuring: bool = False


class OtherWork(QObject):
    """Knows nothing until something is watched."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparisons: Comparisons | None = None
        self._effect: PresetEffect | None = None
        self._batches: Batches | None = None
        self._searches: Searches | None = None
        self._soon = Debounce(0, self.changed.emit, self)

    def watch_comparisons(self, comparisons: "Comparisons") -> None:
        self._comparisons = comparisons
        comparisons.changed.connect(self._soon.start)
        comparisons.came.connect(self._came)
        comparisons.opened.connect(self._soon.start)

    def watch_effect(self, effect: "PresetEffect") -> None:
        self._effect = effect
        effect.changed.connect(self._soon.start)

    def watch_batches(self, batches: "Batches") -> None:
        self._batches = batches
        batches.changed.connect(self._soon.start)

    def watch_searches(self, searches: "Searches") -> None:
        self._searches = searches
        searches.changed.connect(self._soon.start)

    def _came(self, place: object) -> None:
        self._soon.start()

    def entries(self) -> tuple[Entry, ...]:
        """What is being worked on now."""
        found = (self._comparison(), self._trial(), self._batch(), self._search())
        return tuple(entry for entry in found if entry is not None)

    def stop(self, kind: str) -> None:
        """Ends one of them after its step; what is made stays."""
        if kind == "comparison" and self._comparisons is not None:
            self._comparisons.cancel()
        elif kind == "trial" and self._effect is not None:
            self._effect.switch(False)
        elif kind == "batch" and self._batches is not None:
            self._batches.pause()
        elif kind == "search" and self._searches is not None:
            self._searches.pause()

    def go_on(self, kind: str) -> None:
        """Lets go on what is paused."""
        if kind == "batch" and self._batches is not None:
            self._batches.start()
        elif kind == "search" and self._searches is not None:
            self._searches.resume()

    def _comparison(self) -> Entry | None:
        work = self._comparisons
        if work is None or not work.busy or work.current is None:
            return None
        grid, (step, steps) = work.current.grid, work.step
        place = work.making()
        image = work.image(place) if place is not None else None
        return Entry(
            "comparison",
            tuple(axis for axis in (grid.columns, grid.rows) if axis is not None),
            len(work.left),
            len(work.current.shots),
            step,
            steps,
            place is None or not steps,
            image if image is not None else QImage(),
        )

    def _batch(self) -> Entry | None:
        work = self._batches
        if work is None or work.current is None or not (work.busy or work.status == "paused"):
            return None
        step, steps = work.step
        return Entry(
            kind="batch",
            axes=(),
            left=work.left,
            pictures=work.pictures,
            step=step,
            steps=steps,
            waits=not steps,
            image=work.preview,
            name=work.current.name,
            paused=not work.busy,
        )

    def _search(self) -> Entry | None:
        work = self._searches
        if work is None or not (work.busy or work.status == "paused"):
            return None
        step = work.step
        return Entry(
            kind="search",
            axes=(),
            left=step.total - step.done if step else 0,
            pictures=step.total if step else 0,
            step=step.step if step else 0,
            steps=step.steps if step else 0,
            waits=step is None,
            image=QImage(),
            paused=not work.busy,
            measuring=step is not None and step.measuring,
        )

    def _trial(self) -> Entry | None:
        effect = self._effect
        if effect is None or not effect.busy:
            return None
        made = len(effect.pictures)
        image = effect.previews.get(effect.side) if effect.side is not None else None
        return Entry(
            "trial", (), 2 - min(made, 2), 2, 0, 0, not effect.previews, image if image is not None else QImage()
        )
