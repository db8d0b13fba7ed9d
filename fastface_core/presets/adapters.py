"""Presets under a face adapter for which they were not made."""

from fastface_core.domain.adapter_traits import TRAITS
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest


def fitted(preset: Preset, kind: AdapterKind) -> tuple[Preset, str | None]:
    """The preset as it makes sense for an adapter, and a sentence on what was changed, if anything was.

    Inverting token 0 was made for the four tokens of FaceID-Plus-v2, of which the first looks away from the face, and
    so were chosen tokens. A preset that names the adapter is taken as it is.
    """
    attention, traits = preset.attention, TRAITS[kind]
    if attention is None or (preset.adapters is not None and kind in preset.adapters):
        return preset, None
    changes: dict[str, object] = {}
    if attention.invert_first_token and not traits.inverts_first:
        changes["invert_first_token"] = False
    if attention.tokens is not None and preset.adapters is not None:
        changes["tokens"] = None
    if not changes:
        return preset, None
    changed = preset.model_copy(update={"attention": attention.model_copy(update=changes), "adapters": None})
    return changed, f"The preset {preset.title} was made for another face adapter; it is fitted to {traits.title}."


def as_taken(request: PortraitRequest, kind: AdapterKind) -> PortraitRequest:
    """The request with its preset `fitted`, as the recipes of its pictures have it."""
    return request.model_copy(update={"preset": fitted(request.preset, kind)[0]})
