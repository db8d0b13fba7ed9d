"""The controls of Create, bound to the session: they show what it holds, and change it."""

from itertools import pairwise

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from fastface_core.domain import styles
from fastface_core.domain.plan import ASPECTS
from fastface_core.domain.request import MAX_COUNT
from fastface_core.errors import FastFaceError
from fastface_core.presets import files as preset_files
from fastface_desktop.state.engine import CheckpointChoice, EngineState
from fastface_desktop.state.session import Session
from fastface_desktop.translation import translated
from fastface_desktop.ui.create.advanced import Advanced
from fastface_desktop.ui.create.controls import EmphasisSlider, SeedBox, Stepper, field
from fastface_desktop.ui.create.face_wish import FaceWish
from fastface_desktop.ui.create.own_style import OwnStyle
from fastface_desktop.ui.create.prompt_box import PromptBox
from fastface_desktop.ui.create.prompt_choices import ChanceButton, ChoicesLine
from fastface_desktop.ui.shared.preset_names import plain_name
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.fold import Fold
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.segments import Segments
from fastface_desktop.ui.widgets.style_tiles import StyleTiles

_STYLE_COLUMNS = 4
_LOW = 760
"""In lower windows one row of styles is shown."""
_ROOMY, _HIGH = 1528, 900
"""A page of this width and height has the fine settings open."""
_LONGEST = 60
"""Letters of an earlier prompt that are shown."""
_OWN = "\0own"
"""The preset of a restored picture, which has no name here."""


