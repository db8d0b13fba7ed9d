"""A comparison, the trials of a preset, a batch or a search in the queue's drawer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from fastface_desktop.state.jobs.other_work import Entry
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, label, restyle
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row
from fastface_desktop.ui.widgets.small_picture import SmallPicture

_PARTS = 1000
_ICONS = {"comparison": "compare", "trial": "presets", "batch": "grid", "search": "search"}
_PAUSED = ("batch", "search")
"""What is paused, and seen in whole."""


class OtherRow(Card):
    stopped = Signal(str)
    """It is to end after its step, a batch or a search after its picture; the kind of work."""
    continued = Signal(str)
    """What is paused is to go on."""
    opened = Signal(str)
    """It is to be seen in whole."""

    def __init__(self, kind: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, kind="plain", margin=0)
        self.kind = kind
        self.picture = SmallPicture(theme, _ICONS[kind])
        self.title = ElidedLabel(role="strong")
        self.state = label(role="caption", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, _PARTS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far this is"))
        self.stop_button = IconButton("stop", self.tr("Stop this after its step"), theme)
        self.stop_button.clicked.connect(self._stop)
        batch = kind == "batch"
        if kind in _PAUSED:
            self.stop_button.set_icon("pause")
            self.stop_button.set_text(
                self.tr("Pause the batch after this picture")
                if batch
                else self.tr("Pause the search after this picture")
            )
        go = self.tr("Go on with the batch") if batch else self.tr("Go on with the search")
        self.go_button = IconButton("play", go, theme, colour="accent")
        self.go_button.clicked.connect(self._go_on)
        shown = self.tr("Show the rows of the batch") if batch else self.tr("Show the search")
        self.open_button = IconButton("panel", shown, theme)
        self.open_button.clicked.connect(self._open)
        self.open_button.setVisible(kind in _PAUSED)
        words = column(
            row(filling(self.title), self.open_button, self.go_button, self.stop_button),
            self.state,
            Space.XS,
            self.progress,
            REST,
        )
        line = row(
            aligned(self.picture, Qt.AlignmentFlag.AlignTop),
            filling(words),
            margins=(Space.L, Space.S + 2, Space.S, Space.S + 2),
            gap=Space.M,
        )
        self.column.addLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_entry(self, entry: Entry) -> None:
        self.picture.show_image(entry.image)
        self.title.setText(self._title(entry))
        self.state.setText(self._state(entry))
        made = entry.pictures - entry.left
        begun = entry.step / entry.steps if entry.steps and entry.left else 0.0
        self.progress.setValue(round(_PARTS * min(1.0, (made + begun) / max(entry.pictures, 1))))
        self.progress.setVisible(not entry.waits or made > 0)
        self.stop_button.setVisible(not entry.paused)
        self.go_button.setVisible(entry.paused)
        restyle(self, "kind", "unfinished" if entry.paused else "plain" if entry.waits else "running")
        self.setAccessibleName(f"{self.title.text()}: {self.state.text()}")

    def _title(self, entry: Entry) -> str:
        if entry.kind == "trial":
            return self.tr("Before and after")
        if entry.kind == "batch":
            return entry.name
        if entry.kind == "search":
            return self.tr("Best settings")
        # Its libraries are not needed to open the window.
        from fastface_desktop.ui.shared.comparison_words import axis_title

        return " × ".join(axis_title(axis) for axis in entry.axes)  # noqa: RUF001

    def _state(self, entry: Entry) -> str:
        if entry.kind == "trial":
            return self.tr("Trial · goes in after this picture") if entry.waits else self.tr("Trial · being made")
        made = entry.pictures - entry.left
        if entry.kind == "batch":
            text = self.tr("Batch · {made} of {count} pictures").format(
                made=self.locale().toString(made), count=self.locale().toString(entry.pictures)
            )
            return f"{text} · {self.tr('paused')}" if entry.paused else text
        if entry.kind == "search":
            told = self.tr("Search · {made} of {count} pictures") if entry.pictures else self.tr("Search")
            if entry.measuring:
                told = self.tr("Search · {made} of {count} measured")
            text = told.format(made=self.locale().toString(made), count=self.locale().toString(entry.pictures))
            return f"{text} · {self.tr('paused')}" if entry.paused else text
        text = self.tr("Comparison · {made} of {count} cells").format(made=made, count=entry.pictures)
        return f"{text} · {self.tr('waits')}" if entry.waits else text

    def _go_on(self) -> None:
        self.continued.emit(self.kind)

    def _open(self) -> None:
        self.opened.emit(self.kind)

    def _stop(self) -> None:
        self.stopped.emit(self.kind)
