"""The states of the page Create, for `screens.py`."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastface_desktop.ui.create.page import CreatePage

if TYPE_CHECKING:
    from tests.desktop.screens import Walk

ROOT = Path(__file__).resolve().parents[2]
_PROMPT = "a person in a forest, smiling, soft light"


class CreateScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk
        page = walk.window.pages["create"]
        assert isinstance(page, CreatePage)
        self.page = page
        self.seed = 10

    def go(self) -> None:
        self.empty()
        self.fills()
        self.runs()
        self.has_results()
        self.several_photos()
        self.a_group()
        self.errors()
        self.smallest()

    def empty(self) -> None:
        self.walk.shot("create-01-empty")
        self.page.person.set_over(True)
        self.walk.shot("create-02-dragging-over")
        self.page.person.set_over(False)
        self.page.generate()
        self.walk.shot("create-03-no-photo")

    def fills(self) -> None:
        person = self.walk.photo(self.walk.person, self.walk.person.name)
        self.page.add_photos([person])
        self.walk.settle()
        self.walk.shot("create-04-looking-for-the-face")
        self.page.generate()
        self.walk.shot("create-05-no-prompt")
        self.page.form.prompt.setPlainText(_PROMPT)
        self.page.form.styles.tiles["watercolor"].click()
        self.walk.wait(lambda: self.page.person.photos.report(person) is not None)
        self.walk.wait(lambda: self.walk.desktop.engine.status == "ready")
        self.walk.shot("create-06-filled")
        self.page.form.fine.set_open(True)
        self.page.form.advanced.set_open(True)
        self.walk.settle()
        self.page.scroller.ensureWidgetVisible(self.page.form.advanced)
        self.walk.shot("create-07-advanced")
        self.page.form.advanced.set_open(False)
        self.page.form.fine.set_open(False)
        self.page.scroller.verticalScrollBar().setValue(0)
        self.page.generate()
        self.walk.shot("create-08-permission")
        self.page.bar.consent.hide()

    def runs(self) -> None:
        self.page.form.count.set(4)
        self.walk.desktop.session.change(seed=self.seed)
        self.page.generate()
        self.page.bar.consent.yes.click()
        self.page.generate()
        seen: list[int] = []
        self.walk.desktop.queue.preview.connect(lambda job, index, image: seen.append(index))
        self.walk.wait(lambda: seen.count(2) >= 2)
        self.walk.desktop.queue.pause()
        self.walk.wait(lambda: any(job.status == "paused" for job in self.walk.desktop.queue.jobs()))
        self.walk.settle()
        self.walk.shot("create-09-paused")
        self.walk.window.drawer.open_drawer()
        self.walk.settle()
        self.walk.shot("create-10-queue")
        self.walk.window.drawer.close_drawer()
        self.walk.desktop.queue.resume()
        self.walk.settle()
        self.walk.shot("create-11-running")
        self.page.cancel()
        self.walk.wait(self.walk.is_idle)

    def has_results(self) -> None:
        for style in ("oil", "pop-art"):
            self.page.form.styles.tiles[style].click()
            self.make(3)
        self.walk.shot("create-12-results")
        self.page.pictures.film.best_first.click()
        self.page.pictures.strip.setCurrentIndex(self.page.pictures.model.index(0))
        self.walk.shot("create-13-best-first")
        self.page.pictures.canvas.zoom_toggle()
        self.walk.shot("create-14-zoomed")
        self.page.pictures.canvas.zoom_to_fit()
        self.page.pictures.bar.use_settings()
        self.walk.shot("create-15-toast")
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()

    def several_photos(self) -> None:
        files = sorted((ROOT / "tests" / "data" / "starter").glob("person-*.jpg"))[:5]
        paths = [self.walk.photo(file, file.name) for file in files]
        self.page.add_photos(paths)
        self.walk.wait(lambda: all(self.page.person.photos.report(path) is not None for path in paths))
        self.page.scroller.verticalScrollBar().setValue(0)
        self.walk.shot("create-16-several-photos")
        self.page.person.remove_all()
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()

    def a_group(self) -> None:
        import insightface

        assert insightface.__file__
        group = self.walk.photo(Path(insightface.__file__).parent / "data" / "images" / "t1.jpg", "group.jpg")
        self.page.add_photos([group])
        self.walk.wait(lambda: self.page.person.photos.report(group) is not None)
        self.page.person.view.setFocus()
        self.walk.shot("create-17-group")

    def errors(self) -> None:
        for name, content in {"Vertrag.pdf": b"%PDF-1.7", "broken.jpg": b"\xff\xd8\xff\xe0 nothing"}.items():
            (self.walk.photos / name).write_bytes(content)
        self.page.add_photos([self.walk.photos / "Vertrag.pdf"])
        self.walk.wait(self.page.person.error.isVisible)
        self.walk.shot("create-18-a-pdf")
        self.page.person.error.clear()
        many = [self.walk.photos / f"{number}.jpg" for number in range(5000)]
        from fastface_desktop.ui.widgets import drops

        found = drops.gather([self.walk.photos / "broken.jpg", *many])
        self.page.add_photos(list(found.files[:3]), found.remark)
        self.walk.wait(lambda: "3" in self.page.person.error.message.text())
        self.walk.shot("create-19-thousands")
        self.page.person.error.clear()
        self.page.person.say("")
        photo = self.walk.desktop.session.values.photos[0].path
        self.walk.desktop.queue.pause()
        photo.rename(photo.with_name("moved.jpg"))
        self.walk.desktop.queue.resume()
        self.make(1)
        self.page.scroller.verticalScrollBar().setValue(0)
        self.walk.shot("create-20-job-failed")

    def smallest(self) -> None:
        self.page.bar.error.clear()
        self.walk.window.resize(self.walk.window.minimumSize())
        self.walk.shot("create-21-smallest-window")

    def make(self, count: int) -> None:
        self.page.form.count.set(count)
        self.walk.desktop.session.change(seed=self.seed)
        self.page.generate()
        if self.page.bar.consent.isVisible():
            self.page.bar.consent.yes.click()
        self.walk.wait(self.walk.is_idle)
