"""The Gallery as the window sees it: which pictures are shown, what is known of them, and how they follow changes.

Everything is asked in the background. Answers to a question that is no longer asked are dropped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from fastface_core.domain.likeness import LikenessScale, MatchScale
from fastface_core.errors import FastFaceError
from fastface_core.library.changes import Changes
from fastface_core.library.gallery import PictureDetails, PictureRow
from fastface_core.models import installed
from fastface_core.validation import settings_error
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.gallery import asking
from fastface_desktop.state.gallery.asking import Choices, Found, Question
from fastface_desktop.state.gallery.picture_model import PictureModel
from fastface_desktop.state.gallery.thumbnails import Thumbnails
from fastface_desktop.state.gallery.view import GalleryView, read_view, view_content, view_file
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.tasks import Failed, ignore
from fastface_desktop.values import Worth

_MANY = 500
"""From so many changed pictures on, everything is queried again."""


@dataclass(frozen=True, slots=True)
class InStack:
    """What is said on a picture of a stack.

    Attributes:
        count: of its pictures.
        place: 0 for the one on top.
        unfolded: whether the others lie beside it.
    """

    count: int
    place: int = 0
    unfolded: bool = False


class Gallery(QObject):
    """`model` has the pictures of `view`; `set_view` shows others."""

    view_changed = Signal()
    searched = Signal()
    """All pictures of the view are in the model."""
    changed = Signal(frozenset)
    """Numbers (a frozenset) of pictures that were changed or are gone; None for all of them."""
    waiting_changed = Signal(int)
    """How many new pictures wait, so that none moves while somebody rates."""
    stacks_changed = Signal()
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
        self.choices = Choices()
        self.stacks: Mapping[int, tuple[int, ...]] = {}
        """By the picture on top, all of its stack."""
        self.rejected: frozenset[int] = frozenset()
        """Those of the view, stacked or not, that were rejected when it was asked for or since."""
        self.copies: tuple[int, ...] = ()
        """Of the duplicates that are shown, all but the oldest of each."""
        self.known = False
        """Whether an answer ever came: until then nothing is known to be empty."""
        self._saver, self._file = saver, file or view_file()
        self._view = read_view(self._file)
        self._scales: dict[str, LikenessScale | MatchScale] = {}
        self._asked = 0
        self._searching = False
        self._reset = True
        self._choosing = self._choose_again = False
        self._changed_rows: frozenset[int] = frozenset()
        self._looking_again = False
        self.model.wanted.connect(self._bring_rows)
        library.opened.connect(self._opened)
        library.changed.connect(self._library_changed)
        self.holds: Callable[[], bool] = _never
        """Whether the list must not change now."""
        self._waiting: frozenset[int] = frozenset()
        self._unfolded: frozenset[int] = frozenset()
        """Numbers of stacks."""
        self._in_stacks: dict[int, InStack] = {}
        self._below: frozenset[int] = frozenset()
        """Pictures that are not shown since they lie below others."""
        self._stale = False
        """The list is out of date, because it was not allowed to change."""
        # Many changes at once, as of an import, are one change of what can be filtered by.
        self._debounce = Debounce(400, self._choose, self)
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
            self._let_in()
            self._search(reset=True)

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
            of_each=note.of_each if note is not None else (),
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
        """Queries everything again, and retries what could not be read."""
        self.thumbnails.retry()
        self.model.forget()
        self._search(reset=False)

    def close(self) -> None:
        """To be called before the library is closed."""
        self.thumbnails.close()

    # ---- Asking

    def _opened(self) -> None:
        self._search(reset=True)
        self._choose()

    def _search(self, *, reset: bool) -> None:
        """Queries the pictures of the view; with `reset` the first ones are shown before all others are known."""
        self._asked += 1
        self._reset = self._reset or reset
        if self.library.library is None:
            return
        if self._searching:
            return
        self._searching = True
        question = Question(self._asked, self._view, self._unfolded, self._waiting)
        if self._reset and self._view.place != "duplicates":
            self._reset = False
            self.library.run(self, lambda library: asking.first(library, question), self._found, self._not_found)
        else:
            self._ask_whole(question)

    def _ask_whole(self, question: Question) -> None:
        old = self.model.ids
        self._reset = self._stale = False
        self.library.run(self, lambda library: asking.whole(library, question, old), self._found, self._not_found)

    def _not_found(self, error: FastFaceError) -> None:
        self._searching = False
        self.failed.emit(error)

    def _found(self, result: Found) -> None:
        self._searching = False
        if result.asked != self._asked:
            self._search(reset=False)
            return
        self.known = True
        self.copies = result.copies
        self.model.put(result.rows)
        if result.old is not None and result.old is self.model.ids:
            if result.steps is None:
                self.model.fill(result.folded.ids)
            else:
                self.model.follow(result.folded.ids, result.steps)
        elif not result.whole:
            self.model.fill(result.folded.ids)
        else:
            self._search(reset=False)
            return
        self._take_stacks(result)
        if not result.whole:
            self._searching = True
            self._ask_whole(Question(result.asked, self._view, self._unfolded, self._waiting))
        else:
            self.searched.emit()

    # ---- Stacks

    def in_stack(self, number: int) -> InStack | None:
        """The stack of a picture that is shown; None where it is in none."""
        return self._in_stacks.get(number)

    def toggle_stack(self, number: int) -> None:
        """Unfolds the stack of a picture that is shown, or folds it again."""
        row = self.model.row_of(number)
        if row is not None and row.stack is not None and number in self._in_stacks:
            self._unfolded ^= {row.stack}
            self._search(reset=False)

    def whole_stacks(self, ids: Sequence[int]) -> list[int]:
        """These pictures with those that lie below them."""
        return list(dict.fromkeys(one for number in ids for one in self.stacks.get(number, (number,))))

    def _take_stacks(self, found: Found) -> None:
        folded = found.folded
        in_stacks: dict[int, InStack] = {}
        for top, members in folded.stacks.items():
            if top in folded.unfolded:
                in_stacks |= {one: InStack(len(members), place, True) for place, one in enumerate(members)}
            else:
                in_stacks[top] = InStack(len(members))
        self.rejected = found.rejected
        if in_stacks != self._in_stacks or folded.stacks != self.stacks:
            self.stacks, self._in_stacks = folded.stacks, in_stacks
            self._below = frozenset(one for members in folded.stacks.values() for one in members) - in_stacks.keys()
            self.stacks_changed.emit()

    def _bring_rows(self, numbers: list[int]) -> None:
        if self.library.library is not None:
            self.library.run(
                self,
                lambda library: library.gallery.rows(numbers),
                lambda rows: self.model.take(numbers, rows),
                self.failed.emit,
            )

    def _choose(self) -> None:
        if self.library.library is None:
            return
        if self._choosing:
            self._choose_again = True
            return
        self._choosing = True
        self.library.run(self, asking.choices, self._chosen, self._not_chosen)

    def _chosen(self, choices: Choices) -> None:
        if choices != self.choices:
            self.choices = choices
            self.choices_changed.emit()
        self._chose()

    def _not_chosen(self, error: FastFaceError) -> None:
        self.failed.emit(error)
        self._chose()

    def _chose(self) -> None:
        again, self._choosing, self._choose_again = self._choose_again, False, False
        if again:
            self._choose()

    # ---- Following

    def _library_changed(self, changes: Changes) -> None:
        self._debounce.start()
        self.thumbnails.retry()
        if changes.everything or len(changes.changed) > _MANY:
            self.model.forget()
            self.changed.emit(None)
            self._search(reset=False)
            return
        if changes.removed or changes.changed:
            self.changed.emit(changes.removed | changes.changed)
        added = bool(changes.added)
        if added and self.holds():
            self._let_wait(changes.added)
            added = False
        if added or changes.removed or (changes.people and self._view.text):
            self._search(reset=False)
        if changes.changed:
            self._changed_rows |= changes.changed
            self._look_again()

    @property
    def waiting(self) -> int:
        """How many new pictures wait."""
        return len(self._waiting)

    def show_waiting(self) -> None:
        """The new pictures come in."""
        if self._waiting:
            self._let_in()
            self._search(reset=False)

    def catch_up(self) -> None:
        """Nobody is rating any more: what was held still is updated."""
        if self._stale:
            self._search(reset=False)

    def look_for_albums(self) -> None:
        """Albums came, went, or have other names: of that alone the library's changes say nothing."""
        self._choose()

    def _let_in(self) -> None:
        if self._waiting:
            self._waiting = frozenset()
            self.waiting_changed.emit(0)

    def _let_wait(self, added: frozenset[int]) -> None:
        """New pictures wait. Those that the view would not show are not counted."""
        self._waiting |= added
        view = self._view

        def found(shown: frozenset[int]) -> None:
            if _asks(view) == _asks(self._view):
                self._waiting -= added - shown
                self.waiting_changed.emit(len(self._waiting))

        self.library.run(self, lambda library: asking.of_view(library, view, added), found, ignore)

    def _look_again(self) -> None:
        """Changed pictures: what is known of them, and whether they still belong here. One look at a time, so that the
        newest is what stays."""
        if self._looking_again or not self._changed_rows:
            return
        self._looking_again = True
        numbers, self._changed_rows = sorted(self._changed_rows), frozenset()
        trash = self._view.in_trash

        def failed(error: FastFaceError) -> None:
            self._looking_again = False
            self.failed.emit(error)
            self._look_again()

        def took(rows: tuple[PictureRow, ...]) -> None:
            self._looking_again = False
            self.model.put(rows)
            rejected = {row.id for row in rows if row.rejected}
            self.rejected = (self.rejected - {row.id for row in rows}) | rejected
            # Gone to the trash, or come back from it.
            moved = any(self._is_elsewhere(row, trash) for row in rows)
            if moved or (self._view.depends_on_marks and not self.holds()):
                self._search(reset=False)
            else:
                self._stale = True
            self._look_again()

        self.library.run(self, lambda library: library.gallery.rows(numbers), took, failed)

    def _is_elsewhere(self, row: PictureRow, trash: bool) -> bool:
        """Whether a picture is shown where it does not belong, or not shown where it does."""
        if row.id in self._waiting or row.id in self._below:
            return (row.trashed is not None) != trash
        return ((row.trashed is not None) == trash) != (self.model.place_of(row.id) >= 0)


def _asks(view: GalleryView) -> tuple[object, ...]:
    """What of a view is a question to the library."""
    return tuple(value for name, value in view if name not in ("size", "inspector", "advance", "photo", "version"))


def _never() -> bool:
    return False
