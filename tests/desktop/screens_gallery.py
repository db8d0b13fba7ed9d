"""The states of the page Gallery, for `screens.py`: of made-up pictures in a library of their own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtTest import QTest

from fastface_core import paths
from fastface_core.domain.checkpoints import Terms
from fastface_core.domain.likeness import DRAWN
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.request import Picture
from fastface_core.library.labels import LABELS
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_desktop.state.gallery.view import Days
from fastface_desktop.ui.gallery.page import GalleryPage
from tests.core.library_help import recipe

if TYPE_CHECKING:
    from tests.desktop.screens import Walk

_FACES = Path(__file__).resolve().parents[1] / "data" / "starter"
_PROMPTS = ("portrait of a person in a forest, watercolor", "a sailor at the sea, film still, 85 mm")
_SHAPES = ((256, 256), (208, 304), (304, 208))


def fill(library: Library, count: int) -> list[int]:
    """Pictures with stars, flags, tags and terms of every kind."""
    sources = [Image.open(path).convert("RGB") for path in sorted(_FACES.glob("*.jpg"))]
    person = library.people.add("Ada Adler").uid
    numbers: list[int] = []
    for seed in range(count):
        width, height = _SHAPES[seed % 3]
        image = sources[seed % len(sources)].copy()
        scale = min(image.width / width, image.height / height)
        image = image.crop((0, 0, int(width * scale), int(height * scale))).resize((width, height))
        image.putpixel((0, 0), (seed, 0, 0))
        forbidden = seed % 4 == 1
        terms = Terms(commercial_use=not forbidden, licences=("Non-commercial" if forbidden else "Apache-2.0",))
        drawn, near = seed % 2 == 0, min(0.25 + seed / 60, 0.9)
        checkpoint = "starter" if drawn else "hyper-4"
        made = recipe(1000 + seed, _PROMPTS[seed % 2], width=width, height=height, terms=terms, checkpoint=checkpoint)
        picture = Picture(0, 1000 + seed, image, made, near, None, 1.2)
        if drawn:
            taken = TakenOver(skin=True, hair_colour=True, hair_length=seed % 4 != 0, glasses=True)
            picture = replace(picture, likeness=None, likeness_reason=DRAWN, twin_match=near, taken_over=taken)
        moment = datetime(2030, 1, 2, tzinfo=UTC) + timedelta(hours=seed)
        folder = paths.pictures_folder() / "2030-01"
        number = library.recorder.save(picture, folder, moment, person=person if seed % 3 else None).id
        numbers.append(number)
        if seed % 5 == 0:
            library.marks.rate([number], seed % 6)
        if seed % 7 == 3:
            library.marks.reject([number])
        if seed % 6 == 0:
            library.marks.tag([number], ["best", "client 7"])
        if seed % 4 == 0:
            library.marks.label([number], LABELS[seed // 4 % len(LABELS)])
    for first in (20, 24, 28):
        library.marks.stack(numbers[first : first + 4])
    for name, count in (("Team portraits", 8), ("Christmas cards", 5), ("Website", 3)):
        library.marks.collect(numbers[-count:], [name])
    return numbers


class GalleryScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk

    def go(self) -> None:
        walk = self.walk
        walk.wait(lambda: walk.desktop.library.library is not None)
        walk.window.show_page("gallery")
        page = walk.window.pages["gallery"]
        assert isinstance(page, GalleryPage)
        library = walk.desktop.library.library
        assert library is not None
        gallery = page.gallery  # pyright: ignore[reportPrivateUsage]
        before = library.gallery.count(Query())
        walk.wait(lambda: gallery.known and not gallery.searching)
        # Those of one request lie folded.
        rows = gallery.model.rowCount()
        if not before:
            walk.settle()
            walk.shot("gallery-01-empty")
        ids = fill(library, 40)
        # Three stacks of four lie folded.
        walk.wait(lambda: gallery.model.rowCount() == rows + 40 - 9)
        self._grid(page, ids)
        self._large(page, ids)
        self._out_and_in(page, ids)
        self._trash(page, ids)

    def _grid(self, page: GalleryPage, ids: list[int]) -> None:
        walk, gallery = self.walk, page.gallery  # pyright: ignore[reportPrivateUsage]
        walk.settle()
        walk.shot("gallery-02-grid")
        page.grid.choose([ids[33]], ids[33])
        walk.wait(lambda: page.beside.inspector.details is not None)
        index = gallery.model.index(gallery.model.place_of(ids[34]))
        QTest.mouseMove(page.grid.viewport(), page.grid.picture_rect(index).center())
        walk.shot("gallery-03-details-and-caption")
        page.grid.choose([ids[32]], ids[32])
        walk.wait(page.beside.inspector.note.isVisible)
        walk.shot("gallery-25-drawn-by-the-starter")
        page.grid.choose(ids[32:37])
        walk.shot("gallery-04-several-chosen")
        page.grid.selectAll()
        walk.settle()
        walk.shot("gallery-26-all-but-the-rejected")
        gallery.toggle_stack(next(iter(gallery.stacks)))
        walk.settle()
        walk.shot("gallery-27-stack-unfolded")
        gallery.toggle_stack(next(iter(gallery.stacks)))
        walk.settle()
        page.grid.choose([ids[33]], ids[33])
        page.beside.tag()
        page.beside.inspector.tags.field.setText("holi")
        walk.shot("gallery-05-tagging")
        page.beside.inspector.tags.field.clear()
        page.grid.clearSelection()
        gallery.set_view(
            likeness=0.4,
            tag="best",
            made=Days(first=date(2030, 1, 2), last=date(2030, 1, 31)),
            rejected="without",
        )
        walk.settle()
        walk.shot("gallery-06-filters")
        days = page.filters.days
        days.open(gallery.view.days(date(2030, 1, 31)), date(2030, 1, 31))
        walk.settle()
        walk.shot("gallery-23-days")
        days.last.set_day(date(2029, 12, 31))
        walk.settle()
        walk.shot("gallery-24-days-in-the-wrong-order")
        days.close_button.click()
        gallery.set_view(text="zeppelin")
        walk.settle()
        walk.shot("gallery-07-nothing-found")
        gallery.clear_filters()
        gallery.set_view(size=256, inspector=False)
        walk.settle()
        walk.shot("gallery-08-large-without-details")
        gallery.set_view(size=96)
        walk.settle()
        walk.shot("gallery-09-small")
        gallery.set_view(size=160, inspector=True)
        walk.window.resize(walk.window.minimumSize())
        page.grid.choose(ids[32:34])
        walk.settle()
        walk.shot("gallery-10-smallest-window")
        walk.window.resize(1180, 760)

    def _large(self, page: GalleryPage, ids: list[int]) -> None:
        walk = self.walk
        page.grid.choose([ids[32]], ids[32])
        page.page_acts.open()
        walk.settle()
        walk.shot("gallery-11-viewer")
        page.viewing.back_to_grid()
        page.grid.choose([ids[32], ids[35]])
        page.page_acts.open_compare()
        walk.settle()
        walk.shot("gallery-12-compare-two")
        page.compare.show_four()
        page.compare.panes[0].canvas.zoom_by(2.5)
        walk.settle()
        walk.shot("gallery-13-compare-four-zoomed")
        page.viewing.back_to_grid()
        page.grid.choose([ids[10]], ids[10])
        walk.wait(lambda: page.gallery.model.row_of(ids[10]) is not None)  # pyright: ignore[reportPrivateUsage]
        row = page.gallery.model.row_of(ids[10])  # pyright: ignore[reportPrivateUsage]
        assert row is not None
        kept = row.path.read_bytes()
        row.path.unlink()
        page.page_acts.open()
        walk.wait(page.viewer.view.lost.isVisible)
        walk.shot("gallery-14-file-gone")
        row.path.write_bytes(kept)
        page.viewing.back_to_grid()

    def _finish(self, page: GalleryPage) -> None:
        """The last touch of an export, open."""
        exporting = page.beside.exporting
        finish = exporting.finish
        finish.fold.set_open(True)
        exporting.exporter.change(watermark="text", watermark_text="© Studio Ada", sheet=True, sharpening="glossy")
        self.walk.wait(finish.preview.isVisible)
        self.walk.settle()
        exporting.scroller.ensureWidgetVisible(finish, 0, 0)
        self.walk.shot("gallery-28-export-finish")
        finish.fold.set_open(False)
        exporting.exporter.change(watermark=None, sheet=False, sharpening=None)

    def _out_and_in(self, page: GalleryPage, ids: list[int]) -> None:
        walk = self.walk
        page.grid.choose(ids[32:38])
        page.beside.open_export()
        walk.wait(lambda: bool(page.beside.exporting.example.text()))
        walk.shot("gallery-15-export")
        page.beside.exporting.profiles["client"].click()
        walk.settle()
        walk.shot("gallery-16-export-for-a-client")
        page.beside.exporting.export()
        walk.wait(page.beside.exporting.result.isVisible)
        walk.shot("gallery-17-exported")
        page.beside.exporting.pattern.setText("{prompt}")
        page.beside.exporting.pattern.textEdited.emit("{prompt}")
        walk.settle()
        walk.shot("gallery-18-export-wrong-pattern")
        page.beside.exporting.pattern.textEdited.emit("")
        self._finish(page)
        page.beside.close_export()
        folder = walk.photos / "holiday"
        folder.mkdir()
        Image.new("RGB", (40, 40), "#336699").save(folder / "a.png")
        page.importing.start(folder)
        walk.wait(page.notice.isVisible)
        walk.shot("gallery-19-imported")
        page.notice.hide()

    def _trash(self, page: GalleryPage, ids: list[int]) -> None:
        walk, gallery = self.walk, page.gallery  # pyright: ignore[reportPrivateUsage]
        page.grid.choose(ids[32:35])
        page.marks.to_trash()
        walk.settle()
        walk.shot("gallery-20-thrown-away")
        for toast in walk.window.toasts.shown():
            toast.dismiss()
        gallery.set_view(place="trash")
        walk.settle()
        page.grid.choose([ids[32]], ids[32])
        page.marks.ask_to_empty()
        walk.settle()
        walk.shot("gallery-21-empty-the-trash")
        page.notice.buttons[0].click()
        walk.wait(lambda: gallery.model.rowCount() == 0)
        for toast in walk.window.toasts.shown():
            toast.dismiss()
        walk.settle()
        walk.shot("gallery-22-trash-is-empty")
        gallery.set_view(place="pictures")
        walk.settle()
