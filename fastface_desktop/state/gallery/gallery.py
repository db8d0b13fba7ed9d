"""The Gallery as the window sees it: which pictures are shown, what is known of them, and how they follow changes.

Everything is asked in the background. Answers to a question that is no longer asked are dropped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal

from fastface_core.domain.likeness import LikenessScale, MatchScale
from fastface_core.errors import FastFaceError
from fastface_core.library.changes import Changes
from fastface_core.library.gallery import PictureDetails, PictureRow
from fastface_core.library.queries import Query
from fastface_core.models import installed
from fastface_core.validation import settings_error
from fastface_desktop.state.gallery.list_changes import Steps, steps
from fastface_desktop.state.gallery.picture_model import PictureModel
from fastface_desktop.state.gallery.thumbnails import Thumbnails
from fastface_desktop.state.gallery.view import GalleryView, read_view, view_content, view_file
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.tasks import Failed
from fastface_desktop.values import Worth

if TYPE_CHECKING:
    from fastface_core.library.library import Library

_FIRST = 300
"""Pictures that are shown while the numbers of all others are still being read."""
_MANY = 500
"""From so many changed pictures on, everything is asked anew."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by.

    Attributes:
        people: names by uid; without anybody while they are locked.
        tags: with the number of their pictures.
        trashed: how many pictures are in the trash.
        total: how many are not.
    """

    people: dict[str, str]
    presets: tuple[str, ...]
    checkpoints: tuple[str, ...]
    tags: dict[str, int]
    trashed: int
    total: int


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer.

    Attributes:
        asked: the number of the question.
        old: what the steps begin with; None where everything is shown anew.
        rows: of the first pictures, so that they need not be asked for.
        copies: of duplicates, all but the oldest of each.
        whole: False where only the first pictures were looked for.
    """

    asked: int
    ids: list[int]
    old: list[int] | None = None
    steps: Steps | None = None
    rows: tuple[PictureRow, ...] = ()
    copies: tuple[int, ...] = ()
    whole: bool = True


