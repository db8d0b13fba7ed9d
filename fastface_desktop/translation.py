"""The language of the window, and the sentences of the core in it.

The core speaks English and knows no Qt. Its sentences are kept as templates, with `%1`, `%2` for what was filled in;
a sentence is recognised by its template, and the translated template is filled with the same.
"""

import json
import re
from functools import cache, partial

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from fastface_core.paths import resource
from fastface_core.settings import Language

_CONTEXT = "core"


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

    def __init__(self, app: QCoreApplication, wanted: Language = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.language = language(wanted)
        # Numbers and dates as where the user lives, as long as one speaks this language there.
        system = QLocale.system()
        spoken = QLocale(self.language)
        QLocale.setDefault(system if system.language() == spoken.language() else spoken)
        if self.language == "en":
            return
        # Without Qt's own file only the words of Qt itself stay English.
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for folder, name in ((qt, "qtbase"), (str(resource("translations")), "fastface")):
            translator = QTranslator(self)
            if translator.load(f"{name}_{self.language}.qm", folder):
                app.installTranslator(translator)


def translated(sentence: str) -> str:
    """A sentence of the core in the window's language; as it is, where it is not known."""
    direct = QCoreApplication.translate(_CONTEXT, sentence)
    if direct != sentence or not sentence:
        return direct
    for pattern, template in _templates():
        if found := pattern.fullmatch(sentence):
            spoken = QCoreApplication.translate(_CONTEXT, template)
            if spoken == template:
                return sentence
            # What is filled in may be said by the core as well: a reason, the name of a part.
            return re.sub(r"%(\d+)", partial(_filled, found), spoken)
    return sentence


def _filled(found: re.Match[str], hole: re.Match[str]) -> str:
    return QCoreApplication.translate(_CONTEXT, found[int(hole[1])])


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The templates with holes, the most telling ones first."""
    sentences = json.loads(resource("translations", "core_sentences.json").read_text(encoding="utf-8"))
    found = [text for text in sentences if "%1" in text]
    found.sort(key=lambda text: -len(re.sub(r"%\d+", "", text)))
    return tuple((re.compile(_pattern(text), re.DOTALL), text) for text in found)


def _pattern(template: str) -> str:
    return "".join("(.+?)" if part.startswith("%") else re.escape(part) for part in re.split(r"(%\d+)", template))
