"""Tags as chips that can be taken away, and a field that adds more."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from fastface_core.library.marks import LONGEST_TAG
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Chip
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.layout import column


class TagField(QWidget):
    """Enter or a comma adds what was typed."""

    added = Signal(list)
    removed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.chips: dict[str, Chip] = {}
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST_TAG * 4)
        self.field.setPlaceholderText(self.tr("Add a tag"))
        self.field.setToolTip(self.tr("Enter adds the tag; commas between several (T)"))
        self.field.setAccessibleName(self.tr("Add a tag"))
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._completed)
        self.field.setCompleter(completer)
        self.field.returnPressed.connect(self._add)
        self._area = QWidget()
        self._flow = FlowLayout(self._area, Space.XS)
        flexible(self._area)
        column(self._area, self.field, gap=Space.S, of=self)

    def offer(self, tags: Iterable[str]) -> None:
        """What is completed to."""
        self._known.setStringList(list(tags))

    def show_tags(self, tags: Sequence[str]) -> None:
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.deleteLater()
        self.chips = {}
        for tag in tags:
            chip = Chip(f"{tag} ×", self.tr("Take the tag {tag} away").format(tag=tag))  # noqa: RUF001
            chip.setAccessibleName(self.tr("Tag {tag}").format(tag=tag))
            chip.setCheckable(False)
            chip.setProperty("tag", tag)
            chip.clicked.connect(self._remove)
            self._flow.addWidget(chip)
            self.chips[tag] = chip
        self._area.setVisible(bool(tags))

    def focus(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _add(self) -> None:
        tags = [tag.strip() for tag in self.field.text().split(",") if tag.strip()]
        self.field.clear()
        if tags:
            self.added.emit(tags)

    def _completed(self) -> None:
        # The completer writes into the field once more after this.
        QTimer.singleShot(0, self, self._add)

    def _remove(self) -> None:
        self.removed.emit(self.sender().property("tag"))
