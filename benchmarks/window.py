"""How the window feels: how soon it is there, how smoothly it runs beside the engine, how soon it stops and ends.

    python benchmarks/window.py [--starts 5] [--closings 50] [--pictures 4] [--json FILE]

Every number is taken from the program itself, offscreen, with the starter model, in processes of their own and a home
of their own. Prints a JSON line for each, then a table; exits with 1 where a limit is not kept. Times are only worth
something on a machine that does nothing else: the load is printed with them.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(ROOT))

PHOTO = ROOT / "examples" / "portrait.jpg"
LIMITS = {
    "window": 0.6,
    "stall while importing": 0.3,
    "stall while loading": 0.05,
    "stall while generating and saving": 0.05,
    "cancel answers": 0.2,
    "closing": 3.0,
}
"""Seconds."""


@contextlib.contextmanager
def used_home() -> Generator[str]:
    """A home in which the program was started before: the first steps come but once."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "data" / "settings.json"
        file.parent.mkdir()
        file.write_text('{"first_run_seen": true}', encoding="utf-8")
        yield home


def in_process(part: str, *arguments: str) -> list[dict[str, object]]:
    """Runs a part of this file in a process and a home of its own; its JSON lines."""
    with used_home() as home:
        environment = {**os.environ, "FASTFACE_HOME": home, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, str(Path(__file__).resolve()), "--part", part, repr(time.time()), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"{part}: {done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


# ---- What runs in a process of its own


def part_start(begun: float) -> None:
    """From the start of the process to the first picture of the window."""
    gc.disable()  # as the program itself does
    import qasync

    from fastface_desktop.app import Desktop, FirstPaint, application

    app = application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.get_loop()
        desktop = Desktop(app)
        painted: list[float] = []
        heavy: list[str] = []

        def first_paint() -> None:
            painted.append(time.time() - begun)
            heavy.extend(name for name in ("torch", "diffusers", "transformers", "numpy") if name in sys.modules)
            app.quit()

        FirstPaint(desktop.window, first_paint)
        desktop.window.show()
        app.exec()
        runner.run(desktop.end())
    print(json.dumps({"seconds": painted[0], "heavy": heavy, "cpu": time.process_time()}))


def part_work(pictures: int) -> None:
    """Import, load, make pictures, cancel: the longest stall of each, and how soon a cancelled job stops."""
    import qasync
    from PySide6.QtCore import QObject, QTimer

    from fastface_desktop.app import Desktop, application
    from fastface_desktop.values import JobStatus

    class Course(QObject):
        """Goes from one state of the engine to the next."""

        def __init__(self, desktop: Desktop) -> None:
            super().__init__(desktop)
            self.desktop = desktop
            self.stalls: dict[str, float] = {}
            self.seconds: dict[str, float] = {}
            self._status = "starting"
            self._began = time.monotonic()
            self._job: str | None = None
            self._cancelled_at = 0.0
            self.ended = asyncio.Event()
            desktop.engine.changed.connect(self.look)
            desktop.queue.changed.connect(self.look_at_job)

        def note(self, name: str) -> None:
            self.stalls[name] = self.desktop.probe.reset()
            self.seconds[name] = time.monotonic() - self._began
            self._began = time.monotonic()

        def look(self) -> None:
            status = self.desktop.engine.status
            if status == self._status:
                return
            if self._status in ("importing", "loading"):
                self.note(self._status)
            self._status = status
            if status == "ready" and self._job is None:
                self.desktop.probe.reset()
                self.order(pictures)
            elif status == "failed":
                raise RuntimeError(str(self.desktop.engine.error))

        def order(self, count: int) -> None:
            """As a person does it: a photo is dropped, words are written, the button is clicked."""
            self._began = time.monotonic()
            self.desktop.session.add_photos([PHOTO])
            QTimer.singleShot(0, partial(self.write, count))

        def write(self, count: int) -> None:
            prompt = "portrait of a person in a forest, watercolor"
            self.desktop.session.change(prompt=prompt, count=count, negative_prompt="")
            QTimer.singleShot(0, self.click)

        def click(self) -> None:
            self._job = self.desktop.queue.add(self.desktop.session.order())

        def look_at_job(self, name: str) -> None:
            job = self.desktop.queue.job(name)
            if job is None or name != self._job:
                return
            if job.status is JobStatus.done and "generating" not in self.stalls:
                self.note("generating")
                self.order(8)
            elif job.status is JobStatus.failed:
                raise RuntimeError(str(job.error))
            elif "generating" in self.stalls and job.step and not self._cancelled_at:
                self._cancelled_at = time.monotonic()
                QTimer.singleShot(0, self.cancel)
            elif self._cancelled_at and job.ended and not job.stopping and "stops" not in self.seconds:
                self.seconds["stops"] = time.monotonic() - self._cancelled_at
                self.ended.set()

        def cancel(self) -> None:
            self._cancelled_at = time.monotonic()
            assert self._job is not None
            self.desktop.queue.cancel(self._job)
            job = self.desktop.queue.job(self._job)
            assert job is not None
            assert job.ended
            self.desktop.window.repaint()
            self.seconds["answers"] = time.monotonic() - self._cancelled_at

    app = application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.get_loop()
        desktop = Desktop(app)
        course = Course(desktop)

        async def live() -> None:
            desktop.show()
            await course.ended.wait()
            await desktop.end()

        runner.run(live())
    print(json.dumps({"stalls": course.stalls, "seconds": course.seconds}))


# ---- The whole


def measure(starts: int, closings: int, pictures: int) -> dict[str, float]:
    found: dict[str, float] = {}
    windows = [in_process("start")[0] for _ in range(starts)]
    for one in windows:
        print(json.dumps({"part": "start", **one}))
        assert one["heavy"] == [], one
    found["window"] = statistics.median(float(str(one["seconds"])) for one in windows)

    (work,) = in_process("work", str(pictures))
    print(json.dumps({"part": "work", **work}))
    stalls, seconds = work["stalls"], work["seconds"]
    assert isinstance(stalls, dict)
    assert isinstance(seconds, dict)
    found["stall while importing"] = stalls["importing"]
    found["stall while loading"] = stalls["loading"]
    found["stall while generating and saving"] = stalls["generating"]
    found["cancel answers"] = seconds["answers"]
    found["cancel stops"] = seconds["stops"]

    for state in ("importing", "loading", "idle", "generating", "error"):
        ends = close(state, closings)
        print(json.dumps({"part": "closing", "state": state, "seconds": ends}))
        if ends:
            found[f"closing while {state}, longest of {len(ends)}"] = max(ends)
    return found


def close(state: str, times: int) -> list[float]:
    """Closes the window `times` times in a state; how long each took until all had ended and no thread was left."""
    # Only a fresh process imports; in the other states one process opens and closes the program again and again.
    calls = [["importing"]] * times if state == "importing" else [[state] * times] if times else []
    ends: list[float] = []
    for states in calls:
        with used_home() as home:
            environment = {**os.environ, "FASTFACE_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
            command = [sys.executable, "-m", "tests.desktop.closing", str(PHOTO), *states]
            done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
        for line in done.stdout.splitlines():
            one = json.loads(line)
            assert one["threads"] == [], one
            assert one["engine_ended"], one
            ends.append(one["seconds"])
    return ends


def table(found: dict[str, float]) -> str:
    lines = ["| what | seconds | limit |", "|-|-|-|"]
    for name, seconds in found.items():
        limit = limit_of(name)
        lines.append(f"| {name} | {seconds:.3f} | {limit if limit is not None else ''} |")
    return "\n".join(lines)


def limit_of(name: str) -> float | None:
    return LIMITS["closing"] if name.startswith("closing") else LIMITS.get(name)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="How the window feels.")
    parser.add_argument("--starts", type=int, default=5, help="how often the window is opened; the median counts")
    parser.add_argument("--closings", type=int, default=50, help="how often it is closed in each state")
    parser.add_argument("--pictures", type=int, default=4, help="pictures made while the event loop is watched")
    parser.add_argument("--json", type=Path, help="file for the numbers, beside the output")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        name, begun, *rest = options.part
        if name == "start":
            part_start(float(begun))
        else:
            part_work(int(rest[0]))
        return 0
    load = os.getloadavg() if hasattr(os, "getloadavg") else (0.0,)
    machine = {"cores": os.cpu_count(), "load": round(load[0], 1), "python": platform.python_version()}
    print(json.dumps({"part": "machine", **machine}))
    found = measure(options.starts, options.closings, options.pictures)
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "seconds": found}, indent=1) + "\n", encoding="utf-8")
    print(f"\n{table(found)}\n\n{machine['cores']} cores, load {machine['load']} before the run")
    return int(any(seconds > limit for name, seconds in found.items() if (limit := limit_of(name)) is not None))


if __name__ == "__main__":
    sys.exit(main())
