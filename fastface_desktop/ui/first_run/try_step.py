"""The step "Try it": a photo in, and a picture by the starter model while the download goes on."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fastface_core import preset_files
from fastface_core.errors import FastFaceError, PhotoError
from fastface_core.identity import PhotoChoice
from fastface_core.models import installed
from fastface_core.request import MAX_PROMPT, PortraitRequest, random_seed
from fastface_desktop.state.background import Background
from fastface_desktop.state.consent import Consents
from fastface_desktop.state.jobs import JobOrder, JobQueue, JobStatus, SavedPicture
from fastface_desktop.state.photos import PhotoInspector, PhotoReport
from fastface_desktop.state.session import Session
from fastface_desktop.translation import translated
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.consent_question import ConsentQuestion
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.drop_zone import DropZone
from fastface_desktop.ui.widgets.photo_dialog import choose_photo
from fastface_desktop.ui.widgets.progress_line import ProgressLine
from fastface_desktop.ui.widgets.quick_look import read_picture
from fastface_desktop.ui.widgets.samples import Samples

PROMPT = "portrait of a person, smiling"
_PICTURE = 320
"""Height of the picture in pixels at the usual size of text."""


class TryStep(QWidget):
    made = Signal()
    """A picture is there."""
    models_wanted = Signal()

    def __init__(
        self,
        *,
        theme: Theme,
        session: Session,
        queue: JobQueue,
        inspector: PhotoInspector,
        consents: Consents,
        background: Background,
    ) -> None:
        super().__init__()
        self._theme, self._session, self._queue = theme, session, queue
        self._inspector, self._consents, self._background = inspector, consents, background
        self._photo: Path | None = None
        self._report: PhotoReport | None = None
        self._job = ""
        self.example = Samples(
            ("photo", "portrait"),
            self.tr("A photo of a person, and a picture that was made of it"),
            self.tr("Drawn by the starter"),
            theme,
            leads=True,
        )
        self.zone = DropZone(self.tr("Drop a photo of a person"), self.tr("or click to choose one"), theme)
        self.zone.setToolTip(self.tr("Choose a photo"))
        self.zone.clicked.connect(self.choose_photo)
        self.chosen = self._build_chosen()
        self.prompt = QLineEdit(PROMPT)
        self.prompt.setMaxLength(MAX_PROMPT)
        self.prompt.setToolTip(self.tr("What the picture shows, in English"))
        self.prompt.setAccessibleName(self.tr("What the picture shows"))
        self.prompt.returnPressed.connect(self.generate)
        self.make_button = button(
            self.tr("Make a picture"), self.tr("Let the starter model draw this person"), "primary"
        )
        self.make_button.clicked.connect(self.generate)
        self.consent = ConsentQuestion()
        self.consent.answered.connect(self._consent_answered)
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop after this step"))
        self.cancel_button.clicked.connect(self.cancel)
        self.running = ProgressLine(self.tr("Progress of the picture"))
        self.running.add_button(self.cancel_button)
        self.canvas = Canvas(theme)
        self.canvas.setAccessibleName(self.tr("The picture"))
        self.canvas.setToolTip(self.tr("Your first picture"))
        self.canvas.hide()
        self.words = label(role="secondary", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.hide()
        self.note = DrawnNote(theme)
        self.note.models_wanted.connect(self.models_wanted)
        self.error = InlineError(theme)
        self._build()
        theme.changed.connect(self._fit)
        self._fit()
        inspector.inspected.connect(self._inspected)
        queue.changed.connect(self._job_changed)
        queue.preview.connect(self._preview)
        queue.picture_done.connect(self._picture_done)
        self._show_photo()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.prompt, 1)
        row.addWidget(self.make_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(
            label(
                self.tr("A first try with the starter model: small pictures, drawn in seconds."),
                "secondary",
                wrap=True,
            )
        )
        column.addWidget(self.example)
        column.addWidget(self.zone)
        column.addWidget(self.chosen)
        column.addLayout(row)
        for widget in (self.error, self.consent, self.running, self.canvas, self.words, self.note):
            column.addWidget(widget)

    def _build_chosen(self) -> QWidget:
        chosen = QWidget()
        chosen.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.picture_of = QLabel()
        self.picture_of.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verdict = label(role="secondary", wrap=True)
        self.other_button = button(self.tr("Another photo"), self.tr("Choose another photo"), "link")
        self.other_button.clicked.connect(self.choose_photo)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self.verdict)
        words.addWidget(self.other_button, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch()
        row = QHBoxLayout(chosen)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.picture_of, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return chosen

    def _fit(self) -> None:
        self.canvas.setFixedHeight(self._theme.px(_PICTURE))

    def shown(self) -> None:
        """The step has come into view: work begins with the photo."""
        (self.zone if self._photo is None else self.make_button).setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- The photo

    def choose_photo(self) -> None:
        chosen = choose_photo(self)
        if chosen is not None:
            self.take(chosen)

    def take(self, photo: Path) -> None:
        """Has a photo looked at."""
        self.error.clear()
        self.consent.hide()
        self._photo, self._report = photo, None
        self._inspector.inspect(photo)
        self._show_photo()

    def _inspected(self, path: Path, report: PhotoReport) -> None:
        if path != self._photo:
            return
        self._report = report
        if report.error is not None:
            self._photo = None
            self.error.show_error(report.error)
        elif report.suggested is None:
            self._photo = None
            self.error.show_error(
                PhotoError(f"No face was found in {path.name}.", "Choose a photo that shows the face from the front.")
            )
        else:
            self._consents.seen(path, f"{report.sha256}:{report.suggested}")
        self._show_photo()
        if self._photo is not None:
            self.make_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_photo(self) -> None:
        report = self._report
        self.example.show_when(self._photo is None)
        self.zone.setVisible(self._photo is None)
        self.chosen.setVisible(self._photo is not None)
        self.make_button.setEnabled(self._photo is not None and report is not None and not self._busy)
        if self._photo is None:
            return
        side = self._theme.px(Size.THUMBNAIL)
        self.picture_of.setFixedSize(side, side)
        if report is None:
            self.picture_of.clear()
            self.verdict.setText(self.tr("Looking for the face…"))
            return
        ratio = self.devicePixelRatioF()
        whole = QPixmap.fromImage(report.thumbnail)
        shown = whole.scaled(
            round(side * ratio),
            round(side * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self.picture_of.setPixmap(shown)
        self.picture_of.setAccessibleName(self._photo.name)
        face = next((one for one in report.faces if one.index == report.suggested), None)
        advice = " ".join(translated(sentence) for sentence in face.advice) if face else ""
        self.verdict.setText(advice or self.tr("This face serves well."))

    # ---- The picture

    @property
    def _busy(self) -> bool:
        job = self._queue.job(self._job) if self._job else None
        return job is not None and (not job.ended or job.stopping)

    def generate(self) -> None:
        """Puts the picture into the queue, after the question about permission."""
        report = self._report
        self.error.clear()
        if self._photo is None or report is None or self._busy:
            return
        keys, paths = [f"{report.sha256}:{report.suggested}"], [self._photo]
        if not self._consents.known(keys, paths):
            self.consent.ask()
            return
        try:
            starter = installed.starter()
            request = PortraitRequest(
                prompt=self.prompt.text().strip() or PROMPT,
                preset=preset_files.find(preset_files.DEFAULT_PRESET),
                seed=random_seed(),
                width=starter.sampling.size,
                height=starter.sampling.size,
            )
            # The photo is there when Create is opened.
            self._session.add_photos([self._photo])
        except FastFaceError as error:
            self.error.show_error(error)
            return
        self.words.hide()
        self.note.show_worth(None)
        self._job = self._queue.add(JobOrder(request, (PhotoChoice(self._photo, report.suggested),), installed.STARTER))
        self._show_job()

    def cancel(self) -> None:
        if self._busy:
            self._queue.cancel(self._job)

    def _consent_answered(self, yes: bool) -> None:
        if yes and self._report is not None and self._photo is not None:
            self._consents.give([f"{self._report.sha256}:{self._report.suggested}"], [self._photo])
            self.generate()
        else:
            self.make_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _job_changed(self, job: str) -> None:
        if job == self._job:
            found = self._queue.job(job)
            if found is not None and found.status == JobStatus.failed and found.error is not None:
                self.error.show_error(found.error)
            self._show_job()

    def _show_job(self) -> None:
        job = self._queue.job(self._job) if self._job else None
        self._show_photo()
        if job is None or not self._busy:
            self.running.hide()
            return
        self.cancel_button.setEnabled(not job.stopping)
        if job.stopping:
            text = self.tr("Stopping…")
        elif job.stage_text:
            text = f"{translated(job.stage_text)}…"
        elif job.steps:
            text = self.tr("Step {step} of {steps}").format(step=job.step, steps=job.steps)
        else:
            text = self.tr("Starting…")
        self.running.show_progress(text, job.step / job.steps if job.steps and not job.stage_text else None)

    def _preview(self, job: str, index: int, image: QImage) -> None:
        if job == self._job:
            self.canvas.show()
            self.canvas.show_preview(image)

    def _picture_done(self, job: str, picture: SavedPicture) -> None:
        if job == self._job:
            self._background.run(lambda: (picture, read_picture(picture.path)), self._show_picture)

    def _show_picture(self, result: object) -> None:
        if not isinstance(result, tuple):
            return
        picture, image = result
        if not image.isNull():
            self.canvas.show()
            self.canvas.show_picture(image, picture.path, self.tr("Your first picture"))
            self.words.setText(self.tr("Your first picture. It is saved, with all that made it inside."))
            self.words.show()
            self.note.show_worth(picture.worth)
            self.made.emit()
