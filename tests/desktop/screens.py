"""Pictures of every page and state, to be looked at: `python tests/desktop/screens.py FOLDER`.

Walks through the program with the real engine on the starter model, in both themes, both languages and at 100 and
200 percent, without a screen, and saves NAME-THEME-LANGUAGE-SCALE.png for each state.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.desktop import (  # noqa: E402
    screens_compare,
    screens_create,
    screens_first_run,
    screens_gallery,
    screens_models,
    screens_people,
    screens_preferences,
    screens_presets,
    screens_twin,
)

LANGUAGES = ("en", "de")
SCALES = (1, 2)
WINDOW = (1280, 800)
PARTS = {
    "create": screens_create.CreateScreens,
    "gallery": screens_gallery.GalleryScreens,
    "people": screens_people.PeopleScreens,
    "twin": screens_twin.TwinScreens,
    "compare": screens_compare.CompareScreens,
    "presets": screens_presets.PresetsScreens,
    "models": screens_models.ModelsScreens,
    "preferences": screens_preferences.PreferencesScreens,
    "first-run": screens_first_run.FirstRunScreens,
}
"""In this order; each begins where the one before left off, at the window's usual size."""
_PATIENCE = 300.0
"""Seconds for anything to happen."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Saves a picture of every page and state.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one")
    parser.add_argument("--scale", type=int, choices=SCALES, action="append", help="only this one")
    parser.add_argument("--page", choices=PARTS, action="append", help="only this one")
    parser.add_argument("--state", action="append", help="only states whose name contains this")
    parser.add_argument("--photo", type=Path, default=ROOT / "examples" / "portrait.jpg", help="the person shown")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    languages, scales = options.language or LANGUAGES, options.scale or SCALES
    if options.here:
        for language in languages:
            Walk(options, language, scales[0]).go()
        return 0
    # The scale and the user's folders are looked at once, when a process starts.
    for scale in scales:
        with tempfile.TemporaryDirectory() as home:
            changes = {
                "FASTFACE_HOME": home,
                "HF_HUB_OFFLINE": "1",
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": str(scale),
                "PYTHONPATH": str(ROOT),
            }
            command = [sys.executable, __file__, str(options.folder), "--here", "--scale", str(scale)]
            command += ["--photo", str(options.photo)]
            command += [word for language in languages for word in ("--language", language)]
            command += [word for page in options.page or [] for word in ("--page", page)]
            command += [word for state in options.state or [] for word in ("--state", state)]
            subprocess.run(command, env=os.environ | changes, check=True)
    return 0


class Walk:
    """One walk through all states in one language."""

    def __init__(self, options: argparse.Namespace, language: str, scale: int) -> None:
        from PySide6.QtGui import QGuiApplication

        from fastface_core.models.hub import settings as network_settings
        from fastface_core.settings import settings_file
        from fastface_desktop.app import Desktop, application

        home = Path(os.environ["FASTFACE_HOME"])
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        settings_file().parent.mkdir(parents=True)
        settings_file().write_text(json.dumps({"language": language, "theme": "dark"}))
        self.folder, self.language, self.scale = options.folder, language, scale
        self.pages: list[str] = options.page or []
        self.only: list[str] = options.state or []
        self.person: Path = options.photo
        self.folder.mkdir(parents=True, exist_ok=True)
        network_settings.at_start()
        self.app = application()
        QGuiApplication.styleHints().setCursorFlashTime(0)
        self.desktop = Desktop(self.app)
        self.window = self.desktop.window
        self.window.resize(*WINDOW)
        self.photos = Path(tempfile.mkdtemp())

    def go(self) -> None:
        self.desktop.show()
        self.settle()
        for name, part in PARTS.items():
            if not self.pages or name in self.pages:
                self.window.resize(*WINDOW)
                part(self).go()
        self.end()

    def shot(self, name: str) -> None:
        """Saves the window as it is, in both themes."""
        if self.only and not any(part in name for part in self.only):
            return
        for theme in ("dark", "light"):
            self.desktop.theme.set_mode(theme)
            self.settle()
            file = self.folder / f"{name}-{theme}-{self.language}-{self.scale}x.png"
            self.window.grab().save(str(file))
        self.desktop.theme.set_mode("dark")

    def settle(self) -> None:
        """Lets layouts, blends and slides come to their end."""
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            self.breathe()

    def breathe(self) -> None:
        """Lets the window do what it has to, and leaves the processor to the engine."""
        self.app.processEvents()
        time.sleep(0.01)

    def wait(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE
        while not condition():
            self.breathe()
            if time.monotonic() > until:
                raise TimeoutError("what was waited for did not happen")

    def photo(self, source: Path, name: str) -> Path:
        return Path(shutil.copy(source, self.photos / name))

    def is_idle(self) -> bool:
        return all(job.ended and not job.stopping for job in self.desktop.queue.jobs())

    def end(self) -> None:
        import qasync

        loop = qasync.QEventLoop(self.app)
        loop.run_until_complete(self.desktop.end())
        loop.close()
        self.window.deleteLater()
        self.desktop.deleteLater()
        self.app.processEvents()
        shutil.rmtree(self.photos)


if __name__ == "__main__":
    sys.exit(main())
