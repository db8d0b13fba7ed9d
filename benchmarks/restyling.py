"""How long the window stands still while theme, text size or language change, with every page opened.

    python benchmarks/restyling.py [--limit 0.3] [--rounds 3] [--page NAME]

Offscreen, in a home of its own; nothing is loaded or made meanwhile. Prints a JSON line for each change: the best of
ROUNDS of the longest stall of the event loop (`fastface_desktop.probe`) and of the processor time, in seconds, with the
page NAME in view (Settings). Exits with 1 where the processor time is longer than LIMIT: beside other work a stall is
longer than what the window does.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

_SETTLES = 1.0
"""Seconds after which whatever a change set going is over."""


def measured(page: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Stall and processor time of each change, in seconds."""
    from fastface_desktop.app import Desktop, application

    app = application()
    desktop = Desktop(app)
    desktop.window.resize(1280, 800)
    desktop.window.show()
    desktop.library.open()

    def settle(seconds: float = _SETTLES) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            app.processEvents()
            time.sleep(0.002)

    for entry in desktop.pages.entries():
        desktop.window.show_page(entry.name)
        settle(0.3)
    desktop.window.show_page(page)
    settle()
    changes: dict[str, Sequence[dict[str, object]]] = {
        "theme": [{"theme": "light"}, {"theme": "dark"}],
        "text size": [{"text_scale": 2.0}, {"text_scale": 1.0}],
        "language": [{"language": "de"}, {"language": "en"}],
    }
    found: dict[str, tuple[float, float]] = {}
    desktop.probe.start()
    for name, steps in changes.items():
        each: list[tuple[float, float]] = []
        for _ in range(rounds):
            for values in steps:
                each.append(
                    _timed(desktop.probe.reset, lambda values=values: desktop.settings.change(**values), settle)
                )
        # The worse of the two directions, at its best: other work on the computer only adds.
        ways = [each[way :: len(steps)] for way in range(len(steps))]
        best = [(min(stall for stall, _ in way), min(used for _, used in way)) for way in ways]
        found[name] = max(stall for stall, _ in best), max(used for _, used in best)
    desktop.probe.stop()
    desktop.request_shutdown()
    settle(0.2)
    return found


def _timed(reset: Callable[[], float], change: Callable[[], object], settle: Callable[[], None]) -> tuple[float, float]:
    reset()
    before = time.process_time()
    change()
    settle()
    return reset(), time.process_time() - before


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=0.3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", default="preferences")
    wanted = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"FASTFACE_HOME": home, "QT_QPA_PLATFORM": "offscreen", "HF_HUB_OFFLINE": "1"}
        found = measured(wanted.page, wanted.rounds)
    for name, (stall, used) in found.items():
        print(json.dumps({"change": name, "stall_s": round(stall, 3), "processor_s": round(used, 3)}), flush=True)
    sys.stdout.flush()
    # Threads that still end have nothing to write.
    os._exit(1 if any(used > wanted.limit for _, used in found.values()) else 0)


if __name__ == "__main__":
    main()
