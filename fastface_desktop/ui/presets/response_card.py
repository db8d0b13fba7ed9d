"""What the transforms do to the attention: the curve, and right below it the numbers that make it so."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy

from fastface_core.domain.presets import Part, Preset
from fastface_core.presets.edits import PARTS, AttentionKind, kind_of, with_transforms
from fastface_desktop.ui.presets.response_numbers import ResponseNumbers
from fastface_desktop.ui.presets.response_plot import ResponsePlot
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton


class ResponseCard(Card):
    """The curve of a block and a token, and the first numbers of the chain."""

    wanted = Signal(Preset, str, str)
    """A `Preset`, what was done, and the gesture it belongs to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._preset: Preset | None = None
        self.plot = ResponsePlot(theme)
        self.numbers = ResponseNumbers(theme)
        self.numbers.wanted.connect(self._chain_wanted)
        self.part: Part = "up"
        self.token = 1
        self._parts = {"down": self.tr("down"), "mid": self.tr("middle"), "up": self.tr("up")}
        self.kind = ElidedLabel(role="caption")
        self.choice = IconButton("more", self.tr("Which curve is drawn"), theme)
        self.choice.setProperty("size", "small")
        self.choice.setMenu(self._menu())
        self.choice.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        title = ElidedLabel(self.tr("Attention in and out"), "heading")
        title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        head.addWidget(title)
        head.addWidget(self.kind, 1)
        head.addWidget(self.choice)
        self.column.addLayout(head)
        self.column.addWidget(self.plot)
        self.column.addWidget(self.numbers)
        self.column.addStretch()
        theme.changed.connect(self._show)

    def _menu(self) -> QMenu:
        menu = QMenu(self.choice)
        self.blocks, self.tokens = QActionGroup(menu), QActionGroup(menu)
        menu.addSection(self.tr("Blocks of the response curve"))
        for part in PARTS:
            action = menu.addAction(self._parts[part])
            action.setData(part)
            self.blocks.addAction(action)
        menu.addSection(self.tr("Token of the response curve"))
        for token, words in enumerate((self.tr("first token"), self.tr("other tokens"))):
            action = menu.addAction(words)
            action.setData(token)
            self.tokens.addAction(action)
        for group, chosen in ((self.blocks, self.part), (self.tokens, self.token)):
            group.setExclusive(True)
            for action in group.actions():
                action.setCheckable(True)
                action.setChecked(action.data() == chosen)
            group.triggered.connect(self._choose)
        return menu

    def _choose(self) -> None:
        blocks, tokens = self.blocks.checkedAction(), self.tokens.checkedAction()
        assert blocks is not None
        assert tokens is not None
        self.part, self.token = blocks.data(), tokens.data()
        self._show()

    def show_preset(self, preset: Preset, *, editable: bool) -> None:
        self._preset, self._editable = preset, editable
        self._show()

    def _show(self) -> None:
        preset = self._preset
        if preset is None:
            return
        self.plot.show_preset(preset, self.part, self.token)
        attention = preset.attention
        names: dict[AttentionKind, str] = {
            "none": self.tr("as it is"),
            "scale-power": self.tr("Scale-power"),
            "scheduled-softmask": self.tr("Scheduled softmask"),
            "custom": self.tr("Custom chain"),
        }
        where = self._parts[self.part] if attention is not None else ""
        if attention is not None and self.part not in attention.parts:
            where = self.tr("{blocks}: as it is").format(blocks=where)
        self.kind.setText(" · ".join(word for word in (names[kind_of(attention)], where) if word))
        transforms = attention.transforms if attention is not None else ()
        colours = {step: self.plot.colour_of(step).name() for step in self.plot.curves} if self.plot.differs else {}
        self.numbers.show_chain(transforms, preset.steps, self.part, colours, editable=self._editable)

    def _chain_wanted(self, chain: tuple[object, ...], gesture: str) -> None:
        if self._preset is not None:
            self.wanted.emit(with_transforms(self._preset, chain), self.tr("Attention"), gesture)  # pyright: ignore[reportArgumentType]
