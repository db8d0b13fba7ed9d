"""A batch that is looked at: how far it is, and its rows."""

from PySide6.QtCore import QLocale, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QProgressBar, QWidget

from fastface_core.models.store import gigabytes
from fastface_desktop.state.batch.batches import Batches
from fastface_desktop.state.batch.rows import RowState
from fastface_desktop.translation import translated
from fastface_desktop.ui.batch.row_list import RowList, missing
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, label
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.segments import Segments

_PARTS = 1000


class RunView(QWidget):
    note_wanted = Signal()
    """Permissions are to be noted."""

    def __init__(self, batches: Batches, theme: Theme) -> None:
        super().__init__()
        self._batches = batches
        self.name = ElidedLabel(role="heading")
        self.said = label(role="secondary", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _PARTS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far the batch is"))
        self.list = RowList(batches.images, theme)
        self.list.opened.connect(self._see)
        self.shown = Segments(
            [
                ("all", "", self.tr("All"), self.tr("Show all rows")),
                ("missing", "", self.tr("Not made"), self.tr("Show the rows without a picture, and why")),
            ],
            self.tr("Rows"),
            theme,
            wide=False,
        )
        self.shown.choose("all")
        self.shown.chosen.connect(self.list.rows.show_only)
        column(
            row(filling(self.name), self.shown, gap=Space.M),
            self.said,
            self.bar,
            Space.S,
            filling(self.list),
            gap=Space.S,
            of=self,
        )
        batches.opened.connect(self._opened)
        batches.changed.connect(self.show_state)
        batches.row_changed.connect(self._row_changed)
        self._opened()

    def _opened(self) -> None:
        batch = self._batches.current
        self.list.rows.numbered = batch is not None and batch.numbered
        self.name.setText(batch.name if batch is not None else "")
        self.list.rows.show_rows(self._batches.rows)
        self.show_state()

    def _row_changed(self, place: int) -> None:
        self.list.rows.show_row(self._batches.rows, place)
        row = self._batches.row(place)
        at = self.list.rows.shown_at(place)
        # A user who looks at another row is left there.
        if row.status == "running" and not row.made and at >= 0 and not self.list.underMouse():
            self.list.scrollTo(self.list.rows.index(at))

    def show_state(self) -> None:
        batches = self._batches
        pictures, left, lost = batches.pictures, batches.left, missing(batches.rows)
        made = sum(row.made for row in batches.rows)
        step, steps = batches.step
        begun = step / steps if steps else 0.0
        self.bar.setValue(
            round(_PARTS * min((pictures - left + begun) / max(pictures, 1), 1.0)) if made or begun else 0
        )
        count = QLocale().toString(len(batches.rows))
        parts = [self.tr("1 row") if len(batches.rows) == 1 else self.tr("{count} rows").format(count=count)]
        if made:
            parts.append(
                self.tr("1 picture made")
                if made == 1
                else self.tr("{count} pictures made").format(count=QLocale().toString(made))
            )
        if lost:
            parts.append(
                self.tr("1 row is not made")
                if lost == 1
                else self.tr("{count} rows are not made").format(count=QLocale().toString(lost))
            )
        parts.append(self._state())
        self.said.setText(" · ".join(filter(None, parts)))

    def _state(self) -> str:
        batches, said = self._batches, self._batches.forecast
        match batches.status:
            case "running":
                return translated(batches.stage)
            case "pausing":
                return self.tr("Pauses after this picture")
            case "stopping":
                return self.tr("Stopping")
            case "looking":
                return self.tr("Looking at the rows…")
            case "ready" | "paused" if said is not None and said.needed > said.free:
                return self.tr("It may need {needed}, and {free} are free. Free some space first.").format(
                    needed=gigabytes(said.needed), free=gigabytes(said.free)
                )
            case "paused":
                return self.tr("Paused")
            case _:
                return ""

    def _see(self, row: RowState) -> None:
        if row.cover is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.cover)))