class Form(QWidget):
    """Prompt and style; all else is folded into one line that tells its state."""

    sent = Signal()
    """Ctrl+Enter in a text."""
    files_dropped = Signal(QMimeData)

    def __init__(self, session: Session, engine: EngineState, theme: Theme) -> None:
        super().__init__()
        self._session, self._engine, self._theme = session, engine, theme
        self._checkpoints: tuple[CheckpointChoice, ...] = ()
        self._rows, self._all_styles, self._roomy = 2, False, False
        self._offered: tuple[tuple[styles.Style, ...], bool] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        self._build_words(column, theme)
        self.fine = Fold(self.tr("Fine settings"), self.tr("Preset, shape, seed, and what to leave out"), theme)
        self.fine.column.setSpacing(Space.FIELD)
        column.addWidget(self.fine)
        self.wish = FaceWish(session, theme)
        self.fine.column.addWidget(self.wish)
        self._build_preset(self.fine.column)
        self._build_size(self.fine.column, theme)
        self.fine.column.addWidget(field(self.tr("What to leave out"), self.negative))
        self.advanced = Advanced(session, theme)
        self.advanced.size_wanted.connect(self._size_wanted)
        self.fine.column.addWidget(self.advanced)
        self._bind(Bound(session, self))
        session.changed.connect(self._show)
        self.offer()
        self._show("seed")
        self._show("checkpoint")

    def _bind(self, bound: Bound) -> None:
        bound.field("prompt", (self.prompt.edited, self.prompt.set_text))
        bound.field("negative_prompt", (self.negative.edited, self.negative.set_text))
        bound.field("style", (self.styles.chosen, self.styles.choose))
        bound.field("count", (self.count.changed, self.count.set))
        bound.field("face", (self.face.changed, self.face.set))
        bound.field("text", (self.text.changed, self.text.set))

    # ---- Building

    def _build_words(self, column: QVBoxLayout, theme: Theme) -> None:
        self.prompt = PromptBox(self.tr("Prompt"), self.tr("A portrait. Or write what it shows."), theme, (2, 7))
        self.prompt.setToolTip(self.tr("What the picture shows"))
        self.history_button = IconButton("history", self.tr("Earlier prompts"), theme)
        self.history_button.setProperty("size", "small")
        self.history_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._history = QMenu(self.history_button)
        self._history.aboutToShow.connect(self._fill_history)
        self._history.triggered.connect(self._take_earlier)
        self.history_button.setMenu(self._history)
        self.chance = ChanceButton(self.prompt, theme)
        self.choices = ChoicesLine(theme)
        self.choices.roll_wanted.connect(self._session.roll_seed)
        self.prompt_error = InlineError(theme)
        self.styles = StyleTiles(theme, adds=True)
        self.own_style = OwnStyle(self.styles, theme)
        self.own_style.kept.connect(self._own_style_kept)
        self.more_styles = button("", self.tr("Show all styles, or only the first"), "link")
        self.more_styles.setProperty("tone", "secondary")
        self.more_styles.clicked.connect(self._toggle_styles)
        self.negative = PromptBox(self.tr("Leave out"), self.tr("Blurry, hat, text"), theme, (1, 5))
        self.negative.setToolTip(self.tr("What the picture must not show (negative prompt)"))
        self.prompt.edited.connect(self.prompt_error.clear)
        for box in (self.prompt, self.negative):
            box.sent.connect(self.sent)
            box.files_dropped.connect(self.files_dropped)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(field(self.tr("What the picture shows"), self.prompt, self.history_button, self.chance))
        words.addWidget(self.choices)
        words.addWidget(self.prompt_error)
        column.addLayout(words)
        manner = QVBoxLayout()
        manner.setSpacing(Space.S)
        manner.addWidget(field(self.tr("Style"), self.styles, self.more_styles))
        manner.addWidget(self.own_style)
        column.addLayout(manner)

    def _build_preset(self, column: QVBoxLayout) -> None:
        self.preset = CalmCombo(self.tr("Preset"), self.tr("How face and text are guided (preset)"), narrow=True)
        self.preset.picked.connect(self._preset_chosen)
        self.preset_text = label(role="caption", wrap=True)
        self.face = EmphasisSlider(
            self.tr("Follow the face"),
            self.tr("Strength of the face adapter and identity weight; a double click goes back to the preset"),
        )
        self.text = EmphasisSlider(
            self.tr("Follow the text"),
            self.tr("Text weight of the guidance; a double click goes back to the preset"),
        )
        preset = QVBoxLayout()
        preset.setSpacing(Space.XS)
        preset.addWidget(field(self.tr("Preset"), self.preset))
        preset.addWidget(self.preset_text)
        column.addLayout(preset)
        sliders = QVBoxLayout()
        sliders.setSpacing(Space.XS)
        sliders.addWidget(self.face)
        sliders.addWidget(self.text)
        column.addLayout(sliders)

    def _build_size(self, column: QVBoxLayout, theme: Theme) -> None:
        self.size_text = label(role="caption")
        texts = {
            "portrait": ("3:4", self.tr("Portrait: higher than wide")),
            "square": ("1:1", self.tr("Square: as wide as high")),
            "landscape": ("4:3", self.tr("Landscape: wider than high")),
        }
        self._aspect_tips = {one: tooltip for one, (_, tooltip) in texts.items()}
        self.aspect = Segments([(one, one, *texts[one]) for one in ASPECTS], self.tr("Shape"), theme)
        self.aspect.chosen.connect(self._aspect_chosen)
        self.aspect_note = label(self.tr("The starter model draws squares only"), "caption", wrap=True)
        shape = QVBoxLayout()
        shape.setSpacing(Space.XS)
        shape.addWidget(field(self.tr("Shape"), self.aspect, self.size_text))
        shape.addWidget(self.aspect_note)
        column.addLayout(shape)
        self.seed = SeedBox(theme)
        self.seed.changed.connect(self._seed_changed)
        self.seed.lock_changed.connect(self._lock_changed)
        column.addWidget(field(self.tr("Seed"), self.seed))
        # It is beside the bright button, where the page puts it.
        self.count = Stepper(1, MAX_COUNT, self.tr("Pictures"), self.tr("How many pictures to make"), theme)

    def set_room(self, height: int, width: int) -> None:
        """So much of the window is there: low ones show one row of styles, large ones the fine settings too."""
        scale = self._theme.scale
        self._rows = 1 if height / scale < _LOW else 2
        self._fold_styles()
        roomy = width / scale >= _ROOMY and height / scale >= _HIGH
        if roomy != self._roomy:
            self._roomy = roomy
            self.fine.set_open(roomy)

    def _toggle_styles(self) -> None:
        self._all_styles = not self._all_styles
        self._fold_styles()

    def _fold_styles(self) -> None:
        count = len(self.styles.tiles)
        self.styles.show_rows(0 if self._all_styles else self._rows)
        folded = not self._all_styles and self.styles.hidden_tiles > 0
        self.more_styles.setVisible(folded or (self._all_styles and count >= self._rows * _STYLE_COLUMNS))
        text = self.tr("All {count}").format(count=count) if folded else self.tr("Fewer")
        self.more_styles.setText(text)
        self.more_styles.setAccessibleName(self.more_styles.toolTip())

    # ---- What was written before

    def _fill_history(self) -> None:
        self._history.clear()
        for prompt in self._session.earlier_prompts():
            entry = self._history.addAction(" ".join(prompt.split())[:_LONGEST])
            entry.setData(prompt)
        if self._history.isEmpty():
            self._history.addAction(self.tr("Nothing yet")).setEnabled(False)

    def _take_earlier(self, entry: QAction) -> None:
        self._session.change(prompt=entry.data())

    # ---- From the session

    def offer(self) -> None:
        """Shows the checkpoints, styles and presets that there are now."""
        self._checkpoints = self._engine.checkpoints()
        self.advanced.offer(self._checkpoints)
        self.wish.offer(self._checkpoints)
        self._offer_styles()
        self._offer_presets()

    def refresh_offers(self) -> None:
        """The same once there are others; what is chosen stays chosen."""
        self.offer()
        self._show("checkpoint")

    def _plain(self) -> bool:
        """Whether the chosen checkpoint is the starter."""
        chosen = next((one for one in self._checkpoints if one.name == self._session.checkpoint), None)
        return (chosen or self._checkpoints[0]).is_starter

    def _offer_styles(self) -> None:
        plain = self._plain()
        offered = styles.for_checkpoint(plain=plain)
        if (offered, plain) != self._offered:
            self._offered = offered, plain
            self.styles.offer(offered, plain)
            # New tiles would come after all else.
            added = [self.styles.add_tile] if self.styles.add_tile is not None else []
            chain = [self.prompt, *self.styles.tiles.values(), *added, self.fine.header]
            for before, after in pairwise(chain):
                QWidget.setTabOrder(before, after)
        self.styles.choose(self._session.values.style)
        self._fold_styles()

    def _offer_presets(self) -> None:
        self._presets = preset_files.built_in() | preset_files.own()
        values = self._session.values
        choices = [
            (name, plain_name(name, translated(preset.title)), translated(preset.description))
            for name, preset in self._presets.items()
        ]
        if values.own_preset is not None:
            title = self.tr("{title} (as in the picture)").format(title=translated(values.own_preset.title))
            choices.insert(0, (_OWN, title, ""))
        elif values.preset not in self._presets:
            choices.append((values.preset, values.preset, ""))
        self.preset.fill(choices)
        self.preset.choose(_OWN if values.own_preset is not None else values.preset)
        self._explain_preset()

    def _explain_preset(self) -> None:
        values = self._session.values
        preset = values.own_preset or self._presets.get(values.preset)
        if preset is None:
            self.preset_text.setText(self.tr("This preset is not there any more. Choose another one."))
        else:
            named = values.own_preset is None and plain_name(values.preset, "") != ""
            term = f"{translated(preset.title)}. " if named else ""
            self.preset_text.setText(term + translated(preset.description))
        self.preset_text.setVisible(bool(self.preset_text.text()))

    def _show(self, name: str) -> None:
        values = self._session.values
        match name:
            case "style":
                self._fold_styles()
            case "preset" | "own_preset":
                self._offer_presets()
            case "aspect":
                self._show_aspect()
            case "seed" | "seed_locked":
                self.seed.set(values.seed, values.seed_locked)
                self._tell_state()
            case "checkpoint":
                self._offer_styles()
                self._show_aspect()
            case _:
                pass
        if name in ("prompt", "style", "count", "seed", "checkpoint"):
            self._show_choices()
        if name not in ("photos", "prompt", "negative_prompt", "style", "count", "seed", "seed_locked"):
            self._show_what_follows()

    def _show_aspect(self) -> None:
        aspect, plain = self._session.values.aspect, self._plain()
        for one, segment in self.aspect.buttons.items():
            segment.setEnabled(not plain or one == "square")
            tooltip = "" if segment.isEnabled() else self.tr("The starter model draws squares only")
            segment.setToolTip(tooltip or self._aspect_tips[one])
        self.aspect_note.setVisible(plain)
        self.aspect.choose(None if aspect == "exact" else "square" if plain else aspect)

    def _show_what_follows(self) -> None:
        """The size and what Advanced leaves to others, which follow from several values."""
        try:
            size = self._session.size()
        except FastFaceError:
            size = None  # said when a picture is asked for
        values = self._session.values
        self.size_text.setText(f"{size[0]} × {size[1]}" if size is not None else "")  # noqa: RUF001
        self.advanced.show_values(values, values.own_preset or self._presets.get(values.preset), size)
        self._tell_state()

    def _show_choices(self) -> None:
        """What comes of the choices in the prompt."""
        values = self._session.values
        seeds = tuple(values.seed + picture for picture in range(values.count))
        self.choices.show_words(values.prompt, styles.find(values.style), seeds, plain=self._plain())

    def _tell_state(self) -> None:
        """Preset, shape and seed in one line."""
        values = self._session.values
        shapes = {"portrait": "3:4", "square": self.tr("square"), "landscape": "4:3", "exact": self.tr("exact size")}
        shape = shapes["square" if self._plain() and values.aspect != "exact" else values.aspect]
        seed = self.tr("kept seed") if values.seed_locked else self.tr("new seed")
        self.fine.set_state(", ".join((self.preset.currentText(), shape, seed)))

    # ---- To the session

    def _own_style_kept(self, name: str) -> None:
        self._offer_styles()
        if name or styles.find(self._session.values.style) is None:
            self._session.change(style=name or None)

    def _preset_chosen(self, chosen: str) -> None:
        if chosen != _OWN:
            self._session.use_preset(chosen, alone=False)

    def _aspect_chosen(self, aspect: str) -> None:
        self._session.change(aspect=aspect)

    def _size_wanted(self, width: int, height: int) -> None:
        if (width, height) != self._session.size():
            self._session.change(aspect="exact", width=width, height=height)

    def _seed_changed(self, seed: int) -> None:
        self._session.change(seed=seed)

    def _lock_changed(self, locked: bool) -> None:
        self._session.change(seed_locked=locked)

    def say_prompt_error(self, error: FastFaceError) -> None:
        self.prompt_error.show_error(error, copyable=False)
        self.prompt.setFocus(Qt.FocusReason.OtherFocusReason)
