"""The first run: what the program makes, whether it works here, and a first portrait in three acts."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QSpacerItem, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError, PhotoError
from fastface_core.paths import resource
from fastface_desktop.state.computer import Computer
from fastface_desktop.state.gpu_runtime import GpuRuntime
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.permission import Permission
from fastface_desktop.state.session import Session
from fastface_desktop.state.session_values import MAX_PHOTOS
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.translation import translated
from fastface_desktop.ui.first_run.computer_step import ComputerStep
from fastface_desktop.ui.first_run.drop_field import DropField
from fastface_desktop.ui.first_run.dropped import Choices, TwinSide
from fastface_desktop.ui.first_run.ticks import Ticks
from fastface_desktop.ui.shared.pair import Pair
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import drops
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.photo_dialog import choose_photos
from fastface_desktop.ui.widgets.scrolling import scroller
from fastface_desktop.values import PhotoReport

_TEXT = 512
"""Width of the column with the text."""
_AWAY = 96
"""Between the pair and the text."""
_WIDE = 1000
"""From this effective width on the pair is beside the text."""
LANGUAGES = {"en": "English", "de": "Deutsch"}


class FirstRunPage(Page):
    """Has the whole window to itself."""

    alone = True
    finished = Signal()
    """The user goes on to Create."""

    def __init__(
        self,
        *,
        theme: Theme,
        settings: Settings,
        computer: Computer,
        runtime: GpuRuntime,
        downloads: Downloads,
        session: Session,
        queue: JobQueue,
        photos: ChosenPhotos,
        permission: Permission,
        twin: DrawnPerson,
        background: Tasks,
    ) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._theme, self._settings, self._session, self._queue = theme, settings, session, queue
        self._photos, self._permission = photos, permission
        self._showing_computer = False
        self.pair = Pair(theme)
        self.field = DropField(theme)
        self.error = InlineError(theme)
        self.ticks = Ticks(computer, downloads, background, theme)
        self.twin_side = TwinSide(twin, theme)
        self.choices = Choices(session, theme)
        self.computer = ComputerStep(computer, runtime, theme)
        self._build()
        self.field.choose_wanted.connect(self.choose_files)
        self.field.example_wanted.connect(self.use_example)
        self.twin_side.other_wanted.connect(self._choose_other)
        self.twin_side.more_wanted.connect(self.choose_files)
        self.choices.make_wanted.connect(self.make)
        photos.inspected.connect(self._inspected)
        photos.refused.connect(self._not_used)
        photos.failed.connect(self._not_used)
        photos.changed.connect(self._show_photo)
        session.changed.connect(self._session_changed)
        theme.changed.connect(self._fit)
        self._show_state()

    def _build(self) -> None:
        self._offer = QWidget()
        offer = QVBoxLayout(self._offer)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.setSpacing(0)
        title = label(self.tr("A photo of you.\nA portrait in seconds."), "first", wrap=True)
        lead = label(
            self.tr(
                "Drop one photo, or several of the same person. Everything happens on this computer; "
                "no photo leaves it."
            ),
            "lead",
            wrap=True,
        )
        lead.setMaximumWidth(self._theme.px(Size.SENTENCE))
        for part, after in ((title, Space.S + 2), (lead, Space.XL), (self.field, Space.S), (self.error, Space.L)):
            offer.addWidget(part)
            offer.addSpacing(after)
        offer.addWidget(self.ticks)
        self._left, self._right = QWidget(), QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.pair)
        left.addWidget(self.twin_side)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._offer)
        right.addWidget(self.choices)
        right.addWidget(self.computer)
        content = QWidget()
        content.setProperty("kind", "scrolled")
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._both.setContentsMargins(Space.XL, 0, Space.XL, 0)
        self._both.setSpacing(0)
        self._both.addStretch(1)
        self._both.addWidget(self._left, 0, Qt.AlignmentFlag.AlignCenter)
        self._away = QSpacerItem(_AWAY, 0)
        self._both.addItem(self._away)
        self._around = QHBoxLayout()
        self._around.addWidget(self._right, 0, Qt.AlignmentFlag.AlignVCenter)
        self._both.addLayout(self._around)
        self._both.addStretch(2)
        self.scroller = scroller(content)
        column(self._build_head(), filling(self.scroller), self._build_foot(), of=self)
        self._fit()

    def _build_head(self) -> QHBoxLayout:
        self.computer_button = button(
            self.tr("This computer"), self.tr("What was looked at, and what can be mended"), "quiet"
        )
        self.computer_button.setCheckable(True)
        self.computer_button.toggled.connect(self.show_computer)
        icons.bind(self.computer_button, "computer", self._theme, "text", size=Size.ICON_BUTTON)
        self.language_button = QPushButton(LANGUAGES["de" if self.locale().name().startswith("de") else "en"])
        self.language_button.setProperty("kind", "quiet")
        self.language_button.setToolTip(self.tr("Language of the window"))
        self.language_button.setAccessibleName(self.tr("Language"))
        self.language_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        icons.bind(self.language_button, "chevron-down", self._theme, "text", size=Size.ICON_TEXT)
        menu = QMenu(self.language_button)
        for name, title in LANGUAGES.items():
            entry = QAction(title, menu)
            entry.setData(name)
            menu.addAction(entry)
        menu.triggered.connect(self._language_chosen)
        self.language_button.setMenu(menu)
        head = row(
            IconLabel("face", "text", self._theme),
            label("FastFace", "strong"),
            REST,
            self.computer_button,
            self.language_button,
            margins=(Space.XL, Space.M, Space.XL, Space.M),
            gap=Space.S,
        )
        return head

    def _build_foot(self) -> QHBoxLayout:
        self.skip_button = button(
            self.tr("Skip to the app"), self.tr("Go to Create. First steps stay in the menu More."), "quiet"
        )
        self.skip_button.clicked.connect(self.finished)
        terms = label(
            self.tr("Only with the permission of the person shown. Pictures say that they were made by a model."),
            "caption",
            wrap=True,
        )
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.XL, Space.S, Space.XL, Space.M)
        foot.addWidget(terms, 1)
        foot.addWidget(self.skip_button)
        return foot

    # ---- What is in view

    @property
    def dropped(self) -> bool:
        """Whether there is a photo to work with."""
        return bool(self._session.values.photos)

    def show_computer(self, on: bool) -> None:
        """The findings on this computer in place of the text."""
        self._showing_computer = on
        self.computer_button.setChecked(on)
        self._show_state()

    def _show_state(self) -> None:
        dropped, computer = self.dropped, self._showing_computer
        self.pair.setVisible(not dropped)
        self.twin_side.setVisible(dropped)
        self._offer.setVisible(not dropped and not computer)
        self.choices.setVisible(dropped and not computer)
        self.computer.setVisible(computer)
        if self.isVisible() and computer:
            self.computer.shown()
        if dropped:
            self._show_photo()
            self._expect()

    def _fit(self) -> None:
        narrow = self.width() / self._theme.scale < _WIDE
        width = min(round(_TEXT * min(self._theme.scale, 1.5)), max(self.width() - 2 * Space.XXL, Size.CONTROLS_SMALL))
        # Where both are close to the edges, the pair gives way first.
        room = self.width() - 2 * Space.XL - width
        away = _AWAY if room >= self.pair.widest + _AWAY else _AWAY // 2
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._both.setDirection(direction)
        self._away.changeSize(0 if narrow else away, Space.XL if narrow else 0)
        # In the middle by its margins: Qt then asks for its height at the width that it really has.
        aside = max((self.width() - Size.SCROLL_BAR - 2 * Space.XL - width) // 2, 0) if narrow else 0
        self._around.setContentsMargins(aside, 0, aside, 0)
        self._both.invalidate()
        self.pair.fit(None if narrow else room - away)
        self._right.setFixedWidth(width)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def shown(self) -> None:
        self.ticks.shown()
        self._show_state()
        if self.dropped:
            self.choices.make_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.field.choose_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _language_chosen(self, entry: QAction) -> None:
        self._settings.change(language=entry.data())

    # ---- Photos

    def takes(self, dropped: QMimeData) -> bool:
        return any(url.isLocalFile() for url in dropped.urls())

    def take(self, dropped: QMimeData) -> None:
        self.add(list(drops.read(dropped, MAX_PHOTOS).files))

    def set_over(self, over: bool) -> None:
        self.field.set_over(over)
        super().set_over(over and not self.field.isVisible())

    def choose_files(self) -> None:
        if files := choose_photos(self):
            self.add(list(drops.gather(files).files))

    def _choose_other(self) -> None:
        if files := choose_photos(self):
            for photo in self._session.values.photos:
                self._session.remove_photo(photo.path)
            self.add(list(drops.gather(files).files))

    def use_example(self) -> None:
        """The example photo, whose subject put it into the public domain."""
        self.add([resource("example", "portrait.jpg")])

    def add(self, files: list[Path]) -> None:
        """Has photos looked at, and shows them with their twin."""
        self.error.clear()
        self.choices.error.clear()
        try:
            self._session.add_photos(files)
        except FastFaceError as error:
            self.error.show_error(error)
            return
        self.show_computer(False)

    def _inspected(self, path: Path, report: PhotoReport) -> None:
        if report.suggested is None and path in [photo.path for photo in self._photos.photos]:
            error = PhotoError(
                f"No face was found in {path.name}.", "Choose a photo that shows the face from the front."
            )
            self._not_used(path, error)
        else:
            self._show_state()

    def _not_used(self, path: Path, error: FastFaceError) -> None:
        """The other photos can be used; without any the field is there again."""
        self._session.remove_photo(path)
        (self.choices.error if self.dropped else self.error).show_error(error)
        self._show_state()

    def _session_changed(self, name: str) -> None:
        if name == "photos":
            self._show_state()
        elif name in ("style", "checkpoint") and self.dropped:
            self._expect()

    def _show_photo(self) -> None:
        photos = self._session.values.photos
        if not photos:
            return
        report = self._photos.report(photos[0].path)
        if report is None:
            self.twin_side.verdict.setText(self.tr("Looking for the face…"))
            return
        close = self._photos.close_up(report)
        self.twin_side.photo.show_image(close if close is not None else report.thumbnail)
        face = next((one for one in report.faces if one.index == (photos[0].face or report.suggested)), None)
        advice = " ".join(translated(sentence) for sentence in face.advice) if face is not None else ""
        many = self.tr("{count} photos.").format(count=len(photos))
        good = self.tr("Your photo. Sharp, one face.") if len(report.faces) == 1 else self.tr("Your photo.")
        self.twin_side.verdict.setText(f"{many} {advice or good}" if len(photos) > 1 else advice or good)
        if self._permission.holds(None):
            self.choices.permission.setChecked(True)

    # ---- Making

    def _expect(self) -> None:
        try:
            order = self._session.order()
        except FastFaceError:
            return
        one = replace(order, request=order.request.model_copy(update={"count": 1}))
        seconds = self._queue.expected_seconds(one)
        self.ticks.starter_seconds = self._queue.expected_seconds(one, loading=False)
        self.choices.expect(duration(seconds) if seconds is not None else None)

    def make(self) -> None:
        """One portrait, if the permission of the person shown is confirmed; Create shows it as it comes."""
        if not self.dropped:
            return
        if not self.choices.permission.isChecked():
            self.choices.say_permission_missing()
            return
        self._permission.note_photos()
        try:
            order = self._session.order()
        except FastFaceError as error:
            self.choices.error.show_error(error)
            return
        self._queue.add(replace(order, request=order.request.model_copy(update={"count": 1})))
        self._session.next_seed()
        self.finished.emit()
