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
LANGUAGES = ("en", "de")
SCALES = (1, 2)
WINDOW = (1180, 760)
_PATIENCE = 300.0
"""Seconds for anything to happen."""
PROMPTS = {"en": "a person in a forest, smiling, soft light", "de": "a person in a forest, smiling, soft light"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Saves a picture of every page and state.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one")
    parser.add_argument("--scale", type=int, choices=SCALES, action="append", help="only this one")
    parser.add_argument("--state", action="append", help="only states whose name contains this")
    parser.add_argument("--photo", type=Path, default=ROOT / "examples" / "portrait.jpg", help="the person shown")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    languages, scales = options.language or LANGUAGES, options.scale or SCALES
    if options.here:
        for language in languages:
            Walk(options.folder, language, scales[0], options.state or [], options.photo).go()
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
            command += [word for state in options.state or [] for word in ("--state", state)]
            subprocess.run(command, env=os.environ | changes, check=True)
    return 0


class Walk:
    """One walk through all states in one language."""

    def __init__(self, folder: Path, language: str, scale: int, only: list[str], person: Path) -> None:
        from PySide6.QtGui import QGuiApplication

        from fastface_core.models import network_settings
        from fastface_core.settings import settings_file
        from fastface_desktop.app import Desktop, application
        from fastface_desktop.ui.create.page import CreatePage

        home = Path(os.environ["FASTFACE_HOME"])
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        settings_file().parent.mkdir(parents=True)
        settings_file().write_text(json.dumps({"language": language, "theme": "dark"}))
        self.folder, self.language, self.scale, self.only = folder, language, scale, only
        folder.mkdir(parents=True, exist_ok=True)
        network_settings.at_start()
        self.app = application()
        QGuiApplication.styleHints().setCursorFlashTime(0)
        self.desktop = Desktop(self.app)
        self.window = self.desktop.window
        self.window.resize(*WINDOW)
        page = self.window.pages["create"]
        assert isinstance(page, CreatePage)
        self.page = page
        self.photos = Path(tempfile.mkdtemp())
        self.person = person
        self.seed = 10

    def go(self) -> None:
        for step in (
            self.empty,
            self.fills,
            self.runs,
            self.has_results,
            self.several_photos,
            self.a_group,
            self.errors,
            self.smallest,
            self.models,
        ):
            step()
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
            self.app.processEvents()

    def wait(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE
        while not condition():
            self.app.processEvents()
            if time.monotonic() > until:
                raise TimeoutError("what was waited for did not happen")

    def photo(self, source: Path, name: str) -> Path:
        return Path(shutil.copy(source, self.photos / name))

    def make(self, count: int) -> None:
        self.page.form.count.set(count)
        self.desktop.session.change(seed=self.seed)
        self.page.generate()
        if self.page.bar.consent.isVisible():
            self.page.bar.consent.yes.click()
        self.wait(self.is_idle)

    def is_idle(self) -> bool:
        return all(job.ended and not job.stopping for job in self.desktop.queue.jobs())

    # ---- The states

    def empty(self) -> None:
        self.desktop.show()
        self.settle()
        self.shot("01-empty")
        self.page.person.set_over(True)
        self.shot("02-dragging-over")
        self.page.person.set_over(False)
        self.page.generate()
        self.shot("03-no-photo")

    def fills(self) -> None:
        person = self.photo(self.person, self.person.name)
        self.page.add_photos([person])
        self.settle()
        self.shot("04-looking-for-the-face")
        self.page.generate()
        self.shot("05-no-prompt")
        self.page.form.prompt.setPlainText(PROMPTS[self.language])
        self.page.form.chips.chips["watercolor"].click()
        self.wait(lambda: self.page.person.report(person) is not None)
        self.wait(lambda: self.desktop.engine.status == "ready")
        self.shot("06-filled")
        self.page.form.advanced.set_open(True)
        self.settle()
        self.page.scroller.ensureWidgetVisible(self.page.form.advanced)
        self.shot("07-advanced")
        self.page.form.advanced.set_open(False)
        self.page.scroller.verticalScrollBar().setValue(0)
        self.page.generate()
        self.shot("08-permission")
        self.page.bar.consent.hide()

    def runs(self) -> None:
        self.page.form.count.set(4)
        self.desktop.session.change(seed=self.seed)
        self.page.generate()
        self.page.bar.consent.yes.click()
        self.page.generate()
        seen: list[int] = []
        self.desktop.queue.preview.connect(lambda job, index, image: seen.append(index))
        self.wait(lambda: seen.count(2) >= 2)
        self.desktop.queue.pause()
        self.wait(lambda: any(job.status == "paused" for job in self.desktop.queue.jobs()))
        self.settle()
        self.shot("09-paused")
        self.window.drawer.open_drawer()
        self.settle()
        self.shot("10-queue")
        self.window.drawer.close_drawer()
        self.desktop.queue.resume()
        self.settle()
        self.shot("11-running")
        self.page.cancel()
        self.wait(self.is_idle)

    def has_results(self) -> None:
        for style in ("oil", "pop-art"):
            self.page.form.chips.chips[style].click()
            self.make(3)
        self.shot("12-results")
        self.page.pictures.best_first.click()
        self.page.pictures.strip.setCurrentIndex(self.page.pictures.model.index(0))
        self.shot("13-best-first")
        self.page.pictures.canvas.zoom_toggle()
        self.shot("14-zoomed")
        self.page.pictures.canvas.zoom_to_fit()
        self.page.pictures.bar.use_settings()
        self.shot("15-toast")
        for toast in self.window.toasts.shown():
            toast.dismiss()

    def several_photos(self) -> None:
        files = sorted((ROOT / "tests" / "data" / "starter").glob("person-*.jpg"))[:5]
        paths = [self.photo(file, file.name) for file in files]
        self.page.add_photos(paths)
        self.wait(lambda: all(self.page.person.report(path) is not None for path in paths))
        self.page.scroller.verticalScrollBar().setValue(0)
        self.shot("16-several-photos")
        self.page.person.remove_all()
        for toast in self.window.toasts.shown():
            toast.dismiss()

    def a_group(self) -> None:
        import insightface

        assert insightface.__file__
        group = self.photo(Path(insightface.__file__).parent / "data" / "images" / "t1.jpg", "group.jpg")
        self.page.add_photos([group])
        self.wait(lambda: self.page.person.report(group) is not None)
        self.page.person.view.setFocus()
        self.shot("17-group")

    def errors(self) -> None:
        for name, content in {"Vertrag.pdf": b"%PDF-1.7", "broken.jpg": b"\xff\xd8\xff\xe0 nothing"}.items():
            (self.photos / name).write_bytes(content)
        self.page.add_photos([self.photos / "Vertrag.pdf"])
        self.wait(self.page.person.error.isVisible)
        self.shot("18-a-pdf")
        self.page.person.error.clear()
        many = [self.photos / f"{number}.jpg" for number in range(5000)]
        from fastface_desktop.ui.create import drops

        found = drops.gather([self.photos / "broken.jpg", *many])
        self.page.add_photos(list(found.files[:3]), found.remark)
        self.wait(lambda: "3" in self.page.person.error.message.text())
        self.shot("19-thousands")
        self.page.person.error.clear()
        self.page.person.say("")
        photo = self.desktop.session.values.photos[0].path
        self.desktop.queue.pause()
        photo.rename(photo.with_name("moved.jpg"))
        self.desktop.queue.resume()
        self.make(1)
        self.page.scroller.verticalScrollBar().setValue(0)
        self.shot("20-job-failed")

    def smallest(self) -> None:
        self.page.bar.error.clear()
        self.window.resize(self.window.minimumSize())
        self.shot("21-smallest-window")

    def models(self) -> None:
        from fastface_desktop.ui.models.page import ModelsPage

        self.window.resize(*WINDOW)
        self.window.show_page("models")
        page = self.window.pages["models"]
        assert isinstance(page, ModelsPage)
        self.wait(lambda: bool(page.cards))
        card = page.cards["hyper-4"]
        self.shot("22-models")
        card.action.click()
        self.shot("23-terms")
        # The walk is offline: the download ends with its sentence.
        card.licence.accept_button.click()
        self.wait(card.error.isVisible)
        self.shot("24-download-refused")
        card.section.set_open(True)
        self.shot("25-files-of-a-bundle")
        self.window.resize(self.window.minimumSize())
        self.shot("26-models-smallest-window")

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
