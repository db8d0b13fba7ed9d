"""The right of Create: the canvas, the line about its picture, and the filmstrip, as the queue fills them."""

from collections import OrderedDict
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.gallery.picture_marks import PictureMarks
from fastface_desktop.state.jobs.images import JobImages
from fastface_desktop.state.jobs.queue import Job, JobQueue, JobStatus, SavedPicture
from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.create.canvas_head import CanvasHead
from fastface_desktop.ui.create.drawn_pill import DrawnPill
from fastface_desktop.ui.create.empty_canvas import EmptyCanvas
from fastface_desktop.ui.create.film import Film
from fastface_desktop.ui.create.marking import PictureMarking
from fastface_desktop.ui.create.photo_side import PhotoSide
from fastface_desktop.ui.create.picture_bar import PictureBar
from fastface_desktop.ui.create.places_view import PlacesView
from fastface_desktop.ui.create.strip_model import Tile
from fastface_desktop.ui.create.work_line import StepLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.quick_look import read_picture
from fastface_desktop.values import Worth

_EARLIER = "earlier"
"""The job of pictures that were there when the program was started."""
_BESIDE_FROM = 720
"""Pixels of width from which on the photo is beside the picture."""
_STRIP_FROM = 480
_KEPT = 12
"""Full-size pictures that are kept in memory: walking back and forth must not read files."""


