"""Words by chance in the prompt: a button that writes choices into it, and a line that says what comes of them."""

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from fastface_core.domain.styles import SLOT, Style
from fastface_core.errors import FastFaceError
from fastface_core.files import atomic_write
from fastface_core.studio import wildcards
from fastface_desktop.translation import translated
from fastface_desktop.ui.create.prompt_box import PromptBox
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, label
from fastface_desktop.ui.widgets.layout import filling, row

_MOST_SHOWN = 8
"""Pictures whose words the tooltip lists."""


class ChanceButton(IconButton):
    """Its menu puts a choice, or a list of the user's, into the prompt."""

    def __init__(self, prompt: PromptBox, theme: Theme) -> None:
        tooltip = QCoreApplication.translate("ChanceButton", "Words by chance: {red|blue}, and lists of your own")
        super().__init__("dice", tooltip, theme)
        self._prompt = prompt
        self.setProperty("size", "small")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self.fill)
        self.setMenu(self.choices)

    def fill(self) -> None:
        """The menu, with the lists that are there now."""
        self.choices.clear()
        self.choices.addAction(self.tr("Choice between words")).triggered.connect(self.put_choice)
        names = wildcards.lists()
        if names:
            self.choices.addSeparator()
        for name in names:
            entry = self.choices.addAction(f"__{name}__")
            entry.setToolTip(self.tr("A line of this list"))
            entry.triggered.connect(self._put_list)
        self.choices.addSeparator()
        self.choices.addAction(self.tr("Lists of your own…")).triggered.connect(self.open_folder)

    def put_choice(self) -> None:
        """What is selected in the prompt becomes a choice with room for another; else two words to write over."""
        cursor = self._prompt.textCursor()
        selected = cursor.selectedText()
        inside = f"{selected}|" if selected else self.tr("red|blue")
        cursor.insertText(f"{{{inside}}}")
        cursor.movePosition(cursor.MoveOperation.Left)
        if not selected:
            cursor.movePosition(cursor.MoveOperation.Left, cursor.MoveMode.KeepAnchor, len(inside))
        self._prompt.setTextCursor(cursor)
        self._prompt.setFocus()

    def _put_list(self) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            self._prompt.textCursor().insertText(entry.text())
            self._prompt.setFocus()

    def open_folder(self) -> None:
        """Shows the folder of the lists; the first time with one that says how they are written."""
        folder = wildcards.folder()
        if not wildcards.lists():
            head = self.tr("One entry in each line. In a prompt this list is __colours__, as its file is named.")
            colours = self.tr("red, dark blue, olive green, sand, white").split(", ")
            with atomic_write(folder / "colours.txt") as file:
                file.write("\n".join([f"# {head}", *colours, ""]).encode())
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class ChoicesLine(QWidget):
    """What the next picture's seed chooses, with a dice for another one. Hidden while nothing is chosen by chance."""

    roll_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._shown: object = None
        self.dice = IconButton("dice", self.tr("Other words for the next picture (another seed)"), theme)
        self.dice.setProperty("size", "small")
        self.dice.clicked.connect(self.roll_wanted)
        self.words = ElidedLabel(role="caption")
        # The words of all pictures are the line's own tooltip.
        self.words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.problem = label(role="bad", wrap=True)
        row(filling(self.words), filling(self.problem), self.dice, margins=(0, Space.XS, 0, 0), gap=Space.S, of=self)
        self.hide()

    def show_words(self, prompt: str, style: Style | None, seeds: tuple[int, ...], *, plain: bool) -> None:
        """
        Args:
            prompt: as it was written.
            style: is said with it where it chooses too.
            plain: as in `Style.template`.
        """
        around = style.template(plain=plain) if style is not None else SLOT
        text = around.replace(SLOT, prompt) if wildcards.has_choices(around.replace(SLOT, "")) else prompt
        if not wildcards.has_choices(text):
            self._shown = None
            self.hide()
            return
        asked = text, seeds[:_MOST_SHOWN]
        if asked == self._shown and not self.isHidden():
            return
        self._shown = asked
        chosen: list[str] = []
        wrong = ""
        try:
            chosen = [wildcards.resolved(text, seed) for seed in seeds[:_MOST_SHOWN]]
        except FastFaceError as error:
            wrong = f"{translated(error.message)} {translated(error.hint)}"
            self._shown = None  # the list may be there the next time
        self.words.setText(self.tr("Next: {words}").format(words=chosen[0]) if chosen else "")
        self.words.setVisible(not wrong)
        self.setToolTip("\n".join(dict.fromkeys(chosen)))
        self.problem.setText(wrong)
        self.problem.setVisible(bool(wrong))
        self.show()
