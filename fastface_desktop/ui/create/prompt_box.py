"""Where the prompt is written: as high as its text, up to a limit."""

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from fastface_core.domain.request import MAX_PROMPT
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space


class PromptBox(QPlainTextEdit):
    """Plain text without line breaks of its own; Ctrl+Enter starts, Tab goes on to the next control."""

    edited = Signal(str)
    sent = Signal()
    files_dropped = Signal(QMimeData)
    """QMimeData with files: they are photos, not their names to be read in the prompt."""

    def __init__(
        self, name: str, placeholder: str, theme: Theme, lines: tuple[int, int], parent: QWidget | None = None
    ) -> None:
        """`lines`: fewest and most that are shown."""
        super().__init__(parent)
        self._lines = lines
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(Space.XS)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._fit)
        self._fit()

    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Without telling of it; what was there can be brought back with Ctrl+Z."""
        if text == self.text():
            return
        self.blockSignals(True)
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(text)
        self.blockSignals(False)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.sent.emit()
                return
            if not event.modifiers():
                # A prompt is one sentence; Enter alone starts nothing, so that nothing begins by mistake.
                self.insertPlainText("\n")
                return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData, /) -> bool:
        return source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData, /) -> None:
        if source.hasUrls() and any(url.isLocalFile() for url in source.urls()):
            self.files_dropped.emit(source)
        else:
            super().insertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.height())

    def _changed(self) -> None:
        if len(self.text()) > MAX_PROMPT:
            cursor = self.textCursor()
            at = cursor.position()
            self.blockSignals(True)
            self.setPlainText(self.text()[:MAX_PROMPT])
            cursor = self.textCursor()
            cursor.setPosition(min(at, MAX_PROMPT))
            self.setTextCursor(cursor)
            self.blockSignals(False)
        self.edited.emit(self.text())

    def _fit(self) -> None:
        # In lines: a plain text document has no size in pixels.
        wanted = int(self.document().size().height())
        fewest, most = self._lines
        lines = min(max(wanted, fewest), most)
        room = 2 * Space.XS + 2 * (Space.XS + 2)
        height = lines * self.fontMetrics().lineSpacing() + room
        if height != self.height():
            self.setFixedHeight(height)
        # Fully in view, the text must not scroll by the odd pixel.
        scrolls = Qt.ScrollBarPolicy.ScrollBarAsNeeded if wanted > most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(scrolls)
