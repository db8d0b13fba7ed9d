"""How smoothly the window runs while a bundle is downloaded as fast as it goes, in several files at once.

    python benchmarks/window_downloads.py [--size 2000] [--rounds 3] [--json FILE]

The window, offscreen, with the starter model loaded and the page Models in view, fetches the bundle hyper-4 from the
local hub of the tests, which is another process and is not held back; the large files are filled with random bytes.
What the program's own probe sees is the longest time in which the event loop did one thing only; `idle` is the same
over some seconds before. Every round is a process and a home of its
own. Prints a JSON line for each and exits with 1 where the limit is not kept. The load is printed with them: a time is
only worth something on a machine that does nothing else.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(ROOT))

BUNDLE = "hyper-4"
LIMIT = 0.05
"""Seconds."""
MB = 1_000_000
_IDLE = 5.0
"""Seconds before the download: what other programs on the machine do to the window."""


def make_hub(folder: Path, size: int) -> Path:
    """Repositories whose large files of the bundle have `size` bytes together, and the catalogue that knows them."""
    from fastface_core import paths
    from fastface_core.models.catalogue import Catalogue, Component
    from tests.core.tiny_catalogue import make_catalogue, make_repositories, write_content

    real = Catalogue.load(paths.resource("models"))
    wanted = set(real.bundle(BUNDLE).components)
    chance, pieces = random.Random(3), [random.Random(4).randbytes(MB) for _ in range(8)]

    def is_large(component: Component, path: str) -> bool:
        return component.name in wanted and component.conversion is None and path.endswith((".safetensors", ".onnx"))

    large = [(one, file) for one in real.components for file in one.files if is_large(one, file.path)]
    whole = sum(file.size for _, file in large)
    shares = {(one.name, file.path): size * file.size // whole for one, file in large}

    def write(component: Component, path: str, target: Path) -> None:
        share = shares.get((component.name, path))
        if share is None:
            write_content(component, path, target)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            for _ in range(max(1, share // MB)):
                file.write(chance.choice(pieces))

    repositories = make_repositories(folder / "hub", write)
    return make_catalogue(repositories, folder / "catalogue", without_sums=())


def part(size: int) -> None:
    """One download, watched."""
    import gc

    gc.disable()  # as the program itself does
    import qasync

    from fastface_core.models import licences
    from fastface_core.models.catalogue import Catalogue
    from fastface_core.models.hub import offline
    from fastface_desktop.app import Desktop, application

    app = application()
    offline.put_into_effect(False)
    licences.accept(Catalogue.load().licences)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.get_loop()
        desktop = Desktop(app)
        steps = 0

        def count(key: str) -> None:
            nonlocal steps
            steps += 1

        async def live() -> tuple[float, float, float]:
            arrived: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            desktop.downloads.installed.connect(arrived.set_result)
            desktop.downloads.failed.connect(lambda key, error: arrived.set_exception(error))
            desktop.downloads.work_changed.connect(count)
            seen = asyncio.Event()
            desktop.downloads.seen.connect(seen.set)
            desktop.window.show_page("models")
            desktop.show()
            await seen.wait()
            while desktop.engine.status != "ready":
                await asyncio.sleep(0.1)
            desktop.probe.reset()
            await asyncio.sleep(_IDLE)
            idle = desktop.probe.reset()
            begun = time.perf_counter()
            desktop.downloads.download(BUNDLE)
            try:
                await arrived
                return idle, desktop.probe.longest, time.perf_counter() - begun
            finally:
                await desktop.end()

        idle, longest, seconds = runner.run(live())
    speed = size / seconds / MB
    found = {"idle": round(idle, 4), "stall": round(longest, 4), "seconds": round(seconds, 2), "mb_s": round(speed)}
    print(json.dumps(found | {"news": steps}))


def one_round(folder: Path, catalogue: Path, endpoint: str, size: int) -> dict[str, float]:
    """One download by a window in a process and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="home-", dir=folder) as home:
        changes = {
            "FASTFACE_HOME": home,
            "FASTFACE_CATALOGUE": str(catalogue),
            "HF_ENDPOINT": endpoint,
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
        }
        done = subprocess.run(
            [sys.executable, str(Path(__file__).resolve()), "--part", str(size)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={key: value for key, value in os.environ.items() if "OFFLINE" not in key.upper()} | changes,
        )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return json.loads(line)


def measure(size: int, rounds: int) -> list[dict[str, float]]:
    from fastface_core.models.catalogue import Catalogue
    from tests.hub import running

    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="fastface-window-") as name:
        folder = Path(name)
        catalogue = make_hub(folder, size)
        with running() as hub:
            for component in Catalogue.load(catalogue).components:
                hub.add_folder(component.repo, folder / "hub" / component.folder, component.revision)
            for _ in range(rounds):
                found.append(one_round(folder, catalogue, hub.endpoint, size))
                print(json.dumps(found[-1]), flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="How smoothly the window runs during a download.")
    parser.add_argument("--size", type=float, default=2000, help="of the bundle in MB")
    parser.add_argument("--rounds", type=int, default=3, help="each a process of its own; the longest stall counts")
    parser.add_argument("--json", type=Path, help="file for the numbers, beside the output")
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        part(options.part)
        return 0
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0
    found = measure(int(options.size * MB), options.rounds)
    longest = max(one["stall"] for one in found)
    result = {
        "cores": os.cpu_count(),
        "load": load,
        "python": platform.python_version(),
        "longest_stall": longest,
        "limit": LIMIT,
        "passed": longest <= LIMIT,
    }
    print(json.dumps(result))
    if options.json:
        options.json.write_text(json.dumps({"rounds": found, "result": result}, indent=1) + "\n", encoding="utf-8")
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
