"""From the command line's words to a request: what is asked for, what a recipe says, what is left to defaults."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from fastface_core.cli.generate.corrections import merged
from fastface_core.cli.generate.together import Named, as_known, placed
from fastface_core.counting import counted
from fastface_core.domain.approximations import APPROXIMATIONS, Approximation
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.goal import Goal
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.places import Placed
from fastface_core.domain.presets import AdaptiveWeight, Guidance, Preset
from fastface_core.domain.request import MAX_SEED, PortraitRequest, Recipe, RecipePhoto, random_seed
from fastface_core.domain.twin import Corrections
from fastface_core.errors import PhotoError, SettingsError
from fastface_core.library.metadata import read_recipe
from fastface_core.library.recipe_photos import content_hash, find_photos, photo_files
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.presets import loras
from fastface_core.studio.orders import Weights
from fastface_core.validation import settings_error

if TYPE_CHECKING:
    from fastface_core.library.people.person import Person

_TRIES = 10
"""Pictures that are made at most for each one that `--until` asks for."""


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """The words of `fastface generate`; None where nothing was said."""

    photos: tuple[Path, ...]
    faces: tuple[int, ...]
    prompt: str | None
    negative_prompt: str | None
    preset: str | None
    checkpoint: str | None
    steps: int | None
    seed: int | None
    count: int | None
    until: int | None
    above: float | None
    size: tuple[int, int] | None
    adapter_strength: float | None
    lora_strength: float | None
    scheduler: str | None
    recipe_from: Path | None
    people: tuple[Named, ...]
    out: Path | None
    device: str
    precision: str | None
    attention_maps: Path | None = None
    content_filter: bool = True
    corrections: Corrections | None = None
    places: tuple[str, ...] = ()
    weights: str | None = None
    adapter: str | None = None
    loras: tuple[str, ...] = ()
    approximations: tuple[str, ...] = ()
    identity_weight: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done, and what the person should know of it before.

    Attributes:
        photos: of each person; empty where people of the library are asked for.
        weights: of each person's photos.
        checkpoint_reason: why this checkpoint.
    """

    request: PortraitRequest
    photos: tuple[tuple[PhotoChoice, ...], ...]
    checkpoint: Checkpoint
    checkpoint_reason: str
    notices: tuple[str, ...]
    weights: tuple[Weights, ...] = ()
    approximations: tuple[Approximation, ...] = ()


FindPhotos = Callable[[Sequence[RecipePhoto]], tuple[PhotoChoice, ...] | None]


def plan(wishes: GenerateOptions, of_people: FindPhotos) -> Job:
    """Everything that can be checked before a model is loaded.

    Args:
        of_people: finds photos of a recipe that are in no folder among those of the library's people.

    Raises:
        FastFaceError: of any kind: a field that is not allowed, an unknown preset, a missing photo or checkpoint.
    """
    recipe = read_recipe(wishes.recipe_from) if wishes.recipe_from else None
    preset = _preset(wishes, recipe)
    request = _request(wishes, recipe, preset)
    request = request.model_copy(update={"people": _together(wishes, recipe)})
    photos, notices = ((), []) if wishes.people else _photos(wishes, recipe, of_people)
    if wishes.attention_maps is not None and request.count > 1:
        raise SettingsError(
            f"--attention-maps takes one picture, and {request.count} are asked for.", "Leave --count out."
        )
    if wishes.adapter:
        if wishes.checkpoint:
            raise SettingsError("A checkpoint has its own face adapter.", "Give either --checkpoint or --adapter.")
        checkpoint, reason = installed.with_adapter(wishes.adapter), "the best with that face adapter"
    elif wishes.checkpoint:
        checkpoint, reason = installed.find(wishes.checkpoint), "as asked for"
    elif recipe is not None:
        checkpoint, reason = installed.find(recipe.checkpoint), "as in the picture's recipe"
    elif preset.checkpoint is not None:
        checkpoint, reason = installed.find(preset.checkpoint), "as the preset says"
    else:
        checkpoint = installed.best()
        reason = _reason(checkpoint)
    goal = _goal(wishes, request, checkpoint)
    known = recipe.corrections if recipe is not None else None
    if request.people is not None and wishes.corrections is not None:
        raise SettingsError(
            "What corrects a drawing is said of one person.", "Correct each of them on the page People instead."
        )
    corrections = _corrections(wishes, known, checkpoint)
    request = request.model_copy(update={"goal": goal, "corrections": corrections})
    return Job(
        request,
        photos,
        checkpoint,
        reason,
        tuple(notices),
        _weights(wishes, recipe, photos),
        _approximations(wishes, recipe),
    )


def _approximations(wishes: GenerateOptions, recipe: Recipe | None) -> tuple[Approximation, ...]:
    if wishes.approximations:
        if unknown := next((one for one in wishes.approximations if one not in APPROXIMATIONS), None):
            raise SettingsError(f'"{unknown}" is no approximation.', f"Choose of: {', '.join(APPROXIMATIONS)}.")
        return tuple(one for one in APPROXIMATIONS if one in wishes.approximations)
    computed = recipe.computed if recipe is not None else None
    return (computed.approximations or ()) if computed is not None else ()