class PictureArea(QWidget):
    repeat_wanted = Signal(Tile)
    """A `Tile`: the same again with another seed."""
    settings_wanted = Signal(SavedPicture)
    """A `SavedPicture` whose settings the page is to be filled with."""
    said = Signal(str, Undo)
    models_wanted = Signal()
    gallery_wanted = Signal()

    trashed = Signal()
    cancel_wanted = Signal()

    def __init__(
        self,
        queue: JobQueue,
        images: JobImages,
        unfinished: Unfinished,
        marks: PictureMarks,
        background: Tasks,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._queue, self._images, self._marks, self._background, self._theme = queue, images, marks, background, theme
        self._reference = QImage()
        self._beside = True
        self._full: OrderedDict[Path, QImage] = OrderedDict()
        self._blank: set[Path] = set()
        self._follows = True
        self._shown: Tile | None = None

        self.canvas = Canvas(theme)
        self.empty = EmptyCanvas(theme)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.canvas)
        self.places_view = PlacesView(theme)
        self.places = self.places_view.editor
        self.stack.addWidget(self.places_view)
        self.error = InlineError(theme)
        self.film = Film(theme)
        self.film.gallery_wanted.connect(self.gallery_wanted)
        self.model, self.strip = self.film.model, self.film.strip
        self.bar = PictureBar(background, theme)
        self.pill = DrawnPill(self.canvas, theme)
        self.pill.models_wanted.connect(self.models_wanted)
        self.side = PhotoSide(theme)
        self.side.models_wanted.connect(self.models_wanted)
        self.note = self.side.note
        self.head = CanvasHead(unfinished, theme)
        self.head.unfinished.said.connect(self.said)
        self.head.cancel_wanted.connect(self.cancel_wanted)
        self.head.beside_wanted.connect(self._set_beside)
        self.running = StepLine()
        # The line for acts and the one for progress share a place, so that neither moves the picture.
        self._line = QStackedWidget()
        self._line.addWidget(self.bar)
        self._line.addWidget(self.running)
        inner = column(
            filling(row(self.side, filling(self.stack), gap=Space.XL)),
            self.error,
            self._line,
            self.film,
            margins=(Space.XL, 0, Space.XL, Space.M),
            gap=Space.S,
        )
        column(self.head, filling(inner), of=self)
        theme.changed.connect(self._fit)
        self._fit()

        self.canvas.walked.connect(self.strip.walk)
        for widget in (self.canvas, self.strip):
            widget.menu_wanted.connect(self.bar.show_menu)
            self.bar.copies_from(widget)
        self.strip.picture_chosen.connect(self._chosen)
        self.strip.entered.connect(self._enter_canvas)
        self.bar.repeat_wanted.connect(self._repeat)
        self.bar.settings_wanted.connect(self._use_settings)
        self.bar.zoom_wanted.connect(self._toggle_zoom)
        self.bar.said.connect(self.said)
        self.bar.failed.connect(self._failed)
        self.marking = PictureMarking(self.bar, self.model, marks, self._finished_in_view, self)
        self.marking.removed.connect(self._tile_removed)
        self.marking.restored.connect(self._tile_restored)
        marks.failed.connect(self._failed)
        marks.earlier.connect(self._show_earlier)
        queue.changed.connect(self._job_changed)
        queue.removed.connect(self._drop_unfinished)
        queue.preview.connect(self._preview)
        queue.picture_done.connect(self._picture_done)
        for job in queue.jobs():
            for picture in job.pictures:
                self.model.put(_finished(job, picture))
                if picture.thumbnail.isNull():
                    self._blank.add(picture.path)
        self._show_nothing()
        self._show_earlier(marks.pictures)
        if tiles := self.model.tiles():
            self.strip.choose(tiles[-1].key)
        self.film.show_count()

    # ---- The picture in view

    @property
    def picture(self) -> SavedPicture | None:
        """The finished picture in view."""
        return self._finished_in_view()

    def _finished_in_view(self) -> SavedPicture | None:
        return self._shown.picture if self._shown is not None else None

    def show_places(self, shown: bool) -> None:
        """The rectangles of several people, over the picture in view; or the picture again."""
        if shown:
            self.places.show_image(self.canvas.image)
            self.stack.setCurrentWidget(self.places_view)
            self.places.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.stack.currentWidget() is self.places_view:
            self.stack.setCurrentWidget(self.canvas if self._shown is not None else self.empty)
        self._fit()

    def follow(self) -> None:
        """From now on what is being made is shown."""
        self._follows = True

    def show_image(self, image: QImage, file: Path, worth: Worth) -> None:
        """A picture that is not of this session."""
        self._shown = None
        self.stack.setCurrentWidget(self.canvas)
        self.canvas.show_picture(image, file, file.name)
        self.bar.show_words(file.name)
        self._line.show()
        self.side.show_worth(worth)
        self.pill.show_drawn(worth.drawn)
        self._fit()

    def _show_nothing(self) -> None:
        self._shown = None
        self.stack.setCurrentWidget(self.empty)
        self.canvas.clear()
        self.bar.show_words("")
        self._line.hide()
        self.side.show_worth(None)
        self.pill.show_drawn(False)
        self.film.setVisible(bool(self.model.tiles()))
        self.head.say("")
        self._fit()

    def _chosen(self, tile: Tile) -> None:
        self._follows = tile.picture is None or tile.key == self._newest()
        self._show(tile)

    def _newest(self) -> tuple[str, int] | None:
        finished = [tile for tile in self.model.made() if tile.picture is not None and not tile.earlier]
        return finished[-1].key if finished else None

    def _show(self, tile: Tile) -> None:
        before, self._shown = self._shown, tile
        same = before is not None and before.key == tile.key
        self.stack.setCurrentWidget(self.canvas)
        self._line.show()
        self.film.show()
        self._show_reference(tile)
        self._fit()
        if tile.picture is not None:
            self._show_finished(tile.picture)
            return
        if not tile.preview.isNull():
            self.canvas.show_preview(tile.preview)
        elif not same:
            self.canvas.clear()
        self.bar.show_words(self.tr("In work"))
        self.side.show_worth(None)
        self.pill.show_drawn(False)

    def _show_finished(self, picture: SavedPicture) -> None:
        path = picture.path
        if self.canvas.file != path:
            full = self._full.get(path)
            words = ", ".join([likeness.said(picture.worth), self.tr("Seed {seed}").format(seed=picture.seed)])
            self.canvas.show_picture(full if full is not None else picture.thumbnail, path, words)
            if full is None:
                self._background.run(self, lambda: read_picture(path), partial(self._read, path))
        self.bar.show_picture(picture, lambda: self._full.get(path, QImage()))
        self.side.show_worth(picture.worth, self._names())
        self.pill.show_drawn(picture.worth.drawn)
        self.head.say(self._made_when(path))
        self._marks.look(path)

    def _names(self) -> list[str]:
        """Of the people of the picture's job, where that is still known."""
        job = self._queue.job(self._shown.job) if self._shown is not None else None
        return self._images.names(job) if job is not None else []

    def _read(self, path: Path, image: QImage) -> None:
        if image.isNull():
            return
        self._keep(path, image)
        if self.canvas.file == path:
            self.canvas.replace(image)
            self._fit()

    def _keep(self, path: Path, image: QImage) -> None:
        self._full[path] = image
        self._full.move_to_end(path)
        while len(self._full) > _KEPT:
            self._full.popitem(last=False)

    def _enter_canvas(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def _toggle_zoom(self) -> None:
        self.canvas.zoom_toggle()

    def _repeat(self) -> None:
        self.repeat_wanted.emit(self._shown)

    def _use_settings(self) -> None:
        self.settings_wanted.emit(self.picture)

    def _failed(self, error: FastFaceError | None) -> None:
        if error is None:
            self.error.clear()
        else:
            self.error.show_error(error)

    # ---- The photo beside it

    def set_reference(self, image: QImage) -> None:
        """The photo of the chosen person; pictures of a job are shown beside the job's own."""
        self._reference = image
        if self._shown is None or self._queue.job(self._shown.job) is None:
            self.side.show_photo(image)

    def _show_reference(self, tile: Tile) -> None:
        job = self._queue.job(tile.job)
        image = self._images.reference(job) if job is not None else QImage()
        self.side.show_photo(image if not image.isNull() else self._reference)

    def _set_beside(self, beside: bool) -> None:
        self._beside = beside
        self._fit()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The photo is beside the picture where both have room."""
        something = self.stack.currentWidget() is self.canvas
        room = self.width() >= _BESIDE_FROM
        self.head.view.setVisible(something and room)
        self.head.view.choose("beside" if self._beside else "picture")
        self.side.setVisible(something and room and self._beside)
        self.canvas.set_at_top(something and room and self._beside)
        self.side.fit(self.width())
        self.film.setVisible(bool(self.model.tiles()) and self.height() >= _STRIP_FROM)

    def _tile_removed(self, tile: Tile, row: int) -> None:
        self.film.show_count()
        if self._shown is not None and self._shown.key == tile.key:
            self._shown = None
            tiles = self.model.tiles()
            if tiles:
                self.strip.choose(tiles[min(row, len(tiles) - 1)].key)
            else:
                self._show_nothing()

    def _tile_restored(self, tile: Tile) -> None:
        self.strip.choose(tile.key)
        self.film.show_count()

    # ---- What was there before

    def _show_earlier(self, pictures: tuple[SavedPicture, ...]) -> None:
        """The last session's, after a gap, so that nobody thinks they were lost."""
        known = {tile.picture.path for tile in self.model.tiles() if tile.picture is not None}
        for number, picture in enumerate(one for one in reversed(pictures) if one.path not in known):
            self.model.put(
                Tile(_EARLIER, number, QImage(), picture.width / max(picture.height, 1), picture, earlier=True)
            )
        self.film.show_count()
        if self._shown is None and (tiles := self.model.tiles()):
            self.strip.choose(tiles[0].key)
        self._fit()

    def _made_when(self, path: Path) -> str:
        try:
            made = datetime.fromtimestamp(path.stat().st_mtime)
        except OSError:
            return ""
        day = (
            self.tr("Today")
            if made.date() == datetime.now().date()
            else self.locale().toString(QDate(made.year, made.month, made.day), QLocale.FormatType.ShortFormat)
        )
        return f"{day}, {made:%H:%M}"

    # ---- From the queue

    def show_job(self, job: Job | None) -> None:
        """What runs, is held or comes next; None for nothing."""
        offered = job is not None and job in self._queue.unfinished()
        if job is None or offered:
            self.head.show_work(False, can_cancel=False)
            self._line.setCurrentWidget(self.bar)
            if self._shown is None:
                self.head.say("")
            return
        self.head.show_work(True, can_cancel=not job.stopping)
        count = job.order.request.count
        number = min(job.pictures_done + 1, count)
        self.running.show_job(job, self._queue.seconds_left())
        watched = self._shown is not None and self._shown.picture is None
        self._line.setCurrentWidget(self.running if watched else self.bar)
        if watched or self._shown is None:
            self.head.say(
                self.tr("Making the picture")
                if count == 1
                else self.tr("Making picture {number} of {count}").format(number=number, count=count)
            )

    def _preview(self, job: str, index: int, image: QImage) -> None:
        found = self._queue.job(job)
        if found is None:
            return
        seed = found.order.request.seeds[index]
        finished = next((one for one in found.pictures if one.seed == seed), None)
        if finished is not None:
            # No preview any more, but the picture itself in full size.
            self._keep(finished.path, image)
        else:
            self._put(Tile(job, index, image, image.width() / max(image.height(), 1)))

    def _picture_done(self, job: str, picture: SavedPicture) -> None:
        found = self._queue.job(job)
        if found is not None:
            self._put(_finished(found, picture))

    def _put(self, tile: Tile) -> None:
        self.model.put(tile)
        current = self.strip.chosen()
        if self._shown is not None and self._shown.key == tile.key:
            self._show(tile)
        elif self._follows and (current is None or current.job != tile.job or current.picture is not None):
            self.strip.choose(tile.key)
        self.film.show_count()

    def _job_changed(self, job: str) -> None:
        found = self._queue.job(job)
        if found is None:
            return
        self._fill_thumbnails(found)
        if found.ended:
            self._drop_unfinished(job)
            return
        if found.status == JobStatus.running and self._follows and not found.pictures and not self._has_tile(job):
            request = found.order.request
            self._put(Tile(job, 0, QImage(), (request.width or 1) / (request.height or 1)))

    def _fill_thumbnails(self, job: Job) -> None:
        """Those of pictures of an earlier start are read when the engine's thread is there."""
        if not self._blank:
            return
        for picture in job.pictures:
            if picture.path in self._blank and not picture.thumbnail.isNull():
                self._blank.discard(picture.path)
                self.model.put(_finished(job, picture))

    def _has_tile(self, job: str) -> bool:
        return any(tile.job == job for tile in self.model.tiles())

    def _drop_unfinished(self, job: str) -> None:
        shown_goes = self._shown is not None and self._shown.job == job and self._shown.picture is None
        self.model.remove_unfinished(job)
        self.film.show_count()
        if not shown_goes:
            return
        if (newest := self._newest()) is not None:
            self._shown = None
            self.strip.choose(newest)
            self._show(self.model.tiles()[self.model.row_of(newest)])
        else:
            self._show_nothing()


def _finished(job: Job, picture: SavedPicture) -> Tile:
    index = job.order.request.seeds.index(picture.seed)
    return Tile(job.id, index, QImage(), picture.width / picture.height, picture)
