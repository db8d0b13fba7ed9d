"""Times the library at 100,000 pictures: rows with recipes, people, tags and thumbnails, made by a fixed seed.

    python benchmarks/library.py [--pictures 100000] [--folder DIR] [--no-thumbnails] [--json FILE]

Every number is of a library on the disk of --folder, or of the temporary folder. Prints a table; exits with 1 where a
bar is not met.
"""

import argparse
import json
import os
import platform
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import made_up_library
from fastface_core.library.library import Library
from fastface_core.library.queries import Query, Sort

PAGE = 200
BARS = {"open": 0.150, "page": 0.020, "search": 0.050, "rating": 0.010}
"""Seconds."""


@dataclass(frozen=True)
class Timing:
    """One line of the table, in seconds.

    Attributes:
        processor: of the worst, the time that the processor worked on it; on a busy machine the rest was waiting.
    """

    what: str
    median: float
    worst: float
    bar: float | None = None
    processor: float | None = None

    @property
    def met(self) -> bool:
        return self.bar is None or self.worst <= self.bar


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the library is made, stays, and is used again")
    parser.add_argument("--no-thumbnails", action="store_true")
    parser.add_argument("--json", type=Path, help="file for the numbers, beside the output")
    options = parser.parse_args()
    home = options.folder or Path(tempfile.mkdtemp(prefix="fastface-library-"))
    os.environ["FASTFACE_HOME"] = str(home)
    try:
        if not (home / "ready").exists():
            seconds = made_up_library.make(options.pictures, thumbnails=not options.no_thumbnails)
            (home / "ready").touch()
            print(f"Made {options.pictures} pictures in {seconds:.0f} s.", file=sys.stderr)
        timings = measure(home)
    finally:
        if options.folder is None:
            shutil.rmtree(home)
    print(table(timings, options.pictures))
    if options.json:
        lines = [{"what": t.what, "median": t.median, "worst": t.worst, "bar": t.bar} for t in timings]
        options.json.write_text(json.dumps(lines, indent=1), encoding="utf-8")
    return 0 if all(timing.met for timing in timings) else 1


def measure(home: Path) -> list[Timing]:
    """All timings of the library in `home`."""
    timings = [opened(home)]
    with Library(recover=False) as library:
        timings += pages(library)
        timings += searches(library)
        timings.append(timed("count, any filter", [lambda q=q: library.gallery.count(q) for q in filters(library)]))
        timings.append(timed("numbers of all pictures", [lambda: library.gallery.ids(Query())]))
        timings.append(timed("what changed since", [lambda: library.changes.since(library.changes.newest())] * 20))
        timings += ratings(library)
        timings.append(disk(home))
        keys = [row.pixels for row in library.gallery.page(Query()).rows]
        if library.thumbnails.find(keys[0]) is not None:
            timings.append(timed("one thumbnail", [lambda key=key: library.thumbnails.find(key) for key in keys]))
    return timings


def opened(home: Path) -> Timing:
    """Opening in a new process, the first page and the number of pictures included; Python's imports are not."""
    code = (
        "import sys, time\n"
        "from fastface_core.library.library import Library\n"
        "from fastface_core.library.queries import Query\n"
        "start = time.perf_counter()\n"
        "library = Library(recover=False)\n"
        f"library.gallery.page(Query(), None, {PAGE})\n"
        "library.gallery.count(Query())\n"
        "print(time.perf_counter() - start)\n"
        "library.close()\n"
    )
    environment = {**os.environ, "FASTFACE_HOME": str(home), "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True).stdout)
        for _ in range(5)
    ]
    return Timing("open, first page, count", statistics.median(seconds), max(seconds), BARS["open"])


def filters(library: Library) -> list[Query]:
    """Each filter alone, frequent and rare, and some that leave next to nothing."""
    everyone = {person.name: person.uid for person in library.people.all()}
    frequent, rare = everyone["Ada Adler"], everyone["Tara Celik"]
    day = datetime(2027, 3, 1, tzinfo=UTC)
    return [
        Query(),
        Query(person=frequent),
        Query(person=rare),
        Query(person=""),
        Query(preset="baseline"),
        Query(checkpoint="starter"),
        Query(rating=5),
        Query(rating=1),
        Query(rejected=True),
        Query(rejected=False),
        Query(tags=("client 00",)),
        Query(tags=("favourite",)),
        Query(tags=("client 00", "client 01")),
        Query(likeness=(0.6, None)),
        Query(likeness=(None, 0.1)),
        Query(likeness=(0.85, None)),
        Query(since=day, until=day + timedelta(days=7)),
        Query(until=day),
        Query(commercial=True),
        Query(missing=True),
        Query(trashed=True),
        Query(person=rare, rating=5),
        Query(person=frequent, rating=5, likeness=(0.7, None), checkpoint="starter"),
        Query(tags=("client 00",), rating=5, until=day),
        Query(person=frequent, preset="baseline", rejected=True, tags=("client 39",)),
    ]


