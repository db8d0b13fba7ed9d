"""The states of the drawn twin on Create and People, for `screens.py`; none while the starter draws no twins."""

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage

from fastface_core.errors import PhotoError
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.people.page import PeoplePage
from fastface_desktop.ui.widgets.twin_chips import TwinChips
from fastface_desktop.values import TwinInfo

if TYPE_CHECKING:
    from tests.desktop.screens import Walk


class TwinScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk
        create, people = walk.window.pages["create"], walk.window.pages["people"]
        assert isinstance(create, CreatePage)
        assert isinstance(people, PeoplePage)
        self.create, self.people = create, people

    def go(self) -> None:
        if self.walk.desktop.session.twin_checkpoint is None:
            return
        self.walk.window.show_page("create")
        self.create.person.remove_all()
        self.walk.desktop.session.choose_person(None)
        self.on_create()
        self.dark_photo()
        self.not_measured()
        self.on_people()
        self.of_the_library()
        self.smallest()

    def drawn(self, twin: DrawnPerson) -> None:
        self.walk.wait(lambda: twin.seen is not None and twin.settled)
        self.walk.settle()

    def clear_toasts(self) -> None:
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()

    def on_create(self) -> None:
        self.create.add_photos([self.walk.photo(self.walk.person, "twin.jpg")])
        twin, chips = self.walk.desktop.twin, self.create.person.twin_chips
        self.drawn(twin)
        self.clear_toasts()
        self.walk.shot("twin-01-drawn")
        for number, name in enumerate(chips.chips, start=2):
            chips.chips[name].click()
            self.show_part(self.create.scroller, chips)
            self.walk.shot(f"twin-0{number}-{name}")
        twin.correct(glasses="round", hair_length="long", hair_colour=(0.62, 0.29, 0.13), beard="none")
        self.drawn(twin)
        chips.close_panel()
        self.walk.shot("twin-07-corrected")
        self.create.person.remove_all()
        self.clear_toasts()

    def show_part(self, area: object, part: TwinChips) -> None:
        self.walk.settle()
        area.ensureWidgetVisible(part)  # pyright: ignore[reportAttributeAccessIssue]

    def dark_photo(self) -> None:
        with Image.open(self.walk.person) as opened:
            pixels = np.asarray(opened.convert("RGB"))
        self.changed(np.clip(pixels * 0.22, 0, 255), "dark.jpg")
        self.drawn(self.walk.desktop.twin)
        self.walk.shot("twin-08-dark-photo")
        self.create.person.remove_all()
        self.clear_toasts()

    def changed(self, pixels: np.ndarray, name: str) -> None:
        file = self.walk.photos / name
        Image.fromarray(pixels.astype(np.uint8)).save(file, quality=95)
        self.create.add_photos([file])

    def not_measured(self) -> None:
        self.create.add_photos([self.walk.photo(self.walk.person, "twin.jpg")])
        twin = self.walk.desktop.twin
        self.drawn(twin)
        error = PhotoError(
            "The face in twin.jpg cannot be measured, so it cannot be drawn.",
            "Choose a photo that shows eyes, nose and mouth, sharp and from the front.",
        )
        twin._take(twin._asked, TwinInfo(QImage(), error=error))
        self.walk.shot("twin-09-not-measured")
        self.create.person.remove_all()
        self.clear_toasts()

    def on_people(self) -> None:
        from tests.desktop.people_room import good_photos

        self.walk.window.show_page("people")
        self.walk.wait(lambda: self.walk.desktop.people.ready)
        self.people.add_person()
        self.people.new.name.setText("Eva Muster")
        self.people.new.yes.click()
        self.walk.wait(lambda: self.people.view.person is not None)
        view = self.people.view
        view.area.add(good_photos(self.walk.photos / "eva"))
        self.walk.wait(lambda: view.person is not None and len(view.person.photos) == 3)
        self.drawn(view.drawn_person)
        self.clear_toasts()
        self.walk.shot("twin-10-person")
        chips = view.twin.chips
        chips.chips["hair"].click()
        self.show_part(view.right, chips)
        self.walk.shot("twin-11-person-hair")
        view.drawn_person.correct(glasses="square", beard="full")
        self.drawn(view.drawn_person)
        chips.close_panel()
        self.walk.shot("twin-12-person-corrected")

    def of_the_library(self) -> None:
        person = self.people.view.person
        assert person is not None
        self.walk.wait(lambda: self.walk.desktop.people.person(person.uid) is not None)
        self.walk.window.show_page("create")
        self.create.person.library.choose(person.uid)
        self.drawn(self.walk.desktop.twin)
        self.clear_toasts()
        self.walk.shot("twin-13-of-the-library")

    def smallest(self) -> None:
        self.walk.window.resize(self.walk.window.minimumSize())
        self.create.person.twin.chips.chips["hair"].click()
        self.walk.shot("twin-14-smallest-window")
