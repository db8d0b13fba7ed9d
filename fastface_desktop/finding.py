"""What the palette finds besides actions: settings, people, presets, albums, help, and pictures by their prompts."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from fastface_core.errors import FastFaceError
from fastface_desktop.navigator import Navigator
from fastface_desktop.pages import PageBuilder
from fastface_desktop.services import Services
from fastface_desktop.ui.help.content import chapters
from fastface_desktop.ui.preferences.page import PreferencesPage
from fastface_desktop.ui.shared.preset_names import plain_name
from fastface_desktop.ui.shell.palette import Item
from fastface_desktop.ui.widgets.day_field import day_text

if TYPE_CHECKING:  # they bring NumPy, which the window is not to wait for
    from fastface_core.library.gallery import PictureRow
    from fastface_core.library.library import Library

_MOST_PICTURES = 5
_LONGEST = 80
"""Letters of a prompt."""


class Finding(QObject):
    """Everything is looked up when the palette asks, so that nothing it finds is out of date."""

    def __init__(self, services: Services, navigator: Navigator, pages: PageBuilder) -> None:
        super().__init__(services)
        self._services, self._navigator, self._pages = services, navigator, pages
        self._help: tuple[str, tuple[Item, ...]] = ("", ())
        # A section a turn of the window: nobody waits for all of Settings.
        self._building = QTimer(self)
        self._building.setInterval(0)
        self._building.timeout.connect(self._build_next)
        self._preferences: PreferencesPage | None = None

    def items(self) -> Sequence[Item]:
        """All that is at hand."""
        return [*self._settings(), *self._people(), *self._presets(), *self._topics()]

    def search(self, text: str, then: Callable[[Sequence[Item]], None]) -> None:
        """Albums by their names, and the newest pictures by the words in their prompts."""

        def look(library: "Library") -> tuple[list[str], tuple["PictureRow", ...]]:
            from fastface_core.library.queries import Query

            albums = [name for name in library.albums.all() if text.casefold() in name.casefold()]
            return albums, library.gallery.page(Query(text=text), None, _MOST_PICTURES).rows

        def found(result: tuple[list[str], tuple["PictureRow", ...]]) -> None:
            albums, rows = result
            items = [Item(name, self.tr("Album"), partial(self._show_album, name)) for name in albums]
            for row in rows:
                title = " ".join((row.prompt or row.path.name).split())[:_LONGEST]
                place = self.tr("Picture, {day}").format(day=day_text(row.created.astimezone().date()))
                items.append(Item(title, place, partial(self._show_picture, text, row.id)))
            then(items)

        def failed(error: FastFaceError) -> None:
            then([])

        if self._services.library.library is not None:
            self._services.library.run(self, look, found, failed)

    # ---- What is at hand

    def _settings(self) -> list[Item]:
        page = self._navigator.page("preferences", PreferencesPage)
        if page is not self._preferences:
            # Another language has another page.
            self._preferences = page
            self._building.start()
        return [
            Item(title, section_title, partial(self._show_setting, name, title))
            for name, section_title, title, _ in page.found()
        ]

    def _build_next(self) -> None:
        page = self._preferences
        if page is None or not isValid(page) or not page.build_next():
            self._building.stop()
            self._navigator.refresh_palette()

    def _people(self) -> list[Item]:
        people = self._services.people
        if people.locked:
            why_not = self.tr("The people are locked")
            return [Item(self.tr("People"), self.tr("Person"), self._pages.show_people_to_unlock, why_not=why_not)]
        return [
            Item(person.name, self.tr("Person"), partial(self._pages.show_person, person.uid))
            for person in people.people
        ]

    def _presets(self) -> list[Item]:
        presets = self._services.presets
        return [
            Item(plain_name(name, preset.title or name), self.tr("Preset"), partial(self._show_preset, name))
            for name, preset in (presets.built_in() | presets.own()).items()
        ]

    def _topics(self) -> tuple[Item, ...]:
        language = self._services.translation.language
        if self._help[0] != language:
            self._help = (
                language,
                tuple(
                    Item(topic.title, self.tr("Help"), partial(self._show_topic, topic.title), topic.text)
                    for chapter in chapters(language)
                    for topic in chapter.topics
                ),
            )
        return self._help[1]

    # ---- Going there

    def _show_setting(self, name: str, title: str) -> None:
        self._navigator.go("preferences")
        page = self._navigator.page("preferences", PreferencesPage)
        for section, _, found, setting in page.found():
            if (section, found) == (name, title):
                page.show_setting(name, setting)
                return

    def _show_preset(self, name: str) -> None:
        from fastface_desktop.ui.presets.page import PresetsPage

        self._navigator.go("presets")
        self._navigator.page("presets", PresetsPage).side.list.chosen.emit(name)

    def _show_topic(self, title: str) -> None:
        from fastface_desktop.ui.help.page import HelpPage

        self._navigator.go("help")
        self._navigator.page("help", HelpPage).search.setText(title)

    def _show_album(self, name: str) -> None:
        from fastface_desktop.ui.gallery.page import GalleryPage

        self._navigator.go("gallery")
        self._navigator.page("gallery", GalleryPage).show_album(name)

    def _show_picture(self, text: str, number: int) -> None:
        from fastface_desktop.ui.gallery.page import GalleryPage

        self._navigator.go("gallery")
        self._navigator.page("gallery", GalleryPage).show_found(text, number)
