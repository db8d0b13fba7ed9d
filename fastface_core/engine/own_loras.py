"""The user's own LoRAs in the UNet: read when a preset first asks for them, adjustable and stacked from then on."""

from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from fastface_core.domain.checkpoints import Checkpoint, OwnLora, Terms
from fastface_core.domain.presets import Preset
from fastface_core.engine.lora import add_to_unet, loras_of, read_lora
from fastface_core.errors import SettingsError


def strengths_of(preset: Preset) -> dict[str, float]:
    """What a preset asks of own LoRAs, by their names in the UNet."""
    return {_in_unet(one.name): one.strength for one in preset.loras or ()}


def made_ready(unet: UNet2DConditionModel, checkpoint: Checkpoint, preset: Preset) -> None:
    """Reads what of a preset's LoRAs is not in the UNet yet; each is off then.

    Their layers for the text encoders are left out.

    Raises:
        SettingsError: there is none of that name.
        ModelError: a file is missing, damaged, or made for another architecture; the UNet is as before then.
    """
    for own in used(checkpoint, preset):
        name = _in_unet(own.name)
        if name not in loras_of(unet):
            add_to_unet(unet, read_lora(own.path, unet), name, own.path)


def used(checkpoint: Checkpoint, preset: Preset) -> tuple[OwnLora, ...]:
    """
    Raises:
        SettingsError: there is none of a name that the preset asks for.
    """
    known = {own.name: own for own in checkpoint.loras}
    for one in preset.loras or ():
        if one.name not in known:
            raise SettingsError(
                f'There is no LoRA named "{one.name}".', "Put its file into own/loras in the models folder."
            )
    return tuple(known[one.name] for one in preset.loras or ())


def terms_of(checkpoint: Checkpoint, preset: Preset) -> Terms | None:
    """The checkpoint's terms together with those of the LoRAs that the preset puts on it."""
    terms = checkpoint.terms
    for own in used(checkpoint, preset):
        terms = own.terms if terms is None else terms.with_those_of(own.terms)
    return terms


def _in_unet(name: str) -> str:
    # Beside the face adapter's, whose name has no dash.
    return f"own-{name}"
