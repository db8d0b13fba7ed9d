"""German is complete and up to date, and sentences of the core are recognised with what was filled in."""

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from fastface_core.errors import FastFaceError
from fastface_core.files import make_folder
from fastface_core.paths import resource
from fastface_core.settings import AppSettings, file_content, settings_file
from fastface_desktop.app import Desktop
from fastface_desktop.translation import Translation, language, translated
from tools import translations

GERMAN = resource("translations", "fastface_de.ts")
HOLE = re.compile(r"%\d+|\{\w*\}")
HOW = "run `python tools/translations.py`, translate what is new in resources/translations/fastface_de.ts, run it again"


@pytest.fixture
def german(qapp: QApplication) -> Generator[Translation]:
    before = QLocale()
    made = Translation(qapp, "de")
    yield made
    made.deleteLater()
    for translator in made.children():
        qapp.removeTranslator(translator)  # pyright: ignore[reportArgumentType]
    QLocale.setDefault(before)


def messages() -> list[tuple[str, str, str]]:
    """Context, English text and German text of every message."""
    found: list[tuple[str, str, str]] = []
    for context in ET.parse(GERMAN).iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            assert message.get("numerus") is None, "one form for every number: say 1 picture by itself"
            translation = message.find("translation")
            assert translation is not None
            text = "" if translation.get("type") == "unfinished" else (translation.text or "")
            found.append((name, message.findtext("source") or "", text))
    return found


def test_every_text_is_translated() -> None:
    missing = [f"{context}: {source}" for context, source, text in messages() if not text]
    assert not missing, f"{HOW}: {missing}"


def test_every_text_of_the_source_is_there_and_what_qt_loads_is_of_today() -> None:
    assert translations.stale(translations.FOLDER) == [], HOW


def test_what_is_filled_in_stays_the_same() -> None:
    for context, source, text in messages():
        assert sorted(HOLE.findall(source)) == sorted(HOLE.findall(text.replace("%L", "%"))), (context, source)


def test_the_words_are_ours() -> None:
    for context, source, text in messages():
        for said in (source, text):
            assert "!" not in said, (context, said)
            assert not re.search(r"\bplease\b|\bbitte\b|\bError \d", said, re.IGNORECASE), (context, said)
        # A sentence stays a sentence.
        if context == "core":
            assert source.endswith(".") == text.endswith("."), (source, text)


def test_the_sentences_of_the_core_are_found() -> None:
    found = translations.core_sentences()
    assert {
        "The GPU stopped answering.",
        "No face was found in %1.",
        "Loading the UNet",
        "The disk that holds %1 is full.",
        "The face is small. A closer photo gives better pictures.",
    } <= set(found)
    # Not what only a developer reads, nor what the command line says.
    text = " ".join(found)
    assert "PRAGMA" not in text
    assert "Shapes" not in text


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The GPU stopped answering.", "Die GPU antwortet nicht mehr."),
        ("No face was found in IMG_20.31.jpg.", "In IMG_20.31.jpg wurde kein Gesicht gefunden."),
        ("The disk that holds /home/ä b is full.", "Der Datenträger mit /home/ä b ist voll."),
        # A reason of the core inside a sentence of the core.
        (
            "The face adapter a does not fit this checkpoint: its projection is not of the form expected.",
            "Der Gesichtsadapter a passt nicht zu diesem Checkpoint: seine Projektion hat nicht die erwartete Form.",
        ),
        (
            "There are 6 faces in a.jpg, so face 9 cannot be taken.",
            "In a.jpg sind 6 Gesichter, daher kann Gesicht 9 nicht genommen werden.",
        ),
        # Numbers and sizes in the language's form, versions and names as they are.
        ("72.4 GB free of 125.0 GB", "72,4 GB frei von 125,0 GB"),
        ("/a/1.5, 72.4 GB free", "/a/1.5, 72,4 GB frei"),
        ("Pictures with a likeness of 0.70: 2 of 9.", "Bilder mit einer Ähnlichkeit von 0,70: 2 von 9."),
        ("No face was found in 1.5.", "In 1.5 wurde kein Gesicht gefunden."),
        ("Nobody ever said this.", "Nobody ever said this."),
        ("", ""),
    ],
)
def test_a_sentence_of_the_core_is_said_in_german(german: Translation, sentence: str, expected: str) -> None:
    assert translated(sentence) == expected


def test_every_sentence_of_the_core_is_recognised_when_it_is_filled(german: Translation) -> None:
    sentences: list[str] = json.loads(resource("translations", "core_sentences.json").read_text(encoding="utf-8"))
    for template in sentences:
        filled = HOLE.sub(lambda hole: f"x{hole[0][1:]}y", template)
        assert translated(filled) != filled or "%1" not in template or template_is_the_same(template), template


def template_is_the_same(template: str) -> bool:
    """Where both languages say the same, such as numbers with units."""
    return ("core", template, template) in messages()


def test_in_english_nothing_is_changed(qapp: QApplication) -> None:
    sentence = "No face was found in a.jpg."
    assert translated(sentence) == sentence


def test_the_language_of_the_system_is_taken_where_there_is_one() -> None:
    assert language("de") == "de"
    assert language("en") == "en"
    assert language("system") in ("en", "de")


def test_the_window_speaks_german(build: Callable[[], Desktop], german: Translation) -> None:
    make_folder(settings_file().parent)
    settings_file().write_bytes(file_content(AppSettings(language="de")))
    desktop = build()
    assert desktop.window.rail.buttons["create"].text() == "Erstellen"
    assert desktop.window.status.state.text() == "Startet"
    assert desktop.window.status.queue_button.text() == "Keine Aufträge"
    desktop.window.show_error(FastFaceError("The GPU stopped answering.", "Choose another folder."))
    assert desktop.window.banner.inline.message.text() == "Die GPU antwortet nicht mehr."
    assert desktop.window.banner.inline.hint.text() == "Einen anderen Ordner wählen."


def test_the_tool_finds_a_text_that_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "translations"
    folder.mkdir()
    assert set(translations.stale(folder)) == {"core_sentences.json", "fastface_de.ts", "fastface_de.qm"}
    monkeypatch.setattr(sys, "argv", ["translations.py", "--check"])
    monkeypatch.setattr(translations, "FOLDER", folder)
    assert translations.main() == 1
