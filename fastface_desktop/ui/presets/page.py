"""The page Presets: the list on the left, the editor, and what the preset does."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from fastface_core.domain.branches import evaluations
from fastface_core.domain.presets import Preset
from fastface_core.errors import FastFaceError
from fastface_core.presets.edits import form_of
from fastface_desktop.state.presets.work import PresetWork
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.presets import files
from fastface_desktop.ui.presets.attention_card import AttentionCard
from fastface_desktop.ui.presets.checked import CheckedEdit
from fastface_desktop.ui.presets.effect_panel import EffectPanel
from fastface_desktop.ui.presets.guidance_card import GuidanceCard
from fastface_desktop.ui.presets.head import Head
from fastface_desktop.ui.presets.own_loras import OwnLoras
from fastface_desktop.ui.presets.response_card import ResponseCard
from fastface_desktop.ui.presets.sampling_card import SamplingCard
from fastface_desktop.ui.presets.side import Side
from fastface_desktop.ui.shared.preset_names import plain_name
from fastface_desktop.ui.shell.actions import Act, bind_action
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.one_column import OneColumn
from fastface_desktop.ui.widgets.reading_order import reading_order, set_tab_order
from fastface_desktop.ui.widgets.scrolling import Scrolled, keep_in_line, scroller

_SIDE, _SIDE_LEAST = 232, 180
_WIDE = 760
"""Pixels of the middle from which both plots have room beside each other."""
_FOOT, _LEAST = 108, 220
"""Pixels that the line below the pictures takes, and of the least height of a picture."""


class PresetsPage(Page):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""
    used = Signal()
    """Use the preset on Create."""
    compare_wanted = Signal()
    """Vary its settings, side by side."""

    def __init__(self, *, theme: Theme, work: PresetWork) -> None:
        super().__init__()
        self._theme, self.presets, self.editor = theme, work.presets, work.editor
        self._work = work
        self._forecast, self.trials = work.forecast, work.effect
        self._toast_is_newest = False
        self._form: object = None
        self.side = Side(work, theme)
        self.head = Head(theme)
        self.guidance = GuidanceCard(theme)
        self.attention = AttentionCard(theme)
        self.sampling = SamplingCard(theme)
        self.loras = OwnLoras(work.loras, theme)
        self.response = ResponseCard(theme)
        self.effect = EffectPanel(work.effect, theme)
        self.error = InlineError(theme)
        self._build()
        self._connect()
        self.setAcceptDrops(True)
        self._offer()
        self._show()

    # ---- Building

    def _build(self) -> None:
        self._plots = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._plots.setSpacing(Space.L)
        self._plots.addWidget(self.guidance, 59)
        self._plots.addWidget(self.response, 41)
        self.sampling.column.insertWidget(1, self.head.purpose)
        self.sampling.add(self.tr("Rescale"), self.guidance.rescale)
        self.sampling.add("", self.guidance.own_weights)
        self.sampling.add(self.tr("Your LoRAs"), self.loras, wide=True)
        self._details = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._details.setSpacing(Space.L)
        self._details.addWidget(self.attention, 1, Qt.AlignmentFlag.AlignTop)
        self._details.addWidget(self.sampling, 1, Qt.AlignmentFlag.AlignTop)
        self._column = column(self._plots, self.effect, self._details, REST, gap=Space.L)
        self.scroller = scroller(Scrolled(self._column))
        self._column.setContentsMargins(Space.XL, 0, Space.XL, Space.XL)
        keep_in_line(self.scroller, self._column)
        self._middle = QWidget()
        middle = column(self.head, of=self._middle)
        above = QVBoxLayout()
        above.setContentsMargins(Space.XL, 0, Space.XL, 0)
        above.addWidget(self.error)
        middle.addLayout(above)
        middle.addWidget(self.scroller, 1)
        row(self.side, filling(self._middle), of=self)
        self.columns = OneColumn(
            self,
            [("list", self.tr("List"), self.side), ("preset", self.tr("Preset"), self._middle)],
            self.tr("List or preset"),
            self._theme,
        )
        self.side.head.add(self.columns.switch())
        self.head.add_switch(self.columns.switch())
        self.columns.changed.connect(self._fit)
        self._theme.changed.connect(self._fit)
        self._fit()

    def _connect(self) -> None:
        presets, editor = self.presets, self.editor
        presets.added.connect(self._added)
        presets.renamed.connect(self._renamed)
        presets.removed.connect(self._removed)
        presets.exported.connect(self._exported)
        presets.saved.connect(self._saved)
        presets.failed.connect(self._failed)
        editor.changed.connect(self._show)
        editor.opened.connect(self._opened)
        self._forecast.changed.connect(self._show)
        self._work.loras.changed.connect(self._show)
        self._forecast.checkpoints_changed.connect(self._offer)
        self.side.list.chosen.connect(self.choose)
        self.side.list.itemClicked.connect(self._picked)
        self.side.list.itemActivated.connect(self._picked)
        self.side.list.delete_wanted.connect(self.delete)
        for card in (self.guidance, self.response, self.attention, self.sampling, self.loras, self.head):
            card.wanted.connect(self._change)
        self.head.renamed.connect(self._rename)
        self.head.undo.clicked.connect(self.undo)
        self.head.redo.clicked.connect(self.redo)
        self.head.save.clicked.connect(self.save)
        self.head.revert.clicked.connect(self.revert)
        self.head.copy.clicked.connect(self.copy)
        self.head.use.clicked.connect(self.use)
        self.side.import_button.clicked.connect(self.choose_files)
        for action, done in (
            (self.side.compare, self.compare),
            (self.side.default, self.make_default),
            (self.side.copy, self.copy),
            (self.side.rename, self.rename),
            (self.side.export, self.export),
            (self.side.delete, self.delete),
        ):
            action.triggered.connect(done)
        for widget, action in (
            (self.side.import_button, "presets.import"),
            (self.head.redo, "presets.redo"),
            (self.head.save, "presets.save"),
            (self.head.revert, "presets.revert"),
            (self.head.copy, "presets.copy"),
            (self.head.use, "presets.use"),
            (self.head.title, "presets.rename"),
            (self.effect.comparison.try_button, "presets.effect"),
        ):
            bind_action(widget, action)

    def acts(self) -> Mapping[str, Act]:
        return {
            "presets.save": Act(self.save, self._why_not_save),
            "presets.revert": Act(self.revert, self._why_not_save),
            "presets.redo": Act(self.redo, self._why_not_redo),
            "presets.copy": Act(self.copy),
            "presets.use": Act(self.use),
            "presets.make_default": Act(self.make_default),
            "presets.rename": Act(self.rename, self._why_not_own),
            "presets.import": Act(self.choose_files),
            "presets.export": Act(self.export),
            "presets.effect": Act(self.effect.comparison.try_button.click),
            "presets.delete": Act(self.delete, self._why_not_own),
        }

    def _why_not_own(self) -> str:
        return "" if self.editor.own else self.tr("A built-in preset stays as it is.")

    def _why_not_save(self) -> str:
        return "" if self.editor.dirty else self.tr("Nothing was changed.")

    def _why_not_redo(self) -> str:
        return "" if self.editor.stack.canRedo() else self.tr("Nothing was taken back.")

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Curves above the pictures that they make; in a small window the pictures first."""
        px = self._theme.px
        self.side.head.row.setContentsMargins(Space.XL, 0, Space.XL if self.columns.on else Space.S, 0)
        if self.columns.on:
            self.side.setFixedWidth(self.width())
            room = self.width() - 2 * Space.XL
        else:
            least = max(_SIDE_LEAST, self.side.head.sizeHint().width())
            self.side.setFixedWidth(min(px(_SIDE), max(self.width() // 3, least)))
            room = self.width() - self.side.width() - 2 * Space.XL
        wide = room >= px(_WIDE)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._plots.setDirection(beside if wide else below)
        self._details.setDirection(beside if wide else below)
        if (self._column.indexOf(self.effect) == 0) == wide:
            self._column.removeWidget(self.effect)
            self._column.insertWidget(1 if wide else 0, self.effect)
            set_tab_order(reading_order(self))
        used = px(Size.HEAD + _FOOT) + (self.guidance.sizeHint().height() if wide else 0)
        self.effect.set_highest(max(self.height() - used, px(_LEAST)))

    # ---- What is shown

    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self.trials.look(True)

    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self.trials.look(False)

    def shown(self) -> None:
        self._forecast.look()
        self._work.loras.look()
        self.side.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def valid(self) -> bool:
        """Whether no field has a value that is not allowed."""
        return not any(field.problem for field in self.findChildren(CheckedEdit))

    def keep(self) -> object:
        # All else is in the draft; and a number is written in another way in another language.
        return {place: field.text() for place, field in enumerate(self.findChildren(CheckedEdit)) if field.problem}

    def put_back(self, kept: object) -> None:
        texts = cast("dict[int, str]", kept)  # of `keep`
        for place, field in enumerate(self.findChildren(CheckedEdit)):
            if place in texts:
                field.put_back(texts[place])

    def _opened(self) -> None:
        self.scroller.verticalScrollBar().setValue(0)
        for field in self.findChildren(CheckedEdit):  # what is wrong was typed for another preset
            field.give_up()

    def _show(self) -> None:
        editor = self.editor
        draft, own = editor.draft, editor.own
        scale = self._forecast.own_scale(draft)
        self.guidance.show_preset(draft, editor.saved, scale, self._cost(draft, scale), editable=own)
        self.attention.show_preset(draft, editable=own)
        self.sampling.show_preset(draft, editable=own)
        self.loras.show_preset(draft, editable=own)
        self.response.show_preset(draft, editable=own)
        self.effect.show_preset(draft)
        form = form_of(draft), tuple(self.loras.rows)
        if form != self._form:
            self._form = form
            self._watch_problems()
            set_tab_order(reading_order(self))
        self._show_head()

    def _show_head(self) -> None:
        editor = self.editor
        self.head.show_preset(editor.draft, own=editor.own, dirty=editor.dirty, valid=self.valid)
        self.head.undo.setEnabled(editor.stack.canUndo())
        self.head.redo.setEnabled(editor.stack.canRedo())
        self.head.use.setEnabled(self.presets.used != editor.name)
        for action in (self.side.rename, self.side.delete):
            action.setEnabled(editor.own)
        self.side.default.setEnabled(self.presets.default != editor.name)

    def _watch_problems(self) -> None:
        for field in self.findChildren(CheckedEdit):
            field.problem_changed.connect(self._show_head, Qt.ConnectionType.UniqueConnection)

    def _cost(self, preset: Preset, scale: float) -> str:
        passes = evaluations(preset, scale, preset.steps)
        text = self.tr("{passes} passes a picture").format(passes=self.locale().toString(passes))
        seconds = self._forecast.seconds(preset)
        if seconds is None:
            return text
        return self.tr("{passes}, about {time}").format(passes=text, time=_seconds(self, seconds))

    def _offer(self) -> None:
        self.sampling.offer(self._forecast.checkpoints())

    # ---- What the user does

    def choose(self, name: str) -> None:
        self.error.clear()
        self.editor.open(name)

    def _picked(self) -> None:
        """In one column what was picked from the list comes into view."""
        if self.columns.on:
            self.columns.show_half("preset")

    def _change(self, preset: Preset, text: str, gesture: str) -> None:
        self._toast_is_newest = False
        self.editor.change(preset, text, gesture)

    def undo(self) -> None:
        self.editor.stack.undo()

    def redo(self) -> None:
        self.editor.stack.redo()

    def save(self) -> None:
        self.error.clear()
        if self.valid:
            self.editor.save()

    def revert(self) -> None:
        self.editor.revert(self.head.revert.text())

    def copy(self) -> None:
        """A preset of the user's own with what is shown."""
        draft = self.editor.draft
        title = plain_name(draft.name, translated(draft.title))
        title = self.tr("{title}, copy").format(title=title)
        self.presets.copy(draft, title, translated(draft.description))

    def use(self) -> None:
        """On Create, from now on."""
        self._use(self.used)

    def compare(self) -> None:
        """Varies its settings, which are those of Create from now on."""
        self._use(self.compare_wanted)

    def _use(self, then: SignalInstance) -> None:
        put_back = self.presets.use(self.editor.name)
        self._show()
        then.emit()
        title = translated(self.editor.saved.title)
        self._offer_back(self.tr("Create makes the next pictures with {title}.").format(title=title), put_back)

    def make_default(self) -> None:
        """New pictures begin with it."""
        put_back = self.presets.make_default(self.editor.name)
        title = translated(self.editor.saved.title)
        self._offer_back(self.tr("New pictures begin with {title}.").format(title=title), put_back)

    def _offer_back(self, text: str, put_back: Callable[[], None]) -> None:
        self._toast_is_newest = True
        self.said.emit(text, put_back)

    def rename(self) -> None:
        """Into the name, which is edited in place."""
        if self.editor.own:
            self.head.title.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.head.title.selectAll()

    def _rename(self, title: str) -> None:
        self.presets.rename(self.editor.name, title)

    def delete(self) -> None:
        if self.editor.own:
            self.presets.delete(self.editor.name)

    def export(self) -> None:
        """What is saved, as a file."""
        preset = self.editor.saved
        path = files.ask_where(self, preset)
        if path is not None:
            self.presets.export(preset, path)

    def choose_files(self) -> None:
        self._take_over(files.ask_which(self))

    def _take_over(self, chosen: list[Path]) -> None:
        self.error.clear()
        self.presets.take_over(chosen)

    # ---- What came of it

    def _added(self, names: tuple[str, ...]) -> None:
        self.editor.open(names[-1])
        preset = self.presets.find(names[-1])
        assert preset is not None
        if self.isVisible():  # elsewhere it is said there
            text = self.tr("{title} is among your presets.").format(title=preset.title)
            if len(names) > 1:
                text = self.tr("{count} presets are among yours now.").format(count=len(names))
            self.said.emit(text, None)

    def _renamed(self, before: str, name: str, title: str) -> None:
        preset = self.presets.find(name)
        assert preset is not None
        text = self.tr("It is called {title} now.").format(title=preset.title)
        self._offer_back(text, partial(self.presets.rename, name, title))

    def _removed(self, title: str, put_back: Callable[[], None]) -> None:
        self._offer_back(self.tr("{title} was deleted.").format(title=title), put_back)

    def _saved(self, name: str) -> None:
        self.said.emit(self.tr("Saved."), None)

    def _exported(self, file: str) -> None:
        self.said.emit(self.tr("Written to {file}.").format(file=file), None)

    def _failed(self, error: FastFaceError) -> None:
        self.error.show_error(error)
        self.scroller.verticalScrollBar().setValue(0)

    # ---- Drops and keys

    def takes(self, dropped: QMimeData) -> bool:
        found = files.dropped_files(dropped)
        # Pictures mean something on every page: here only while this one is in view.
        return bool(found) and (self.isVisible() or all(file.suffix.lower() == ".json" for file in found))

    def drop_words(self) -> str:
        return self.tr("Let go to take over these presets")

    def take(self, dropped: QMimeData) -> None:
        self._take_over(files.dropped_files(dropped))

    def event(self, event: QEvent, /) -> bool:
        # The window's own key takes back what the newest message offers. Here the last edit is taken back first, if it
        # is newer than that message.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._undoes(event):
            if not self._toast_is_newest:
                event.accept()
                return True
            self._toast_is_newest = False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if self._undoes(event):
            self.undo()
        else:
            super().keyPressEvent(event)

    def _undoes(self, event: QKeyEvent) -> bool:
        return event.matches(QKeySequence.StandardKey.Undo) and self.editor.stack.canUndo()


def _seconds(widget: QWidget, seconds: float) -> str:
    """Finer than elsewhere: what a dragged point changes is often less than a second."""
    return f"{widget.locale().toString(seconds, 'f', 1)} s" if seconds < 10 else duration(seconds)
