"""How far the open comparison is, and what can be done with it as a whole."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.state.engine import EngineState
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared.comparison_words import axis_title
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, IconButton, button, label
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column


class RunBar(QWidget):
    sheet_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, comparisons: Comparisons, engine: EngineState, theme: Theme) -> None:
        super().__init__()
        self._comparisons, self._engine = comparisons, engine
        self.title = label(role="strong", wrap=True)
        self.prompt = ElidedLabel(role="secondary")
        self.facts = label(role="secondary", wrap=True)
        self.state = label(role="secondary", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the comparison"))
        self.go_button = button(self.tr("Go on"), self.tr("Make what is left; nothing is made twice"), "primary")
        bind_action(self.go_button, "compare.begin")
        self.pause_button = button(self.tr("Pause"), self.tr("Make no other picture after this one"))
        self.stop_button = button(self.tr("Stop"), self.tr("Stop after this step; what is made stays"))
        bind_action(self.stop_button, "compare.stop")
        self.sheet_button = IconButton("export", self.tr("Save as picture: the whole grid with its labels"), theme)
        bind_action(self.sheet_button, "compare.export")
        self.table_button = IconButton("grid", self.tr("Save as CSV: a line for each picture"), theme)
        self.remove_button = IconButton(
            "trash", self.tr("Drop this comparison from the list; its pictures stay in the gallery"), theme
        )
        self.error = InlineError(theme)
        self._build()
        self.go_button.clicked.connect(self.go)
        self.pause_button.clicked.connect(self.pause)
        self.stop_button.clicked.connect(comparisons.cancel)
        self.sheet_button.clicked.connect(self.sheet_wanted)
        self.table_button.clicked.connect(self.table_wanted)
        self.remove_button.clicked.connect(self.remove)
        comparisons.opened.connect(self._show)
        comparisons.changed.connect(self._show)
        comparisons.came.connect(self._came)
        engine.changed.connect(self._show)
        self._show()

    def _build(self) -> None:
        whole = column(self.title, self.facts, self.prompt, self.progress, self.state, self.error, gap=Space.S, of=self)
        row = flexible(QWidget())
        flow = FlowLayout(row, Space.S)
        for one in (self.go_button, self.pause_button, self.stop_button, self.remove_button):
            flow.addWidget(one)
        whole.addWidget(row)

    def go(self) -> None:
        """Goes on with what is left."""
        self.error.clear()
        self._comparisons.resume()

    def pause(self) -> None:
        """Pauses, or goes on."""
        if self._comparisons.status == "running":
            self._comparisons.pause()
        else:
            self.go()

    def remove(self) -> None:
        if (opened := self._comparisons.current) is not None:
            self._comparisons.remove(opened.comparison.id)

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _came(self, place: object) -> None:
        self._show()

    def _show(self) -> None:
        opened, status = self._comparisons.current, self._comparisons.status
        if opened is None:
            return
        rows = f"\n↓ {axis_title(opened.grid.rows)}" if opened.grid.rows else ""
        self.title.setText(f"→ {axis_title(opened.grid.columns)}{rows}")
        self.prompt.setText(opened.grid.prompt)
        self.prompt.setVisible(bool(opened.grid.prompt))
        seeds = ", ".join(str(seed) for seed in opened.grid.seeds)
        checkpoint = translated(self._comparisons.plan.title_of(opened.grid.checkpoint))
        self.facts.setText(
            f"{translated(opened.grid.preset.title)} · {checkpoint} · " + self.tr("Seed {seeds}").format(seeds=seeds)
        )
        left = len(self._comparisons.left)
        self.progress.setRange(0, len(opened.shots))
        self.progress.setValue(len(opened.made))
        self.state.setText(self._words(len(opened.made), len(opened.shots), left))
        busy = self._comparisons.busy
        self.go_button.setVisible(not busy and left > 0)
        self.pause_button.setVisible(status in ("running", "pausing"))
        self.pause_button.setText(self.tr("Pause") if status == "running" else self.tr("Go on"))
        self.stop_button.setVisible(busy)
        self.stop_button.setEnabled(status in ("running", "pausing"))
        self.remove_button.setEnabled(not busy)
        for one in (self.sheet_button, self.table_button):
            one.setEnabled(bool(opened.made))

    def _words(self, made: int, all_: int, left: int) -> str:
        comparisons = self._comparisons
        match comparisons.status:
            case "stopping":
                return self.tr("Stopping…")
            case "pausing":
                return self.tr("Pausing after this picture…")
            case "beginning":
                return self.tr("Starting…")
            case "running":
                return self._running(made, all_)
            case _ if left:
                return self.tr("{made} of {all} pictures are there.").format(made=made, all=all_)
            case _ if made < all_:
                held = self.tr("Held back by the content filter: {count}.").format(count=all_ - made)
                return self.tr("{made} of {all} pictures are there.").format(made=made, all=all_) + " " + held
            case _:
                return self.tr("All {all} pictures are there.").format(all=all_)

    def _running(self, made: int, all_: int) -> str:
        comparisons = self._comparisons
        step, steps = comparisons.step
        if self._engine.status in ("importing", "loading"):
            return f"{translated(self._engine.text)}…"
        text = self.tr("Picture {number} of {all}").format(number=min(made + 1, all_), all=all_)
        if steps:
            text += self.tr(", step {step} of {steps}").format(step=step, steps=steps)
        seconds = comparisons.plan.expected_seconds(comparisons.left)
        if seconds is not None:
            text += self.tr(", {time} left").format(time=duration(seconds))
        return text
