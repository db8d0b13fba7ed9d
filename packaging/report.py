"""Sizes and times of a bundle, as the part of docs/packaging.md that is never written by hand."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path

import contents
import inspection
from away import Away

DOCUMENT = contents.ROOT / "docs" / "packaging.md"
_PART = re.compile(r"(?<=<!-- measured: begin -->\n).*(?=<!-- measured: end -->)", re.DOTALL)
_TIMES = 5
_MEASURED = contents.ROOT / "build" / "bundle" / "measured.json"


def measured(away: Away) -> str:
    """Measures; every time is the shortest of several, each the whole life of a process that was run before."""
    size = inspection.size(away.bundle)
    offscreen = {"QT_QPA_PLATFORM": "offscreen"}
    example = ("generate", "--photo", str(contents.ROOT / "examples" / "portrait.jpg"), "--prompt", "a person", "--out")
    rows = [
        ("`fastface --version`", away.lives(contents.NAME, "--version", times=_TIMES)),
        (
            "`fastface-desktop`, drawn once and closed again",
            away.lives(contents.WINDOW, "--exit-after-show", environment=offscreen, times=_TIMES),
        ),
        ("`fastface doctor`", away.lives(contents.NAME, "doctor", times=2)),
        ("`fastface generate`, the example photo", away.lives(contents.NAME, *example, str(away.work), times=2)),
    ]
    lines = [
        f"Commit {_commit()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"torch {_torch(away)}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.",
        "",
        "| what | |",
        "| --- | ---: |",
        f"| size | {size.bytes / 1e6:.0f} MB in {size.files} files |",
        f"| packed with `zstd -10` | {_packed(away.bundle)} |",
        f"| time to build | {_build_seconds()} |",
        "",
        "| the life of a program | seconds | of the processor |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {life.seconds:.2f} | {life.processor:.2f} |" for name, life in rows),
        "",
        "| largest parts | MB |",
        "| --- | ---: |",
        *(f"| {name} | {amount / 1e6:.0f} |" for name, amount in size.parts),
        "",
    ]
    return "\n".join(lines)


def _commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=contents.ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def _torch(away: Away) -> str:
    return next(away.bundle.glob("_internal/torch-*.dist-info")).name.split("-")[1].removesuffix(".dist")


def _build_seconds() -> str:
    return (
        f"{json.loads(_MEASURED.read_text(encoding='utf-8'))['seconds']:.0f} s" if _MEASURED.exists() else "not known"
    )


def _packed(bundle: Path) -> str:
    try:
        tar = subprocess.Popen(["tar", "--create", "--directory", str(bundle), "."], stdout=subprocess.PIPE)
        zstd = subprocess.run(
            ["zstd", "-10", "--threads=0", "--stdout"], stdin=tar.stdout, stdout=subprocess.PIPE, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "not measured"
    tar.wait()
    return f"{len(zstd.stdout) / 1e6:.0f} MB"


def write(text: str, document: Path = DOCUMENT) -> None:
    """Puts the measured part into a document, all or nothing.

    Raises:
        ValueError: the document has no place for it.
    """
    old = document.read_text(encoding="utf-8")
    new, count = _PART.subn(lambda _: text, old)
    if count != 1:
        raise ValueError(f"{document} has no place for what was measured")
    half = document.with_suffix(".part")
    half.write_text(new, encoding="utf-8", newline="\n")
    half.replace(document)
