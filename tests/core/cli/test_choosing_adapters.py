"""Face adapters by what is wanted of them, and LoRAs of one's own: imported, stacked, compared, in recipe and terms."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from fastface_core import paths
from fastface_core.compare.axes import Draft
from fastface_core.compare.parse import axis
from fastface_core.domain.adapter_traits import TRAITS, WORDS, meant
from fastface_core.domain.presets import LoraUse
from fastface_core.errors import ModelError, SettingsError
from fastface_core.library.metadata import read
from fastface_core.models import installed
from fastface_core.models.conversion import read_header
from fastface_core.presets.files import find
from fastface_core.presets.loras import of_text
from tests.core.cli_help import Run, fastface

__all__ = ["fastface"]

PORTRAIT = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
GENERATE = ("generate", PORTRAIT, "--prompt", "a person", "--size", "64x64", "--steps", 1, "--seed", 4, "--json")


def lora_for_the_starter(path: Path, seed: int) -> Path:
    """In diffusers' form, for one of the starter's layers."""
    unet = next((paths.resource("starter")).rglob("unet/*.safetensors"))
    name, weight = next((key, one) for key, one in read_header(unet).items() if key.endswith("attn2.to_q.weight"))
    rows, columns = weight.shape
    generator = torch.Generator().manual_seed(seed)
    layer = f"unet.{name.removesuffix('.weight')}"
    save_file(
        {
            f"{layer}.lora.down.weight": torch.randn((4, columns), generator=generator),
            f"{layer}.lora.up.weight": torch.randn((rows, 4), generator=generator),
        },
        path,
    )
    return path


def test_words_mean_adapters() -> None:
    assert {kind for kinds in WORDS.values() for kind in kinds} <= set(TRAITS)
    assert meant("free-for-business") == ("plus-face",)
    assert meant("pulid-v1") == ("pulid-v1",)
    assert meant("best") == ()
    with pytest.raises(SettingsError, match='"best" names no face adapter'):
        installed.with_adapter("best")
    with pytest.raises(ModelError, match="No model with the face adapter InstantID is installed") as caught:
        installed.with_adapter("pose-from-photo")
    assert "fastface models download instantid-" in caught.value.hint


def test_an_adapter_and_a_checkpoint_contradict(fastface: Run) -> None:
    refused = fastface(*GENERATE, "--adapter", "instantid", "--checkpoint", "starter")
    assert refused.json["hint"] == "Give either --checkpoint or --adapter."


def test_loras_from_their_import_to_the_recipe(fastface: Run, tmp_path: Path) -> None:
    first = lora_for_the_starter(tmp_path / "Film Grain.safetensors", 1)
    second = lora_for_the_starter(tmp_path / "second.safetensors", 2)
    taken = fastface("models", "import-lora", first, "--commercial-use", "no", "--licence", "Own", "--json")
    assert taken.code == 0, taken.err
    assert taken.json["name"] == "film-grain"
    assert fastface("models", "import-lora", second, "--name", "other").code == 0
    # The same again changes nothing; another file of that name is refused.
    assert fastface("models", "import-lora", first, "--commercial-use", "no", "--licence", "Own").code == 0
    assert (
        "another LoRA named other"
        in fastface("models", "import-lora", first, "--name", "other", "--json").json["error"]
    )
    no_lora = tmp_path / "no.safetensors"
    save_file({"weight": torch.zeros(2)}, no_lora)
    assert "is no LoRA" in fastface("models", "import-lora", no_lora, "--json").json["error"]

    shown: list[np.ndarray] = []
    for words in ((), ("--with-lora", "film-grain"), ("--with-lora", "film-grain=0.5", "--with-lora", "other=-1")):
        done = fastface(*GENERATE, *words, "--out", tmp_path / f"out{len(shown)}")
        assert done.code == 0, done.err
        path = Path(done.json["images"][0]["path"])
        with Image.open(path) as image:
            shown.append(np.asarray(image))
    assert not np.array_equal(shown[0], shown[1])
    assert not np.array_equal(shown[1], shown[2])
    recipe = read(path).recipe
    assert recipe is not None
    assert recipe.preset.loras == (LoraUse(name="film-grain", strength=0.5), LoraUse(name="other", strength=-1))
    assert recipe.terms is not None
    assert recipe.terms.commercial_use is False
    assert "Own" in recipe.terms.licences
    again = fastface("generate", PORTRAIT, "--from", path, "--json", "--out", tmp_path / "again")
    with Image.open(again.json["images"][0]["path"]) as image:
        assert np.array_equal(np.asarray(image), shown[2])
    assert "There is no LoRA named" in fastface(*GENERATE, "--with-lora", "absent").json["error"]


def test_loras_and_adapters_are_axes() -> None:
    draft = Draft(find("baseline"), "starter", "a person", "", None, None, None, None)
    loras = axis("loras=none,grain=0.5+film", find)
    without, both = (loras.apply(draft, index, lambda _: 1.0) for index in range(2))
    assert without.preset.loras is None
    assert both.preset.loras == (LoraUse(name="grain", strength=0.5), LoraUse(name="film"))
    pose = axis("control_strength=0,0.8", find)
    assert pose.apply(draft, 0, lambda _: 1.0).preset.control_strength == 0
    # An adapter belongs to its model: models are what is compared then.
    assert (
        axis("checkpoint=instantid-lightning-4,pulid-base", find).apply(draft, 1, lambda _: 1.0).checkpoint
        == "pulid-base"
    )
    for wrong in ("grain=3", "Grain", "", "grain=x"):
        with pytest.raises(SettingsError):
            of_text(wrong)
