"""Styles shown by who is chosen on Create: the person's newest picture in each, else their twin drawn in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QImage

from fastface_core.domain import styles
from fastface_core.errors import FastFaceError
from fastface_core.models import installed
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.state.twin import CreateTwin, numbers
from fastface_desktop.values import TwinInfo, TwinOrder
from fastface_desktop.worker import EngineThread

if TYPE_CHECKING:
    from fastface_core.library.library import Library

_CALM, _LATER = 400, 2000
"""Milliseconds: after the drawing was corrected, and after pictures have come or gone."""
_LOOKED_AT = 300
"""Newest pictures of the person among which each style's newest is found."""
_SIDE = 256
_FACES = 0.3
"""Where in what is cut off above and below the square begins: faces are in the upper part."""


class StyleSamples(QObject):
    changed = Signal(dict)
    """`images`."""

    def __init__(
        self,
        thread: EngineThread,
        twin: CreateTwin,
        session: Session,
        people: PeopleState,
        library: LibraryState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._twin, self._session = thread, twin, session
        self._people, self._library = people, library
        self._asked: tuple[TwinOrder, int] | None = None
        self._looked: tuple[str, bool] | None = None
        self._drawn: Mapping[str, QImage] = {}
        self._made: Mapping[str, QImage] = {}
        self._calm = Debounce(_CALM, self._follow, self)
        self._later = Debounce(_LATER, self._look, self)
        thread.twin_drawn.connect(self._take)
        twin.changed.connect(self._calm.start)
        session.changed.connect(self._session_changed)
        people.changed.connect(self._calm.start)
        library.opened.connect(self._later.start)
        library.changed.connect(self._library_changed)

    @property
    def images(self) -> dict[str, QImage]:
        """Square, by the names of styles."""
        return {**self._drawn, **self._made}

    def _session_changed(self, name: str) -> None:
        if name in ("person", "checkpoint", "preset", "own_preset"):
            self._calm.start()

    def _library_changed(self, _: object) -> None:
        if self._looked is not None and not self._later.isActive():
            self._later.start()

    def _follow(self) -> None:
        seen, order = self._twin.seen, self._twin.order
        if order is None or seen is None or seen.error is not None:
            self._asked = None
            self._show(drawn={})
        elif self._asked is None or self._asked[0] != order:
            self._asked = order, next(numbers)
            names = tuple(style.name for style in styles.for_checkpoint(plain=True))
            self._thread.draw_twin("styles", self._asked[1], replace(order, styles=names))
        person = self._people.person(self._session.values.person)
        wanted = (person.uid, self._twin.order is not None) if person is not None and person.usable else None
        if wanted != self._looked:
            self._looked = wanted
            self._show(made={})
            self._look()

    @Slot(int, object)
    def _take(self, number: int, seen: TwinInfo) -> None:
        if self._asked is not None and number == self._asked[1]:
            self._show(drawn=seen.styles)

    def _look(self) -> None:
        if (wanted := self._looked) is None or self._library.library is None:
            return

        def work(library: "Library") -> tuple[tuple[str, bool], dict[str, QImage]]:
            return wanted, newest(library, *wanted)

        self._library.run(self, work, self._found, self._not_found)

    def _found(self, found: tuple[tuple[str, bool], dict[str, QImage]]) -> None:
        wanted, images = found
        if wanted == self._looked:
            self._show(made=images)

    def _not_found(self, error: FastFaceError) -> None:
        """The twin, or the samples, stay."""

    def _show(self, *, drawn: Mapping[str, QImage] | None = None, made: Mapping[str, QImage] | None = None) -> None:
        before = self._drawn, self._made
        self._drawn = self._drawn if drawn is None else drawn
        self._made = self._made if made is None else made
        if any(before) or self.images:
            self.changed.emit(self.images)


def newest(library: "Library", person: str, plain: bool) -> dict[str, QImage]:
    """The newest picture of a person in each style, by the starter (`plain`) or by the other models."""
    from fastface_core.library.queries import Query

    offered = {style.name for style in styles.for_checkpoint(plain=plain)}
    found: dict[str, QImage] = {}
    query = Query(person=person, rejected=False, missing=False, comparison=False)
    for row in library.gallery.page(query, limit=_LOOKED_AT).rows:
        if (row.checkpoint == installed.STARTER) != plain or len(found) == len(offered):
            continue
        style = styles.style_of(row.prompt)
        if style is None or style.name not in offered or style.name in found:
            continue
        try:
            image = QImage.fromData(library.thumbnails.get(row))
        except FastFaceError:
            continue  # the Gallery says what is wrong with it
        if not image.isNull():
            found[style.name] = square(image)
    return found


def square(image: QImage) -> QImage:
    side = min(image.width(), image.height())
    left, top = (image.width() - side) // 2, round((image.height() - side) * _FACES)
    cut = image.copy(QRect(left, top, side, side))
    return cut.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
