"""Runs all tests again and again, as different machines and people would, and counts what fails.

    python tools/repeat_tests.py [--idle 5] [--loaded 3] [--only PATH ...] [--log FOLDER]

The ways: idle; beside a load of four times the cores; with one worker; with the files in random order; and as a job in
the background of a shell, which hears no Ctrl-C. One line a run and the names of what failed; exit code 1 where
anything did. A whole round takes some hours.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Way:
    """One way to run the tests."""

    name: str
    arguments: tuple[str, ...] = SIDE_BY_SIDE
    load: int = 0
    background: bool = False
    shuffled: bool = False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--idle", type=int, default=5, help="how many runs on the machine as it is")
    parser.add_argument("--loaded", type=int, default=3, help="how many beside a load of four times the cores")
    parser.add_argument("--only", nargs="*", default=["tests"], help="files or folders; all tests by default")
    parser.add_argument("--log", type=Path, help="a folder for the whole output of every run")
    wanted = parser.parse_args()
    ways = [
        *[Way("idle")] * wanted.idle,
        *[Way("loaded", load=4 * (os.cpu_count() or 1))] * wanted.loaded,
        Way("one worker", ("-n", "0")),
        Way("random order", ("-n", "0"), shuffled=True),
        Way("in the background", background=True),
    ]
    results = [run(number, way, wanted.only, wanted.log) for number, way in enumerate(ways, 1)]
    failed = sum(bool(names) for names in results)
    print(
        f"{len(ways)} runs, {failed} with failures, {len({name for names in results for name in names})} tests in all"
    )
    return 1 if failed else 0


def run(number: int, way: Way, paths: list[str], log: Path | None) -> list[str]:
    """One run; the names of what failed, and "(no summary)" where pytest did not come to its end."""
    chosen = files(paths, number) if way.shuffled else paths
    command = [sys.executable, "-m", "pytest", "-ra", *way.arguments, *chosen]
    if way.background:
        # As a shell without job control begins what is followed by "&".
        command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    start = time.monotonic()
    with loaded(way.load):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    lines = done.stdout.splitlines()
    failures = [line.split(" - ")[0] for line in lines if line.startswith(("FAILED ", "ERROR "))]
    if done.returncode not in (0, 1):
        failures.append(f"(pytest ended with {done.returncode})")
    if log is not None:
        log.mkdir(parents=True, exist_ok=True)
        (log / f"{number:02}-{way.name.replace(' ', '-')}.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    print(
        f"{number:2} {way.name}: {len(failures)} failed in {time.monotonic() - start:.0f} s",
        *failures,
        sep="\n   ",
        flush=True,
    )
    return failures


def files(paths: list[str], seed: int) -> list[str]:
    """All files of tests in an order of their own."""
    found = sorted(
        str(path.relative_to(ROOT))
        for place in paths
        for path in ([ROOT / place] if (ROOT / place).is_file() else (ROOT / place).rglob("test_*.py"))
    )
    random.Random(seed).shuffle(found)
    return found


@contextmanager
def loaded(processes: int) -> Generator[None]:
    """Other programs that compute as long as they are let."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


if __name__ == "__main__":
    sys.exit(main())