def _reason(best: Checkpoint) -> str:
    """Why the best checkpoint is the best."""
    if best.name != installed.STARTER:
        return "the best that is installed"
    if large := installed.too_large():
        return f"{large[0]} needs more memory than is free; --checkpoint {large[0]} says how much"
    return "no full-size checkpoint is installed"


def _preset(wishes: GenerateOptions, recipe: Recipe | None) -> Preset:
    if wishes.preset is not None or recipe is None:
        preset = preset_files.find(wishes.preset or preset_files.default_name())
    else:
        preset = recipe.preset
    strengths = {"adapter_strength": wishes.adapter_strength, "lora_strength": wishes.lora_strength}
    own: dict[str, object] = {"loras": loras.of_words(wishes.loras)} if wishes.loras else {}
    if wishes.identity_weight is not None:
        own["guidance"] = _weighed(preset.guidance, wishes.identity_weight)
    return preset_files.changed(preset, {name: value for name, value in strengths.items() if value is not None} | own)


def _weighed(guidance: Guidance, word: str) -> Guidance:
    if word not in ("adaptive", "fixed"):
        raise SettingsError(f'"{word}" is no way to weigh the face.', "Say adaptive or fixed.")
    adaptive = (guidance.adaptive or AdaptiveWeight()) if word == "adaptive" else None
    return guidance.model_copy(update={"adaptive": adaptive})


def _request(wishes: GenerateOptions, recipe: Recipe | None, preset: Preset) -> PortraitRequest:
    fields: dict[str, object] = {"preset": preset, "seed": random_seed()}
    if recipe is not None:
        fields |= recipe.model_dump(include={"prompt", "negative_prompt", "steps", "seed", "scheduler"})
        fields |= {"width": recipe.width, "height": recipe.height}
    if wishes.size is not None:
        fields |= {"width": wishes.size[0], "height": wishes.size[1]}
    said = {
        "prompt": wishes.prompt,
        "negative_prompt": wishes.negative_prompt,
        "steps": wishes.steps,
        "seed": wishes.seed,
        "count": wishes.count if wishes.until is None else wishes.count or wishes.until * _TRIES,
        "scheduler": wishes.scheduler,
    }
    fields |= {name: value for name, value in said.items() if value is not None}
    try:
        request = PortraitRequest.model_validate(fields)
    except ValidationError as error:
        raise settings_error(error, "The request") from error
    if request.seed + request.count - 1 > MAX_SEED:
        raise SettingsError(f"The last picture's seed would be beyond {MAX_SEED}.", "Choose a smaller --seed.")
    return request


def _goal(wishes: GenerateOptions, request: PortraitRequest, checkpoint: Checkpoint) -> Goal | None:
    if wishes.until is None:
        if wishes.above is not None:
            raise SettingsError(
                "--above is given without --until.", "Say with --until how many pictures have to be so."
            )
        return None
    if checkpoint.scale is None:
        raise SettingsError(
            f"--until needs a likeness, and there is none: {checkpoint.likeness_reason}", "Use --count instead."
        )
    if wishes.until > request.count:
        raise SettingsError(
            f"--until asks for {wishes.until} pictures, --count allows {request.count}.", "Give a larger --count."
        )
    if wishes.above is not None and not -1 <= wishes.above <= 1:
        raise SettingsError("--above takes a number from -1 to 1.", "Leave it out for what counts as near.")
    return Goal(pictures=wishes.until, score=checkpoint.scale.goal() if wishes.above is None else wishes.above)


def _corrections(wishes: GenerateOptions, known: Corrections | None, checkpoint: Checkpoint) -> Corrections | None:
    if checkpoint.identity == "twin":
        return merged(known, wishes.corrections)
    if wishes.corrections is not None:
        raise SettingsError(
            f"{checkpoint.title} takes the face from the photo itself: there is no drawing to correct.",
            f"Leave out what corrects it, or use --checkpoint {installed.STARTER}.",
        )
    return None


def of_persons(job: Job, wishes: GenerateOptions, persons: "Sequence[Person]") -> Job:
    """The job with what is corrected in the drawings of people of the library, as far as nothing else was said."""
    if job.request.people is not None:
        people = as_known(job.request.people, persons, job.checkpoint)
        return replace(job, request=job.request.model_copy(update={"people": people}))
    return of_person(job, wishes, persons[0].corrections)


def of_person(job: Job, wishes: GenerateOptions, known: Corrections | None) -> Job:
    """The job with what is corrected in the drawing of the only person, as far as nothing else was said."""
    if wishes.recipe_from is not None or known is None:
        return job
    corrections = _corrections(wishes, known, job.checkpoint)
    return replace(job, request=job.request.model_copy(update={"corrections": corrections}))


