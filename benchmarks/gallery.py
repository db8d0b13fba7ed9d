"""How the Gallery feels with 100,000 pictures: how soon it is there, and how smoothly it scrolls.

    python benchmarks/gallery.py [--pictures 100000] [--folder DIR] [--frames 600] [--json FILE] [--small]

The library is made by `benchmarks/made_up_library.py`: rows with recipes and thumbnails, no picture files. The window
runs offscreen in a process of its own, 1920 by 1080 points. Frames are counted as a screen does that shows sixty in a
second: each has 16.7 ms from its turn until everything is painted, whatever else the window had to do in between; one
that comes late is followed by the next turn. Every image in view at the end is compared with the thumbnail that belongs
to it. Prints a table; exits with 1 where a bar is not met. Times are only worth something on a machine that does
nothing else: the load is printed with them, and beside each time that of the processor, which other programs change
less.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(ROOT))

FRAME = 1 / 60
BARS = {"first paint": 0.3, "smooth": 0.95}
"""Seconds, and the share of frames that are painted in time."""
WINDOW = (1920, 1080)
SMALL = 600
_PATIENCE = 60.0


def in_process(home: Path, frames: int) -> dict[str, object]:
    """Measures in a process of its own, on the library in `home`."""
    environment = {**os.environ, "FASTFACE_HOME": str(home), "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(Path(__file__).resolve()), "--part", "--frames", str(frames)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


# ---- What runs in a process of its own


def part(frames: int) -> dict[str, object]:
    """Opens the page, waits for what is in view, and scrolls."""
    import gc

    gc.disable()  # as the program itself does
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication, QWidget

    from fastface_core.paths import data_folder
    from fastface_core.settings import settings_file
    from fastface_desktop.app import Desktop, application
    from fastface_desktop.ui.gallery.page import GalleryPage

    # As at a first start: what an earlier run looked at last is not opened with the window.
    for kept in (settings_file(), data_folder() / "gallery.json"):
        kept.unlink(missing_ok=True)
    app = application()
    desktop = Desktop(app)
    desktop.window.resize(*WINDOW)
    desktop.window.show()
    desktop.library.open()
    wait(app, lambda: desktop.library.library is not None)
    # What is done once after opening is not part of the page.
    until = time.perf_counter() + 1.0
    wait(app, lambda: time.perf_counter() > until)

    class Paints(QObject):
        """When a widget was first painted with something in it."""

        def __init__(self, widget: QWidget, filled: Callable[[], bool]) -> None:
            super().__init__(widget)
            self.at: float | None = None
            self._filled = filled
            widget.installEventFilter(self)

        def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
            if event.type() == QEvent.Type.Paint and self.at is None and self._filled():
                self.at = time.perf_counter()
            return False

    start, before = time.perf_counter(), time.thread_time()
    desktop.window.show_page("gallery")
    page = desktop.window.page
    assert isinstance(page, GalleryPage)
    model, view = page.grid.model(), page.grid.viewport()
    page_painted = Paints(page, lambda: True)
    grid_painted = Paints(view, lambda: model.rowCount() > 0)
    wait(app, lambda: grid_painted.at is not None)
    worked = time.thread_time() - before
    wait(app, lambda: all_shown(page))
    shown = time.perf_counter()
    wait(app, lambda: not page.gallery.searching)  # pyright: ignore[reportPrivateUsage]
    whole = time.perf_counter()
    assert page_painted.at is not None
    assert grid_painted.at is not None

    bar = page.grid.verticalScrollBar()
    chance = random.Random(0)
    far = bar.maximum()

    def wheel(number: int) -> None:
        """A wheel that is turned without a pause, there and back."""
        there = number < frames * 2 // 3
        bar.setValue(bar.value() + (120 if there else -120))

    def drag(number: int) -> None:
        """The handle of the scroll bar, moved by hand: most of what is passed is never seen."""
        bar.setValue((bar.value() + chance.randrange(max(far // 100, 200))) % far)

    bar.setValue(far // 3)
    found: dict[str, object] = {
        "pictures": model.rowCount(),
        "page": page_painted.at - start,
        "first paint": grid_painted.at - start,
        "first paint, processor": worked,
        "thumbnails": shown - start,
        "all numbers": whole - start,
        "wheel": scroll(app, frames, wheel),
        "drag": scroll(app, frames // 2, drag),
    }
    wait(app, lambda: all_shown(page))
    found["compared"] = compare(page)
    desktop.request_shutdown()
    desktop.finish()
    assert isinstance(QApplication.instance(), QApplication)
    return found


def scroll(app: object, frames: int, move: Callable[[int], None]) -> dict[str, list[float]]:
    """Seconds that each frame took from its turn on, and of those of the processor in the window's thread."""
    taken: list[float] = []
    worked: list[float] = []
    turn, before = time.perf_counter(), time.thread_time()
    for number in range(frames):
        while time.perf_counter() < turn:
            app.processEvents()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
            time.sleep(0.0005)  # a window waits here for what happens next, and lets others work
        move(number)
        app.processEvents()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        now = time.perf_counter()
        after = time.thread_time()
        taken.append(now - turn)
        worked.append(after - before)
        turn, before = max(turn + FRAME, now), after
    return {"taken": taken, "worked": worked}


def wait(app: object, condition: Callable[[], bool]) -> None:
    until = time.perf_counter() + _PATIENCE
    while not condition():
        app.processEvents()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        if time.perf_counter() > until:
            raise TimeoutError("what was waited for did not happen")


