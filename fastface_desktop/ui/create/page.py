"""The page Create: controls on the left, pictures on the right, and what the user's acts do."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout

from fastface_core.domain.identity import Companion
from fastface_core.domain.request import Recipe, random_seed
from fastface_core.errors import FastFaceError, SettingsError
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.gallery.picture_marks import PictureMarks
from fastface_desktop.state.jobs.images import JobImages
from fastface_desktop.state.jobs.queue import Job, JobOrder, JobQueue, JobStatus, SavedPicture
from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.state.people.consent import Consents
from fastface_desktop.state.people.everybody import EverybodysPermission
from fastface_desktop.state.people.intake import PhotoIntake
from fastface_desktop.state.people.other_photos import OtherPhotos
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.state.session import Session
from fastface_desktop.state.session_values import MAX_PHOTOS
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.create.dropped import read_dropped
from fastface_desktop.ui.create.form import Form
from fastface_desktop.ui.create.generate_bar import GenerateBar
from fastface_desktop.ui.create.person_card import PersonCard
from fastface_desktop.ui.create.picture_area import PictureArea
from fastface_desktop.ui.create.recall import Recall
from fastface_desktop.ui.create.strip_model import Tile
from fastface_desktop.ui.create.together import PeopleTogether
from fastface_desktop.ui.shell.actions import Act
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import drops
from fastface_desktop.ui.widgets.layout import column, row
from fastface_desktop.ui.widgets.one_column import OneColumn
from fastface_desktop.ui.widgets.page_head import PageHead
from fastface_desktop.ui.widgets.photo_dialog import choose_photos
from fastface_desktop.ui.widgets.quick_look import keep_image
from fastface_desktop.ui.widgets.scrolling import Scrolled, keep_in_line, scroller
from fastface_desktop.values import Worth

_HANDLE = 8
"""Width of what the panel is dragged by; it has no line."""
_DEBOUNCE = 150
"""Milliseconds after which the expected time follows a change."""


class CreatePage(Page):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""
    models_wanted = Signal()

    def __init__(
        self,
        *,
        theme: Theme,
        session: Session,
        queue: JobQueue,
        photos: ChosenPhotos,
        permission: EverybodysPermission,
        others: OtherPhotos,
        engine: EngineState,
        people: PeopleState,
        intake: PhotoIntake,
        consents: Consents,
        twin: DrawnPerson,
        images: JobImages,
        unfinished: Unfinished,
        marks: PictureMarks,
        background: Tasks,
    ) -> None:
        super().__init__()
        self._unfinished = unfinished
        self._session, self._queue, self._permission, self._background = session, queue, permission, background
        self.person = PersonCard(session, photos, people, intake, consents, twin, theme)
        self.together = PeopleTogether(session, people, others, theme)
        self.together.lead_with(self.person.keep.button)
        self._recall = Recall(session, people, photos, self)
        self._recall.said.connect(self.said)
        self._asked_for: tuple[JobOrder, bool] | None = None
        self._given: tuple[Companion, ...] = ()
        self.form = Form(session, engine, theme)
        self.bar = GenerateBar(self.form.count, theme)
        self.pictures = PictureArea(queue, images, unfinished, marks, background, theme)
        self.person.photo_shown.connect(self.pictures.set_reference)
        self.pictures.set_reference(self.person.photo)
        self._build(theme)
        self._tell_chosen()
        self.setAcceptDrops(True)
        self.together.places_wanted.connect(self._show_places)
        self.together.names_changed.connect(self._tell_places)
        self.pictures.places.placed.connect(session.place)
        self.pictures.places_view.closed.connect(self.together.places_button.click)

        self.person.files_wanted.connect(self.choose_files)
        self.person.said.connect(self.said)
        self.form.sent.connect(self.generate)
        self.form.wish.models_wanted.connect(self.models_wanted)
        self.form.files_dropped.connect(self.take)
        self.form.own_style.said.connect(self.said)
        self.bar.generate_wanted.connect(self.generate)
        self.pictures.cancel_wanted.connect(self.cancel)
        self.bar.consent.answered.connect(self._consent_answered)
        self.pictures.repeat_wanted.connect(self._repeat)
        self.pictures.settings_wanted.connect(self._use_settings)
        self.pictures.said.connect(self.said)
        self.pictures.models_wanted.connect(self.models_wanted)
        self._recall.failed.connect(self.bar.show_error)
        session.changed.connect(self._session_changed)
        for signal in (queue.added, queue.changed, queue.removed):
            signal.connect(self._job_changed)
        queue.order_changed.connect(self._show_job)
        queue.added.connect(self._expect_soon)
        queue.paused_changed.connect(self._paused_changed)

        self._debounce = Debounce(_DEBOUNCE, self._expect, self)
        self._expect()
        self._show_job()

    def _build(self, theme: Theme) -> None:
        content = Scrolled()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(Space.XL, 0, Space.XL, Space.S)
        # Closer than fields usually are: all of it is in view without scrolling at 1280 x 800.
        whole.setSpacing(Space.L)
        whole.addLayout(column(self.person, self.together))
        whole.addWidget(self.form)
        whole.addStretch()
        self.scroller = scroller(content)
        keep_in_line(self.scroller, whole)
        controls = QFrame()
        controls.setProperty("kind", "controls")
        self._theme, self._controls = theme, controls
        theme.changed.connect(self._fit_controls)
        left = QVBoxLayout(controls)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        head = PageHead(self.tr("Create"), theme)
        left.addWidget(head)
        left.addWidget(self.scroller, 1)
        left.addWidget(self.bar)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(_HANDLE)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(controls)
        self.splitter.addWidget(self.pictures)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.splitterMoved.connect(self._panel_moved)
        row(self.splitter, of=self)
        self.columns = OneColumn(
            self,
            [("settings", self.tr("Settings"), controls), ("picture", self.tr("Picture"), self.pictures)],
            self.tr("Settings or picture"),
            theme,
        )
        head.add(self.columns.switch())
        self.pictures.head.add(self.columns.switch())
        self.columns.changed.connect(self._fit_controls)
        self._wanted_width = 0
        self._fit_controls()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit_controls()

    def _fit_controls(self) -> None:
        """400 wide, 360 in a narrow window, or as wide as it was dragged; large text has more room."""
        scale = self._theme.scale
        self.form.set_room(self.height(), self.width())
        if self.columns.on:
            self._controls.setMinimumWidth(0)
            self._controls.setMaximumWidth(self.width())
            return
        usual = Size.CONTROLS if self.width() / scale >= Size.ROOMY else Size.CONTROLS_SMALL
        wanted = self._wanted_width or round(usual * min(scale, 1.5))
        most = max(self.width() - Size.CONTROLS_SMALL, Size.CONTROLS_SMALL)
        self._controls.setMinimumWidth(min(round(Size.CONTROLS_SMALL * min(scale, 1.5)), most))
        self._controls.setMaximumWidth(min(round(Size.CONTROLS_MOST * min(scale, 1.5)), most))
        self.splitter.setSizes([min(wanted, most), max(self.width() - min(wanted, most), 1)])

    def _panel_moved(self, position: int, index: int) -> None:
        self._wanted_width = position

    def acts(self) -> Mapping[str, Act]:
        picture = self._why_no_picture
        return {
            "create.generate": Act(self.generate),
            "create.cancel": Act(self.cancel, self._why_no_cancel),
            "create.choose_photos": Act(self.choose_files),
            "create.paste": Act(self.paste, self.why_no_paste),
            "create.trash": Act(self.pictures.marking.to_trash, picture),
            "create.repeat": Act(self.pictures.bar.repeat, picture),
            "create.use_settings": Act(self.pictures.bar.use_settings, picture),
            "create.save_as": Act(self.pictures.bar.save_as, picture),
            "create.show_in_folder": Act(self.pictures.bar.show_in_folder, picture),
        }

    def _why_no_picture(self) -> str:
        return "" if self.pictures.bar.picture is not None else self.tr("There is no picture in view")

    def _why_no_cancel(self) -> str:
        asking = self.person.asks or self.bar.consent.isVisible() or self._active() is not None
        return "" if asking else self.tr("Nothing is being made")

    # ---- What is dropped, pasted or chosen

    def takes(self, dropped: QMimeData) -> bool:
        return drops.can_read(dropped) and not (drops.is_preset(dropped) or drops.is_table(dropped))

    def take(self, dropped: QMimeData) -> None:
        room = max(MAX_PHOTOS - len(self._session.values.photos), 0)
        found = drops.read(dropped, min(room, drops.MOST_PHOTOS))
        if not found.image.isNull():
            self._background.run(self, lambda: keep_image(found.image), self._image_kept, self.bar.show_error)
        elif found.text:
            self._take_text(found.text)
        elif len(found.files) == 1 and found.files[0].suffix.lower() == ".png":
            # It may be one of ours, which is not a photo of a person but brings its settings.
            self._background.run(self, lambda: read_dropped(found.files[0]), self._take_png)
        else:
            self.add_photos(list(found.files), found.remark)

    def add_photos(self, files: list[Path], remark: str = "") -> None:
        """Adds photos of the person."""
        self.person.add(files, remark)
        self.scroller.ensureWidgetVisible(self.person)

    def choose_files(self) -> None:
        if files := choose_photos(self):
            found = drops.gather(files)
            self.add_photos(list(found.files), found.remark)

    def _take_text(self, text: str) -> None:
        before = self._session.values.prompt

        def put_back() -> None:
            self._session.change(prompt=before)

        try:
            self._session.change(prompt=f"{before.rstrip()}, {text}" if before.strip() else text)
        except SettingsError as error:
            self.form.say_prompt_error(error)
            return
        self.said.emit(self.tr("The text was added to the prompt."), put_back)

    def _take_png(self, opened: tuple[Path, Recipe | None, QImage, Worth]) -> None:
        path, recipe, image, worth = opened
        if recipe is None:
            self.add_photos([path])
        else:
            self.restore(recipe)
            self.pictures.show_image(image, path, worth)

    def _image_kept(self, file: Path) -> None:
        self.add_photos([file])

    def set_over(self, over: bool) -> None:
        self.person.set_over(over)
        super().set_over(over and not self.person.zone.isVisible())

    # ---- Making pictures

    def generate(self) -> None:
        """Puts a job into the queue, or says what is missing for it."""
        self.bar.error.clear()
        if not self._session.values.photos and self._session.values.person is None:
            self.person.say_missing()
            self.scroller.ensureWidgetVisible(self.person)
            return
        if (problem := self.person.library.problem()) is not None:
            self.bar.error.show_error(problem, copyable=False)
            return
        try:
            order = self._session.order()
        except FastFaceError as error:
            self.bar.show_error(error)
            return
        self._place(order)

    def _place(self, order: JobOrder, *, again: bool = False, given: tuple[Companion, ...] = ()) -> None:
        """Puts a job into the queue, once the permission of the person shown is confirmed.

        Args:
            again: it is an earlier one once more; the page's own seed stays.
            given: who was just said to agree.
        """
        self._asked_for, self._given = (order, again), given
        try:
            missing = self._permission.missing(order, given)
        except FastFaceError as error:
            self.bar.show_error(error)
            return
        if missing is not None:
            self.bar.consent.ask(self._permission.name(missing) if order.others else "")
            return
        self._permission.note_photos(order)
        self._add(order, again)

    def _add(self, order: JobOrder, again: bool) -> None:
        self._asked_for = None
        self.together.places_button.setChecked(False)
        self.columns.show_half("picture")
        self.pictures.follow()
        self._queue.add(order)
        self._session.remember_prompt()
        if not again:
            self._session.next_seed()

    def cancel(self) -> None:
        """Closes the question that is open; without one, stops what runs."""
        if self.person.close_question() or self.together.close_question():
            return
        if self.bar.consent.isVisible():
            self.bar.consent.hide()
        elif (job := self._active()) is not None and not job.stopping:
            self._queue.cancel(job.id)

    def _consent_answered(self, yes: bool) -> None:
        if yes and self._asked_for is not None:
            order, again = self._asked_for
            missing = self._permission.missing(order, self._given)
            if missing is not None:
                given = (*self._given, missing)
                self._permission.give(self, order, missing, partial(self._consent_kept, order, again, given))
        else:
            self._asked_for = None
            self.bar.generate_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _consent_kept(
        self, order: JobOrder, again: bool, given: tuple[Companion, ...], error: FastFaceError | None
    ) -> None:
        if error is not None:
            self.bar.show_error(error)
        else:
            # Whoever else is in the picture is asked for next.
            self.bar.generate_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self._place(order, again=again, given=given)

    def _repeat(self, tile: Tile) -> None:
        """The same picture once more from another seed; the page stays as it is."""
        job = self._queue.job(tile.job)
        if job is None:
            if tile.picture is not None:
                self.restore(tile.picture.recipe, other_seed=True)
            return
        seed = random_seed()
        request = job.order.request.model_copy(update={"seed": seed, "count": 1})
        order = replace(job.order, request=request)
        if order.uids:
            self._place(order, again=True)
            return
        self.pictures.follow()
        self._queue.add(order)

    # ---- Several people

    def _show_places(self, shown: bool) -> None:
        self._tell_places()
        self.pictures.show_places(shown)

    def _tell_places(self) -> None:
        values = self._session.values
        try:
            width, height = self._session.size()
        except FastFaceError:
            width, height = 1, 1  # said when a picture is asked for
        if values.others:
            self.pictures.places.show_places(self.together.names(), values.where, width / height)

    def _use_settings(self, picture: SavedPicture) -> None:
        self.restore(picture.recipe)

    def restore(self, recipe: Recipe, *, other_seed: bool = False) -> None:
        """Fills the page with what made a picture; with `other_seed` the next one is another."""
        self._recall.restore(recipe, other_seed=other_seed)

    # ---- What is going on

    def _active(self) -> Job | None:
        """The job that runs or is held, else the next one that waits."""
        jobs = self._queue.jobs()
        offered = self._queue.unfinished()
        for wanted in (JobStatus.running, JobStatus.paused, JobStatus.waiting):
            if found := next((job for job in jobs if job.status == wanted and job not in offered), None):
                return found
        return next((job for job in jobs if job.stopping), None)

    def _job_changed(self, job: str) -> None:
        found = self._queue.job(job)
        if found is not None and found.status == JobStatus.failed and found.error is not None:
            self.bar.show_error(found.error)
        self._show_job()
        if found is None or found.ended:
            self._debounce.start()

    def _expect_soon(self, job: str) -> None:
        self._debounce.start()

    def _paused_changed(self, paused: bool) -> None:
        self._show_job()

    def _show_job(self) -> None:
        self.pictures.show_job(self._active())

    def _session_changed(self, name: str) -> None:
        if name in ("person", "photos"):
            self._tell_chosen()
        if name in ("aspect", "width", "height", "checkpoint", "preset"):
            self._tell_places()
        if name not in ("seed", "seed_locked"):
            self.bar.error.clear()
            self.bar.consent.hide()
            self._debounce.start()

    def _tell_chosen(self) -> None:
        values = self._session.values
        self.pictures.empty.say_chosen(values.person is not None or bool(values.photos))

    def _expect(self) -> None:
        try:
            seconds = self._queue.expected_seconds(self._session.order())
        except FastFaceError:
            seconds = None  # said when a picture is asked for
        offered = self._queue.unfinished()
        jobs = [job for job in self._queue.jobs() if not job.ended and job not in offered]
        before = self._queue.seconds_left() if jobs else 0.0
        self.bar.expect(seconds, self._session.values.count, len(jobs), before)

    def shown(self) -> None:
        if not self._session.values.photos and self._session.values.person is None:
            self.person.zone.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.prompt.setFocus(Qt.FocusReason.OtherFocusReason)
