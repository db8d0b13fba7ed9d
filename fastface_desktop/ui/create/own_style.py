"""A style of one's own: made, changed, shared as a file, taken over from one, deleted."""

from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QMenu, QScrollArea, QWidget

from fastface_core.domain import styles
from fastface_core.errors import FastFaceError
from fastface_core.presets import own_styles
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.ui.widgets.style_tiles import StyleTiles


class OwnStyle(QWidget):
    """Below the tiles; it shows itself where something is to be typed, or went wrong."""

    kept = Signal(str)
    """A style of this name is there now, and chosen; empty: one is gone."""
    said = Signal(str, Undo)

    def __init__(self, tiles: StyleTiles, theme: Theme) -> None:
        super().__init__()
        self._changes: str | None = None
        """The style that is being changed; None: a new one."""
        self.title = _field(self.tr("Name of the style"), self.tr("For example: Soft chalk"), own_styles.LONGEST_TITLE)
        self.words = _field(
            self.tr("What is said with every prompt"),
            self.tr("Soft pastel chalk, rough paper"),
            own_styles.LONGEST_WORDS,
        )
        self.words.setToolTip(
            self.tr("In English. Where the prompt is to stand inside: chalk drawing of {prompt}, rough paper")
        )
        self.negative = _field(
            self.tr("What to leave out with it"), self.tr("Photo, photorealistic"), own_styles.LONGEST_WORDS
        )
        self.error = InlineError(theme)
        self.heading = label(role="strong", wrap=True)
        self.close_button = IconButton("close", self.tr("Close without keeping"), theme)
        self.close_button.clicked.connect(self.close_panel)
        self.keep_button = button(self.tr("Keep the style"), self.tr("Offer it among the others from now on"))
        self.keep_button.clicked.connect(self.keep)
        self.file_button = button(self.tr("From a file…"), self.tr("Take over styles that somebody shared"), "quiet")
        self.file_button.clicked.connect(self.choose_file)
        for one in (self.title, self.words, self.negative):
            one.returnPressed.connect(self.keep)
        self.card = self._build()
        column(self.card, self.error, gap=Space.S, of=self)
        self.card.hide()
        tiles.add_wanted.connect(self.ask)
        tiles.menu_wanted.connect(self.open_menu)

    def _build(self) -> Card:
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_button)
        buttons = flexible(QWidget())
        flow = FlowLayout(buttons, Space.S)
        flow.addWidget(self.keep_button)
        flow.addWidget(self.file_button)
        card = Card(kind="inset")
        card.column.addLayout(head)
        for part in (self.title, self.words, self.negative, buttons):
            card.column.addWidget(part)
        return card

    @property
    def open(self) -> bool:
        return not self.card.isHidden()

    def ask(self, name: str = "") -> None:
        """Shows the fields: of a style, or empty ones for another."""
        style = styles.find(name) if name else None
        self._changes = style.name if style is not None else None
        self.heading.setText(self.tr("Change the style") if style is not None else self.tr("A style of your own"))
        self.title.setText(style.title.en if style is not None else "")
        self.words.setText(style.prompt if style is not None else "")
        self.negative.setText(style.negative if style is not None else "")
        self.file_button.setVisible(style is None)
        self.error.clear()
        self.card.show()
        self.title.setFocus()
        QTimer.singleShot(0, self, self._bring_into_view)

    def _bring_into_view(self) -> None:
        """All of it, once it has its place."""
        holder = self.parentWidget()
        while holder is not None and not isinstance(holder, QScrollArea):
            holder = holder.parentWidget()
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(self.card, 0, Space.S)

    def close_panel(self) -> None:
        self.error.clear()
        self.card.hide()

    def keep(self) -> None:
        """Keeps what was typed."""
        try:
            style = own_styles.made(self.title.text(), self.words.text(), self.negative.text(), name=self._changes)
            own_styles.save(style)
        except FastFaceError as error:
            self.error.show_error(error, copyable=False)
            return
        self.close_panel()
        self.kept.emit(style.name)

    def choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Take over styles"), _documents(), self.tr("Styles (*.json)")
        )
        if chosen:
            self.take_over(Path(chosen))

    def take_over(self, path: Path) -> None:
        """The styles of a file, from now on among one's own."""
        try:
            taken = own_styles.take_over(path)
        except FastFaceError as error:
            self.error.show_error(error)
            return
        self.close_panel()
        self.kept.emit(taken[0].name)
        self.said.emit(
            self.tr("1 style was taken over.")
            if len(taken) == 1
            else self.tr("{count} styles were taken over.").format(count=self.locale().toString(len(taken))),
            None,
        )

    # ---- The menu of one of them

    def open_menu(self, name: str, at: QPoint) -> None:
        self.menu_of(name).popup(at)

    def menu_of(self, name: str) -> QMenu:
        """What can be done with a style; those that ship can be shared, and no more."""
        self.menu = QMenu(self)
        self.menu.setProperty("style_name", name)
        if name.startswith(styles.OWN):
            self.menu.addAction(self.tr("Change…")).triggered.connect(self._change)
        self.menu.addAction(self.tr("Share as a file…")).triggered.connect(self._share)
        if name.startswith(styles.OWN):
            self.menu.addSeparator()
            self.menu.addAction(self.tr("Delete")).triggered.connect(self._delete)
        return self.menu

    @property
    def _meant(self) -> str:
        return self.menu.property("style_name")

    def _change(self) -> None:
        self.ask(self._meant)

    def _share(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Share the style"), f"{_documents()}/{self._meant}.json", self.tr("Styles (*.json)")
        )
        if chosen:
            self.export(self._meant, Path(chosen))

    def export(self, name: str, path: Path) -> None:
        """Writes a style to a file."""
        style = styles.find(name)
        if style is None:
            return
        try:
            own_styles.export(style, path)
        except FastFaceError as error:
            self.error.show_error(error)
            return
        self.said.emit(self.tr("The style is in {file}.").format(file=path.name), None)

    def _delete(self) -> None:
        self.delete(self._meant)

    def delete(self, name: str) -> None:
        """Takes a style away; the message has a button that brings it back."""
        style = styles.find(name)
        if style is None:
            return

        def put_back() -> None:
            try:
                own_styles.save(style)
            except FastFaceError as error:
                self.error.show_error(error)
            self.kept.emit("")

        try:
            own_styles.remove(name)
        except FastFaceError as error:
            self.error.show_error(error)
            return
        self.kept.emit("")
        self.said.emit(self.tr("The style {title} was deleted.").format(title=style.title.en), put_back)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def _field(name: str, example: str, longest: int) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(example)
    made.setToolTip(name)
    made.setMaxLength(longest)
    return made