class Gallery(QObject):
    """`model` has the pictures of `view`; `set_view` shows others."""

    view_changed = Signal()
    searched = Signal()
    """All pictures of the view are in the model."""
    changed = Signal(object)
    """Numbers (a frozenset) of pictures that were changed or are gone; None for all of them."""
    waiting_changed = Signal(int)
    """How many new pictures wait, so that none moves while somebody rates."""
    choices_changed = Signal()
    failed = Signal(FastFaceError)

    def __init__(
        self,
        library: LibraryState,
        saver: Saver,
        *,
        radius: int,
        parent: QObject | None = None,
        file: Path | None = None,
    ) -> None:
        """`radius`: of the corners of the grid's pictures."""
        super().__init__(parent)
        self.library = library
        self.model = PictureModel()
        self.model.setParent(self)
        self.thumbnails = Thumbnails(library, radius, self)
        self.choices = Choices({}, (), (), {}, 0, 0)
        self.copies: tuple[int, ...] = ()
        """Of the duplicates that are shown, all but the oldest of each."""
        self.known = False
        """Whether an answer ever came: until then nothing is known to be empty."""
        self._saver, self._file = saver, file or view_file()
        self._view = read_view(self._file)
        self._scales: dict[str, LikenessScale | MatchScale] = {}
        self._asked = 0
        self._searching = False
        self._anew = True
        self._choosing = False
        self.model.wanted.connect(self._bring_rows)
        library.opened.connect(self._opened)
        library.changed.connect(self._library_changed)
        self.holds: Callable[[], bool] = _never
        """Whether the pictures must stand still now."""
        self._waiting: frozenset[int] = frozenset()
        # Many changes at once, as of an import, are one change of what can be filtered by.
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(400)
        self._calm.timeout.connect(self._choose)
        if library.library is not None:
            self._opened()

    @property
    def view(self) -> GalleryView:
        return self._view

    @property
    def searching(self) -> bool:
        return self._searching

    def set_view(self, **values: object) -> None:
        """Changes some fields of the view.

        Raises:
            SettingsError: a value is not allowed; nothing is changed.
        """
        before = self._view
        try:
            self._view = GalleryView.model_validate({**before.model_dump(), **values})
        except ValidationError as error:
            raise settings_error(error, "The view") from error
        if self._view == before:
            return
        self._saver.put(self._file, view_content(self._view))
        self.view_changed.emit()
        if _asks(self._view) != _asks(before):
            self._search(anew=True)

    def clear_filters(self) -> None:
        self.set_view(**self._view.without_filters().model_dump())

    def details(self, owner: QObject, number: int, done: Callable[[PictureDetails], object], failed: Failed) -> None:
        """Reads all that is known of a picture; the callbacks as of `Tasks.run`."""
        self.library.run(owner, lambda library: library.gallery.details(number), done, failed)

    def worth(self, row: PictureRow, details: PictureDetails | None = None) -> Worth:
        """How near a picture came; why it has no likeness, and what it took over, say its details alone."""
        note = details.note if details is not None else None
        return Worth.of(
            row.checkpoint,
            self._scale(row.checkpoint),
            likeness=row.likeness,
            reason=details.likeness_reason if details is not None else None,
            match=row.twin_match,
            taken_over=note.taken_over if note is not None else None,
        )

    def _scale(self, checkpoint: str | None) -> LikenessScale | MatchScale:
        """What the numbers of a checkpoint's pictures mean in words, by its recogniser where that is installed."""
        if checkpoint is not None and checkpoint not in self._scales:
            try:
                found = installed.find(checkpoint).scale
            except FastFaceError:
                found = None
            self._scales[checkpoint] = found or LikenessScale()
        return self._scales.get(checkpoint or "", LikenessScale())

    def refresh(self) -> None:
        """Asks everything anew, and tries again to read what could not be read."""
        self.thumbnails.retry()
        self.model.forget()
        self._search(anew=False)

    def close(self) -> None:
        """To be called before the library is closed."""
        self.thumbnails.close()

    # ---- Asking

    def _opened(self) -> None:
        self._search(anew=True)
        self._choose()

    def _search(self, *, anew: bool) -> None:
        """Asks for the pictures of the view; with `anew` the first ones are shown before all others are known."""
        self._asked += 1
        self._anew = self._anew or anew
        if self.library.library is None:
            return
        if self._searching:
            return
        self._searching = True
        asked, query, place = self._asked, self._view.query(), self._view.place
        if self._anew and place != "duplicates":
            self._anew = False
            self.library.run(self, lambda library: _first(library, asked, query), self._found, self._not_found)
        else:
            self._ask_whole(asked, query)

    def _ask_whole(self, asked: int, query: Query) -> None:
        old, duplicates = self.model.ids, self._view.place == "duplicates"
        self._anew = False
        waiting = self._waiting
        self.library.run(
            self,
            lambda library: _whole(library, asked, query, old, duplicates, waiting),
            self._found,
            self._not_found,
        )

    def _not_found(self, error: FastFaceError) -> None:
        self._searching = False
        self.failed.emit(error)

    def _found(self, result: _Found) -> None:
        self._searching = False
        if result.asked != self._asked:
            self._search(anew=False)
            return
        self.known = True
        self.copies = result.copies
        self.model.put(result.rows)
        if result.old is not None and result.old is self.model.ids:
            if result.steps is None:
                self.model.fill(result.ids)
            else:
                self.model.follow(result.ids, result.steps)
        elif not result.whole:
            self.model.fill(result.ids)
        else:
            self._search(anew=False)
            return
        if not result.whole:
            self._searching = True
            self._ask_whole(result.asked, self._view.query())
        else:
            self.searched.emit()

    def _bring_rows(self, numbers: list[int]) -> None:
        if self.library.library is not None:
            self.library.run(
                self,
                lambda library: library.gallery.rows(numbers),
                lambda rows: self.model.take(numbers, rows),
                self.failed.emit,
            )

    def _choose(self) -> None:
        if self._choosing or self.library.library is None:
            return
        self._choosing = True
        self.library.run(self, _choices, self._chosen, self._not_chosen)

    def _chosen(self, choices: Choices) -> None:
        self._choosing = False
        if choices != self.choices:
            self.choices = choices
            self.choices_changed.emit()

    def _not_chosen(self, error: FastFaceError) -> None:
        self._choosing = False
        self.failed.emit(error)

    # ---- Following

    def _library_changed(self, changes: Changes) -> None:
        self._calm.start()
        self.thumbnails.retry()
        if changes.everything or len(changes.changed) > _MANY:
            self.model.forget()
            self.changed.emit(None)
            self._search(anew=False)
            return
        if changes.removed or changes.changed:
            self.changed.emit(changes.removed | changes.changed)
        added = bool(changes.added)
        if added and self.holds():
            self._waiting |= changes.added
            self.waiting_changed.emit(len(self._waiting))
            added = False
        if added or changes.removed or (changes.people and self._view.text):
            self._search(anew=False)
        if changes.changed:
            self._look_again(sorted(changes.changed))

    @property
    def waiting(self) -> int:
        """How many new pictures wait."""
        return len(self._waiting)

    def show_waiting(self) -> None:
        """The new pictures come in."""
        if self._waiting:
            self._waiting = frozenset()
            self.waiting_changed.emit(0)
            self._search(anew=False)

    def _look_again(self, numbers: list[int]) -> None:
        """Changed pictures: what is known of them, and whether they still belong here."""
        trash = self._view.in_trash

        def took(rows: tuple[PictureRow, ...]) -> None:
            self.model.put(rows)
            # Gone to the trash, or come back from it.
            moved = any(((row.trashed is not None) == trash) != (self.model.place_of(row.id) >= 0) for row in rows)
            if self._view.depends_on_marks or moved:
                self._search(anew=False)

        self.library.run(self, lambda library: library.gallery.rows(numbers), took, self.failed.emit)


def _asks(view: GalleryView) -> tuple[object, ...]:
    """What of a view is a question to the library."""
    return tuple(value for name, value in view if name not in ("size", "inspector", "version"))


def _first(library: "Library", asked: int, query: Query) -> _Found:
    page = library.gallery.page(query, None, _FIRST)
    return _Found(asked, [row.id for row in page.rows], rows=page.rows, whole=False)


def _never() -> bool:
    return False


def _whole(
    library: "Library", asked: int, query: Query, old: list[int], duplicates: bool, waiting: frozenset[int]
) -> _Found:
    if duplicates:
        groups = library.gallery.duplicates()
        ids = [number for group in groups for number in group]
        copies = tuple(number for group in groups for number in group[1:])
        return _Found(asked, ids, old=old, steps=steps(old, ids), copies=copies)
    ids = [number for number in library.gallery.ids(query) if number not in waiting]
    return _Found(asked, ids, old=old, steps=steps(old, ids))


def _choices(library: "Library") -> Choices:
    gallery = library.gallery
    return Choices(
        people=library.people.names(),
        presets=gallery.presets(),
        checkpoints=gallery.checkpoints(),
        tags=gallery.tags(),
        trashed=gallery.count(Query(trashed=True)),
        total=gallery.count(Query()),
    )
