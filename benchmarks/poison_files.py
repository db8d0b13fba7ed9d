"""Files that are poison, under the names that are read in each folder: what commands that read say of them."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands_in_forks import LONGEST, command, forked, wrong_end

READING = (
    ("gallery", "list", "--json"),
    ("library", "check", "--json"),
    ("library", "rebuild", "--json"),
    ("people", "list", "--json"),
    ("presets", "list", "--json"),
    ("models", "list", "--json"),
)


def poisons() -> Iterator[tuple[str, bytes]]:
    """Contents of every kind: those of the tests, and some that no format allows."""
    data = Path(__file__).resolve().parents[1] / "tests" / "data"
    for file in sorted((data / "pictures").iterdir()):
        yield file.name, file.read_bytes()
    for file in sorted((data / "forms").glob("*.safetensors"))[:3]:
        yield file.name, file.read_bytes()
    yield "empty", b""
    yield "zeros", bytes(5000)
    yield "deep.json", b"[" * 100_000
    yield "deeper.json", b'{"a":' * 100_000
    yield "numbers.json", b'{"version": 1e999, "uid": ' + b"9" * 5000 + b"}"
    yield "dates.json", b'{"created": "0001-01-01T00:00:00+23:59", "since": "9999-12-31T23:59:59-23:59"}'
    yield "letters.json", b'{"name": "\\ud800", "folder": "/\\u0000"}'
    yield "text.json", b"\xff\xfe\x00{"
    yield "deep.xml", b"<a>" * 50_000


def places(home: Path) -> list[Path]:
    """Names that are read in each folder of the program."""
    data = home / "data"
    (uid,) = [entry.name for entry in (data / "people").iterdir() if len(entry.name) == 32]
    return [
        *(home / "pictures" / "2030-01" / name for name in ("x.png", "x.jpg", "x.webp")),
        *(data / "people" / uid / name for name in ("faces-x.npz", "notes.txt", "photos/x.jpg")),
        data / "people" / ("0" * 32) / "person.json",
        data / "people" / "loose.json",
        *(data / "library" / name for name in ("folders.json", "open/1-x", "library.db-journal")),
        *(data / name for name in ("settings.json", "licences.json", "pictures-folder.json", "models-folder.json")),
        data / "presets" / "x.json",
        data / "comparisons" / "x.json",
        data / "models" / "own" / "x.json",
        data / "network" / "requests.jsonl",
    ]


def poisoned(place: Path, content: bytes | None, home: Path) -> list[str]:
    """All commands that read, with one file that is poison (or a pipe); what is wrong."""
    before = place.read_bytes() if place.is_file() else None
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place) if content is None else place.write_bytes(content)
    wrong: list[str] = []
    try:
        for words in READING:
            said = home.parent / "said"
            start = time.monotonic()
            code, hung = forked(lambda words=words: command(words, home), said)
            text = said.read_text(errors="replace")
            wrong += wrong_end(words, code, hung, text)
            if words[:2] == ("gallery", "list") and "pictures-folder" not in place.name and text.count('"pixels"') < 4:
                wrong.append("the other pictures are not listed")
            if time.monotonic() - start > LONGEST / 2:
                wrong.append(f"{' '.join(words)} takes {time.monotonic() - start:.0f} s")
    finally:
        place.unlink(missing_ok=True)
        if before is not None:
            place.write_bytes(before)
    return [f"{place.relative_to(home)}: {text}" for text in wrong]
