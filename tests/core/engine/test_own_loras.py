"""LoRAs of the user's own: found by their files, stacked, in the recipe's terms, and gone after a run."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from fastface_core.domain.checkpoints import OwnLora, Terms
from fastface_core.domain.presets import LoraUse, Preset
from fastface_core.engine import own_loras
from fastface_core.engine.lora import loras_at
from fastface_core.errors import ModelError, SettingsError
from fastface_core.models.own_loras import FOLDER, loras
from fastface_core.models.store import Store
from tests.core.adapter_pack import loaded
from tests.core.tiny_models import LoraForm, lora_state, lora_targets, random_lora, run_unet, tiny_unet, unet_state

ENDINGS = (["to_q", "to_k"], ["to_k", "conv1"])
PRESET = Preset(name="x", title="X")


def files(folder: Path, form: LoraForm = "kohya") -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "Old Film.safetensors", folder / "ink.safetensors"
    for seed, (path, endings) in enumerate(zip(paths, ENDINGS, strict=True)):
        save_file(lora_state(random_lora(lora_targets(endings), seed=seed), form), path)
    return paths


def test_they_are_found_by_their_files(tmp_path: Path) -> None:
    assert loras(Store(tmp_path)) == ()
    first, second = files(tmp_path / FOLDER)
    first.with_suffix(".json").write_text(json.dumps({"commercial_use": False, "licences": ["CC BY-NC"]}))
    second.with_suffix(".json").write_text("{")
    (tmp_path / FOLDER / "notes.txt").write_text("no LoRA")
    ink, film = loras(Store(tmp_path))
    assert (ink.name, ink.path, ink.terms.commercial_use) == ("ink", second, None)
    assert (film.name, film.path) == ("old-film", first)
    assert film.terms == Terms(commercial_use=False, licences=("CC BY-NC",))


def test_a_preset_asks_for_each_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Preset(name="x", title="X", loras=(LoraUse(name="ink"), LoraUse(name="ink", strength=0.5)))
    with pytest.raises(ValueError, match="pattern"):
        LoraUse(name="../ink")


@pytest.mark.parametrize("form", ["kohya", "diffusers", "peft"])
def test_they_are_stacked_each_at_its_strength(tmp_path: Path, form: LoraForm) -> None:
    paths = files(tmp_path, form)
    checkpoint = loaded("faceid-portrait").checkpoint.model_copy(
        update={"loras": (OwnLora(name="film", path=paths[0]), OwnLora(name="ink", path=paths[1]))}
    )
    preset = PRESET.model_copy(
        update={"loras": (LoraUse(name="film", strength=0.7), LoraUse(name="ink", strength=-0.4))}
    )
    unet = tiny_unet()
    without = run_unet(unet)
    own_loras.made_ready(unet, checkpoint, preset)
    own_loras.made_ready(unet, checkpoint, preset)  # the second time there is nothing to read
    assert run_unet(unet).equal(without)
    with loras_at(unet, own_loras.strengths_of(preset)):
        within = run_unet(unet)
    assert run_unet(unet).equal(without)
    by_hand = {name: value.float() for name, value in unet_state().items()}
    for seed, (endings, strength) in enumerate(zip(ENDINGS, (0.7, -0.4), strict=True)):
        for name, (down, up) in random_lora(lora_targets(endings), seed=seed).items():
            change = up.flatten(1) @ down.flatten(1)
            by_hand[f"{name}.weight"] += strength * change.view_as(by_hand[f"{name}.weight"])
    plain = tiny_unet()
    plain.load_state_dict(by_hand)
    assert (within - run_unet(plain)).abs().max() < 1e-3
    assert (within - without).abs().max() > 0.01
    # One of them alone, afterwards.
    with loras_at(unet, {"own-ink": 1.0}):
        assert not run_unet(unet).equal(within)


def test_one_that_is_not_there_or_no_lora_is_said(tmp_path: Path) -> None:
    checkpoint = loaded("faceid-portrait").checkpoint
    preset = PRESET.model_copy(update={"loras": (LoraUse(name="film"),)})
    with pytest.raises(SettingsError, match="no LoRA named"):
        own_loras.made_ready(tiny_unet(), checkpoint, preset)
    save_file({"something": torch.ones(2)}, tmp_path / "film.safetensors")
    broken = checkpoint.model_copy(update={"loras": (OwnLora(name="film", path=tmp_path / "film.safetensors"),)})
    unet = tiny_unet()
    with pytest.raises(ModelError, match=r"film\.safetensors"):
        own_loras.made_ready(unet, broken, preset)
    assert unet.state_dict().keys() == unet_state().keys()


def test_their_terms_are_part_of_the_pictures() -> None:
    free = Terms(commercial_use=True, licences=("Apache-2.0",))
    own = OwnLora(name="film", path=Path("film.safetensors"))
    checkpoint = loaded("faceid-portrait").checkpoint.model_copy(update={"loras": (own,), "terms": free})
    preset = PRESET.model_copy(update={"loras": (LoraUse(name="film"),)})
    assert own_loras.terms_of(checkpoint, PRESET) == free
    assert own_loras.terms_of(checkpoint, preset) == Terms(commercial_use=None, licences=("Apache-2.0",))
    forbidding = own.model_copy(update={"terms": Terms(commercial_use=False, licences=("CC BY-NC",))})
    said = own_loras.terms_of(checkpoint.model_copy(update={"loras": (forbidding,)}), preset)
    assert said == Terms(commercial_use=False, licences=("Apache-2.0", "CC BY-NC"))
