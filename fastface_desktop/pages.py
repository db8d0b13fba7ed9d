"""The pages of the window: how each is built, and how one leads to another.

What a page only needs is imported with it, so that the window does not wait for it. What goes on while a page is made
anew in another language is kept here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fastface_core.errors import FastFaceError
from fastface_core.request import Recipe
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.page import Page, PageEntry

if TYPE_CHECKING:
    from fastface_desktop.app import Desktop
    from fastface_desktop.state.care import LibraryCare
    from fastface_desktop.state.comparisons import Comparisons
    from fastface_desktop.state.gallery_parts import GalleryParts
    from fastface_desktop.state.preset_work import PresetWork
    from fastface_desktop.state.twin import PersonTwin


class PageBuilder(QObject):
    """Builds a page when it is first looked at."""

    def __init__(self, desktop: "Desktop") -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self._care: LibraryCare | None = None
        self._comparisons: Comparisons | None = None
        self._gallery: GalleryParts | None = None
        self._person_twin: PersonTwin | None = None
        self._preset_work: PresetWork | None = None
        self._closing: list[Callable[[], None]] = []
        """What pages started and has to end before the library does."""
        desktop.traces.forgetting.connect(self.forget)

    def close(self) -> None:
        """Ends what pages started."""
        for close in self._closing:
            close()

    def entries(self) -> list[PageEntry]:
        return [
            PageEntry("create", "create", self.tr("Create"), self._create_page),
            PageEntry("gallery", "gallery", self.tr("Gallery"), self._gallery_page),
            PageEntry("people", "people", self.tr("People"), self._people_page),
            PageEntry("presets", "presets", self.tr("Presets"), self._presets_page),
            PageEntry("compare", "compare", self.tr("Compare"), self._compare_page),
            PageEntry("models", "models", self.tr("Models"), self._models_page),
            PageEntry("preferences", "preferences", self.tr("Settings"), self._preferences_page, at_foot=True),
            PageEntry("help", "info", self.tr("Help"), self._help_page, in_rail=False),
            PageEntry("first-run", "star", self.tr("First steps"), self._first_run_page, in_rail=False),
        ]

    def _create_page(self) -> CreatePage:
        page = CreatePage(
            theme=self._desktop.theme,
            session=self._desktop.session,
            queue=self._desktop.queue,
            inspector=self._desktop.photos,
            engine=self._desktop.engine,
            people=self._desktop.people,
            intake=self._desktop.intake,
            consents=self._desktop.consents,
            twin=self._desktop.twin,
            images=self._desktop.images,
            unfinished=self._desktop.unfinished,
            marks=self._desktop.marks,
            background=self._desktop.background,
        )
        page.said.connect(self._say)
        page.pictures.gallery_wanted.connect(self._show_gallery)
        page.models_wanted.connect(self._show_models)
        page.person.library.people_wanted.connect(self._show_people)
        page.person.library.person_wanted.connect(self._show_person)
        self._desktop.presets.changed.connect(page.form.offer_anew)
        return page

    def offer_checkpoints(self) -> None:
        """Checkpoints have come or gone."""
        page = self._desktop.window.pages["create"]
        assert isinstance(page, CreatePage)
        page.form.offer_anew()
        self._desktop.twin.follow()

    def _gallery_page(self) -> Page:
        from fastface_desktop.state.gallery_parts import GalleryParts
        from fastface_desktop.ui.gallery.page import GalleryPage
        from fastface_desktop.ui.theme.tokens import Radius

        if self._gallery is None:
            self._gallery = GalleryParts.of(
                self._desktop.library,
                self._desktop.queue,
                self._desktop.session,
                self._desktop.background,
                self._desktop.settings,
                self._desktop.saver,
                self,
                radius=Radius.CARD,
            )
            self._closing.append(self._gallery.gallery.close)
        page = GalleryPage(theme=self._desktop.theme, parts=self._gallery)
        page.marked.connect(self._keep)
        page.said.connect(self._say)
        page.create_wanted.connect(self._show_create)
        page.recipe_wanted.connect(self._use_recipe)
        page.models_wanted.connect(self._show_models)
        return page

    def _use_recipe(self, recipe: Recipe, other_seed: bool) -> None:
        page = self._desktop.window.pages["create"]
        assert isinstance(page, CreatePage)
        self._desktop.window.show_page("create")
        page.restore(recipe, other_seed=other_seed)

    def _show_gallery(self) -> None:
        self._desktop.window.show_page("gallery")

    def _show_compare(self) -> None:
        self._desktop.window.show_page("compare")

    def _show_create(self) -> None:
        self._desktop.window.show_page("create")

    def _presets_page(self) -> Page:
        from fastface_desktop.state.preset_work import PresetWork
        from fastface_desktop.state.trials import Trials
        from fastface_desktop.ui.presets.page import PresetsPage

        if self._preset_work is None:
            self._preset_work = PresetWork(
                self._desktop.presets,
                session=self._desktop.session,
                queue=self._desktop.queue,
                engine=self._desktop.engine,
                trials=Trials(self._desktop.thread_of_engine, self),
                saver=self._desktop.saver,
                permitted=self._permitted,
                parent=self,
            )
            self._desktop.other.watch_effect(self._preset_work.effect)
        page = PresetsPage(theme=self._desktop.theme, work=self._preset_work)
        page.said.connect(self._say)
        page.used.connect(self._show_create)
        page.compare_wanted.connect(self._show_compare)
        return page

    def _compare_page(self) -> Page:
        from fastface_desktop.state.comparisons import Comparisons
        from fastface_desktop.ui.compare.page import ComparePage

        # Its pictures go on while the page is made anew in another language.
        if self._comparisons is None:
            self._comparisons = Comparisons(
                self._desktop.thread_of_engine,
                self._desktop.queue,
                self._desktop.session,
                self._desktop.presets,
                self._desktop.library,
                self,
            )
            self._closing.append(self._comparisons.close)
            self._desktop.other.watch_comparisons(self._comparisons)
        page = ComparePage(
            theme=self._desktop.theme,
            comparisons=self._comparisons,
            session=self._desktop.session,
            presets=self._desktop.presets,
            engine=self._desktop.engine,
            background=self._desktop.background,
            permitted=self._permitted,
            permit=self._permit,
        )
        page.said.connect(self._say)
        page.create_wanted.connect(self._show_create)
        page.recipe_wanted.connect(self._use_recipe)
        page.models_wanted.connect(self._show_models)
        return page

    def _permit(self, then: Callable[[FastFaceError | None], None]) -> None:
        page = self._desktop.window.pages["create"]
        assert isinstance(page, CreatePage)
        page.permit(then)

    def _permitted(self) -> bool:
        page = self._desktop.window.pages["create"]
        assert isinstance(page, CreatePage)
        return page.permitted()

    def _people_page(self) -> Page:
        from fastface_desktop.state.twin import PersonTwin
        from fastface_desktop.ui.people.page import PeoplePage

        if self._person_twin is None:
            self._person_twin = PersonTwin(
                self._desktop.thread_of_engine, self._desktop.session, self._desktop.people, self
            )
        page = PeoplePage(
            theme=self._desktop.theme,
            people=self._desktop.people,
            intake=self._desktop.intake,
            traces=self._desktop.traces,
            twin=self._person_twin,
            background=self._desktop.background,
        )
        page.said.connect(self._say)
        page.create_wanted.connect(self._create_with)
        page.pictures_wanted.connect(self._show_pictures_of)
        return page

    def _show_pictures_of(self, uid: str) -> None:
        from fastface_desktop.ui.gallery.page import GalleryPage

        page = self._desktop.window.pages["gallery"]
        assert isinstance(page, GalleryPage)
        page.show_person(uid)
        self._desktop.window.show_page("gallery")

    def forget(self, uid: str, hashes: frozenset[str]) -> None:
        """Whose pictures were shown last is kept as well, and of whom something was compared."""
        self._desktop.thread_of_engine.forget_faces()
        if self._comparisons is not None:
            self._comparisons.forget(uid, hashes)
        from fastface_desktop.state.gallery_view import forget_person

        if self._gallery is None:
            forget_person(self._desktop.saver, uid)
        elif self._gallery.gallery.view.person == uid:
            self._gallery.gallery.set_view(person=None)

    def show_people_to_unlock(self) -> None:
        """Something goes on once the people are unlocked."""
        self._show_people()
        self._say(self.tr("It goes on once the people are unlocked."), None)

    def _show_people(self) -> None:
        self._desktop.window.show_page("people")

    def _show_person(self, uid: str) -> None:
        from fastface_desktop.ui.people.page import PeoplePage

        self._desktop.window.show_page("people")
        page = self._desktop.window.pages["people"]
        assert isinstance(page, PeoplePage)
        page.open_person(uid)

    def _create_with(self, uid: str) -> None:
        self._desktop.session.choose_person(uid)
        self._desktop.window.show_page("create")

    def _models_page(self) -> Page:
        from fastface_desktop.ui.models.page import ModelsPage

        page = ModelsPage(
            theme=self._desktop.theme,
            downloads=self._desktop.downloads,
            files=self._desktop.model_files,
            network=self._desktop.network,
        )
        page.said.connect(self._say)
        page.first_run_wanted.connect(self.show_first_run)
        return page

    def _first_run_page(self) -> Page:
        from fastface_desktop.ui.first_run.page import FirstRunPage

        page = FirstRunPage(
            theme=self._desktop.theme,
            settings=self._desktop.settings,
            computer=self._desktop.computer,
            downloads=self._desktop.downloads,
            session=self._desktop.session,
            queue=self._desktop.queue,
            inspector=self._desktop.photos,
            consents=self._desktop.consents,
            twin=self._desktop.twin,
            background=self._desktop.background,
        )
        page.finished.connect(self._first_run_over)
        return page

    def show_first_run(self) -> None:
        """What this computer can do, models to begin with, a first picture."""
        self._desktop.settings.set("first_run_seen", True)
        self._desktop.window.show_page("first-run")

    def welcome(self) -> None:
        """The same, at the very first start."""
        if not self._desktop.settings.values.first_run_seen:
            self.show_first_run()

    def _first_run_over(self) -> None:
        self._desktop.window.show_page("create")

    def _show_models(self) -> None:
        self._desktop.window.show_page("models")

    def _preferences_page(self) -> Page:
        from fastface_desktop.state.care import LibraryCare
        from fastface_desktop.ui.preferences.sections import Parts, preferences

        # Its work goes on while the page is made anew in another language.
        if self._care is None:
            self._care = LibraryCare(self._desktop.library, self)
        parts = Parts(
            theme=self._desktop.theme,
            settings=self._desktop.settings,
            engine=self._desktop.engine,
            care=self._care,
            downloads=self._desktop.downloads,
            network=self._desktop.network,
            actions=self._desktop.actions,
            probe=self._desktop.probe,
            background=self._desktop.background,
        )
        page = preferences(parts, show_models=self._show_models)
        page.said.connect(self._say)
        return page

    def show_diagnostics(self) -> None:
        from fastface_desktop.ui.preferences.page import PreferencesPage

        page = self._desktop.window.pages["preferences"]
        assert isinstance(page, PreferencesPage)
        page.show_section("diagnostics")
        self._desktop.window.show_page("preferences")

    def _help_page(self) -> Page:
        from fastface_desktop.ui.help.page import HelpPage

        return HelpPage(
            theme=self._desktop.theme, actions=self._desktop.actions, language=self._desktop.translation.language
        )

    def _keep(self, text: str, undo: Callable[[], None] | None) -> None:
        self._desktop.window.toasts.keep(text, undo)

    def _say(self, text: str, undo: Callable[[], None] | None) -> None:
        self._desktop.window.toasts.show(text, undo)
