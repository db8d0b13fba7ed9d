"""Pictures that a run saved and could not report, because it was killed in between."""

from collections.abc import Iterator, Set
from datetime import datetime
from pathlib import Path

from fastface_core import paths
from fastface_core.domain.plan import Plan
from fastface_core.domain.request import PortraitRequest, Recipe, RecipePhoto
from fastface_core.errors import FastFaceError
from fastface_core.library.metadata import FileContent, read


def find_made(
    request: PortraitRequest,
    plan: Plan,
    seed: int,
    photos: tuple[RecipePhoto, ...],
    checkpoint: str,
    since: datetime,
    known: Set[Path],
) -> tuple[Path, FileContent] | None:
    """The picture of this request with this seed, where it was saved since; None where there is none.

    Args:
        photos: what the picture's recipe would name.
        checkpoint: the name of the one that would make it.
        known: pictures that are accounted for otherwise.
    """
    for path in _candidates(seed, since):
        if path in known or path.stat().st_mtime < since.timestamp():
            continue
        try:
            content = read(path)
        except FastFaceError:
            continue
        if made_by(content.recipe, request, plan, seed, photos, checkpoint):
            return path, content
    return None


def _candidates(seed: int, since: datetime) -> Iterator[Path]:
    """By their names, as `pictures.save` gives them."""
    folder = paths.pictures_folder()
    first = f"{since.astimezone():%Y-%m}"
    for month in sorted(folder.iterdir()) if folder.is_dir() else ():
        if month.name >= first:
            yield from sorted({*month.glob(f"*-{seed}.png"), *month.glob(f"*-{seed}-*.png")})


def made_by(
    recipe: Recipe | None,
    request: PortraitRequest,
    plan: Plan,
    seed: int,
    photos: tuple[RecipePhoto, ...],
    checkpoint: str,
) -> bool:
    """Whether a recipe is just that of the picture of a request with one of its seeds; None is none."""
    return recipe is not None and (
        (recipe.prompt, recipe.negative_prompt, recipe.preset, recipe.corrections, recipe.people)
        == (request.prompt, request.negative_prompt, request.preset, request.corrections, request.people)
        and (recipe.seed, recipe.photos, recipe.checkpoint) == (seed, photos, checkpoint)
        and (recipe.steps, recipe.scheduler) == (plan.steps, plan.scheduler)
        and (recipe.width, recipe.height) == (plan.width, plan.height)
    )