def _together(wishes: GenerateOptions, recipe: Recipe | None) -> tuple[Placed, ...] | None:
    """Where each of several people is; None for one."""
    if wishes.places and len(wishes.places) != len(wishes.photos):
        raise SettingsError(
            f"--at is given {counted(len(wishes.places), 'time', 'times')} for"
            f" {counted(len(wishes.photos), 'photo', 'photos')}.",
            "Give it once for each photo: each is of another person then.",
        )
    if wishes.people:
        words = [one.place for one in wishes.people]
        known = recipe.people if recipe is not None else None
        # The same places for other people.
        return known if known is not None and len(known) == len(words) and not any(words) else placed(words)
    if wishes.places:
        return placed(wishes.places)
    return recipe.people if recipe is not None and not wishes.photos else None


def _weights(
    wishes: GenerateOptions, recipe: Recipe | None, photos: tuple[tuple[PhotoChoice, ...], ...]
) -> tuple[Weights, ...]:
    if wishes.weights is None:
        if recipe is None or wishes.photos:
            return (None,) * len(photos)
        told = [recipe.photos_of(number + 1) for number in range(len(photos))]
        return tuple(
            tuple(1.0 if one.weight is None else one.weight for one in whose)
            if any(one.weight is not None for one in whose)
            else None
            for whose in told
        )
    if wishes.people:
        raise SettingsError(
            "--weights is for photos that are given here.",
            "For somebody of the library: `fastface people photo --weight`.",
        )
    if wishes.weights == "quality":
        return ("quality",) * len(photos)
    try:
        numbers = tuple(float(one) for one in wishes.weights.split(","))
    except ValueError:
        numbers = ()
    if len(photos) != 1 or len(numbers) != len(photos[0]) or not all(0 < one <= 10 for one in numbers):
        raise SettingsError(
            f"--weights {wishes.weights} does not fit the photos.",
            "Give one number for each photo of one person, above 0 and at most 10, as 1,0.5,2; or write quality.",
        )
    return (numbers,)


def _photos(
    wishes: GenerateOptions, recipe: Recipe | None, of_people: FindPhotos
) -> tuple[tuple[tuple[PhotoChoice, ...], ...], list[str]]:
    """The photos of each person."""
    photos, notices = _all_photos(wishes, recipe, of_people)
    if wishes.places:
        return tuple((photo,) for photo in photos), notices
    if recipe is None or recipe.people is None or wishes.photos:
        return (photos,), notices
    whose = [photo.person or 1 for photo in recipe.photos]
    each = zip(photos, whose, strict=True)
    together: list[list[PhotoChoice]] = [[] for _ in recipe.people]
    for photo, number in each:
        together[number - 1].append(photo)
    return tuple(tuple(one) for one in together), notices


def _all_photos(
    wishes: GenerateOptions, recipe: Recipe | None, of_people: FindPhotos
) -> tuple[tuple[PhotoChoice, ...], list[str]]:
    if len(wishes.faces) > max(len(wishes.photos), 1):
        raise SettingsError(
            f"--face is given {counted(len(wishes.faces), 'time', 'times')} for"
            f" {counted(len(wishes.photos) or 1, 'photo', 'photos')}.",
            "Give it at most once for each photo.",
        )
    if not wishes.photos:
        assert recipe is not None
        assert wishes.recipe_from is not None
        return _recipe_photos(recipe, wishes.recipe_from, of_people), []
    faces = {photo.sha256: photo.face for photo in recipe.photos} if recipe else {}
    chosen: list[PhotoChoice] = []
    unknown = False
    for index, path in enumerate(wishes.photos):
        face = wishes.faces[index] if index < len(wishes.faces) else None
        if face is not None and face < 0:
            raise SettingsError(
                "Faces are counted from 1, at the left.", "Give --face 1 or more, or 0 for the largest."
            )
        if recipe is not None and face is None:
            digest = content_hash(path)
            face = faces.get(digest) if digest else None
            unknown = unknown or face is None
        chosen.append(PhotoChoice(path, face or None))
    if recipe is not None and (unknown or wishes.places or len(chosen) != len(recipe.photos)):
        return tuple(chosen), ["These are not the photos the picture was made from, so it will look different."]
    return tuple(chosen), []


def _recipe_photos(recipe: Recipe, picture: Path, of_people: FindPhotos) -> tuple[PhotoChoice, ...]:
    """The photos a recipe names by their content: beside the picture, in this folder, or of people of the library."""
    folders = dict.fromkeys([picture.absolute().parent, Path.cwd()])
    found = find_photos(recipe.photos, (file for folder in folders for file in photo_files(folder)))
    found = found or of_people(recipe.photos)
    if found is None:
        raise PhotoError(
            f"The photo that {picture.name} was made from is neither beside it nor in this folder nor in the library.",
            "Give it with --photo.",
        )
    return found
