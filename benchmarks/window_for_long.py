"""A window in which somebody works for long stays as it began: open files, threads, temporary files and memory.

    python benchmarks/window_for_long.py [--pictures 500] [--first 50]

Offscreen, in a home of its own, with the starter model: jobs of ten pictures of 64 x 64, of which every fifth is
cancelled in the middle and every seventh has a photo that is not there; after each job another page, and stars for the
newest pictures, which are written into their files. Counts once FIRST pictures are there and in the end, when nothing
is under way, and prints both as JSON lines; exits with 1 where a file, a thread or a temporary file is left, or the
memory is more than 5 % larger. Linux.
"""

import argparse
import asyncio
import itertools
import json
import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(ROOT))

PHOTO = ROOT / "examples" / "portrait.jpg"
SLACK = 4
"""Open files by which two looks may differ: a thread of the pool may have been idle before, and SQLite has three for
each."""
MORE_MEMORY = 1.05


def counts() -> dict[str, int]:
    """Open files, threads, entries of the folder for temporary files, and memory in kilobytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii").split()
    return {
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "temporary": len(list(Path(tempfile.gettempdir()).iterdir())),
        "memory": int(status[status.index("VmRSS:") + 1]),
    }


async def work(pictures: int, first: int) -> list[dict[str, int]]:
    """Works in a window until so many pictures are made; what was counted at `first` of them, and in the end."""
    from fastface_core.library.queries import Query
    from fastface_desktop.app import Desktop, application
    from fastface_desktop.garbage import collect
    from tests.desktop.engine_room import order

    desktop = Desktop(application())
    desktop.show()

    async def until(ready: "object") -> None:
        while not ready():  # type: ignore[operator]
            await asyncio.sleep(0.05)

    def failed(error: Exception) -> None:
        raise error

    pages = itertools.cycle(list(desktop.window.rail.buttons))
    seen: list[dict[str, int]] = []
    done = 0
    await until(lambda: desktop.library.library is not None and desktop.engine.status == "ready")

    async def one_job(number: int) -> int:
        photo = Path(os.environ["FASTFACE_HOME"]) / "gone.jpg" if number % 7 == 6 else PHOTO
        name = desktop.queue.add(order(count=10, steps=1, seed=100 * number, photos=(photo,)))

        def job() -> object:
            return desktop.queue.job(name)

        if number % 5 == 4:
            await until(lambda: job().pictures_done >= 3 or job().ended)  # type: ignore[attr-defined]
            desktop.queue.cancel(name)
        await until(lambda: job().ended and not job().stopping)  # type: ignore[attr-defined]
        desktop.window.show_page(next(pages))
        marked: list[object] = []

        def mark(library: object) -> int:
            ids = library.gallery.ids(Query())[:5]  # type: ignore[attr-defined]
            library.marks.rate(ids, number % 6)  # type: ignore[attr-defined]
            return library.marks.write_pending(50).written  # type: ignore[attr-defined]

        desktop.library.run(desktop, mark, marked.append, failed)
        await until(lambda: marked)
        made = job().pictures_done  # type: ignore[attr-defined]
        desktop.queue.remove(name)
        return int(made)

    for number in itertools.count():
        done += await one_job(number)
        if (not seen and done >= first) or done >= pictures:
            desktop.window.show_page(next(iter(desktop.window.rail.buttons)))
            await until(lambda: not desktop.background.busy)
            collect()
            seen.append({"pictures": done, "jobs": number + 1, **counts()})
            print(json.dumps(seen[-1]), flush=True)
        if done >= pictures:
            break
    await desktop.end()
    return seen


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--first", type=int, default=50)
    wanted = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as home:
        for name in ("data", "temporary"):
            (Path(home) / name).mkdir()
        (Path(home) / "data" / "settings.json").write_text('{"first_run_seen": true}', encoding="utf-8")
        os.environ |= {"FASTFACE_HOME": home, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(Path(home) / "temporary")}
        tempfile.tempdir = None
        import qasync

        from fastface_desktop.app import application

        app = application()
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
            before, after = runner.run(work(wanted.pictures, wanted.first))
    wrong = [name for name in ("threads", "temporary") if after[name] > before[name]]
    wrong += ["files"] if after["files"] > before["files"] + SLACK else []
    wrong += ["memory"] if after["memory"] > MORE_MEMORY * before["memory"] else []
    print(f"{after['pictures']} pictures in {after['jobs']} jobs: {', '.join(wrong) or 'nothing'} has grown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