def pages(library: Library) -> list[Timing]:
    """Pages of every filter: by date both ways, by rating and by likeness, at the beginning and further on."""
    ways: list[tuple[Sort, bool]] = [("date", True), ("date", False), ("rating", True), ("likeness", True)]
    found: list[Timing] = []
    for sort, descending in ways:
        queries = [replace(query, sort=sort, descending=descending) for query in filters(library)]
        runs: list[Callable[[], object]] = []
        for query in queries:
            runs.append(lambda query=query: library.gallery.page(query, None, PAGE))
            ids = library.gallery.ids(query)
            if len(ids) > 2 * PAGE:
                cursor = library.gallery.page(query, None, len(ids) // 2).next
                runs.append(lambda query=query, cursor=cursor: library.gallery.page(query, cursor, PAGE))
        way = "" if descending else ", oldest first"
        found.append(timed(f"page of {PAGE}, any filter, by {sort}{way}", runs, BARS["page"]))
    return found


def searches(library: Library) -> list[Timing]:
    words = [
        "zeppelin",
        "forest",
        "watercolor forest",
        "a",
        "ado",
        "Ada",
        "Ada Adler",
        "Tara Celik snow",
        "nothing here",
    ]
    words += ["client 00", "red scarf, smiling, backlight", "wat for sca"]
    plain = [Query(text=text) for text in words]
    mixed = [replace(query, rating=4, likeness=(0.5, None), sort="likeness") for query in plain]
    return [
        timed(
            "full-text search, first page",
            [lambda q=q: library.gallery.page(q, None, PAGE) for q in plain],
            BARS["search"],
        ),
        timed(
            "with filters, by likeness",
            [lambda q=q: library.gallery.page(q, None, PAGE) for q in mixed],
            BARS["search"],
        ),
        timed("count of a search", [lambda q=q: library.gallery.count(q) for q in plain]),
    ]


def ratings(library: Library) -> list[Timing]:
    """Until they are on the disk: SQLite waits for it at the end of each transaction."""
    chance = random.Random(1)
    ids = chance.sample(library.gallery.ids(Query()), 200)
    # Another rating than it has: the same one again is no change.
    rows = library.gallery.rows(ids)
    single: list[Callable[[], object]] = [lambda r=r: library.marks.rate([r.id], (r.rating + 1) % 6) for r in rows]
    many = library.gallery.ids(Query())[:1000]
    seconds = sorted(_seconds(run)[0] for run in single)
    # A checkpoint of the WAL, or another program at the disk, makes a few wait.
    usual = seconds[int(len(seconds) * 0.95)]
    found = [
        Timing(
            "one rating, until it is durable (worst: 95th of 100)", statistics.median(seconds), usual, BARS["rating"]
        ),
        timed("1000 ratings at once", [lambda: library.marks.rate(many, 3), lambda: library.marks.rate(many, 4)]),
    ]
    with library.database.change() as connection:
        connection.execute("DELETE FROM pending_writes")  # there are no files behind the rows
    return found


def timed(what: str, runs: list[Callable[[], object]], bar: float | None = None) -> Timing:
    """Each run's best of five, so that other programs count less; of those the median and the worst."""
    best = [min(_seconds(run) for _ in range(5)) for run in runs]
    worst = max(best)
    return Timing(what, statistics.median(seconds for seconds, _ in best), worst[0], bar, worst[1])


def disk(home: Path) -> Timing:
    """What the disk alone takes for as much as a rating writes."""
    seconds: list[float] = []
    with (home / "disk").open("wb") as file:
        for _ in range(200):
            file.write(bytes(40_000))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            seconds.append(time.perf_counter() - start)
    (home / "disk").unlink()
    return Timing("the disk alone: 40 kB and fsync", statistics.median(seconds), sorted(seconds)[190])


def table(timings: list[Timing], count: int) -> str:
    """Markdown."""
    busy = f"{os.getloadavg()[0]:.0f} programs wanting them" if hasattr(os, "getloadavg") else "load unknown"
    lines = [
        f"{count:,} pictures; {platform.machine()}, {os.cpu_count()} cores with {busy}, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}.",
        "",
        "| | median ms | worst ms | its processor time | bar ms |",
        "|-|-|-|-|-|",
    ]
    for timing in timings:
        bar = f"{timing.bar * 1000:.0f}{'' if timing.met else ' (missed)'}" if timing.bar else ""
        processor = f"{timing.processor * 1000:.2f}" if timing.processor is not None else ""
        numbers = f"{timing.median * 1000:.2f} | {timing.worst * 1000:.2f} | {processor} | {bar}"
        lines.append(f"| {timing.what} | {numbers} |")
    return "\n".join(lines)


def _seconds(run: Callable[[], object]) -> tuple[float, float]:
    """Of the clock, and of the processor."""
    start, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - start, time.process_time() - worked


if __name__ == "__main__":
    sys.exit(main())
