"""The bar at the bottom: what can be done with the chosen pictures."""

from PySide6.QtCore import QLocale, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from fastface_desktop.ui.shell.actions import stands_for
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.stars import Stars


class SelectionBar(QFrame):
    """Shown while something is chosen. In the trash it offers the way back instead."""

    clear_wanted = Signal()
    reject_wanted = Signal()
    tag_wanted = Signal()
    compare_wanted = Signal()
    export_wanted = Signal()
    trash_wanted = Signal()
    restore_wanted = Signal()
    erase_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "selection")
        self.clear_button = IconButton("close", self.tr("Choose nothing (Esc)"), theme)
        self.count = label(role="strong")
        self.stars = Stars(theme)
        self.reject_button = IconButton("reject", self.tr("Reject, or take that back"), theme)
        self.tag_button = button(self.tr("Tag"), self.tr("Add a tag"), "quiet")
        self.compare_button = button(self.tr("Compare"), self.tr("Two or four beside each other"), "quiet")
        self.export_button = button(self.tr("Export"), self.tr("Write copies for others"), "quiet")
        self.trash_button = button(self.tr("Trash"), self.tr("Into the trash"), "quiet")
        self.restore_button = button(self.tr("Put back"), self.tr("Out of the trash, where they were"), "quiet")
        self.erase_button = button(self.tr("Delete for good"), self.tr("Nothing brings them back"), "quiet")
        for one, icon in (
            (self.tag_button, "tag"),
            (self.compare_button, "compare"),
            (self.export_button, "export"),
            (self.trash_button, "trash"),
            (self.restore_button, "undo"),
            (self.erase_button, "trash"),
        ):
            icons.bind(one, icon, theme, "secondary")
        for one, action in (
            (self.reject_button, "reject"),
            (self.tag_button, "tag"),
            (self.compare_button, "compare"),
            (self.export_button, "export"),
            (self.trash_button, "trash"),
            (self.restore_button, "restore"),
        ):
            stands_for(one, f"gallery.{action}")
        self._trash = False
        self._words = {
            one: one.text()
            for one in (
                self.tag_button,
                self.compare_button,
                self.export_button,
                self.trash_button,
                self.restore_button,
                self.erase_button,
            )
        }
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.XS)
        row.addWidget(self.clear_button)
        row.addWidget(self.count)
        row.addSpacing(Space.M)
        row.addWidget(self.stars)
        row.addWidget(self.reject_button)
        row.addStretch()
        for one, signal in (
            (self.tag_button, self.tag_wanted),
            (self.compare_button, self.compare_wanted),
            (self.export_button, self.export_wanted),
            (self.trash_button, self.trash_wanted),
            (self.restore_button, self.restore_wanted),
            (self.erase_button, self.erase_wanted),
        ):
            one.clicked.connect(signal)
            row.addWidget(one)
        self.clear_button.clicked.connect(self.clear_wanted)
        self.reject_button.clicked.connect(self.reject_wanted)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        # Narrower than its words: then there are icons alone.
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words where there is room for all of them, and stars where there is room at all: tooltips and keys stay."""
        self.stars.setVisible(not self._trash)
        others = [one for one in (self.clear_button, self.count, self.stars, self.reject_button) if not one.isHidden()]
        needed = 2 * Space.M + Space.M + sum(one.sizeHint().width() + Space.XS for one in others)
        shown = [one for one in self._words if not one.isHidden()]
        for one in shown:
            one.setText(self._words[one])
        needed += len(shown) * Space.XS
        words = sum(one.sizeHint().width() for one in shown)
        if needed + words > self.width():
            for one in shown:
                one.setText("")
            needed += sum(one.sizeHint().width() for one in shown)
            self.stars.setVisible(not self._trash and needed <= self.width())

    def show_selection(self, count: int, stars: int | None, *, trash: bool) -> None:
        """`stars` is None where they differ."""
        self._trash = trash
        self.setVisible(count > 0)
        text = self.tr("1 chosen") if count == 1 else self.tr("{count} chosen")
        self.count.setText(text.format(count=QLocale().toString(count)))
        self.stars.set_rating(stars)
        for one in (self.reject_button, self.tag_button, self.export_button, self.trash_button):
            one.setVisible(not trash)
        for one in (self.restore_button, self.erase_button):
            one.setVisible(trash)
        self.compare_button.setEnabled(count >= 2)
        self._fit()
