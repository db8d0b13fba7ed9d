"""The states of the page People, and of people on Create, for `screens.py`."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core import paths
from fastface_core.library.people.files import Consent
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.people.page import PeoplePage

if TYPE_CHECKING:
    from tests.desktop.screens import Walk

ROOT = Path(__file__).resolve().parents[2]


class PeopleScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk
        walk.window.show_page("people")
        page = walk.window.pages["people"]
        assert isinstance(page, PeoplePage)
        self.page = page

    def go(self) -> None:
        self.walk.wait(lambda: self.walk.desktop.people.ready)
        self.empty()
        self.first_person()
        self.one_photo()
        self.permission()
        self.everyone()
        self.on_create()
        self.forget()
        self.damaged()
        self.lock()
        self.smallest()

    def clear_toasts(self) -> None:
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()

    def empty(self) -> None:
        self.walk.shot("people-01-empty")
        self.page.set_over(True)
        self.walk.shot("people-02-dragging-over")
        self.page.set_over(False)
        self.page.add_person()
        self.walk.shot("people-03-new-person")
        self.page.new.name.setText("Ada Beispiel")
        self.page.new.yes.click()
        self.walk.wait(lambda: self.page.view.person is not None)
        self.walk.shot("people-04-no-photo")

    def first_person(self) -> None:
        from tests.desktop.people_room import good_photos, small_photo

        photos = [*good_photos(self.walk.photos / "ada"), small_photo(self.walk.photos)]
        stranger = self.walk.photo(ROOT / "tests" / "data" / "starter" / "person-3.jpg", "stranger.jpg")
        contract = self.walk.photos / "Vertrag.pdf"
        contract.write_bytes(b"%PDF-1.7")
        area = self.page.view.area
        area.add([*photos, stranger, self.group(), contract])
        self.walk.settle()
        self.walk.shot("people-05-photos-are-looked-at")
        self.looked_at(6)
        self.walk.shot("people-06-photos")
        area.error.clear()

    def looked_at(self, count: int) -> None:
        view = self.page.view

        def done() -> bool:
            person = view.person
            return person is not None and not self.walk.desktop.intake.left(person.uid) and len(person.photos) == count

        self.walk.wait(done)
        self.walk.settle()

    def group(self) -> Path:
        import insightface

        assert insightface.__file__
        return self.walk.photo(Path(insightface.__file__).parent / "data" / "images" / "t1.jpg", "group.jpg")

    def one_photo(self) -> None:
        person, area = self.page.view.person, self.page.view.area
        assert person is not None
        area.select(person.photos[-1].sha256)
        self.walk.wait(lambda: bool(area.panel.view.faces))
        self.clear_toasts()
        self.walk.shot("people-07-one-photo-several-faces")
        area.select(person.photos[3].sha256)
        self.walk.wait(lambda: person.photos[3].sha256 in area._reports)
        self.walk.shot("people-08-too-small")
        area.panel.use.buttons["yes"].click()
        self.walk.wait(lambda: self.walk.window.toasts.shown() != [])
        self.walk.settle()
        self.walk.shot("people-09-overruled")
        area.close_panel()
        self.clear_toasts()

    def permission(self) -> None:
        view = self.page.view
        view.consent.edit()
        view.consent.words.setPlainText("Signed on paper; for the family album")
        self.show_right(view.consent)
        self.walk.shot("people-10-permission")
        view.consent.save_button.click()
        self.walk.wait(lambda: self.walk.window.toasts.shown() != [])
        self.clear_toasts()
        uid = view.person.uid if view.person else ""
        ended = Consent(
            text="Signed on paper", given=date.today() - timedelta(days=400), expires=date.today() - timedelta(days=35)
        )
        people = self.walk.desktop.people
        people.run(people, lambda people: people.set_consent(uid, ended), ignore, ignore)
        self.walk.wait(lambda: view.person is not None and view.person.permission == "ended")
        self.show_right(view.consent)
        self.walk.shot("people-11-permission-ended")
        view.right.verticalScrollBar().setValue(0)

    def show_right(self, part: object) -> None:
        self.walk.settle()
        self.page.view.right.ensureWidgetVisible(part)  # pyright: ignore[reportArgumentType]

    def everyone(self) -> None:
        library = self.walk.desktop.library.library
        assert library is not None
        before = len(library.people.all())
        names = ["Bert", "Çelik Öztürk", "Maximiliane von und zu Hohenlohe-Waldenburg", "王小明", "Zoë"]
        for number, name in enumerate(names):
            library.people.add(name, consent=Consent(text="Yes", given=date.today()) if number % 2 else None)
        self.page.back()
        self.walk.wait(lambda: len(self.walk.desktop.people.people) == before + len(names))
        self.walk.shot("people-12-everyone")
        for number in range(8):
            library.people.add(f"Person {number + 1}")
        self.walk.wait(lambda: len(self.walk.desktop.people.people) == before + len(names) + 8)
        self.walk.shot("people-13-search")
        self.page.search.setText("Nobody of that name")
        self.walk.shot("people-14-no-hit")
        self.page.search.clear()

    def on_create(self) -> None:
        create = self.walk.window.pages["create"]
        assert isinstance(create, CreatePage)
        create.person.remove_all()
        self.clear_toasts()
        self.walk.window.show_page("create")
        self.walk.shot("people-15-offered-on-create")
        create.person.library.all_button.click()
        self.walk.shot("people-16-picker")
        create.person.close_question()
        ada = self.walk.desktop.people.people[0].uid
        create.person.library.choose(ada)
        create.form.prompt.setPlainText("a person in a forest")
        create.generate()
        self.clear_toasts()
        self.walk.shot("people-17-chosen-asks-again")
        create.bar.consent.hide()
        create.person.library.clear()
        self.clear_toasts()
        create.add_photos([self.walk.photo(self.walk.person, "keep.jpg")])
        self.walk.wait(lambda: create.person.photos.report(self.walk.photos / "keep.jpg") is not None)
        create.person.keep.button.click()
        self.walk.shot("people-18-keep-as-a-person")
        create.person.remove_all()
        self.clear_toasts()
        self.walk.window.show_page("people")

    def forget(self) -> None:
        view = self.page.view
        self.page.open_person(self.walk.desktop.people.people[0].uid)
        self.walk.wait(lambda: view.person is not None)
        view.forget_panel.ask()
        self.show_right(view.forget_panel)
        self.walk.shot("people-19-forget")
        view.forget_panel.no.click()
        self.page.back()

    def damaged(self) -> None:
        people = self.walk.desktop.people
        uid = people.people[0].uid
        file = paths.people_folder() / uid / "person.json"
        whole = file.read_bytes()
        file.write_bytes(whole[:120])
        people.look()
        self.walk.wait(lambda: people.damaged_person(uid) is not None)
        self.walk.shot("people-25-damaged-everyone")
        self.page.open_person(uid)
        self.walk.shot("people-26-damaged")
        self.page.damaged.forget_panel.ask()
        self.walk.shot("people-27-damaged-forget")
        self.page.damaged.forget_panel.no.click()
        self.page.back()
        file.write_bytes(whole)
        people.look()
        self.walk.wait(lambda: people.damaged_person(uid) is None)

    def lock(self) -> None:
        self.page.ask_lock("protect")
        self.page.lock_panel.new.setText("correct horse battery")
        self.page.lock_panel.again.setText("something else")
        self.page.lock_panel.yes.click()
        self.walk.shot("people-20-protect")
        self.page.lock_panel.again.setText("correct horse battery")
        self.page.lock_panel.yes.click()
        self.walk.wait(
            lambda: self.walk.desktop.people.protected and self.page.places.currentWidget() is self.page.cards
        )
        self.page.lock()
        self.clear_toasts()
        self.page.lock_panel.old.setText("wrong")
        self.page.lock_panel.yes.click()
        self.walk.wait(self.page.lock_panel.error.isVisible)
        self.walk.shot("people-21-locked")
        self.page.lock_panel.old.setText("correct horse battery")
        self.page.lock_panel.yes.click()
        self.walk.wait(lambda: self.page.places.currentWidget() is self.page.cards)
        self.page.ask_lock("change")
        self.walk.shot("people-22-change-the-passphrase")
        self.page.lock_panel.cancelled.emit()

    def smallest(self) -> None:
        self.walk.window.resize(self.walk.window.minimumSize())
        self.page.open_person(self.walk.desktop.people.people[0].uid)
        self.walk.wait(lambda: self.page.view.person is not None)
        self.walk.shot("people-23-smallest-window")
        self.page.back()
        self.walk.shot("people-24-smallest-everyone")
