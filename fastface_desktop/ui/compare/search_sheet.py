"""The sheet that finds the best settings: what is searched, how far it is, and the curve."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QProgressBar, QStackedWidget, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.evaluation.asking import Ask
from fastface_core.evaluation.kept_searches import KeptSearch
from fastface_desktop.state.compare.searches import Searches
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.session import Session
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.compare.search_form import SearchForm
from fastface_desktop.ui.compare.search_result import SearchResult
from fastface_desktop.ui.shared.comparison_words import axis_title
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.consent_question import PermissionQuestion
from fastface_desktop.ui.widgets.day_field import day_text
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.scrolling import Scrolled, scroller
from fastface_desktop.ui.widgets.sheet import Sheet

_PARTS = 1000


class SearchAgreement(PermissionQuestion):
    """Asked before photos are searched on."""

    def words(self) -> tuple[str, str, str]:
        return (
            self.tr("Do you have the permission of everybody in these photos?"),
            self.tr("Pictures are made of all of them, to be measured. They stay with the search."),
            self.tr("Yes, of everybody"),
        )


class SearchSheet(Sheet):
    """See `Sheet` for what it lies over."""

    said = Signal(str, Undo)

    def __init__(
        self,
        *,
        searches: Searches,
        session: Session,
        presets: Presets,
        theme: Theme,
        host: QWidget,
        beside: QWidget,
        above: QWidget,
    ) -> None:
        super().__init__(theme, host=host, beside=beside, above=above)
        self.name(self.tr("Best settings"), self.tr("Close the sheet; the search goes on (Esc)"))
        self._searches, self._presets = searches, presets
        self._saving = False
        self._asked: Ask | None = None
        self.form = SearchForm(session, presets, theme)
        self.result = SearchResult(searches, presets, theme)
        self.state = label(role="title", wrap=True)
        self.what = label(role="secondary", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, _PARTS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("How far the search is"))
        self.error = InlineError(theme)
        self.agreement = SearchAgreement()
        self._build()
        self._connect()
        theme.dress(self)
        self._show()

    def _build(self) -> None:
        caption = label(self.tr("As like as can be, and yet what the prompt says"), "caption")
        self.earlier_button = button(self.tr("Earlier"), self.tr("Searches that were begun before"), "quiet")
        self._earlier = QMenu(self.earlier_button)
        self.earlier_button.setMenu(self._earlier)
        self.remove_button = button(
            self.tr("Erase"), self.tr("Erase this search with its pictures; presets that were saved stay"), "quiet"
        )
        self.new_button = button(self.tr("New search"), self.tr("Set up another search"), "quiet")
        self.go_button = button(self.tr("Begin"), self.tr("Make the pictures of the search"), "primary")
        self.pause_button = button(self.tr("Pause"), self.tr("Make no other picture after this one"))
        self.stop_button = button(self.tr("Stop"), self.tr("Stop after this step; what is made stays"), "quiet")
        running = QWidget()
        column(REST, self.state, self.what, Space.S, self.progress, REST, gap=Space.S, of=running)
        self.places = QStackedWidget()
        self._form_place = scroller(Scrolled(column(self.form)))
        self._running_place = running
        for place in (self._form_place, running, self.result):
            self.places.addWidget(place)
        column(
            row(
                label(self.tr("Find the best settings"), "title"),
                Space.S,
                caption,
                REST,
                self.earlier_button,
                self.remove_button,
                self.new_button,
                self.close_button,
                gap=Space.S,
            ),
            self.error,
            filling(self.places),
            self.agreement,
            row(REST, self.stop_button, self.pause_button, self.go_button, gap=Space.S),
            margins=(Space.XXL, Space.L, Space.XXL, Space.FIELD),
            gap=Space.L,
            of=self.card,
        )

    def _connect(self) -> None:
        self._earlier.aboutToShow.connect(self._fill_earlier)
        self.go_button.clicked.connect(self.go)
        self.pause_button.clicked.connect(self._searches.pause)
        self.stop_button.clicked.connect(self._searches.cancel)
        self.new_button.clicked.connect(self._new)
        self.remove_button.clicked.connect(self._remove)
        self.agreement.answered.connect(self._agreed)
        self.result.saving.connect(self._about_to_save)
        self._searches.changed.connect(self._show)
        self._searches.failed.connect(self.error.show_error)
        self._presets.added.connect(self._preset_added)
        self._presets.failed.connect(self._preset_failed)

    # ---- What is done

    def open_sheet(self) -> None:
        """Over whatever is in view; where a search is under way or was left unfinished, that one."""
        self._searches.look()
        self.form.offer()
        self.show_over(self.go_button if self.go_button.isVisibleTo(self) else self.close_button)

    def go(self) -> None:
        """Begins what is chosen, or goes on with what is left."""
        self.error.clear()
        if self._searches.current is not None:
            self._searches.resume()
            return
        try:
            ask = self.form.ask()
        except FastFaceError as error:
            self.error.show_error(error, copyable=False)
            return
        if ask.drawn:
            self._searches.begin(ask)
        else:
            self._asked = ask
            self.agreement.ask()

    def escape(self) -> None:
        if self.agreement.isVisible():
            self.agreement.no.click()
        else:
            self.close_sheet()

    def _agreed(self, yes: bool) -> None:
        if yes and self._asked is not None:
            self._searches.begin(self._asked)
        self._asked = None

    def _new(self) -> None:
        self.error.clear()
        self._searches.close_current()
        self.form.offer()

    def _remove(self) -> None:
        self.error.clear()
        if (search := self._searches.current) is not None:
            self._searches.remove(search)

    def _fill_earlier(self) -> None:
        self._earlier.clear()
        for search in self._searches.kept:
            self._earlier.addAction(self._name(search)).triggered.connect(
                _Open(self._searches, search, self._earlier).do
            )

    def _name(self, search: KeptSearch) -> str:
        varied = ", ".join(axis_title(axis) for axis in search.ask.axes)
        day = day_text(search.ask.since.date()) if search.ask.since else ""
        name = f"{varied} · {day}"
        return name if search.curve is not None else self.tr("{name}, not finished").format(name=name)

    # ---- What is shown

    def _show(self) -> None:
        searches = self._searches
        search, status = searches.current, searches.status
        looked_at = search is not None
        if search is not None and search.curve is not None:
            self.result.show_search(search)
            self.places.setCurrentWidget(self.result)
        else:
            self.places.setCurrentWidget(self._running_place if looked_at else self._form_place)
        self.earlier_button.setVisible(bool(searches.kept))
        for part in (self.earlier_button, self.new_button, self.remove_button):
            part.setEnabled(not searches.busy)
        self.new_button.setVisible(looked_at)
        self.remove_button.setVisible(looked_at)
        self.go_button.setVisible(status in ("none", "paused"))
        self.go_button.setText(self.tr("Go on") if looked_at else self.tr("Begin"))
        self.pause_button.setVisible(searches.busy)
        self.pause_button.setEnabled(status == "running")
        self.stop_button.setVisible(searches.busy)
        self.stop_button.setEnabled(status in ("running", "pausing"))
        if search is not None:
            self._show_progress(search)

    def _show_progress(self, search: KeptSearch) -> None:
        step, status = self._searches.step, self._searches.status
        titles = {
            "paused": self.tr("The search is paused"),
            "pausing": self.tr("Pausing after this picture"),
            "stopping": self.tr("Stopping after this step"),
        }
        verifying = step is not None and step.verifying
        self.state.setText(
            titles.get(status) or (self.tr("Verifying on others") if verifying else self.tr("Searching"))
        )
        if step is None:
            varied = ", ".join(axis_title(axis) for axis in search.ask.axes)
            self.what.setText(translated(self._searches.stage) or varied)
        else:
            text = (
                self.tr("{done} of {total} pictures measured")
                if step.measuring
                else self.tr("{done} of {total} pictures made")
            )
            self.what.setText(
                text.format(done=self.locale().toString(step.done), total=self.locale().toString(step.total))
            )
        begun = step.step / step.steps if step is not None and step.steps else 0.0
        self.progress.setValue(round(_PARTS * min(1.0, (step.done + begun) / max(step.total, 1))) if step else 0)
        self.progress.setVisible(step is not None)

    def _about_to_save(self) -> None:
        self._saving = True

    def _preset_added(self, names: tuple[str, ...]) -> None:
        if self._saving:
            self._saving = False
            titles = [translated(preset.title) for name in names if (preset := self._presets.find(name))]
            self.said.emit(self.tr("{name} is among your presets.").format(name=", ".join(titles)), None)

    def _preset_failed(self, error: FastFaceError) -> None:
        if self._saving:
            self._saving = False
            self.error.show_error(error)


class _Open(QObject):
    """Opens one of the list."""

    def __init__(self, searches: Searches, search: KeptSearch, parent: QObject) -> None:
        super().__init__(parent)
        self._searches, self._search = searches, search

    def do(self) -> None:
        self._searches.open(self._search)