def in_view(page: object) -> list[int]:
    """The places of the pictures that are seen."""
    from PySide6.QtCore import QPoint, QRect

    from fastface_desktop.ui.gallery.page import GalleryPage

    assert isinstance(page, GalleryPage)
    grid, count = page.grid, page.grid.model().rowCount()
    seen = QRect(QPoint(0, 0), grid.viewport().size())
    cell = grid.gridSize()
    columns = max(1, (grid.viewport().width() - 1) // cell.width())
    first = grid.verticalScrollBar().value() // cell.height() * columns
    last = min(first + (seen.height() // cell.height() + 2) * columns, count)
    model = grid.model()
    return [place for place in range(first, last) if seen.intersects(grid.picture_rect(model.index(place, 0)))]


def all_shown(page: object) -> bool:
    """Whether every picture in view is there."""
    from fastface_desktop.ui.gallery.page import GalleryPage

    assert isinstance(page, GalleryPage)
    gallery, ratio = page.gallery, page.devicePixelRatioF()  # pyright: ignore[reportPrivateUsage]
    places = in_view(page)
    rows = [gallery.model.row(place) for place in places]
    return bool(rows) and all(
        row is not None and gallery.thumbnails.tile(row, page.grid.tile, ratio) is not None for row in rows
    )


def compare(page: object) -> int:
    """How many images in view were compared with the thumbnails of their pictures.

    Raises:
        AssertionError: one is another's.
    """
    from PySide6.QtGui import QImage

    from fastface_desktop.state.gallery.thumbnails import covering
    from fastface_desktop.ui.gallery.page import GalleryPage
    from fastface_desktop.ui.theme.tokens import Radius

    assert isinstance(page, GalleryPage)
    gallery, ratio = page.gallery, page.devicePixelRatioF()  # pyright: ignore[reportPrivateUsage]
    library = gallery.library.library
    assert library is not None
    places = in_view(page)
    for place in places:
        row = gallery.model.row(place)
        assert row is not None
        assert row.id == gallery.model.id_at(place)
        kept = library.thumbnails.find(library.gallery.rows([row.id])[0].pixels)
        assert kept is not None
        expected = covering(QImage.fromData(kept), page.grid.tile * ratio, Radius.CARD * ratio, ratio)
        assert gallery.thumbnails.tile(row, page.grid.tile, ratio) == expected
    return len(places)


# ---- The whole


def make(home: Path, pictures: int) -> None:
    """The library, where it is not there yet; in a process of its own, because the home is looked at once."""
    if (home / "data" / "library").exists() or any(home.rglob("library.db")):
        return
    code = f"from benchmarks import made_up_library; made_up_library.make({pictures}, thumbnails=True)"
    environment = {**os.environ, "FASTFACE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)


def smooth(frames: list[float]) -> float:
    """The share of frames that were painted in time."""
    return sum(seconds <= FRAME for seconds in frames) / len(frames)


def missed(found: dict[str, object]) -> list[str]:
    """The bars that are not met."""
    bad = [] if float(str(found["first paint"])) <= BARS["first paint"] else ["first paint"]
    return bad + [way for way in ("wheel", "drag") if smooth(frames_of(found, way, "taken")) < BARS["smooth"]]


def frames_of(found: dict[str, object], way: str, kind: str) -> list[float]:
    frames = found[way]
    assert isinstance(frames, dict)
    return [float(seconds) for seconds in frames[kind]]


def table(found: dict[str, object]) -> str:
    """Markdown."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    lines = [
        f"{found['pictures']:,} pictures; {platform.machine()}, {os.cpu_count()} cores, load {load},"
        f" Python {platform.python_version()}, offscreen.",
        "",
        "| | measured | of the processor | bar |",
        "|-|-|-|-|",
    ]
    words = {
        "page": "the page is painted",
        "first paint": "the grid is painted with pictures in it",
        "thumbnails": "every thumbnail in view is there",
        "all numbers": "all pictures are known",
    }
    for name, text in words.items():
        bar = f"{BARS[name] * 1000:.0f} ms" if name in BARS else ""
        worked = found.get(f"{name}, processor")
        processor = f"{float(str(worked)) * 1000:.0f} ms" if worked is not None else ""
        lines.append(f"| {text} | {float(str(found[name])) * 1000:.0f} ms | {processor} | {bar} |")
    for way, text in (("wheel", "frames in time, wheel"), ("drag", "frames in time, scroll bar dragged")):
        said = [_said(frames_of(found, way, kind)) for kind in ("taken", "worked")]
        lines.append(f"| {text} | {' | '.join(said)} | {BARS['smooth']:.0%} |")
    lines.append(f"| images in view that are the right ones | {found['compared']} of {found['compared']} | | all |")
    return "\n".join(lines)


def _said(frames: list[float]) -> str:
    return f"{smooth(frames):.1%} (median {statistics.median(frames) * 1000:.1f} ms, worst {max(frames) * 1000:.0f} ms)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the library is made, stays, and is used again")
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--json", type=Path, help="file for the numbers, beside the output")
    parser.add_argument("--small", action="store_true", help=f"{SMALL} pictures and few frames, to see that it works")
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(part(options.frames)))
        return 0
    pictures, frames = (SMALL, 60) if options.small else (options.pictures, options.frames)
    with tempfile.TemporaryDirectory() as scratch:
        home = options.folder or Path(scratch)
        make(home, pictures)
        found = in_process(home, frames)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found), encoding="utf-8")
    return 1 if missed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
