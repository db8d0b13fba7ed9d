"""Settings, Diagnostics: one file for support, shown before it is saved."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QSizePolicy

from fastface_core.domain.timing import read_timings
from fastface_core.files import atomic_write
from fastface_core.health import diagnostics
from fastface_core.paths import data_folder
from fastface_desktop.log import log_file
from fastface_desktop.probe import Probe
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.ui.preferences.fields import Group
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, row

_GIB = 1 << 30


class _Text(QPlainTextEdit):
    """High enough to read in."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        super().__init__()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.px(Size.DRAWER))


class DiagnosticsSection(Section):
    def __init__(self, settings: Settings, engine: EngineState, probe: Probe, background: Tasks, theme: Theme) -> None:
        super().__init__(
            self.tr("Diagnostics"),
            self.tr(
                "One file for somebody who helps. It holds versions, device, settings, times and the log; no names,"
                " prompts, photos, pictures or folders. All of it is shown below; nothing is sent."
            ),
        )
        self._settings, self._engine, self._probe, self._background = settings, engine, probe, background
        self.text = _Text(theme)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("What the file holds"))
        self.text.setToolTip(self.tr("All that is in the file"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.text.setTabChangesFocus(True)
        self.save_button = button(self.tr("Save file…"), self.tr("Save what is shown here as a text file"), "primary")
        self.save_button.clicked.connect(self._choose)
        self.copy_button = button(self.tr("Copy"), self.tr("Copy all of this as text"))
        self.copy_button.clicked.connect(self._copy)
        self.again_button = button(self.tr("Look again"), self.tr("Gather everything again"))
        self.again_button.clicked.connect(self.gather)
        self.error = InlineError(theme)
        group = Group(label(self.tr("What the file holds"), "strong"), self.text, self.error)
        group.column.addLayout(row(self.save_button, self.copy_button, self.again_button, REST, gap=Space.S))
        self.add(group)

    def shown(self) -> None:
        self.gather()

    def gather(self) -> None:
        """Reads everything again."""
        settings, facts = self._settings.values, self.facts()

        def work() -> str:
            timings = read_timings(data_folder() / "timings.json")
            return diagnostics.report(settings, facts, timings, diagnostics.tail(log_file()))

        self._background.run(self, work, self.text.setPlainText, self.error.show_error)

    def facts(self) -> dict[str, str]:
        """What the window knows, in English, as the whole file is."""
        engine, memory = self._engine, self._engine.memory
        return {
            "Device": engine.device.name if engine.device else "not known yet",
            "Devices": ", ".join(f"{one.id} {one.name}" for one in engine.devices) or "not known yet",
            "Memory": f"{memory.used / _GIB:.1f} of {memory.total / _GIB:.1f} GB" if memory else "not known yet",
            "Engine": engine.status,
            "Longest stall of the window": f"{self._probe.longest * 1000:.0f} ms",
            "Screen": ", ".join(
                f"{screen.size().width()} x {screen.size().height()} at {screen.devicePixelRatio():g}"
                for screen in QGuiApplication.screens()
            ),
        }

    def save(self, file: Path) -> None:
        """Saves what is shown, and nothing else."""
        self.error.clear()
        content = self.text.toPlainText().encode()

        def work() -> Path:
            with atomic_write(file) as out:
                out.write(content)
            return file

        self._background.run(self, work, self._saved, self.error.show_error)

    def _choose(self) -> None:
        suggested = str(Path.home() / f"FastFace diagnostics {date.today():%Y-%m-%d}.txt")
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Where the file is to lie"), suggested, self.tr("Text (*.txt)")
        )
        if chosen:
            self.save(Path(chosen))

    def _saved(self, file: Path) -> None:
        self.said.emit(self.tr("Saved as {name}.").format(name=file.name), None)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.emit(self.tr("Copied."), None)
