"""What is seen of a person who is drawn, a chip each, and how it is corrected."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from fastface_core.domain.twin import Colour, Corrections, Twin
from fastface_desktop.state.twin import DrawnPerson, TwinInfo
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, Chip, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import aligned, column, filling, row
from fastface_desktop.ui.widgets.twin_colours import EYES, HAIR, painted
from fastface_desktop.ui.widgets.twin_editors import Palette, SkinSlider, Words, titled
from fastface_desktop.ui.widgets.twin_picture import TwinPicture

_DOT = 12
_SIDE = 104
"""Of the drawing on a card."""
_FIELDS: dict[str, tuple[str, ...]] = {
    "skin": ("skin",),
    "hair": ("hair_colour", "hair_length", "curl"),
    "eyes": ("eyes",),
    "glasses": ("glasses",),
    "beard": ("beard",),
}
"""What each chip corrects."""
_TOLD: dict[str, tuple[str, ...]] = {
    "skin": ("skin",),
    "hair": ("hair.colour", "hair.length"),
    "eyes": ("eyes",),
    "glasses": ("glasses",),
    "beard": ("beard",),
}
"""What has to be measured surely for a chip to be sure."""


class TwinWords(QWidget):
    """What the drawing is, what is wrong with the light, or why there is none."""

    def __init__(self, twin: DrawnPerson, theme: Theme, *, short: bool = False) -> None:
        """`short`: only what is wrong, beside a drawing that explains itself."""
        super().__init__()
        self._twin, self._short = twin, short
        self.caption = label(self.tr("The twin is what pictures are drawn from. Something off? Correct it:"), wrap=True)
        self.caption.setProperty("role", "caption")
        self.icon = IconLabel("warning", "warn", theme, size=16)
        self.note = label(role="secondary", wrap=True)
        column(
            row(aligned(self.icon, Qt.AlignmentFlag.AlignTop), filling(self.note), gap=Space.S),
            self.caption,
            gap=Space.XS,
            of=self,
        )
        twin.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        seen = self._twin.seen
        error = seen.error if seen is not None else None
        notes = seen.notes if seen is not None else ()
        self.setVisible(self._twin.drawn)
        self.caption.setVisible(error is None and not self._short)
        if error is not None:
            text = f"{translated(error.message)} {translated(error.hint)}"
        else:
            text = translated(notes[0]) if notes else ""
        self.note.setText(text)
        self.note.setToolTip("\n".join(translated(note) for note in notes) if len(notes) > 1 else "")
        for part in (self.note, self.icon):
            part.setVisible(bool(text))
        if self._short:
            self.setVisible(self._twin.drawn and bool(text))


class TwinChips(QWidget):
    """A chip opens what corrects it, below."""

    def __init__(self, twin: DrawnPerson, theme: Theme) -> None:
        super().__init__()
        self._twin, self._theme = twin, theme
        self._open: str | None = None
        self._editors: dict[str, QWidget] = {}
        self._shows: dict[str, Callable[[TwinInfo, Corrections], None]] = {}
        self._names = {
            "skin": self.tr("Skin"),
            "hair": self.tr("Hair"),
            "eyes": self.tr("Eyes"),
            "glasses": self.tr("Glasses"),
            "beard": self.tr("Beard"),
        }
        self.chips = {name: Chip(text, text) for name, text in self._names.items()}
        row = flexible(QWidget())
        flow = FlowLayout(row, gap=Space.XS + 2)
        for name, chip in self.chips.items():
            chip.setProperty("topic", name)
            chip.clicked.connect(self._chip_clicked)
            flow.addWidget(chip)
        self.panel = Card(kind="inset")
        self.reset_button = button(self.tr("As measured"), self.tr("Take the correction back"), "quiet")
        self.reset_button.clicked.connect(self._reset)
        self.panel.column.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.panel.hide()
        column(row, self.panel, gap=Space.S, of=self)
        twin.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._show()

    # ---- What is open

    @property
    def open(self) -> str | None:
        """The chip whose editor is open."""
        return self._open

    def close_panel(self) -> None:
        """Closes the editor; its chip has the focus again."""
        if (name := self._open) is not None:
            self._show_editor(None)
            self.chips[name].setFocus(Qt.FocusReason.OtherFocusReason)

    def editor(self, name: str) -> QWidget:
        """What a chip opens."""
        if name not in self._editors:
            build = {"skin": self._skin, "hair": self._hair, "eyes": self._eyes}.get(name)
            self._editors[name] = build() if build is not None else self._choice(name)
            self._editors[name].hide()
            self.panel.column.insertWidget(0, self._editors[name])
        return self._editors[name]

    def _chip_clicked(self) -> None:
        name = self.sender().property("topic")
        self._show_editor(None if name == self._open else name)

    def _show_editor(self, name: str | None) -> None:
        self._open = name
        if name is not None:
            self.editor(name)
        for other, chip in self.chips.items():
            chip.setChecked(other == name)
        for other, editor in self._editors.items():
            editor.setVisible(other == name)
        self.panel.setVisible(name is not None)
        self._show()

    # ---- Editors

    def _skin(self) -> QWidget:
        slider = SkinSlider(self._theme)
        slider.chosen.connect(self._skin_chosen)
        self._shows["skin"] = lambda seen, said: _show_skin(slider, seen, said)
        return slider

    def _eyes(self) -> QWidget:
        names = {
            "dark-brown": self.tr("Dark brown"),
            "brown": self.tr("Brown"),
            "hazel": self.tr("Hazel"),
            "green": self.tr("Green"),
            "grey": self.tr("Grey"),
            "blue": self.tr("Blue"),
            "light-blue": self.tr("Light blue"),
        }
        palette = Palette(self._names["eyes"], EYES, names, self._theme)
        palette.chosen.connect(self._eyes_chosen)
        self._shows["eyes"] = lambda seen, said: _show_palette(palette, seen.measured and seen.measured.eyes, said.eyes)
        return palette

    def _hair(self) -> QWidget:
        names = {
            "black": self.tr("Black"),
            "dark-brown": self.tr("Dark brown"),
            "brown": self.tr("Brown"),
            "light-brown": self.tr("Light brown"),
            "dark-blond": self.tr("Dark blond"),
            "blond": self.tr("Blond"),
            "light-blond": self.tr("Light blond"),
            "red": self.tr("Red"),
            "auburn": self.tr("Auburn"),
            "grey": self.tr("Grey"),
            "silver": self.tr("Light grey"),
            "white": self.tr("White"),
        }
        palette = Palette(self.tr("Colour of the hair"), HAIR, names, self._theme)
        palette.chosen.connect(self._hair_chosen)
        length = Words(self.tr("Length"), self._lengths())
        length.chosen.connect(self._length_chosen)
        curls = {"straight": self.tr("Straight"), "wavy": self.tr("Wavy"), "curly": self.tr("Curly")}
        curl = Words(self.tr("Curl"), curls)
        curl.chosen.connect(self._curl_chosen)
        whole = QWidget()
        column(
            titled(self.tr("Colour"), palette),
            titled(self.tr("Length"), length),
            titled(self.tr("Curl"), curl),
            gap=Space.S,
            of=whole,
        )

        def show(seen: TwinInfo, said: Corrections) -> None:
            measured, twin = seen.measured, seen.twin
            if measured is not None and twin is not None:
                _show_palette(palette, measured.hair.colour, said.hair_colour)
                length.show_word(said.hair_length or measured.hair.length_word, measured.hair.length_word)
                curl.show_word(said.curl or measured.hair.curl_word, measured.hair.curl_word)

        self._shows["hair"] = show
        self.palette_of_hair, self.length, self.curl = palette, length, curl
        return whole

    def _lengths(self) -> dict[str, str]:
        return {
            "bald": self.tr("Bald"),
            "short": self.tr("Short"),
            "chin": self.tr("To the chin"),
            "long": self.tr("Long"),
        }

    def _choice(self, name: str) -> QWidget:
        words = {
            "glasses": {"none": self.tr("No glasses"), "round": self.tr("Round"), "square": self.tr("Square")},
            "beard": {
                "none": self.tr("No beard"),
                "stubble": self.tr("Stubble"),
                "moustache": self.tr("Moustache"),
                "goatee": self.tr("Goatee"),
                "full": self.tr("Full beard"),
            },
        }[name]
        choice = Words(self._names[name], words)
        choice.chosen.connect(self._glasses_chosen if name == "glasses" else self._beard_chosen)

        def show(seen: TwinInfo, said: Corrections) -> None:
            if seen.measured is not None:
                measured = getattr(seen.measured, name)
                choice.show_word(getattr(said, name) or measured, measured)

        self._shows[name] = show
        return choice

    # ---- What is corrected

    def _skin_chosen(self, colour: object) -> None:
        self._twin.correct(skin=colour)

    def _hair_chosen(self, colour: object) -> None:
        self._twin.correct(hair_colour=colour)

    def _eyes_chosen(self, colour: object) -> None:
        self._twin.correct(eyes=colour)

    def _length_chosen(self, word: str) -> None:
        self._twin.correct(hair_length=word)

    def _curl_chosen(self, word: str) -> None:
        self._twin.correct(curl=word)

    def _glasses_chosen(self, word: str) -> None:
        self._twin.correct(glasses=word)

    def _beard_chosen(self, word: str) -> None:
        self._twin.correct(beard=word)

    def _reset(self) -> None:
        if self._open is not None:
            self._twin.correct(**dict.fromkeys(_FIELDS[self._open]))
            self.chips[self._open].setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- What is shown

    def _show(self) -> None:
        seen, said = self._twin.seen, self._twin.corrections
        there = seen is not None and seen.twin is not None
        self.setVisible(there)
        if seen is None or seen.twin is None:
            if self._open is not None and not self._twin.drawn:
                self._show_editor(None)
            return
        for name, chip in self.chips.items():
            self._show_chip(name, chip, seen, said)
        if self._open is not None:
            self._shows[self._open](seen, said)
            corrected = self._corrected(self._open, said)
            self.reset_button.setEnabled(corrected)
            takes, none = self.tr("Take back what was corrected here"), self.tr("Nothing is corrected here")
            self.reset_button.setToolTip(takes if corrected else none)

    @staticmethod
    def _corrected(name: str, said: Corrections) -> bool:
        return any(getattr(said, field) is not None for field in _FIELDS[name])

    def _show_chip(self, name: str, chip: Chip, seen: TwinInfo, said: Corrections) -> None:
        assert seen.twin is not None
        corrected = self._corrected(name, said)
        sure = corrected or all(told in seen.sure for told in _TOLD[name])
        value, colour = self._value(name, seen.twin)
        short = {"skin": self._names["skin"], "eyes": self._names["eyes"]}.get(name, value)
        if not sure:
            short = self.tr("{name}?").format(name=self._names[name] if name in ("glasses", "beard") else short)
        chip.setText(short)
        if corrected:
            how = self.tr("Corrected by you.")
        elif sure:
            how = self.tr("As measured in the photo.")
        else:
            how = self.tr("The photo does not show it clearly: have a look.")
        said_of = f"{self._names[name]}: {value}. {how}" if value != self._names[name] else f"{value}. {how}"
        chip.setToolTip(said_of)
        chip.setAccessibleName(said_of)
        font = chip.font()
        font.setBold(corrected)
        chip.setFont(font)
        chip.setIcon(self._dot(colour) if colour is not None else QIcon())
        chip.setIconSize(QSize(self._theme.px(_DOT) + Space.XS, self._theme.px(_DOT)))

    def _value(self, name: str, twin: Twin) -> tuple[str, Colour | None]:
        """In words, and the colour that is shown."""
        if name == "skin":
            return self._names["skin"], twin.skin
        if name == "eyes":
            return self._names["eyes"], twin.eyes
        if name == "hair":
            words = {
                "bald": self.tr("No hair"),
                "short": self.tr("Hair, short"),
                "chin": self.tr("Hair, to the chin"),
                "long": self.tr("Hair, long"),
            }
            word = twin.hair.length_word
            return words[word], twin.hair.colour if word != "bald" else None
        if name == "glasses":
            glasses = {"none": self.tr("No glasses"), "round": self.tr("Round glasses")}
            return glasses.get(twin.glasses, self.tr("Square glasses")), None
        beards = {
            "none": self.tr("No beard"),
            "stubble": self.tr("Stubble"),
            "moustache": self.tr("Moustache"),
            "goatee": self.tr("Goatee"),
        }
        return beards.get(twin.beard, self.tr("Full beard")), None

    def _dot(self, colour: Colour) -> QIcon:
        ratio = self.devicePixelRatioF()
        side = round(self._theme.px(_DOT) * ratio)
        made = QPixmap(side + round(Space.XS * ratio), side)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("secondary"), ratio))
        painter.setBrush(painted(colour))
        painter.drawEllipse(QRectF(0, 0, side, side).adjusted(ratio, ratio, -ratio, -ratio))
        painter.end()
        made.setDevicePixelRatio(ratio)
        return QIcon(made)


class TwinCard(Card):
    """Drawing, words and chips together, where there is no photo beside them."""

    def __init__(self, twin: DrawnPerson, theme: Theme, title: str = "", *, kind: str = "card") -> None:
        super().__init__(kind=kind, margin=Space.L if kind == "card" else 0)
        self._twin = twin
        self._wanted = True
        self.picture = TwinPicture(twin, theme, _SIDE)
        self.words = TwinWords(twin, theme)
        self.chips = TwinChips(twin, theme)
        if title:
            self.column.addWidget(label(title, "strong" if kind == "card" else "heading"))
        self.column.addLayout(row(aligned(self.picture, Qt.AlignmentFlag.AlignTop), filling(self.words), gap=Space.M))
        self.column.addWidget(self.chips)
        twin.changed.connect(self._show)
        self._show()

    def set_wanted(self, wanted: bool) -> None:
        """Whether it is to be seen, where there is a drawing."""
        self._wanted = wanted
        self._show()

    def _show(self) -> None:
        self.setVisible(self._twin.drawn and self._wanted)


def _show_skin(slider: SkinSlider, seen: TwinInfo, said: Corrections) -> None:
    if seen.measured is not None:
        slider.show_skin(seen.measured.skin, said.skin or seen.measured.skin)


def _show_palette(palette: Palette, measured: Colour | None, said: Colour | None) -> None:
    if measured is not None:
        palette.show_colours(measured, said)
