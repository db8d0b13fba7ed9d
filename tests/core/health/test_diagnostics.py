"""The file to send has what helps, and nothing of a full home: the test looks for each private thing in it."""

import getpass
import hashlib
import io
import json
import logging
import re
from pathlib import Path

import numpy as np
import pytest

from fastface_core import paths
from fastface_core.domain.timing import Kind, Timings
from fastface_core.errors import StorageError
from fastface_core.health import diagnostics
from fastface_core.health.diagnostics import LEFT_OUT, report, scrubbed
from fastface_core.library.library import Library
from fastface_core.models.hub import settings as network_settings
from fastface_core.presets import files as preset_files
from fastface_core.settings import AppSettings
from tests.core.library_help import NOW, photo, picture

NAME = "Zenobia Quuxfield"
PROMPT = "a violet zeppelin over Quuxville at dawn"
CREATOR = "Studio Wobblethorpe"
OWN_CHECKPOINT = "zenobia-finetune-v3"


@pytest.fixture
def private(home: Path, tmp_path: Path) -> list[str]:
    """A home as it is after a year of work; returns all that must not get out of it."""
    rng = np.random.default_rng(7)
    embedding = rng.normal(size=512).astype(np.float32)
    embedding /= np.linalg.norm(embedding)
    with Library() as library:
        person = library.people.add(NAME, notes="met in Quuxville")
        library.people.add_photo(person.uid, photo(tmp_path, 3, embedding), "model", 0.4)
        saved = library.recorder.save(picture(5, PROMPT), paths.pictures_folder(), NOW, person=person.uid)
    network_settings.change_settings(
        endpoint="https://mirror.wobblethorpe.example",
        proxy="http://zenobia:hunter2@proxy.example:81",
        token="hf_secret",
    )
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in home.rglob("*") if path.is_file()]
    words = [NAME, *NAME.split(), PROMPT, "zeppelin", "Quuxville", CREATOR, "Wobblethorpe", OWN_CHECKPOINT]
    words += [str(home), str(tmp_path), str(saved.path), saved.path.stem, person.uid, "hunter2", "hf_secret"]
    words += [*hashes, "ab" * 32, *(f"{value:.4f}" for value in embedding[:50]), str(float(embedding[0]))]
    return words


def loaded_log(home: Path) -> str:
    """What such a home's log may come to hold, with everything in it that people are afraid of."""
    handler = logging.StreamHandler(stream := io.StringIO())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("fastface_desktop.test_diagnostics")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        logger.warning("library: %s", StorageError(f"The disk that holds {home} is full.", "").message)
        logger.warning("prompt was %s for %s", PROMPT, NAME)
        try:
            Path(f"/home/{getpass.getuser()}/{NAME}/photo.jpg").read_bytes()
        except OSError:
            logger.error("unexpected error", exc_info=True)
        try:
            np.zeros(3).reshape(int("7"))
            raise AssertionError
        except ValueError as error:
            try:
                raise RuntimeError(f"{PROMPT}\nof {NAME}\n{home}") from error
            except RuntimeError:
                logger.error("unexpected error", exc_info=True)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def the_report(home: Path) -> str:
    settings = AppSettings(
        creator=CREATOR, rights=f"(c) {CREATOR}", preset="zenobias-preset", shortcuts={"create.generate": ("Ctrl+G",)}
    )
    timings = Timings()
    for checkpoint in ("starter", OWN_CHECKPOINT):
        kind = Kind(device="NVIDIA H200", checkpoint=checkpoint, width=1024, height=768, evaluations=10)
        timings = timings.learned(kind, 1.25).loaded("NVIDIA H200", checkpoint, 9.5)
    return report(settings, {"Device": "NVIDIA H200"}, timings, loaded_log(home))


def test_nothing_private_is_in_it(home: Path, private: list[str]) -> None:
    text = the_report(home).casefold()
    assert [word for word in private if word.casefold() in text] == []
    user = getpass.getuser().casefold()
    assert not re.search(rf"\b{re.escape(user)}\b", text)
    assert "zenobia" not in text
    # Nor any other path of this computer, nor a number as long as those in embeddings and hashes.
    assert not re.search(r"(?<![\w.-])/\w+/\w+", text)
    assert not re.search(r"[0-9a-f]{16}", text)
    assert not re.search(r"\d\.\d{5}", text)


def test_the_search_would_find_it(home: Path, private: list[str]) -> None:
    """Each private thing is found where it is: in what the report is made from."""
    log = loaded_log(home)
    assert {NAME, PROMPT, str(home), getpass.getuser()} <= {
        word for word in (*private, getpass.getuser()) if word in log
    }


def test_what_helps_is_in_it(home: Path) -> None:
    text = the_report(home)
    assert "Device: NVIDIA H200" in text
    assert re.search(r"^torch: \d", text, re.MULTILINE)
    assert "creator: set" in text
    assert "preset: one of their own" in text
    assert "offline: False" in text
    assert "starter on NVIDIA H200: loaded in 9.5 s" in text
    assert "a checkpoint of their own on NVIDIA H200, 1024 x 768, 10 evaluations: 1.25 s" in text
    assert "FileNotFoundError: (left out)" in text
    assert "RuntimeError: (left out)" in text
    # The program's own sentence is known, and what was filled in is not.
    assert "WARNING fastface_desktop.test_diagnostics: The disk that holds %1 is full." in text
    assert "ERROR fastface_desktop.test_diagnostics: unexpected error" in text


def test_of_a_trace_the_place_in_the_program_is_kept() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "/home/zenobia/venv/lib/python3.11/site-packages/torch/nn/module.py", line 7, in forward',
        "    return self.secret(PROMPT)",
        "           ^^^^^^^^^^^^^^^^^^^",
        '  File "C:\\Users\\zenobia\\fastface_desktop\\app.py", line 12, in run',
        '  File "/home/zenobia/own/script.py", line 3, in main',
        "torch.OutOfMemoryError: CUDA out of memory near /home/zenobia",
    ]
    assert scrubbed(lines) == [
        "Traceback (most recent call last):",
        "  site-packages/torch/nn/module.py, line 7, in forward",
        LEFT_OUT,
        "  fastface_desktop/app.py, line 12, in run",
        f"  {LEFT_OUT}, line 3, in main",
        f"torch.OutOfMemoryError: {LEFT_OUT}",
    ]


def test_settings_that_came_later_are_not_told_by_themselves(home: Path) -> None:
    """A setting is in the file because somebody put it on the list, not because it exists."""
    settings = AppSettings.model_validate({"later_setting": NAME, "page": NAME})
    assert NAME not in report(settings, {}, Timings(), "")


def test_damaged_network_settings_are_said(home: Path) -> None:
    file = network_settings.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"endpoint": NAME}))
    text = report(AppSettings(preset=preset_files.DEFAULT_PRESET), {}, Timings(), "")
    assert "its settings cannot be read" in text
    assert NAME not in text


def test_only_the_end_of_a_log_is_read(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("first\n" + "x" * 100 + "\nlast\n")
    assert diagnostics.tail(file, 10).endswith("last\n")
    assert "first" not in diagnostics.tail(file, 10)
    assert diagnostics.tail(tmp_path / "absent") == ""
