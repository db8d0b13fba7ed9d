"""What a search found: its curve, and a line for each point, whose settings become a preset."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from fastface_core.domain.presets import Preset
from fastface_core.evaluation.kept_searches import CurvePoint, KeptSearch
from fastface_desktop.state.compare.searches import Searches
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.ui.compare.curve_view import CurveView
from fastface_desktop.ui.compare.search_words import measured, settings_of, with_interval
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.scrolling import Scrolled, scroller


class SearchResult(QWidget):
    saving = Signal()
    """A preset is about to be made of a point."""

    def __init__(self, searches: Searches, presets: Presets, theme: Theme) -> None:
        super().__init__()
        self._searches, self._presets = searches, presets
        self._shown: KeptSearch | None = None
        self.curve = CurveView(theme)
        self.note = label(role="secondary", wrap=True)
        self.report_button = button(
            self.tr("Report"), self.tr("Open all numbers, tables and pictures in the browser"), "quiet"
        )
        self.report_button.clicked.connect(self._open_report)
        self.saves: list[QPushButton] = []
        """Of the points, in their order; not of the settings that the search began with."""
        self._lines = QWidget()
        self._grid = QGridLayout(self._lines)
        self._grid.setContentsMargins(0, 0, Space.S, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(1, 1)
        points = scroller(Scrolled(column(self._lines, REST)))
        right = column(self.note, filling(points), row(REST, self.report_button), gap=Space.M)
        row(filling(self.curve, 5), filling(right, 6), gap=Space.XL, of=self)

    def show_search(self, search: KeptSearch) -> None:
        """One that is done."""
        if self._shown == search:
            return
        self._shown, curve, ask = search, search.curve, search.ask
        assert curve is not None
        self.curve.show_curve(curve, drawn=ask.drawn)
        self.note.setText(
            self.tr("Verified on {count} people that the search did not see; in brackets 95 % intervals.").format(
                count=ask.verify
            )
        )
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.saves.clear()
        number = 0
        for place, point in enumerate(curve.points):
            number += not point.base
            self._add(place, point, "" if point.base else str(number), search)

    def _add(self, place: int, point: CurvePoint, number: str, search: KeptSearch) -> None:
        assert search.curve is not None
        name = label(number, "strong")
        like, follow = (measured(one, drawn=search.ask.drawn) for one in (search.curve.like, search.curve.follow))
        numbers = label(
            f"{like} {with_interval(point.like)}\n{follow} {with_interval(point.follow)}", "secondary", wrap=True
        )
        words = QWidget()
        column(label(settings_of(search.ask, point), "strong", wrap=True), numbers, of=words)
        self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, place, 1)
        if point.base:
            return
        save = button(
            self.tr("Save as preset"),
            self.tr("Put the settings of point {number} among your presets").format(number=number),
        )
        save.setProperty("place", place)
        save.clicked.connect(self._save)
        self._grid.addWidget(save, place, 2, Qt.AlignmentFlag.AlignTop)
        self.saves.append(save)

    def _save(self) -> None:
        place: int = self.sender().property("place")
        search = self._shown
        if search is None or search.curve is None:
            return
        point = search.curve.points[place]
        self.curve.choose(place)
        title, said = settings_of(search.ask, point), self._description(search, point)

        def read(preset: Preset) -> None:
            self.saving.emit()
            self._presets.copy(preset, title, said)

        self._searches.preset(point, read)

    def _description(self, search: KeptSearch, point: CurvePoint) -> str:
        assert search.curve is not None
        like, follow = (measured(one, drawn=search.ask.drawn) for one in (search.curve.like, search.curve.follow))
        return self.tr("Found by a search. On {count} other people: {like}, {follow}.").format(
            count=search.ask.verify,
            like=f"{like} {with_interval(point.like)}",
            follow=f"{follow} {with_interval(point.follow)}",
        )

    def _open_report(self) -> None:
        if self._shown is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shown.page)))
