"""The language of the window, and the sentences of the core in it.

The core speaks English and knows no Qt. Its sentences are kept as templates, with `%1`, `%2` for what was filled in;
a sentence is recognised by its template, and the translated template is filled with the same. Where that has `%L1`
for `%1`, as in Qt, a number is filled in as the language writes it.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Signal

from fastface_core.paths import resource
from fastface_core.settings import Language

_CONTEXT = "core"
_HOLE = re.compile(r"%(L?)(\d+)")
_SIZE = re.compile(r"(\d+\.\d+)( GB)")


def language(wanted: Language) -> str:
    """The language to speak, "en" or "de"; "system" takes the first of the system's that there is."""
    if wanted != "system":
        return wanted
    for name in QLocale.system().uiLanguages():
        short = name.partition("-")[0]
        if short in ("en", "de"):
            return short
    return "en"


class Translation(QObject):
    """Loads a language into the application, which speaks it for as long as this object lives."""

    changed = Signal()
    """Another language is in use: what is in view has to be built again."""

    def __init__(self, app: QCoreApplication, wanted: Language = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._translators: list[QTranslator] = []
        self.language = ""
        self.speak(wanted)

    def speak(self, wanted: Language) -> None:
        """Changes the language of everything that is said from now on."""
        spoken = language(wanted)
        if spoken == self.language:
            return
        first, self.language = not self.language, spoken
        # Numbers and dates as where the user lives, as long as one speaks this language there.
        system = QLocale.system()
        QLocale.setDefault(system if system.language() == QLocale(spoken).language() else QLocale(spoken))
        for translator in self._translators:
            self._app.removeTranslator(translator)
            translator.deleteLater()
        self._translators = [] if spoken == "en" else self._loaded()
        for translator in self._translators:
            self._app.installTranslator(translator)
        if not first:
            self.changed.emit()

    def _loaded(self) -> list[QTranslator]:
        # Without Qt's own file only the words of Qt itself stay English.
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        found: list[QTranslator] = []
        for folder, name in ((qt, "qtbase"), (str(resource("translations")), "fastface")):
            translator = QTranslator(self)
            if translator.load(f"{name}_{self.language}.qm", folder):
                found.append(translator)
        return found


def translated(sentence: str) -> str:
    """A sentence of the core in the window's language; as it is, where it is not known."""
    direct = QCoreApplication.translate(_CONTEXT, sentence)
    if direct != sentence or not sentence:
        return direct
    if (found := _recognised(sentence)) is None:
        return sentence
    text, filled = found
    spoken = QCoreApplication.translate(_CONTEXT, text)
    return sentence if spoken == text else _fill(spoken, filled)


@lru_cache(maxsize=2000)
def _recognised(sentence: str) -> tuple[str, tuple[str, ...]] | None:
    """The template of a sentence, and what fills it. The same ones are said over and over."""
    for template in _templates():
        if (filled := template.match(sentence)) is not None:
            return template.text, filled
    return None


def _fill(template: str, filled: tuple[str, ...]) -> str:
    # What is filled in may be said by the core as well: a reason, the name of a part.
    parts = [translated(part) for part in filled]
    return _HOLE.sub(lambda hole: _filling(parts[int(hole[2]) - 1], number=bool(hole[1])), template)


def _filling(part: str, *, number: bool) -> str:
    """A size, and a `number`, get the language's decimal sign; anything else may be a name or a version."""
    if (size := _SIZE.fullmatch(part)) is not None:
        return _localised(size[1]) + size[2]
    return _localised(part) if number else part


def _localised(number: str) -> str:
    whole, _, decimals = number.partition(".")
    return f"{whole}{QLocale().decimalPoint()}{decimals}" if decimals else number


@dataclass(frozen=True, slots=True)
class _Template:
    """A sentence with holes.

    Attributes:
        literals: the text before, between and after the holes.
    """

    text: str
    literals: tuple[str, ...]

    def match(self, sentence: str) -> tuple[str, ...] | None:
        """What fills the holes; None where the sentence is another one."""
        first, *middle, last = self.literals
        if not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        filled: list[str] = []
        place, end = len(first), len(sentence) - len(last)
        for literal in middle:
            found = sentence.find(literal, place + 1, end)
            if found < 0:
                return None
            filled.append(sentence[place:found])
            place = found + len(literal)
        return (*filled, sentence[place:end]) if place < end else None


@cache
def _templates() -> tuple[_Template, ...]:
    """The templates with holes, the most telling ones first."""
    sentences: list[str] = json.loads(resource("translations", "core_sentences.json").read_text(encoding="utf-8"))
    found = [_Template(text, tuple(_HOLE.split(text)[::3])) for text in sentences if "%1" in text]
    return tuple(sorted(found, key=lambda template: -sum(map(len, template.literals))))
