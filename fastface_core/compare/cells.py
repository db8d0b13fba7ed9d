"""A cell of a comparison as a preset: saved, it makes the cell's picture again."""

from collections.abc import Collection

from fastface_core.compare.grid import Shot
from fastface_core.domain.checkpoints import Sampling
from fastface_core.domain.plan import Plan
from fastface_core.domain.presets import Preset
from fastface_core.errors import SettingsError
from fastface_core.presets import files as preset_files
from fastface_core.presets.edits import resampled


def as_preset(shot: Shot, title: str, sampling: Sampling, taken: Collection[str]) -> Preset:
    """A preset that makes the shot's pixels with the same photos, prompts and seed, and with nothing else asked for.

    Args:
        sampling: of the shot's checkpoint.
        taken: names of presets that are there already.

    Raises:
        SettingsError: the title is empty or too long, or the checkpoint takes so many steps only when it is asked to.
    """
    plan = shot.plan
    preset = preset_files.changed(
        shot.request.preset,
        {
            "title": title.strip(),
            "name": preset_files.name_for(title, taken),
            "width": plan.width,
            "height": plan.height,
            "checkpoint": shot.checkpoint,
            "scheduler": plan.scheduler,
        },
    )
    for candidate in (preset, resampled(preset, plan.steps, exact=True)):
        bare = shot.request.model_copy(
            update={"preset": candidate, "steps": None, "width": None, "height": None, "scheduler": None}
        )
        if Plan.of(bare, sampling) == plan:
            return candidate
    raise SettingsError(
        f"{shot.checkpoint} takes a step count of {plan.steps} only from a picture, not from a preset.",
        f"Save a cell with {sampling.fewest} to {sampling.most} steps."
        if sampling.fewest < sampling.most
        else f"Save a cell whose step count is {sampling.steps}.",
    )
