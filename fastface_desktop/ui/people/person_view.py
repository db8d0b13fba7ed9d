"""All details of a person: name, notes and permission on the right of the photos, and what is done with the person."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.people.eraser import PersonEraser
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.people import PeopleState, PersonDetails
from fastface_desktop.state.tasks import ignore
from fastface_desktop.state.twin import PersonTwin
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.people.client_panel import ClientPanel
from fastface_desktop.ui.people.consent_panel import ConsentPanel
from fastface_desktop.ui.people.forget_panel import ForgetPanel, ToForget
from fastface_desktop.ui.people.identity_panel import IdentityPanel
from fastface_desktop.ui.people.papers_panel import PapersPanel
from fastface_desktop.ui.people.photo_area import PhotoArea
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row
from fastface_desktop.ui.widgets.one_column import OneColumn
from fastface_desktop.ui.widgets.scrolling import Scrolled, keep_in_line, scroller
from fastface_desktop.ui.widgets.twin_chips import TwinCard

if TYPE_CHECKING:
    from fastface_core.library.people.files import Consent

_SHARE, _LEAST = 0.4, 300
"""The most that the right panel takes of the width, and its least width in pixels."""
_WORDS, _MOST = 280, 0.5
"""Pixels that its words need, and what they may take of the width where the text is large."""
_NAME = 320


class PersonView(QWidget):
    said = Signal(str, Undo)
    back_wanted = Signal()
    create_wanted = Signal(str)
    pictures_wanted = Signal(str)
    gone = Signal(str, int)
    """The person shown is forgotten: the name, and how many pictures were erased."""

    def __init__(
        self, people: PeopleState, intake: PhotoIntake, traces: PersonEraser, twin: PersonTwin, theme: Theme
    ) -> None:
        super().__init__()
        self._people, self.drawn_person, self._theme = people, twin, theme
        self.person: PersonDetails | None = None
        self._wanted: str | None = None
        self.area = PhotoArea(people, intake, theme)
        self.area.said.connect(self.said)
        self.error = InlineError(theme)
        self.identity = IdentityPanel(theme)
        self.identity.photo_chosen.connect(self.area.select)
        self.twin = TwinCard(twin, theme, self.tr("As drawn"), kind="plain")
        self.coach = _Coach(theme)
        self.consent = ConsentPanel(theme)
        self.consent.saved.connect(self._save_consent)
        self.papers = PapersPanel(people, theme)
        self.papers.said.connect(self.said)
        self.papers.failed.connect(self.error.show_error)
        self.client = ClientPanel(theme)
        self.client.contact_changed.connect(self._keep_contact)
        self.client.job_changed.connect(self._keep_job)
        self.client.groups_changed.connect(self._keep_groups)
        self.client.notes_left.connect(self._keep_notes)
        self.forget_panel = ForgetPanel(traces, theme)
        self.forget_panel.gone.connect(self._gone)
        self._build()
        people.changed.connect(self._changed)
        people.corrections.failed.connect(self._not_kept)

    def _build(self) -> None:
        self.back_button = IconButton("chevron-left", self.tr("Back to everyone"), self._theme)
        bind_action(self.back_button, "people.back")
        self.back_button.clicked.connect(self.back_wanted)
        self.name = QLineEdit()
        self.name.setProperty("kind", "title")
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("Click to change the name"))
        self.name.setMaxLength(100)
        self.name.editingFinished.connect(self._rename)
        self.name.textChanged.connect(self._fit_head)
        self.pictures_button = button("", self.tr("Show the pictures of this person in the gallery"), "quiet")
        self.pictures_button.clicked.connect(self._show_pictures)
        self.create_button = button(self.tr("Make pictures"), self.tr("Go to Create with this person"), "primary")
        self.create_button.clicked.connect(self._create)
        icons.bind(self.area.add_button, "plus", self._theme, "text", size=Size.ICON_BUTTON)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setContentsMargins(Space.L, 0, Space.XL, 0)
        self._head.setSpacing(Space.S)
        self._names = QWidget()
        names = row(self.back_button, self.name, self.pictures_button, REST, gap=Space.S, of=self._names)
        self._acts = flexible(QWidget())
        acts = FlowLayout(self._acts, Space.S)
        for part in (self.area.add_button, self.create_button):
            acts.addWidget(part)
        self._head.addWidget(self._names, 1)
        self._head.addWidget(self._acts, 0, Qt.AlignmentFlag.AlignVCenter)
        left = Scrolled()
        photos = column(
            self.error,
            self.area,
            self.coach,
            REST,
            margins=(Space.XL, Space.XS, Space.XL, Space.XL),
            gap=Space.FIELD,
            of=left,
        )
        self.left = scroller(left)
        keep_in_line(self.left, photos)
        self.right = self._build_right()
        photos_half = QWidget()
        column(self._head, filling(self.left), of=photos_half)
        row(filling(photos_half), self.panel, of=self)
        self.columns = OneColumn(
            self,
            [("photos", self.tr("Photos"), photos_half), ("panel", self.tr("Permission"), self.panel)],
            self.tr("Photos or permission"),
            self._theme,
        )
        names.addWidget(self.columns.switch(), 0, Qt.AlignmentFlag.AlignVCenter)
        self._right_column.insertWidget(0, self.columns.switch(), 0, Qt.AlignmentFlag.AlignRight)
        self.columns.changed.connect(self._fit)
        self._theme.changed.connect(self._fit)
        self._fit()

    def _build_right(self) -> QScrollArea:
        right = Scrolled()
        column = self._right_column = QVBoxLayout(right)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        column.setSpacing(Space.SECTION)
        self.consent.papers_place.addWidget(self.papers)
        for part in (self.identity, self.twin, self.consent, self.client):
            column.addWidget(part)
        column.addStretch()
        column.addWidget(self.forget_panel)
        area = scroller(right)
        keep_in_line(area, column)
        self.panel = QFrame()
        self.panel.setProperty("kind", "inspector")
        inside = QVBoxLayout(self.panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(area)
        for asking in (self.consent, self.forget_panel):
            asking.asked.connect(self._bring_into_view)
        return area

    def _bring_into_view(self) -> None:
        """What is asked is seen at once, once it has its place."""
        asking = self.sender()
        if isinstance(asking, QWidget):
            self._asking = asking
            QTimer.singleShot(0, self._scroll_to_asking)

    def _scroll_to_asking(self) -> None:
        self._right_column.activate()
        self.right.ensureWidgetVisible(self._asking, 0, Space.L)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The right panel gives way in a small window, so that the photos keep some room."""
        px = self._theme.px
        self.panel.setFixedWidth(
            self.width()
            if self.columns.on
            else max(
                min(px(Size.DRAWER), round(self.width() * _SHARE)),
                min(px(_WORDS), round(self.width() * _MOST)),
                _LEAST,
            )
        )
        self._names.setFixedHeight(px(Size.HEAD))
        self._fit_head()

    def _fit_head(self) -> None:
        """The buttons are below the name where both have no room in one line."""
        self._fit_name()
        wanted = self.area.add_button.sizeHint().width() + Space.S + self.create_button.sizeHint().width()
        panel = 0 if self.columns.on else self.panel.width()
        room = self.width() - panel - Space.L - Space.XL - Space.S
        beside = room >= wanted + self._names.minimumSizeHint().width()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._head.setDirection(direction)
        margins = self._head.contentsMargins()
        margins.setBottom(0 if beside else Space.S)
        self._head.setContentsMargins(margins)
        self._acts.setMinimumWidth(wanted if beside else 0)

    def _fit_name(self) -> None:
        """The name is as wide as it is long: what is said of it is right beside."""
        text = self.name.fontMetrics().horizontalAdvance(self.name.text() or self.name.placeholderText())
        self.name.setFixedWidth(min(text + Space.L, self._theme.px(_NAME)))

    # ---- Who is shown

    def open(self, uid: str) -> None:
        """Shows a person."""
        self.client.keep()
        if self._wanted != uid:
            self.person = None
            self.error.clear()
            for scroller in (self.left, self.right):
                scroller.verticalScrollBar().setValue(0)
        self._wanted = uid
        self.drawn_person.show_person(uid)
        self._people.details(self, uid, self._arrived, self._not_arrived)

    def close_person(self) -> None:
        """Shows nobody, and drops everything about the person before."""
        self.client.keep()
        self._wanted = self.person = None
        self.drawn_person.show_person(None)
        self.area.forget()
        self.name.clear()
        self.client.clear()
        self.papers.forget()
        self.error.clear()

    def escape(self) -> None:
        """Closes what is open, from the inside out."""
        if self.consent.editor.isVisible():
            self.consent.cancel_button.click()
        elif self.forget_panel.question.isVisible() and not self.forget_panel.forgetting:
            self.forget_panel.no.click()
        elif self.area.panel_open:
            self.area.close_panel()
        elif self.twin.chips.panel.isVisible():
            self.twin.chips.close_panel()
        else:
            self.back_wanted.emit()

    def _changed(self) -> None:
        if self._wanted is not None and not self._people.locked and not self.forget_panel.forgetting:
            self._people.details(self, self._wanted, self._arrived, self._not_arrived)

    def _not_arrived(self, error: FastFaceError) -> None:
        if self._wanted is not None and not self.forget_panel.forgetting:
            if self._people.person(self._wanted) is None and self._people.ready:
                self.back_wanted.emit()  # forgotten by another program
            else:
                self.error.show_error(error)

    def _arrived(self, found: PersonDetails) -> None:
        if found.uid != self._wanted:
            return
        before, self.person = self.person, found
        if not self.name.hasFocus() or before is None:
            self.name.setText(found.name)
        self.client.show_person(found)
        self.papers.show_person(found)
        count = found.pictures
        self.pictures_button.setVisible(count > 0)
        self.pictures_button.setText(
            self.tr("1 picture made") if count == 1 else self.tr("{count} pictures made").format(count=count)
        )
        self.pictures_button.setAccessibleName(self.pictures_button.text())
        self.create_button.setEnabled(found.usable > 0)
        self.area.show_person(found)
        self.identity.show_person(found)
        self.coach.show_advice(found.advice)
        self.coach.setVisible(bool(found.photos))
        self.consent.show_person(found)
        self.forget_panel.show_person(ToForget(found.uid, found.name, len(found.photos), found.pictures))

    # ---- What is changed

    def _rename(self) -> None:
        person = self.person
        if person is None or self.name.text() == person.name:
            return
        wanted = self.name.text()

        def put_back() -> None:
            self._people.run(self, lambda people: people.rename(person.uid, person.name), ignore, self.error.show_error)

        def renamed(_: object) -> None:
            self.error.clear()
            self.said.emit(self.tr("{old} is called {new} now.").format(old=person.name, new=wanted), put_back)

        def refused(error: FastFaceError) -> None:
            if self.person is not None and self.person.uid == person.uid:
                self.name.setText(person.name)
            self.error.show_error(error, copyable=False)

        self._people.run(self, lambda people: people.rename(person.uid, wanted), renamed, refused)

    def _keep_notes(self) -> None:
        person = self.person
        notes = self.client.notes.toPlainText()
        if person is None or notes == person.notes:
            return

        def put_back() -> None:
            self._people.run(
                self, lambda people: people.set_notes(person.uid, person.notes), ignore, self.error.show_error
            )

        kept = self._saying(self.tr("The notes are kept."), put_back)
        self._people.run(self, lambda people: people.set_notes(person.uid, notes), kept, self.error.show_error)

    def _keep_contact(self, contact: str) -> None:
        if self.person is not None:
            self._keep_client(self.person.uid, {"contact": contact}, {"contact": self.person.client.contact})

    def _keep_job(self, job: str) -> None:
        if self.person is not None:
            self._keep_client(self.person.uid, {"job": job}, {"job": self.person.client.job})

    def _keep_client(self, uid: str, said: dict[str, str], before: dict[str, str]) -> None:
        def put_back() -> None:
            self._people.run(self, lambda people: people.set_client(uid, **before), ignore, self.error.show_error)

        noted = self._saying(self.tr("The client is noted."), put_back)
        self._people.run(self, lambda people: people.set_client(uid, **said), noted, self.error.show_error)

    def _keep_groups(self, groups: tuple[str, ...]) -> None:
        person = self.person
        if person is None:
            return

        def put_back() -> None:
            self._people.run(
                self, lambda people: people.set_groups(person.uid, person.groups), ignore, self.error.show_error
            )

        noted = self._saying(self.tr("The groups are noted."), put_back)
        self._people.run(self, lambda people: people.set_groups(person.uid, groups), noted, self.error.show_error)

    def _save_consent(self, consent: "Consent | None") -> None:
        person = self.person
        if person is None:
            return
        before = person.consent

        def put_back() -> None:
            self._people.run(self, lambda people: people.set_consent(person.uid, before), ignore, self.error.show_error)

        noted, taken = self.tr("The permission is noted."), self.tr("No permission is noted any more.")
        kept = self._saying(noted if consent is not None else taken, put_back)
        self._people.run(self, lambda people: people.set_consent(person.uid, consent), kept, self.error.show_error)

    def _not_kept(self, uid: str, error: FastFaceError) -> None:
        if uid == self._wanted:
            self.error.show_error(error)

    def _gone(self, name: str, pictures: int) -> None:
        self.person = None  # what was typed and not kept goes as well
        self.gone.emit(name, pictures)

    def _saying(self, text: str, undo: Callable[[], None]) -> Callable[[object], None]:
        return lambda _: self.said.emit(text, undo)

    def _create(self) -> None:
        if self.person is not None:
            self.create_wanted.emit(self.person.uid)

    def _show_pictures(self) -> None:
        if self.person is not None:
            self.pictures_wanted.emit(self.person.uid)


class _Coach(Card):
    """What a next photo should be like."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.FIELD)
        self.title = label(role="strong", wrap=True)
        self.words = label(role="caption", wrap=True)
        self.icon = IconLabel("info", "secondary", theme)
        line = row(
            aligned(self.icon, Qt.AlignmentFlag.AlignVCenter),
            filling(column(self.title, self.words, gap=Space.XS)),
            gap=Space.M,
        )
        self.column.addLayout(line)

    def show_advice(self, sentences: tuple[str, ...]) -> None:
        first, *more = [translated(sentence) for sentence in sentences]
        self.title.setText(first)
        self.words.setText(" ".join([*more, self.tr("Drop photos anywhere on this page.")]))
