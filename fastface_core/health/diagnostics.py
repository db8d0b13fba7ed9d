"""One file that helps somebody else to help, with nothing private in it.

Nothing is taken out of it; only what is known to be harmless gets in. Settings are listed by name, of the log the
times, loggers, kinds of errors and places in the program, and of what was said only the program's own sentences, with
what was filled in left out.
"""

import importlib.metadata
import json
import platform
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from fastface_core import __version__
from fastface_core.domain.timing import Timings
from fastface_core.errors import FastFaceError
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub.settings import read_settings as read_network_settings
from fastface_core.paths import resource
from fastface_core.presets import files as preset_files
from fastface_core.settings import AppSettings

LEFT_OUT = "(left out)"
_LIBRARIES = (
    "torch",
    "diffusers",
    "transformers",
    "peft",
    "accelerate",
    "huggingface_hub",
    "safetensors",
    "tokenizers",
    "insightface",
    "onnxruntime",
    "opencv-python",
    "numpy",
    "pillow",
    "PySide6-Essentials",
    "qasync",
    "pydantic",
)
_PLAIN = (
    "language", "theme", "text_scale", "device", "memory", "content_filter", "disclosure", "signing", "small_decoder",
    "reuse_branch",
)  # fmt: skip
_WHETHER = ("creator", "rights", "certificate", "certificate_key", "shortcuts", "window")
_RECORD = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+): ?(.*)")
_FRAME = re.compile(r'\s+File "(.+)", line (\d+), in (\S+)')
_ERROR = re.compile(r"((?:[A-Za-z_]\w*\.)*[A-Za-z_]*(?:Error|Exception|Warning|Cancelled|Interrupt|Exit))(?::.*)?$")
_PLACE = re.compile(r"^(?:.*[/\\])?((?:fastface_core|fastface_desktop|site-packages|python3\.\d+)[/\\][\w./\\-]+)$")
_FIXED = ("Traceback (most recent call last):", "The above exception was the direct cause of the following exception:")
_LOG_LINES = 400


def report(settings: AppSettings, facts: Mapping[str, str], timings: Timings, log: str) -> str:
    """The file's content.

    Args:
        facts: what the caller knows of device, memory and state, harmless each.
        log: the end of the program's log, as it is.
    """
    parts = [
        ("FastFace diagnostics", [f"Program: {__version__}", *(f"{name}: {value}" for name, value in facts.items())]),
        ("Versions", _versions()),
        ("Settings", [*_settings(settings), *_network()]),
        ("Measured times", _times(timings)),
        ("Log", scrubbed(log.splitlines()[-_LOG_LINES:])),
    ]
    return "\n\n".join("\n".join([f"== {title}", *(lines or ["nothing"])]) for title, lines in parts) + "\n"


def _versions() -> list[str]:
    found = [f"Python: {platform.python_version()}", f"System: {platform.platform()}"]
    for library in _LIBRARIES:
        try:
            found.append(f"{library}: {importlib.metadata.version(library)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{library}: absent")
    return found


def _settings(settings: AppSettings) -> list[str]:
    found = [f"{name}: {getattr(settings, name)}" for name in _PLAIN]
    found += [f"{name}: {'set' if getattr(settings, name) else 'not set'}" for name in _WHETHER]
    built_in = preset_files.is_built_in(settings.preset)
    return [*found, f"preset: {settings.preset if built_in else 'one of their own'}"]


def _network() -> list[str]:
    try:
        network = read_network_settings()
    except FastFaceError:
        return ["network: its settings cannot be read"]
    found = [f"offline: {network.offline}"]
    return [*found, *(f"{name}: {'set' if getattr(network, name) else 'not set'}" for name in _NETWORK)]


_NETWORK = ("endpoint", "proxy", "token")


def _times(timings: Timings) -> list[str]:
    known = _checkpoints()
    found = [
        f"{known.get(one.checkpoint, 'a checkpoint of their own')} on {one.device}: loaded in {one.seconds} s"
        for one in timings.loading
    ]
    found += [
        f"{known.get(one.kind.checkpoint, 'a checkpoint of their own')} on {one.kind.device},"
        f" {one.kind.width} x {one.kind.height}, {one.kind.evaluations} evaluations: {one.seconds} s"
        for one in timings.making
    ]
    return found


def _checkpoints() -> dict[str, str]:
    return {"starter": "starter"} | {bundle.name: bundle.name for bundle in Catalogue.load().bundles}


def scrubbed(lines: Iterable[str]) -> list[str]:
    """Of a log what is harmless; several lines in a row that are not become one."""
    found: list[str] = []
    for line in lines:
        kept = _harmless(line)
        if kept is None and found[-1:] == [LEFT_OUT]:
            continue
        found.append(LEFT_OUT if kept is None else kept)
    return found


def _harmless(line: str) -> str | None:
    if not line.strip() or line in _FIXED:
        return line
    if record := _RECORD.fullmatch(line):
        return f"{record[1]}: {_sentence(record[2]) or LEFT_OUT}"
    if frame := _FRAME.fullmatch(line):
        place = _PLACE.search(frame[1])
        return f"  {place[1].replace(chr(92), '/') if place else LEFT_OUT}, line {frame[2]}, in {frame[3]}"
    if error := _ERROR.fullmatch(line):
        message = line[len(error[1]) :].removeprefix(":").strip()
        return f"{error[1]}: {_sentence(message) or LEFT_OUT}" if message else error[1]
    return None


def _sentence(text: str) -> str | None:
    """The program's own sentence, without what was filled in; None where it is not one."""
    text = re.sub(r"^[a-z]+: ", "", text)
    return next((template for template, pattern in _templates() if pattern.fullmatch(text)), None)


@cache
def _templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The most telling ones first."""
    listed: list[str] = json.loads(resource("translations", "core_sentences.json").read_text(encoding="utf-8"))
    # Written by the log itself, and not shown in the window.
    listed.append("unexpected error")
    listed.sort(key=lambda template: -len(re.sub(r"%\d", "", template)))
    return tuple((one, re.compile(re.sub(r"%\d", ".+", re.escape(one)), re.DOTALL)) for one in listed)


def tail(file: Path, most: int = 200_000) -> str:
    """The end of a log file; empty where there is none."""
    try:
        with file.open("rb") as opened:
            opened.seek(0, 2)
            opened.seek(max(0, opened.tell() - most))
            return opened.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
