"""Writes down which files each lane of the GPU's runtime is made of: names, addresses, sizes, hashes.

    python tools/runtime_lanes.py [--lane NAME] [--system NAME] [--python 3.11]

For each lane of resources/runtime/lanes.json, pip says what torch needs there; the sizes are those that the servers
name, and what the wheels take unpacked is in their tables of contents, of which only the end is fetched. Needs the
network, a pip that reads wheels in parts (26 was tried), and no GPU. Release builds run it before they make the bundle.
"""

import argparse
import fnmatch
import io
import json
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FILE = Path(__file__).resolve().parents[1] / "resources" / "runtime" / "lanes.json"
PLATFORMS = {
    # pip takes each name by itself; libraries of NVIDIA's have many of them (PEP 600).
    "linux-x86_64": [
        *(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)),
        *(f"manylinux{name}_x86_64" for name in ("2014", "2010", "1")),
        "linux_x86_64",
    ],
    "windows-amd64": ["win_amd64"],
}
WANTED = ("torch", "nvidia-*", "cuda-*")
"""What of torch's requirements a lane brings. The rest is in the program, and triton compiles what is not compiled."""

_TIMEOUT = 120


class Remote(io.RawIOBase):
    """A file on a server, of which only what is read is fetched.

    Raises OSError where the server does not answer, or knows no ranges.
    """

    def __init__(self, url: str) -> None:
        self._url, self._at = url, 0
        with self._ask("bytes=0-0") as answer:
            length = answer.headers.get("Content-Range", "").rpartition("/")[2]
        if not length.isdigit():
            raise OSError(f"{url} cannot be read in parts")
        self.size = int(length)

    def _ask(self, wanted: str) -> Any:
        return urllib.request.urlopen(urllib.request.Request(self._url, headers={"Range": wanted}), timeout=_TIMEOUT)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        return self._at

    def read(self, count: int = -1) -> bytes:
        last = self.size if count < 0 else min(self.size, self._at + count)
        if last <= self._at:
            return b""
        with self._ask(f"bytes={self._at}-{last - 1}") as answer:
            piece = answer.read(last - self._at)
        self._at += len(piece)
        return piece


def report(lane: dict[str, Any], torch: str, system: str, python: str) -> dict[str, Any]:
    """What pip would install: its report (PyPA, installation report).

    Raises:
        subprocess.CalledProcessError: pip finds nothing that fits.
    """
    if system in lane.get("pypi", ()):
        requirement, index = f"torch=={torch}", []
    else:
        requirement, index = f"torch=={torch}+{lane['name']}", ["--extra-index-url", lane["index"]]
    # pip asks of the system that it runs on what else a wheel needs; the wheels for Windows need nothing of NVIDIA's.
    alone = ["--no-deps"] if system.startswith("windows") else []
    platforms = [word for name in PLATFORMS[system] for word in ("--platform", name)]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--isolated", "--ignore-installed", "--quiet",
                   "--use-feature", "fast-deps", "--only-binary", ":all:", *index, *alone,
                   "--python-version", python, *platforms, "--target", folder,
                   "--report", str(target), requirement]  # fmt: skip
        subprocess.run(command, check=True)
        return json.loads(target.read_text(encoding="utf-8"))


def wheels(
    found: dict[str, Any], skip: Sequence[str], opened: Callable[[str], Remote] = Remote
) -> list[dict[str, object]]:
    """The wheels of a report that a lane brings, torch's first, each with its sizes.

    Raises:
        ValueError: one has no sha256, or torch is not among them.
    """
    result: list[dict[str, object]] = []
    for one in found["install"]:
        name = one["metadata"]["name"].lower().replace("_", "-")
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in WANTED):
            continue
        url = one["download_info"]["url"]
        digest = one["download_info"]["archive_info"].get("hashes", {}).get("sha256")
        if not digest:
            raise ValueError(f"{url} comes without a sha256")
        remote = opened(url)
        with zipfile.ZipFile(remote) as archive:
            files = (
                info for info in archive.infolist() if not any(fnmatch.fnmatchcase(info.filename, x) for x in skip)
            )
            unpacked = sum(info.file_size for info in files)
        file = unquote(urlsplit(url).path.rpartition("/")[2])
        if unpacked:
            result.append({"name": file, "url": url, "size": remote.size, "unpacked": unpacked, "sha256": digest})
    result.sort(key=lambda wheel: (not str(wheel["name"]).startswith("torch-"), str(wheel["name"])))
    if not result or not str(result[0]["name"]).startswith("torch-"):
        raise ValueError("torch is not among what was found")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes down the files of the GPU's runtimes.")
    parser.add_argument("--lane", help="only this one")
    parser.add_argument("--system", choices=sorted(PLATFORMS), help="only this one")
    parser.add_argument("--python", default="{}.{}".format(*sys.version_info[:2]), help="3.11 for example")
    options = parser.parse_args()
    document = json.loads(FILE.read_text(encoding="utf-8"))
    tag = f"cp{options.python.replace('.', '')}"
    missing = 0
    for lane in document["lanes"]:
        for system in lane["systems"]:
            if options.lane not in (None, lane["name"]) or options.system not in (None, system):
                continue
            print(f"{lane['name']} for {system}, Python {options.python}", flush=True)
            try:
                found = wheels(report(lane, document["torch"], system, options.python), document["skip"])
            except (subprocess.CalledProcessError, OSError, ValueError) as error:
                print(f"  not written: {error}", file=sys.stderr)
                missing += 1
                continue
            others = [one for one in lane.get("builds", []) if (one["system"], one["python"]) != (system, tag)]
            lane["builds"] = sorted(
                [*others, {"system": system, "python": tag, "wheels": found}],
                key=lambda one: (one["system"], one["python"]),
            )
            print(f"  {len(found)} files, {sum(int(str(one['size'])) for one in found) / 1e6:.0f} MB")
    half = FILE.with_suffix(".part")
    half.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8", newline="\n")
    half.replace(FILE)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
