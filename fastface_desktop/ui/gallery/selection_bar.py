"""The bar at the bottom: what can be done with the chosen pictures."""

from PySide6.QtCore import QLocale, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from fastface_core.library.labels import Label
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.label_dots import LabelDots
from fastface_desktop.ui.widgets.stars import Stars


class SelectionBar(QFrame):
    """Shown while something is chosen. In the trash it offers the way back instead."""

    clear_wanted = Signal()
    reject_wanted = Signal()
    album_wanted = Signal()
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
        self.left_out = label(role="caption")
        self.stars = Stars(theme)
        self.labels = LabelDots(theme)
        self.reject_button = IconButton("reject", self.tr("Reject, or take that back"), theme)
        self.album_button = IconButton("album-add", self.tr("Put them into an album"), theme)
        self.tag_button = IconButton("tag", self.tr("Add a tag"), theme)
        self.compare_button = IconButton("compare", self.tr("Two or four beside each other"), theme)
        self.export_button = IconButton("export", self.tr("Write copies for others"), theme)
        self.trash_button = IconButton("trash", self.tr("Into the trash"), theme)
        self.restore_button = button(self.tr("Put back"), self.tr("Out of the trash, where they were"), "quiet")
        self.erase_button = button(self.tr("Delete for good"), self.tr("Nothing brings them back"), "quiet")
        for one, icon in ((self.restore_button, "undo"), (self.erase_button, "trash")):
            icons.bind(one, icon, theme, "secondary", size=Size.ICON_BUTTON)
        for one, action in (
            (self.reject_button, "reject"),
            (self.album_button, "album"),
            (self.tag_button, "tag"),
            (self.compare_button, "compare"),
            (self.export_button, "export"),
            (self.trash_button, "trash"),
            (self.restore_button, "restore"),
        ):
            bind_action(one, f"gallery.{action}")
        self._trash = False
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        row.setSpacing(Space.XS)
        row.addWidget(self.clear_button)
        row.addWidget(self.count)
        row.addWidget(self.left_out)
        row.addSpacing(Space.M)
        row.addWidget(self.stars)
        row.addSpacing(Space.S)
        row.addWidget(self.labels)
        row.addWidget(self.reject_button)
        row.addStretch()
        for one, signal in (
            (self.album_button, self.album_wanted),
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
        # Narrower than all of it: then some of it is not shown.
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Labels and stars where there is room: keys do the same."""
        for one in (self.stars, self.labels, self.tag_button, self.left_out):
            one.setVisible(not self._trash and (one is not self.left_out or bool(self.left_out.text())))
        shown = [item.widget() for number in range(self._row.count()) if (item := self._row.itemAt(number)) is not None]
        needed = 2 * Space.L + Space.M + Space.S
        needed += sum(one.sizeHint().width() + Space.XS for one in shown if one is not None and not one.isHidden())
        # The inspector has a field for tags.
        for one in (self.tag_button, self.labels, self.stars, self.left_out):
            if needed > self.width() and not one.isHidden():
                one.hide()
                needed -= one.sizeHint().width() + Space.XS

    def show_selection(
        self, count: int, stars: int | None, *, trash: bool, label: Label | None = None, left_out: int = 0
    ) -> None:
        """
        Args:
            stars: None where they differ.
            label: None where they differ, too.
            left_out: rejected pictures, where all others were chosen.
        """
        self._trash = trash
        self.setVisible(count > 0)
        text = self.tr("1 chosen") if count == 1 else self.tr("{count} chosen")
        self.count.setText(text.format(count=QLocale().toString(count)))
        rejected = self.tr("1 rejected left out") if left_out == 1 else self.tr("{count} rejected left out")
        self.left_out.setText(rejected.format(count=QLocale().toString(left_out)) if left_out else "")
        self.left_out.setVisible(left_out > 0)
        self.stars.set_rating(stars)
        self.labels.show_label(label)
        for one in (self.reject_button, self.album_button, self.tag_button, self.export_button, self.trash_button):
            one.setVisible(not trash)
        for one in (self.restore_button, self.erase_button):
            one.setVisible(trash)
        self.compare_button.setEnabled(2 <= count <= 4)
        self._fit()
