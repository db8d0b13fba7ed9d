"""What of the Gallery is in view: the grid, one picture, or several beside each other; and the whole screen for one."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.full_images import FullImages
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.gallery.compare import Compare
from fastface_desktop.ui.gallery.full_screen import FullScreen
from fastface_desktop.ui.gallery.viewer import Viewer


class ViewerController(QObject):
    """Goes from one to the other, and keeps to the pictures while the list of them changes."""

    changed = Signal()
    """Something else is in view, or another picture."""
    left = Signal(int)
    """The grid is in view again; the number of the picture that was seen last."""

    def __init__(
        self,
        stack: QStackedWidget,
        browse: QWidget,
        viewer: Viewer,
        compare: Compare,
        gallery: Gallery,
        images: FullImages,
    ) -> None:
        super().__init__(stack)
        self._stack, self._browse, self._viewer, self._compare = stack, browse, viewer, compare
        self._gallery, self._images = gallery, images
        self._screen: FullScreen | None = None
        self._place = 0
        self._number: int | None = None
        for one in (browse, viewer, compare):
            stack.addWidget(one)
        viewer.walked.connect(self.walk)
        viewer.closed.connect(self._close_viewer)
        viewer.full_screen_wanted.connect(self.toggle_full_screen)
        compare.closed.connect(self.back_to_grid)
        compare.pane_changed.connect(self.changed)

    @property
    def at_grid(self) -> bool:
        return not self.views and not self.compares

    @property
    def views(self) -> bool:
        """Whether one picture is seen large."""
        return self.fills_screen or self._stack.currentWidget() is self._viewer

    @property
    def compares(self) -> bool:
        return self._stack.currentWidget() is self._compare

    @property
    def fills_screen(self) -> bool:
        return self._screen is not None

    def chosen(self) -> list[int]:
        """The picture that is seen, or the one that has the focus among several."""
        if self.views:
            return [self._viewer.row.id] if self._viewer.row is not None else []
        return [self._compare.number] if self._compare.number is not None else []

    def focus(self) -> None:
        if self.views:
            self._viewer.focus()
        else:
            self._compare.focus()

    # ---- Going there and back

    def open(self, number: int | None, *, full_screen: bool = False) -> None:
        """Shows a picture large: as the page, or as the whole screen is."""
        place = self._gallery.model.place_of(number) if number is not None else -1
        if self._view(place):
            self._stack.setCurrentWidget(self._viewer)
            self._viewer.focus()
            self.changed.emit()
            if full_screen and not self.fills_screen:
                self.toggle_full_screen()

    def open_compare(self, ids: Sequence[int]) -> None:
        """Shows pictures beside each other; a single one beside the next."""
        if self._gallery.model.rowCount() > 1:
            self.leave_full_screen()
            self._compare.compare(ids)
            self._stack.setCurrentWidget(self._compare)
            self._compare.focus()
            self.changed.emit()

    def back_to_grid(self) -> None:
        if self.at_grid:
            return
        seen = self.chosen()
        self.leave_full_screen()
        compared = self.compares
        self._stack.setCurrentWidget(self._browse)
        # What was chosen to be compared stays chosen.
        if seen and not compared:
            self.left.emit(seen[0])
        else:
            self.left.emit(-1)
        self.changed.emit()

    def walk(self, step: int) -> None:
        """To the picture after (1) or before (-1) the one that is seen."""
        row = self._viewer.row
        if row is not None and self._view(self._gallery.model.place_of(row.id) + step):
            self.changed.emit()

    def _close_viewer(self) -> None:
        """From the whole screen into the window, from there to the grid."""
        if self.fills_screen:
            self.toggle_full_screen()
        else:
            self.back_to_grid()

    # ---- The whole screen

    def toggle_full_screen(self) -> None:
        """The viewer on the whole screen, or in its page again."""
        if self._screen is None:
            self._screen = FullScreen(self._viewer)
            self._screen.left.connect(self.leave_full_screen)
            self._screen.showFullScreen()
            self._viewer.show()
            self._viewer.focus()
        else:
            self.leave_full_screen()

    def leave_full_screen(self) -> None:
        if self._screen is None:
            return
        screen, self._screen = self._screen, None
        self._stack.insertWidget(1, self._viewer)
        self._stack.setCurrentWidget(self._viewer)
        screen.close()
        screen.deleteLater()
        self._viewer.focus()

    # ---- Following

    def follow(self) -> None:
        """Pictures came or went: what is gone gives way to the next."""
        if self.views:
            model = self._gallery.model
            place = model.place_of(self._number) if self._number is not None else -1
            if place < 0:
                place = min(self._place, model.rowCount() - 1)
            if place < 0:
                self.back_to_grid()
            else:
                # Where nothing is known of it yet, `refresh` shows it when that came.
                self._number = model.id_at(place)
                self._view(place)
            self.changed.emit()
        elif self.compares and not self._compare.keep_to():
            self.back_to_grid()

    def refresh(self) -> None:
        """More is known of pictures than before."""
        if self.views and self._number is not None:
            self._view(self._gallery.model.place_of(self._number))

    def _view(self, place: int) -> bool:
        """Shows the picture at a place; False where there is none, or nothing is known of it yet."""
        model = self._gallery.model
        if not 0 <= place < model.rowCount():
            return False
        row = model.row(place)
        if row is None:
            return False
        self._place, self._number = place, row.id
        self._viewer.show_picture(row, place, model.rowCount())
        for beside in (place + 1, place - 1):
            self._read_ahead(model.row(beside) if 0 <= beside < model.rowCount() else None)
        return True

    def _read_ahead(self, row: PictureRow | None) -> None:
        if row is not None:
            self._images.find(row)
