"""Marks, stacks and the trash for the chosen pictures; what cannot be taken back is asked in place."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_core.library.labels import Label
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.marking import Marking
from fastface_desktop.ui.gallery.notice import Notice


class MarkActs(QObject):
    """In the trash nothing is marked; there pictures are put back, or deleted for good."""

    advanced = Signal()
    """One picture was rated, and the next is to be the current one."""

    def __init__(
        self,
        owner: QWidget,
        gallery: Gallery,
        marking: Marking,
        notice: Notice,
        chosen: Callable[[], Sequence[int]],
    ) -> None:
        """`chosen`: the numbers of the pictures that are meant."""
        super().__init__(owner)
        self._gallery, self._marking, self._notice, self._chosen = gallery, marking, notice, chosen

    def rate(self, stars: int) -> None:
        if not self._gallery.view.in_trash:
            ids = self._chosen()
            self._marking.rate(ids, stars)
            self._go_on(ids)

    def reject(self) -> None:
        """Rejects all, or takes that back where all are rejected."""
        ids = self._chosen()
        rows = [self._gallery.model.row_of(number) for number in ids]
        if not self._gallery.view.in_trash:
            rejected = not all(row is not None and row.rejected for row in rows)
            self._marking.reject(ids, rejected)
            if rejected:
                self._go_on(ids)

    def take_back(self) -> None:
        """No longer rejected."""
        if not self._gallery.view.in_trash:
            self._marking.reject(self._chosen(), False)

    def label(self, label: Label | None) -> None:
        if not self._gallery.view.in_trash:
            ids = self._chosen()
            self._marking.label(ids, label)
            if label is not None:
                self._go_on(ids)

    def toggle_label(self, label: Label) -> None:
        """Gives a label to all, or takes it away where all have it."""
        rows = [self._gallery.model.row_of(number) for number in self._chosen()]
        self.label(None if all(row is not None and row.label == label for row in rows) else label)

    def stack(self) -> None:
        """Makes one stack of them."""
        ids = self._chosen()
        if len(ids) > 1 and not self._gallery.view.in_trash:
            self._marking.stack(self._gallery.whole_stacks(ids))

    def unstack(self) -> None:
        if not self._gallery.view.in_trash:
            self._marking.unstack(self._gallery.whole_stacks(self._chosen()))

    def _go_on(self, ids: Sequence[int]) -> None:
        if self._gallery.view.advance and len(ids) == 1:
            self.advanced.emit()

    def add_tags(self, tags: list[str]) -> None:
        self._marking.tag(self._chosen(), add=tags)

    def remove_tag(self, tag: str) -> None:
        self._marking.tag(self._chosen(), remove=[tag])

    def to_trash(self) -> None:
        """Out of the trash nothing can be thrown any further without a question."""
        if self._gallery.view.in_trash:
            self.ask_to_erase()
        else:
            self._marking.to_trash(self._chosen())

    def restore(self) -> None:
        if self._gallery.view.in_trash:
            self._marking.restore(self._chosen())

    def ask_to_erase(self) -> None:
        """Asks whether the chosen pictures of the trash are to be deleted for good."""
        ids = self._chosen()
        if ids and self._gallery.view.in_trash:
            text = (
                self.tr("Delete this picture for good? Nothing brings it back.")
                if len(ids) == 1
                else self.tr("Delete {count} pictures for good? Nothing brings them back.")
            )
            self._ask(text.format(count=QLocale().toString(len(ids))), partial(self._marking.erase, ids))

    def ask_to_empty(self) -> None:
        """Asks whether everything in the trash is to be deleted for good."""
        if count := self._gallery.choices.trashed:
            text = self.tr("Delete everything in the trash ({count}) for good? Nothing brings it back.")
            self._ask(text.format(count=QLocale().toString(count)), self._marking.erase)

    def _ask(self, text: str, act: Callable[[], object]) -> None:
        self._notice.say(
            text,
            (self.tr("Delete for good"), self.tr("The files are deleted"), act),
            (self.tr("Keep"), self.tr("Nothing is deleted"), self._notice.hide),
            icon="warning",
        )
        self._notice.buttons[1].setFocus(Qt.FocusReason.OtherFocusReason)
