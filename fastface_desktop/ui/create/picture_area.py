"""The right of Create: the canvas, the line about its picture, and the filmstrip, as the queue fills them."""

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.background import Background
from fastface_desktop.state.jobs import Job, JobQueue, JobStatus, SavedPicture
from fastface_desktop.ui.create.filmstrip import Filmstrip
from fastface_desktop.ui.create.picture_bar import PictureBar
from fastface_desktop.ui.create.strip_model import StripModel, Tile
from fastface_desktop.ui.inline_error import IconLabel, InlineError
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import Chip, label
from fastface_desktop.ui.widgets.canvas import Canvas
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.quick_look import read_picture
from fastface_desktop.values import Worth

_KEPT = 12
"""Full-size pictures that are kept in memory: walking back and forth must not read files."""


class PictureArea(QWidget):
    repeat_wanted = Signal(object)
    """A `Tile`: the same again with another seed."""
    settings_wanted = Signal(object)
    """A `SavedPicture` whose settings the page is to be filled with."""
    said = Signal(str, object)
    models_wanted = Signal()

    def __init__(self, queue: JobQueue, background: Background, theme: Theme) -> None:
        super().__init__()
        self._queue, self._background = queue, background
        self._full: OrderedDict[Path, QImage] = OrderedDict()
        self._blank: set[Path] = set()
        self._follows = True
        self._shown: Tile | None = None

        self.canvas = Canvas(theme)
        self.empty = _Empty(theme)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.canvas)
        self.error = InlineError(theme)
        self.model = StripModel()
        self.strip = Filmstrip(self.model, theme)
        self.bar = PictureBar(background, theme)
        self.note = DrawnNote(theme, with_match=True)
        self.note.models_wanted.connect(self.models_wanted)
        self.film = self._build_film()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.S)
        column.setSpacing(Space.S)
        column.addWidget(self.stack, 1)
        column.addWidget(self.error)
        column.addWidget(self.bar)
        column.addWidget(self.note)
        column.addWidget(self.film)

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
        if tiles := self.model.tiles():
            self.strip.choose(tiles[-1].key)
        self._count()

    def _build_film(self) -> QWidget:
        film = QWidget()
        self.count = label(role="caption")
        self.best_first = Chip(
            self.tr("Best first"), self.tr("The pictures nearest to the person, or to the drawing of them, come first")
        )
        self.best_first.toggled.connect(self._arrange)
        side = QVBoxLayout()
        side.setContentsMargins(0, Space.S, 0, 0)
        side.setSpacing(Space.S)
        side.addWidget(self.best_first, 0, Qt.AlignmentFlag.AlignRight)
        side.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch()
        row = QHBoxLayout(film)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.strip, 1)
        row.addLayout(side)
        return film

    # ---- The picture in view

    @property
    def picture(self) -> SavedPicture | None:
        """The finished picture in view."""
        return self._shown.picture if self._shown is not None else None

    def follow(self) -> None:
        """From now on what is being made is shown."""
        self._follows = True

    def show_image(self, image: QImage, file: Path, worth: Worth) -> None:
        """A picture that is not of this session."""
        self._shown = None
        self.stack.setCurrentWidget(self.canvas)
        self.canvas.show_picture(image, file, file.name)
        self.bar.show_words(file.name)
        self.bar.show()
        self.note.show_worth(worth)

    def _show_nothing(self) -> None:
        self._shown = None
        self.stack.setCurrentWidget(self.empty)
        self.canvas.clear()
        self.bar.hide()
        self.note.show_worth(None)
        self.film.hide()

    def _chosen(self, tile: Tile) -> None:
        self._follows = tile.picture is None or tile.key == self._newest()
        self._show(tile)

    def _newest(self) -> tuple[str, int] | None:
        finished = [tile for tile in self.model.made() if tile.picture is not None]
        return finished[-1].key if finished else None

    def _show(self, tile: Tile) -> None:
        before, self._shown = self._shown, tile
        same = before is not None and before.key == tile.key
        self.stack.setCurrentWidget(self.canvas)
        self.bar.show()
        self.film.show()
        if tile.picture is not None:
            self._show_finished(tile.picture)
            return
        if not tile.preview.isNull():
            self.canvas.show_preview(tile.preview)
        elif not same:
            self.canvas.clear()
        self.bar.show_words(self.tr("In work"))
        self.note.show_worth(None)

    def _show_finished(self, picture: SavedPicture) -> None:
        path = picture.path
        if self.canvas.file != path:
            full = self._full.get(path)
            words = ", ".join([likeness.said(picture.worth), self.tr("Seed {seed}").format(seed=picture.seed)])
            self.canvas.show_picture(full if full is not None else picture.thumbnail, path, words)
            if full is None:
                self._background.run(lambda: (path, read_picture(path)), self._read)
        self.bar.show_picture(picture, lambda: self._full.get(path, QImage()))
        self.note.show_worth(picture.worth)

    def _read(self, result: object) -> None:
        if not isinstance(result, tuple):
            return
        path, image = result
        if image.isNull():
            return
        self._keep(path, image)
        if self.canvas.file == path:
            self.canvas.replace(image)

    def _keep(self, path: Path, image: QImage) -> None:
        self._full[path] = image
        self._full.move_to_end(path)
        while len(self._full) > _KEPT:
            self._full.popitem(last=False)

    def _enter_canvas(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def _toggle_zoom(self) -> None:
        self.canvas.zoom_toggle()

    def _arrange(self, best_first: bool) -> None:
        self.model.set_best_first(best_first)
        self.strip.scrollTo(self.strip.currentIndex())

    def _repeat(self) -> None:
        self.repeat_wanted.emit(self._shown)

    def _use_settings(self) -> None:
        self.settings_wanted.emit(self.picture)

    def _failed(self, error: FastFaceError | None) -> None:
        if error is None:
            self.error.clear()
        else:
            self.error.show_error(error)

    # ---- From the queue

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
        self._count()

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
        self._count()
        if not shown_goes:
            return
        if (newest := self._newest()) is not None:
            self._shown = None
            self.strip.choose(newest)
            self._show(self.model.tiles()[self.model.row_of(newest)])
        else:
            self._show_nothing()

    def _count(self) -> None:
        finished = sum(tile.picture is not None for tile in self.model.made())
        self.count.setText(
            self.tr("1 picture") if finished == 1 else self.tr("{count} pictures").format(count=finished)
        )
        self.best_first.setVisible(finished > 1)


class _Empty(QWidget):
    """What stands where the picture will be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addStretch()
        column.addWidget(IconLabel("portrait", "disabled", theme, size=Space.XXL), 0, Qt.AlignmentFlag.AlignCenter)
        title = label(self.tr("Your picture appears here"), "heading", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(title)
        text = label(
            self.tr("Drop photos of a person anywhere on the window, say what the picture shows, and make it."),
            "secondary",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setMaximumWidth(theme.px(Size.COLUMN * 3 // 5))
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(text, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch()


def _finished(job: Job, picture: SavedPicture) -> Tile:
    index = job.order.request.seeds.index(picture.seed)
    return Tile(job.id, index, QImage(), picture.width / picture.height, picture)
