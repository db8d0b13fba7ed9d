"""The right of Create: the canvas, what is known of its picture and can be done with it, and the filmstrip."""

from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.jobs import JobQueue, JobStatus, SavedPicture
from fastface_desktop.ui.background import Background
from fastface_desktop.ui.create import likeness
from fastface_desktop.ui.create.canvas import Canvas
from fastface_desktop.ui.create.files import copy_file, put_on_clipboard, show_in_folder
from fastface_desktop.ui.create.filmstrip import Filmstrip
from fastface_desktop.ui.create.quick_look import read_picture
from fastface_desktop.ui.create.strip_model import StripModel, Tile
from fastface_desktop.ui.inline_error import IconLabel, InlineError
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Chip, ElidedLabel, IconButton, label, restyle

_KEPT = 12
"""Full-size pictures that are kept in memory: walking back and forth must not read files."""


class PictureArea(QWidget):
    repeat_wanted = Signal(object)
    """A `Tile`: the same again with another seed."""
    settings_wanted = Signal(object)
    """A `SavedPicture` whose settings the page is to be filled with."""
    said = Signal(str, object)

    def __init__(self, queue: JobQueue, background: Background, theme: Theme) -> None:
        super().__init__()
        self._queue, self._background = queue, background
        self._full: OrderedDict[Path, QImage] = OrderedDict()
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
        self.info = self._build_info(theme)
        self.head = self._build_head()

        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.S)
        column.setSpacing(Space.S)
        column.addWidget(self.stack, 1)
        column.addWidget(self.error)
        column.addWidget(self.info)
        film = QHBoxLayout()
        film.setSpacing(Space.S)
        film.addWidget(self.strip, 1)
        film.addWidget(self.head)
        column.addLayout(film)

        self.canvas.walked.connect(self.strip.walk)
        self.canvas.menu_wanted.connect(self._menu)
        self.strip.menu_wanted.connect(self._menu)
        self.strip.picture_chosen.connect(self._chosen)
        self.strip.entered.connect(self._enter_canvas)
        self._shortcuts()
        queue.changed.connect(self._job_changed)
        queue.removed.connect(self._job_removed)
        queue.preview.connect(self._preview)
        queue.picture_done.connect(self._picture_done)
        for job in queue.jobs():
            for index, picture in enumerate(job.pictures):
                self.model.put(_finished(job.id, index, picture))
        self._show_nothing()
        if tiles := self.model.tiles():
            self.strip.choose(tiles[-1].key)

    # ---- Building

    def _build_info(self, theme: Theme) -> QWidget:
        info = QWidget()
        self.badge = label(role="strong")
        self.facts = ElidedLabel(role="secondary")
        self.repeat_button = IconButton("retry", self.tr("The same with another seed (Ctrl+R)"), theme)
        self.repeat_button.clicked.connect(self.repeat)
        self.settings_button = IconButton("presets", self.tr("Use the settings of this picture (Ctrl+U)"), theme)
        self.settings_button.clicked.connect(self.use_settings)
        self.copy_button = IconButton("copy", self.tr("Copy the picture (Ctrl+C)"), theme)
        self.copy_button.clicked.connect(self.copy)
        self.save_button = IconButton("save", self.tr("Save a copy as … (Ctrl+S)"), theme)
        self.save_button.clicked.connect(self.save_as)
        self.folder_button = IconButton("folder", self.tr("Show in its folder (Ctrl+E)"), theme)
        self.folder_button.clicked.connect(self.show_in_folder)
        self.zoom_button = IconButton("zoom", self.tr("Fit, or each pixel its own (double click)"), theme)
        self.zoom_button.clicked.connect(self._toggle_zoom)
        row = QHBoxLayout(info)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.badge)
        row.addSpacing(Space.S)
        row.addWidget(self.facts, 1)
        self._actions = (
            self.repeat_button,
            self.settings_button,
            self.copy_button,
            self.save_button,
            self.folder_button,
            self.zoom_button,
        )
        for button in self._actions:
            row.addWidget(button)
        return info

    def _build_head(self) -> QWidget:
        head = QWidget()
        self.count = label(role="caption")
        self.best_first = Chip(self.tr("Best first"), self.tr("The pictures nearest to the person come first"))
        self.best_first.toggled.connect(self._arrange)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.best_first, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch()
        return head

    def _shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+R", self.repeat),
            ("Ctrl+U", self.use_settings),
            ("Ctrl+E", self.show_in_folder),
            (QKeySequence.StandardKey.Save, self.save_as),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(slot)
        # Ctrl+C in a text copies text.
        for widget in (self.canvas, self.strip):
            copies = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), widget)
            copies.setContext(Qt.ShortcutContext.WidgetShortcut)
            copies.activated.connect(self.copy)

    # ---- The picture in view

    @property
    def picture(self) -> SavedPicture | None:
        """The finished picture in view."""
        return self._shown.picture if self._shown is not None else None

    def follow(self) -> None:
        """From now on what is being made is shown."""
        self._follows = True

    def show_image(self, image: QImage, file: Path) -> None:
        """A picture that is not of this session."""
        self._shown = None
        self.stack.setCurrentWidget(self.canvas)
        self.canvas.show_picture(image, file, file.name)
        self._show_facts("", "", file.name)
        self._enable(False)

    def _show_nothing(self) -> None:
        self.stack.setCurrentWidget(self.empty)
        self.canvas.clear()
        for part in (self.info, self.head, self.strip):
            part.hide()
        self._enable(False)

    def _chosen(self, tile: Tile) -> None:
        running = tile.picture is None
        self._follows = running or tile.key == self._newest()
        self._show(tile)

    def _newest(self) -> tuple[str, int] | None:
        finished = [tile for tile in self.model.made() if tile.picture is not None]
        return finished[-1].key if finished else None

    def _show(self, tile: Tile) -> None:
        same = self._shown is not None and self._shown.key == tile.key
        self._shown = tile
        self.stack.setCurrentWidget(self.canvas)
        for part in (self.info, self.head, self.strip):
            part.show()
        picture = tile.picture
        self._enable(picture is not None)
        if picture is None:
            if not tile.preview.isNull():
                self.canvas.show_preview(tile.preview)
            elif not same:
                self.canvas.clear()
            self._show_facts("", "", self.tr("In work"))
            return
        if same and not self.canvas.is_preview and self.canvas.file == picture.path:
            return
        full = self._full.get(picture.path)
        words = ", ".join([likeness.badge(picture), self.tr("Seed {seed}").format(seed=picture.seed)])
        self.canvas.show_picture(full if full is not None else picture.thumbnail, picture.path, words)
        if full is None:
            path = picture.path
            self._background.run(lambda: (path, read_picture(path)), self._read)
        facts = f"{self.tr('Seed {seed}').format(seed=picture.seed)}   {picture.width} × {picture.height}"  # noqa: RUF001
        self._show_facts(likeness.badge(picture), likeness.colour(picture.likeness_word), facts)
        self.badge.setToolTip(likeness.explained(picture))

    def _show_facts(self, badge: str, tone: str, facts: str) -> None:
        self.info.show()
        self.badge.setText(badge)
        self.badge.setVisible(bool(badge))
        restyle(self.badge, "tone", tone)
        self.facts.setText(facts)

    def _read(self, result: object) -> None:
        if not isinstance(result, tuple):
            return
        path, image = result
        if image.isNull():
            return
        self._keep(path, image)
        if self.picture is not None and self.picture.path == path and self.canvas.file == path:
            self.canvas.replace(image)

    def _keep(self, path: Path, image: QImage) -> None:
        self._full[path] = image
        self._full.move_to_end(path)
        while len(self._full) > _KEPT:
            self._full.popitem(last=False)

    def _enable(self, enabled: bool) -> None:
        for button in self._actions[:-1]:
            button.setEnabled(enabled)

    def _enter_canvas(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def _toggle_zoom(self) -> None:
        self.canvas.zoom_toggle()

    def _arrange(self, best_first: bool) -> None:
        self.model.set_best_first(best_first)
        self.strip.scrollTo(self.strip.currentIndex())

    # ---- From the queue

    def _preview(self, job: str, index: int, image: QImage) -> None:
        found = self._queue.job(job)
        if found is None:
            return
        if index < len(found.pictures) or self._is_finished(job, index):
            # The finished picture itself, in full size.
            self._keep_finished(job, index, image)
            return
        shape = image.width() / max(image.height(), 1)
        tile = Tile(job, index, image, shape)
        self._put(tile)

    def _is_finished(self, job: str, index: int) -> bool:
        row = self.model.row_of((job, index))
        return row >= 0 and self.model.tiles()[row].picture is not None

    def _keep_finished(self, job: str, index: int, image: QImage) -> None:
        found = self._queue.job(job)
        assert found is not None
        picture = next((one for one in found.pictures if one.seed == found.order.request.seeds[index]), None)
        if picture is not None:
            self._keep(picture.path, image)

    def _picture_done(self, job: str, picture: SavedPicture) -> None:
        found = self._queue.job(job)
        if found is not None:
            self._put(_finished(job, found.order.request.seeds.index(picture.seed), picture))

    def _put(self, tile: Tile) -> None:
        self.model.put(tile)
        current = self.strip.chosen()
        if current is not None and current.key == tile.key:
            self._show(tile)
        elif self._follows and (current is None or current.job != tile.job or current.picture is not None):
            self.strip.choose(tile.key)
        self._count()

    def _job_changed(self, job: str) -> None:
        found = self._queue.job(job)
        if found is None:
            return
        if found.ended:
            self._drop_unfinished(job)
        elif found.status == JobStatus.running and self._follows and not found.pictures and not self._has_tile(job):
            request = found.order.request
            shape = (request.width or 1) / (request.height or 1)
            self._put(Tile(job, 0, QImage(), shape))

    def _has_tile(self, job: str) -> bool:
        return any(tile.job == job for tile in self.model.tiles())

    def _job_removed(self, job: str) -> None:
        self._drop_unfinished(job)

    def _drop_unfinished(self, job: str) -> None:
        shown_goes = self._shown is not None and self._shown.job == job and self._shown.picture is None
        self.model.remove_unfinished(job)
        self._count()
        if shown_goes:
            finished = [tile for tile in self.model.made() if tile.picture is not None]
            if finished:
                self.strip.choose(finished[-1].key)
            else:
                self._show_nothing()

    def _count(self) -> None:
        finished = sum(tile.picture is not None for tile in self.model.made())
        self.count.setText(
            self.tr("1 picture") if finished == 1 else self.tr("{count} pictures").format(count=finished)
        )
        self.best_first.setVisible(finished > 1)

    # ---- What can be done with it

    def repeat(self) -> None:
        if self._shown is not None and self._shown.picture is not None:
            self.repeat_wanted.emit(self._shown)

    def use_settings(self) -> None:
        if self.picture is not None:
            self.settings_wanted.emit(self.picture)

    def copy(self) -> None:
        if self.picture is not None:
            full = self._full.get(self.picture.path)
            put_on_clipboard(self.picture.path, full if full is not None else read_picture(self.picture.path))
            self.said.emit(self.tr("The picture is on the clipboard."), None)

    def show_in_folder(self) -> None:
        if self.picture is not None:
            show_in_folder(self.picture.path)

    def save_as(self) -> None:
        if self.picture is None:
            return
        suggested = str(Path.home() / self.picture.path.name)
        title = self.tr("Save a copy of the picture")
        chosen, _ = QFileDialog.getSaveFileName(self, title, suggested, self.tr("PNG picture (*.png)"))
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, target: Path) -> None:
        """Copies the picture in view, with its recipe."""
        if self.picture is None:
            return
        source = self.picture.path
        if target.suffix.lower() != ".png":
            target = target.with_name(f"{target.name}.png")
        self.error.clear()
        self._background.run(lambda: copy_file(source, target), self._saved)

    def _saved(self, result: object) -> None:
        if isinstance(result, FastFaceError):
            self.error.show_error(result)
        elif isinstance(result, Path):
            self.said.emit(self.tr("Saved as {name}.").format(name=result.name), None)

    def _menu(self, point: QPoint) -> None:
        if self.picture is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, slot in (
            (self.tr("The same with another seed"), "Ctrl+R", self.repeat),
            (self.tr("Use these settings"), "Ctrl+U", self.use_settings),
            (self.tr("Copy"), "Ctrl+C", self.copy),
            (self.tr("Save a copy as …"), "Ctrl+S", self.save_as),
            (self.tr("Show in its folder"), "Ctrl+E", self.show_in_folder),
        ):
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(keys))
            # Shown here; the page has the shortcut.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
        menu.popup(point)


class _Empty(QWidget):
    """What stands where the picture will be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addStretch()
        column.addWidget(IconLabel("portrait", "disabled", theme, size=Space.XXL), 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(label(self.tr("Your picture appears here"), "lead"), 0, Qt.AlignmentFlag.AlignCenter)
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


def _finished(job: str, index: int, picture: SavedPicture) -> Tile:
    return Tile(job, index, QImage(), picture.width / picture.height, picture)
