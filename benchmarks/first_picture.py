"""How soon the first picture is there, from the start of the process and from the drop of a photo.

    python benchmarks/first_picture.py [--runs 5]

The window, offscreen, with the starter, in a process and a home of its own each time, as somebody goes on who was here
before: the photo is dropped as soon as the window is painted and the picture ordered with it. Prints a JSON line a run,
then the medians. Times are only worth something on a machine that does nothing else: the load is printed with them.
"""

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(ROOT))

from benchmarks.window import PHOTO, used_home  # noqa: E402


def one_run(begun: float) -> None:
    """From the start of the process, at `begun`, to the first picture; prints the seconds of each part."""
    gc.disable()  # as the program itself does
    import qasync
    from PySide6.QtCore import QTimer

    from fastface_desktop.app import Desktop, FirstPaint, application
    from fastface_desktop.values import JobStatus

    app = application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.get_loop()
        desktop = Desktop(app)
        seconds: dict[str, float] = {}
        made = asyncio.Event()

        def drop() -> None:
            seconds["window"] = time.time() - begun
            desktop.session.add_photos([PHOTO])
            desktop.session.change(prompt="")
            seconds["dropped"] = time.time() - begun
            desktop.queue.add(desktop.session.order())

        def drop_another() -> None:
            # One more byte makes it a photo that was never seen.
            other = Path(os.environ["FASTFACE_HOME"]) / "other.jpg"
            other.write_bytes(PHOTO.read_bytes() + b"0")
            desktop.session.change(photos=())
            seconds["dropped again"] = time.time() - begun
            desktop.session.add_photos([other])

        def look_at_twin() -> None:
            if not desktop.twin.drawn:
                return
            if "dropped again" in seconds:
                seconds["twin again"] = time.time() - begun
                made.set()
            elif "twin" not in seconds:
                seconds["twin"] = time.time() - begun

        def look_at_job(name: str) -> None:
            job = desktop.queue.job(name)
            if job is not None and job.status is JobStatus.failed:
                raise RuntimeError(str(job.error))
            if job is not None and job.status is JobStatus.done and "picture" not in seconds:
                seconds["picture"] = time.time() - begun
                QTimer.singleShot(1000, drop_another)

        async def live() -> None:
            FirstPaint(desktop.window, drop)
            desktop.twin.changed.connect(look_at_twin)
            desktop.queue.changed.connect(look_at_job)
            desktop.show()
            await made.wait()
            await desktop.end()

        runner.run(live())
    seconds["first drop to twin"] = seconds["twin"] - seconds["dropped"]
    seconds["drop to twin"] = seconds["twin again"] - seconds["dropped again"]
    print(json.dumps(seconds))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Times the first picture.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--begun", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.begun is not None:
        one_run(options.begun)
        return
    load, found = os.getloadavg()[0], list[dict[str, float]]()
    for _ in range(options.runs):
        with used_home() as home:
            environment = {**os.environ, "FASTFACE_HOME": home, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
            command = [sys.executable, str(Path(__file__).resolve()), "--begun", repr(time.time())]
            done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)
        found.append(json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{"))))
        print(json.dumps({name: round(value, 2) for name, value in found[-1].items()}))
    for name in ("window", "first drop to twin", "picture", "drop to twin"):
        print(f"{name}: median {statistics.median(run[name] for run in found):.2f} s")
    print(f"{os.cpu_count()} cores, load {load:.1f} before the runs")


if __name__ == "__main__":
    main()
