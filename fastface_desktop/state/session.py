"""The state of the Create page: what it is filled with, and how that changes."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from fastface_core.domain import styles
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.emphasis import NEUTRAL, Emphasis, emphasis_of, emphasised
from fastface_core.domain.goal import Goal
from fastface_core.domain.identity import Companion, PhotoChoice
from fastface_core.domain.places import MOST_PEOPLE, Place, Placed, moved, side_by_side
from fastface_core.domain.plan import ASPECTS, Plan, size_of
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest, Recipe, random_seed
from fastface_core.domain.twin import Corrections
from fastface_core.errors import FastFaceError, PhotoError, SettingsError
from fastface_core.models import installed
from fastface_core.paths import data_folder
from fastface_core.presets import files as preset_files
from fastface_core.validation import settings_error
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session_values import MAX_HISTORY, MAX_PHOTOS, SessionValues, content, read
from fastface_desktop.values import JobOrder

PORTRAIT = "portrait of a person, smiling"
"""What is asked for where nobody wrote what the picture shows."""


class Session(QObject):
    """The values of the Create page. Widgets show `values` and call `change`; the session says what changed."""

    changed = Signal(str)
    """The name of a field of `SessionValues`."""

    def __init__(self, saver: Saver, parent: QObject | None = None, *, file: Path | None = None) -> None:
        """
        Args:
            saver: writes the values, in its own thread.
            file: where they are kept; None takes `session.json` in the data folder.
        """
        super().__init__(parent)
        self._saver = saver
        self.file = file or data_folder() / "session.json"
        self._values = read(self.file)
        self._found: dict[str | None, Checkpoint] = {}
        self.corrections_of: Callable[[str], Corrections | None] = _nothing
        """What is kept with a person of the library, by uid."""

    @property
    def values(self) -> SessionValues:
        return self._values

    def change(self, **values: object) -> None:
        """Sets some fields.

        Raises:
            SettingsError: a value is not allowed; the sentence names the field, and nothing is changed.
        """
        try:
            self._set(SessionValues.model_validate({**dict(self._values), **values}))
        except ValidationError as error:
            raise settings_error(error, "The page") from error

    def add_photos(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Adds photos after those that are there, and returns the new ones; those that are there already are left out.
        They come in the place of a person of the library.

        Raises:
            PhotoError: they would be more than `MAX_PHOTOS`; none is added then.
        """
        there = {photo.path for photo in self._values.photos}
        new = tuple(path for path in dict.fromkeys(paths) if path not in there)
        _limit(len(there) + len(new))
        if new:
            added = tuple(PhotoChoice(path) for path in new)
            update: dict[str, object] = {"photos": self._values.photos + added, "person": None}
            if not there:
                update["corrections"] = None  # they were of somebody else
            self._set(self._values.model_copy(update=update))
        return new

    def choose_person(self, uid: str | None) -> None:
        """Takes a person of the library in the place of photos, as corrected there; None takes them out."""
        self.change(person=uid, photos=(), corrections=None if uid is None else self.corrections_of(uid))

    def add_other(self, other: Companion) -> None:
        """Adds another person to the picture; everybody is then placed side by side.

        Raises:
            SettingsError: it would be more than `MOST_PEOPLE`, or the person is there already.
            PhotoError: they are more than `MAX_PHOTOS`.
        """
        _limit(len(other.photos))
        values = self._values
        there = {values.person, *(one.person for one in values.others)} - {None}
        if len(values.others) + 1 >= MOST_PEOPLE:
            raise SettingsError(f"A picture shows at most {MOST_PEOPLE} people.", "Take somebody out first.")
        if other.person in there:
            raise SettingsError("This person is in the picture already.", "Choose somebody else.")
        self._set_others((*values.others, other))

    def remove_other(self, index: int) -> None:
        """Takes somebody out again; `index` among the others, from 0."""
        self._set_others(one for place, one in enumerate(self._values.others) if place != index)

    def place(self, index: int, place: Place) -> None:
        """Puts somebody elsewhere; `index` among everybody, from 0 for the first."""
        places = tuple(place if at == index else one for at, one in enumerate(self._values.where))
        self._set(self._values.model_copy(update={"places": places, "as_photos": False}))

    def place_in_words(self, index: int, word: str) -> None:
        """Puts somebody to the "left", "centre" or "right"; `index` among everybody."""
        places = moved(self._values.where, index, word)
        self._set(self._values.model_copy(update={"places": places, "as_photos": False}))

    def forget_others(self, person: str, files: Set[Path]) -> None:
        """Takes out people who are forgotten: by uid, or by a photo."""
        kept = tuple(
            one
            for one in self._values.others
            if one.person != person and not any(photo.path in files for photo in one.photos)
        )
        if kept != self._values.others:
            self._set_others(kept)

    def show_together(self, others: Iterable[Companion], places: Sequence[Place]) -> None:
        """Sets the people in addition to the first one, and everybody's places; nobody for a picture of one person."""
        together = {"others": tuple(others), "places": tuple(places), "as_photos": False}
        self._set(self._values.model_copy(update=together))

    def _set_others(self, others: Iterable[Companion]) -> None:
        kept = tuple(others)
        places = side_by_side(len(kept) + 1) if kept else ()
        as_photos = bool(kept) and self._values.as_photos
        self._set(self._values.model_copy(update={"others": kept, "places": places, "as_photos": as_photos}))

    def remove_photo(self, path: Path) -> None:
        """Takes a photo out; the file stays."""
        self._set_photos(photo for photo in self._values.photos if photo.path != path)

    def choose_face(self, path: Path, face: int | None) -> None:
        """Says which face in a photo is meant. In the only photo it is another person's, of whom nothing was said."""
        before = self._values.photos
        photos = tuple(replace(photo, face=face) if photo.path == path else photo for photo in before)
        update: dict[str, object] = {"photos": photos}
        if len(photos) == 1 and photos != before:
            update["corrections"] = None
        self._set(self._values.model_copy(update=update))

    def correct(self, corrections: Corrections | None) -> None:
        """Keeps what is said of the drawing of the chosen person."""
        kept = None if corrections is None or corrections.nothing else corrections
        self._set(self._values.model_copy(update={"corrections": kept}))

    def roll_seed(self) -> None:
        """Draws another seed."""
        self._set(self._values.model_copy(update={"seed": random_seed()}))

    def next_seed(self) -> None:
        """To be called when an order was placed: draws another seed unless it is locked."""
        if not self._values.seed_locked:
            self.roll_seed()

    def earlier_prompts(self) -> tuple[str, ...]:
        """What was asked for before, the newest first."""
        return self._values.history

    def remember_prompt(self) -> None:
        """The prompt of now is one that was asked for."""
        prompt = self._values.prompt.strip()
        if prompt:
            kept = (prompt, *(one for one in self._values.history if one != prompt))
            self.change(history=kept[:MAX_HISTORY])

    def use_preset(self, name: str, *, alone: bool = True) -> None:
        """Takes an installed preset, with its size where it has one.

        Args:
            alone: what the sliders and Advanced say against the preset is taken back.

        Raises:
            SettingsError: there is no such preset.
        """
        preset = preset_files.find(name)
        changes: dict[str, object] = {"preset": name, "own_preset": None}
        if preset.width is not None and preset.height is not None:
            changes |= {"aspect": "exact", "width": preset.width, "height": preset.height}
        if alone:
            changes |= {"face": NEUTRAL, "text": NEUTRAL, "steps": None, "scheduler": None, **_NO_STRENGTHS}
        self.change(**changes)

    @property
    def checkpoint(self) -> str | None:
        """The name of the checkpoint that is asked for, here or by the preset; None takes the best."""
        if self._values.checkpoint is not None:
            return self._values.checkpoint
        try:
            return (self._values.own_preset or preset_files.find(self._values.preset)).checkpoint
        except SettingsError:
            return None  # said when a picture is asked for

    @property
    def twin_checkpoint(self) -> str | None:
        """The checkpoint that is asked for, where it is conditioned on a drawing; None where it is not."""
        try:
            checkpoint = self._checkpoint()
        except FastFaceError:
            return None  # said when a picture is asked for
        return checkpoint.name if checkpoint.identity == "twin" else None

    def preset(self) -> Preset:
        """The chosen preset with sliders and strengths in it.

        Raises:
            SettingsError: there is no preset of that name any more, or its file is damaged.
            ModelError: the chosen checkpoint is not installed.
        """
        values = self._values
        chosen = values.own_preset or preset_files.find(values.preset)
        own_scale = self._checkpoint().sampling.guidance_scale
        preset = emphasised(chosen, Emphasis(face=values.face, text=values.text), own_scale)
        strengths = {"adapter_strength": values.adapter_strength, "lora_strength": values.lora_strength}
        return preset_files.changed(preset, {name: value for name, value in strengths.items() if value is not None})

    def size(self) -> tuple[int, int]:
        """Width and height in pixels that an order would have; the starter draws nothing but squares well.

        Raises:
            ModelError: the chosen checkpoint is not installed.
        """
        values = self._values
        if values.aspect == "exact":
            return values.width, values.height
        checkpoint = self._checkpoint()
        aspect = "square" if checkpoint.name == installed.STARTER else values.aspect
        return size_of(aspect, checkpoint.sampling.size)

    def order(self) -> JobOrder:
        """What Generate asks for. Changes nothing: it also serves to ask how long it would take.

        Raises:
            FastFaceError: no photo, a preset or checkpoint that is not installed.
        """
        values = self._values
        if not values.photos and values.person is None:
            raise PhotoError("There is no photo yet.", "Drop a photo of the person on the window.")
        self._found.clear()  # models may have come and gone
        checkpoint = self._checkpoint()
        prompt, negative = self._prompts(plain=checkpoint.name == installed.STARTER)
        width, height = self.size()
        try:
            request = PortraitRequest(
                prompt=prompt,
                negative_prompt=negative,
                preset=self.preset(),
                steps=values.steps,
                seed=values.seed,
                count=values.count,
                goal=self._goal(checkpoint),
                width=width,
                height=height,
                scheduler=values.scheduler,
                corrections=values.corrections if checkpoint.identity == "twin" and not values.others else None,
                people=self._placed(checkpoint),
            )
        except ValidationError as error:
            raise settings_error(error, "The request") from error
        photos = () if values.person is not None else values.photos
        return JobOrder(request, photos, checkpoint.name, values.person, values.others)

    def restore(self, recipe: Recipe) -> tuple[str, ...]:
        """Fills the page with what made a picture; the chosen photos stay, and what is corrected in them.

        Returns:
            What the person should know, a sentence each: a checkpoint that is not installed.
        """
        notices: list[str] = []
        checkpoint = recipe.checkpoint
        try:
            found = installed.find(checkpoint)
        except FastFaceError as error:
            notices.append(error.message)
            found, checkpoint = installed.best(), None
        prompt, negative, style = styles.split(recipe.prompt, recipe.negative_prompt)
        aspect = next(
            (one for one in ASPECTS if size_of(one, found.sampling.size) == (recipe.width, recipe.height)), "exact"
        )
        parts = _taken_apart(recipe.preset, found.sampling.guidance_scale)
        # What is taken where nothing is said.
        default = Plan.of(PortraitRequest(prompt="any", preset=recipe.preset, seed=0), found.sampling)
        self.change(
            prompt=prompt,
            negative_prompt=negative,
            style=style.name if style else None,
            **(parts or {"own_preset": recipe.preset, "face": NEUTRAL, "text": NEUTRAL, **_NO_STRENGTHS}),
            aspect=aspect,
            width=recipe.width,
            height=recipe.height,
            count=1,
            seed=recipe.seed,
            seed_locked=True,
            steps=None if recipe.steps == default.steps else recipe.steps,
            scheduler=None if recipe.scheduler == default.scheduler else recipe.scheduler,
            checkpoint=checkpoint,
        )
        return tuple(notices)

    def _placed(self, checkpoint: Checkpoint) -> tuple[Placed, ...] | None:
        """Where everybody is; None for one person."""
        values = self._values
        if not values.others:
            return None
        known = [
            values.corrections,
            *(self.corrections_of(one.person) if one.person else None for one in values.others),
        ]
        return tuple(
            Placed(
                place=place,
                corrections=corrections if checkpoint.identity == "twin" else None,
                as_photo=values.as_photos or None,
            )
            for place, corrections in zip(values.where, known, strict=True)
        )

    def _goal(self, checkpoint: Checkpoint) -> Goal | None:
        values, scale = self._values, checkpoint.scale
        if values.goal_pictures is None or scale is None:
            return None
        wanted = values.goal_match if checkpoint.match is not None else values.goal_likeness
        return Goal(pictures=values.goal_pictures, score=scale.goal() if wanted is None else wanted)

    def _prompts(self, *, plain: bool) -> tuple[str, str]:
        values = self._values
        prompt, style = values.prompt.strip() or PORTRAIT, styles.find(values.style)
        if style is None:
            return prompt, values.negative_prompt.strip()
        return style.apply(prompt, values.negative_prompt, plain=plain)

    def _checkpoint(self) -> Checkpoint:
        # Kept, because looking through the models folder takes longer than a keystroke may.
        name = self.checkpoint
        if name not in self._found:
            self._found[name] = installed.find(name) if name else installed.best()
        return self._found[name]

    def _set_photos(self, photos: Iterable[PhotoChoice]) -> None:
        update: dict[str, object] = {"photos": tuple(photos)}
        if not update["photos"]:
            update["corrections"] = None
        self._set(self._values.model_copy(update=update))

    def _set(self, values: SessionValues) -> None:
        before, self._values = self._values, values
        names = [name for name in SessionValues.model_fields if getattr(before, name) != getattr(values, name)]
        if names:
            self._saver.put(self.file, content(values))
        for name in names:
            self.changed.emit(name)


def _limit(photos: int) -> None:
    if photos > MAX_PHOTOS:
        raise PhotoError(
            f"A portrait takes {MAX_PHOTOS} photos at most, and these are {photos}.",
            "Choose the best photos of one person.",
        )


def _nothing(uid: str) -> Corrections | None:
    """Until the library is open, nobody is known."""


_NO_STRENGTHS: dict[str, object] = {"adapter_strength": None, "lora_strength": None}


def _taken_apart(preset: Preset, own_scale: float) -> dict[str, object] | None:
    """The fields that make `preset` out of the installed one of its name; None where none do."""
    try:
        base = preset_files.find(preset.name)
    except SettingsError:
        return None
    for own in ((), ("lora_strength",), ("adapter_strength",), ("adapter_strength", "lora_strength")):
        strengths = {name: getattr(preset, name) for name in own}
        plain = preset.model_copy(update={name: getattr(base, name) for name in own})
        if emphasis := emphasis_of(plain, base, own_scale):
            sliders = {"face": emphasis.face, "text": emphasis.text}
            return {"preset": base.name, "own_preset": None, **sliders, **_NO_STRENGTHS, **strengths}
    return None
