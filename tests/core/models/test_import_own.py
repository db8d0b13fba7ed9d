"""Single-file SDXL checkpoints as bases of one's own: what is taken, what is refused, and that it makes pictures."""

import json
import re
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor
from typer.testing import CliRunner

from fastface_core.cli.main import app
from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.engine.device import Device
from fastface_core.engine.loading import load
from fastface_core.errors import ModelError, SettingsError, StorageError
from fastface_core.library.metadata import read_recipe
from fastface_core.models import base_files, installed, own, sdxl
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.disk import maintenance, own_import
from fastface_core.models.store import Store
from fastface_core.progress import CancelToken, silent
from tests.core import tiny_models
from tests.core.tiny_catalogue import contents, make_catalogue
from tests.core.tiny_faces import PACK, PEOPLE, drawn
from tests.core.tiny_models import TINY_UNET

CPU = Device(torch.device("cpu"), torch.float32, "CPU")

_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_ENDS = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
_CLIP = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}


def original_unet(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A UNet of diffusers under the names of the original code."""
    per_block = cast(int, TINY_UNET["layers_per_block"]) + 1
    with_attention = {name.split(".attentions")[0] for name in state if ".attentions" in name}
    found: dict[str, Tensor] = {}
    for name, tensor in state.items():
        module, _, kind = name.rpartition(".")
        for new, old in _ENDS.items():
            if module == new:
                found[f"{old}.{kind}"] = tensor
        if match := re.fullmatch(r"(down|up)_blocks\.(\d+)\.(resnets|attentions)\.(\d+)\.(.+)", name):
            place, block, part, layer, rest = match[1], int(match[2]), match[3], int(match[4]), match[5]
            number = block * per_block + layer + 1 if place == "down" else block * (per_block) + layer
            side = "input" if place == "down" else "output"
            found[f"{side}_blocks.{number}.{int(part == 'attentions')}.{_inside(part, rest)}"] = tensor
        elif match := re.fullmatch(r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)", name):
            number = 2 * int(match[2]) if match[1] == "resnets" else 1
            found[f"middle_block.{number}.{_inside(match[1], match[3])}"] = tensor
        elif match := re.fullmatch(r"down_blocks\.(\d+)\.downsamplers\.0\.conv\.(.+)", name):
            found[f"input_blocks.{(int(match[1]) + 1) * per_block}.0.op.{match[2]}"] = tensor
        elif match := re.fullmatch(r"up_blocks\.(\d+)\.upsamplers\.0\.conv\.(.+)", name):
            number = (int(match[1]) + 1) * per_block - 1
            after = 2 if f"up_blocks.{match[1]}" in with_attention else 1
            found[f"output_blocks.{number}.{after}.conv.{match[2]}"] = tensor
    assert len(found) == len(state)
    return found


def _inside(part: str, rest: str) -> str:
    if part == "attentions":
        return rest
    module, _, kind = rest.rpartition(".")
    return f"{_RESNET[module]}.{kind}"


def original_text(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """SDXL's second text encoder under OpenCLIP's names."""
    state = {name.removeprefix("text_model."): tensor for name, tensor in state.items()}
    found = {
        "positional_embedding": state.pop("embeddings.position_embedding.weight"),
        "token_embedding.weight": state.pop("embeddings.token_embedding.weight"),
        "text_projection": state.pop("text_projection.weight").T.contiguous(),
    }
    for kind in ("weight", "bias"):
        found[f"ln_final.{kind}"] = state.pop(f"final_layer_norm.{kind}")
    for name, tensor in state.items():
        match = re.fullmatch(r"encoder\.layers\.(\d+)\.(.+)\.(weight|bias)", name)
        assert match
        layer, module, kind = match.groups()
        if module in _CLIP:
            found[f"transformer.resblocks.{layer}.{_CLIP[module]}.{kind}"] = tensor
        elif module == "self_attn.q_proj":
            parts = [state[f"encoder.layers.{layer}.self_attn.{one}_proj.{kind}"] for one in "qkv"]
            found[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = torch.cat(parts)
    return found


def single_file(factor: float = 1.0) -> dict[str, Tensor]:
    """A checkpoint as they are passed on; `factor` makes its UNet another one."""
    unet = {name: tensor * factor for name, tensor in tiny_models.unet_state().items()}
    return {
        **{f"model.diffusion_model.{name}": tensor for name, tensor in original_unet(unet).items()},
        **{
            f"conditioner.embedders.0.transformer.{name}": tensor
            for name, tensor in tiny_models.text_state("text_encoder").items()
        },
        **{
            f"conditioner.embedders.1.model.{name}": tensor
            for name, tensor in original_text(tiny_models.text_state("text_encoder_2")).items()
        },
        "first_stage_model.decoder.conv_in.weight": torch.zeros(3),
    }


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with what hyper-4 needs, tiny, and a catalogue that knows it."""
    folder = tmp_path_factory.mktemp("own") / "models"
    base = folder / "stabilityai/stable-diffusion-xl-base-1.0"
    tiny_models.make_base(base)
    shutil.rmtree(base / "vae")
    tiny_models.make_fixed_vae(folder / "madebyollin/sdxl-vae-fp16-fix")
    lora = folder / "ByteDance/Hyper-SD/Hyper-SDXL-4steps-lora.safetensors"
    lora.parent.mkdir(parents=True)
    tiny_models.make_distillation_lora(lora)
    adapter = folder / "h94/IP-Adapter-FaceID"
    adapter.mkdir(parents=True)
    shutil.copy(tiny_models.FACEID, adapter / "ip-adapter-faceid-plusv2_sdxl.bin")
    tiny_models.make_image_encoder(folder / "h94/IP-Adapter/models/image_encoder")
    shutil.copytree(PACK, folder / "public-data/insightface/models/buffalo_l")
    return folder


@pytest.fixture
def place(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The folder above, to be changed."""
    shutil.copytree(hub, tmp_path / "models")
    catalogue = make_catalogue(tmp_path / "models", tmp_path / "catalogue", without_sums=set())
    monkeypatch.setenv("FASTFACE_CATALOGUE", str(catalogue))
    return Store(tmp_path / "models")


@pytest.fixture
def finetune(tmp_path: Path) -> Path:
    path = tmp_path / "My Finetune_v10.safetensors"
    save_file(single_file(0.75), path)
    return path


def states(checkpoint: Checkpoint) -> dict[str, Tensor]:
    parts = load(checkpoint, CPU, silent, CancelToken())
    return {
        **{f"unet.{name}": tensor for name, tensor in parts.unet.state_dict().items()},
        **{f"1.{name}": tensor for name, tensor in parts.text_encoders[0].state_dict().items()},
        **{f"2.{name}": tensor for name, tensor in parts.text_encoders[1].state_dict().items()},
    }


def test_the_same_weights_give_the_same_model_from_either_form(place: Store, tmp_path: Path) -> None:
    save_file(single_file(), tmp_path / "same.safetensors")
    base, _ = own_import.take(tmp_path / "same.safetensors", place, like=place.catalogue.bundle("hyper-4"))
    expected, found = states(installed.find("hyper-4", place.folder)), states(installed.find(base.name, place.folder))
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        # The folder's files hold half precision.
        assert torch.allclose(found[name], tensor, rtol=2e-3, atol=2e-3), name


def test_its_weights_are_the_ones_that_are_used(place: Store, finetune: Path) -> None:
    base, shared = own_import.take(finetune, place, like=place.catalogue.bundle("hyper-4"), commercial_use=True)
    assert (base.name, base.title, base.like, shared) == ("my-finetune-v10", "My Finetune v10", "hyper-4", True)
    # SDXL's own UNet is not needed any more.
    (place.folder / "stabilityai/stable-diffusion-xl-base-1.0/unet/diffusion_pytorch_model.fp16.safetensors").unlink()
    checkpoint = installed.find("my-finetune-v10", place.folder)
    assert checkpoint.lora is not None
    assert checkpoint.terms is not None
    assert checkpoint.terms.commercial_use is False
    found = states(checkpoint)["unet.conv_in.weight"]
    assert torch.allclose(found, tiny_models.unet_state()["conv_in.weight"].float() * 0.75, rtol=2e-3)
    assert "my-finetune-v10" in [one.name for one in installed.availability(place.folder) if not one.missing]


def test_terms_that_nobody_knows_are_not_called_free(place: Store, finetune: Path) -> None:
    commercial = place.catalogue.bundle("commercial-lcm")
    own_import.take(finetune, place, like=commercial)
    (base,) = own.bases(place)
    assert base.terms.commercial_use is None
    for part in ("latent-consistency/lcm-lora-sdxl/pytorch_lora_weights.safetensors", "fal/AuraFace-v1/glintr100.onnx",
                 "h94/IP-Adapter/sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors"):  # fmt: skip
        (place.folder / part).parent.mkdir(parents=True, exist_ok=True)
        (place.folder / part).touch()
    terms = installed.find(base.name, place.folder).terms
    assert terms is not None
    assert terms.commercial_use is None
    assert "My Finetune v10: its own terms" in terms.licences


def changed(state: dict[str, Tensor], **changes: Tensor | None) -> dict[str, Tensor]:
    state = dict(state)
    for name, tensor in changes.items():
        full = {"first": "model.diffusion_model.input_blocks.0.0.weight",
                "label": "model.diffusion_model.label_emb.0.0.weight"}.get(name, name)  # fmt: skip
        state.pop(full)
        if tensor is not None:
            state[full] = tensor
    return state


def test_what_is_no_sdxl_checkpoint_is_said_by_its_name(place: Store, tmp_path: Path) -> None:
    whole = single_file()
    text = next(name for name in whole if name.endswith("attn2.to_k.weight"))
    files: dict[str, tuple[dict[str, Tensor], str]] = {
        "lora": ({"lora_unet_down_blocks_0.lora_down.weight": torch.zeros(4, 4)}, "it is a LoRA"),
        "flux": ({"double_blocks.0.img_attn.qkv.weight": torch.zeros(4, 4)}, "it is a Flux model"),
        "sd3": ({"model.diffusion_model.joint_blocks.0.x": torch.zeros(4)}, "Stable Diffusion 3"),
        "vae": ({"decoder.conv_in.weight": torch.zeros(4)}, "one part of a checkpoint"),
        "unet": ({"down_blocks.0.resnets.0.conv1.weight": torch.zeros(4)}, "one part of a checkpoint"),
        "other": ({"weight": torch.zeros(4)}, "no Stable Diffusion checkpoint"),
        "sd15": (changed(whole, label=None), "Stable Diffusion 1 or 2"),
        "refiner": (changed(whole, first=torch.zeros(384, 4, 3, 3)), "refiner"),
        "inpainting": (changed(whole, first=torch.zeros(32, 9, 3, 3)), "takes 9 channels"),
        "larger": (changed(whole, first=torch.zeros(33, 4, 3, 3)), "another architecture"),
        "narrow": (
            {name: torch.zeros(64, 48) if name == text else tensor for name, tensor in whole.items()},
            "another architecture",
        ),
        "no-text": (
            {name: tensor for name, tensor in whole.items() if "embedders.1" not in name},
            "second text encoder is missing",
        ),
        "integers": (changed(whole, first=torch.zeros(32, 4, 3, 3, dtype=torch.int8)), "of the kind I8"),
    }
    before = contents(place.folder)
    for name, (state, said) in files.items():
        path = tmp_path / f"{name}.safetensors"
        save_file(state, path)
        with pytest.raises(ModelError, match=said):
            own_import.take(path, place, like=place.catalogue.bundle("hyper-4"))
    assert contents(place.folder) == before


def test_names_and_shapes_are_those_of_diffusers() -> None:
    """What a file is compared with, against the real UNet and against the tiny text encoders that are loaded."""
    expected = {name: tuple(tensor.shape) for name, tensor in tiny_models.real_unet().state_dict().items()}
    ours = {
        f"{sdxl.UNET}{name}": torch.empty(shape, device="meta") for name, shape in sdxl.unet(sdxl.UNetSizes()).items()
    }
    converted = cast(dict[str, Tensor], convert_ldm_unet_checkpoint(ours, tiny_models.UNET))
    assert {name: tuple(tensor.shape) for name, tensor in converted.items()} == expected
    tiny = tiny_models.TINY_TEXT
    sizes = sdxl.TextSizes(
        width=tiny["hidden_size"],
        inner=tiny["intermediate_size"],
        layers=tiny["num_hidden_layers"],
        words=tiny["vocab_size"],
        projection=tiny["projection_dim"],
    )
    first, second = tiny_models.text_state("text_encoder"), original_text(tiny_models.text_state("text_encoder_2"))
    assert sdxl.first_text(sizes) == {name: tuple(tensor.shape) for name, tensor in first.items()}
    assert sdxl.second_text(sizes) == {name: tuple(tensor.shape) for name, tensor in second.items()}


# How it is sampled


def config_of(checkpoint: Checkpoint) -> dict[str, Any]:
    return load(checkpoint, CPU, silent, CancelToken()).scheduler_config


@pytest.mark.parametrize(
    ("more", "metadata", "prediction"),
    [
        (("v_pred", "ztsnr"), None, "v-zero-snr"),
        (("v_pred",), None, "v"),
        ((), {"modelspec.prediction_type": "v"}, "v"),
        ((), {"modelspec.prediction_type": "epsilon"}, "epsilon"),
        ((), None, "epsilon"),
    ],
)
def test_a_checkpoint_is_sampled_as_its_file_says(
    place: Store, tmp_path: Path, more: tuple[str, ...], metadata: dict[str, str] | None, prediction: str
) -> None:
    path = tmp_path / "mine.safetensors"
    save_file(single_file() | {name: torch.zeros(0) for name in more}, path, metadata=metadata)
    base, _ = own_import.take(path, place, like=place.catalogue.bundle("base"))
    assert base.prediction == prediction
    config = config_of(installed.find("mine", place.folder))
    assert config["prediction_type"] == ("epsilon" if prediction == "epsilon" else "v_prediction")
    assert config.get("rescale_betas_zero_snr", False) == (prediction == "v-zero-snr")
    assert config["timestep_spacing"] == ("trailing" if prediction == "v-zero-snr" else "leading")
    # What an earlier version wrote says nothing of it: the file is asked.
    description = place.folder / "own/mine.json"
    content = json.loads(description.read_bytes())
    del content["prediction"]
    description.write_text(json.dumps(content), encoding="utf-8")
    assert installed.find("mine", place.folder).prediction == prediction


def test_what_somebody_knows_better_than_the_file(place: Store, finetune: Path) -> None:
    base, _ = own_import.take(finetune, place, like=place.catalogue.bundle("base"), prediction="v")
    assert installed.find(base.name, place.folder).prediction == "v"


def test_a_base_of_an_earlier_version_that_cannot_be_sampled(place: Store, finetune: Path) -> None:
    base, _ = own_import.take(finetune, place, like=place.catalogue.bundle("hyper-4"))
    edm = single_file() | {"edm_mean": torch.zeros(1, 4, 1, 1), "edm_std": torch.ones(1, 4, 1, 1)}
    base.path(place).unlink()
    save_file(edm, base.path(place))
    description = place.folder / "own" / f"{base.name}.json"
    content = json.loads(description.read_bytes())
    del content["prediction"]
    description.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match="EDM model such as Playground"):
        installed.find(base.name, place.folder)
    assert base.name not in installed.best(place.folder).name


def test_velocity_goes_with_the_undistilled_parts_unless_told_otherwise(place: Store) -> None:
    assert own.suited("epsilon", place.catalogue).name == "hyper-4"
    for prediction in ("v", "v-zero-snr"):
        assert own.suited(prediction, place.catalogue).name == "base"


def test_a_real_sdxl_s_sizes_are_asked_for_without_an_installed_base(tmp_path: Path) -> None:
    save_file(single_file(), tmp_path / "tiny.safetensors")
    with pytest.raises(ModelError, match="another architecture"):
        base_files.check(tmp_path / "tiny.safetensors", Store(tmp_path / "nothing", Catalogue.load()))


def test_damaged_files_and_other_forms(place: Store, finetune: Path, tmp_path: Path) -> None:
    like = place.catalogue.bundle("hyper-4")
    whole = finetune.read_bytes()
    for cut in (0, 5, 3000, len(whole) - 1):
        finetune.write_bytes(whole[:cut])
        with pytest.raises(ModelError, match="damaged, incomplete"):
            own_import.take(finetune, place, like=like)
    for name in ("model.ckpt", "model.gguf"):
        (tmp_path / name).write_bytes(whole)
        with pytest.raises(ModelError, match=r"no \.safetensors file"):
            own_import.take(tmp_path / name, place, like=like)
    with pytest.raises(ModelError, match="There is no file"):
        own_import.take(tmp_path / "nowhere.safetensors", place, like=like)
    # Every name is looked for at once, and again when it is loaded.
    state = load_file_bytes(whole, tmp_path)
    missing = next(name for name in state if "out_layers.3.weight" in name)
    state.pop(missing)
    save_file(state, finetune)
    with pytest.raises(ModelError, match=r"it is incomplete: \S+out_layers\.3\.weight is missing"):
        own_import.take(finetune, place, like=like)
    finetune.write_bytes(whole)
    base, _ = own_import.take(finetune, place, like=like)
    base.path(place).unlink()
    save_file(state, base.path(place))
    with pytest.raises(ModelError, match=r"UNet in my-finetune-v10\.safetensors does not fit SDXL"):
        load(installed.find("my-finetune-v10", place.folder), CPU, silent, CancelToken())


def load_file_bytes(content: bytes, folder: Path) -> dict[str, Tensor]:
    (folder / "whole.safetensors").write_bytes(content)
    return load_file(folder / "whole.safetensors")


def test_names(place: Store, finetune: Path, tmp_path: Path) -> None:
    like = place.catalogue.bundle("hyper-4")
    for name in ("hyper-4", "starter", "../up", "Großes", "", "a b"):
        with pytest.raises(SettingsError, match="cannot be used"):
            own_import.take(finetune, place, name=name or "-", like=like)
    own_import.take(finetune, place, name="mine", like=like)
    own_import.take(finetune, place, name="mine", like=place.catalogue.bundle("base"))
    (base,) = own.bases(place)
    assert base.like == "base"
    save_file(single_file(0.5), tmp_path / "another.safetensors")
    with pytest.raises(SettingsError, match='already a base named "mine"'):
        own_import.take(tmp_path / "another.safetensors", place, name="mine", like=like)
    other = tmp_path / "模型.safetensors"
    shutil.copy(finetune, other)
    assert own_import.take(other, place, like=like)[0].name == "own"


def test_it_is_verified_and_removed_like_the_others(place: Store, finetune: Path) -> None:
    base, _ = own_import.take(finetune, place, like=place.catalogue.bundle("hyper-4"))
    assert [one.verdict for one in maintenance.verify_own(place, own.bases(place))] == ["ok"]
    path = base.path(place)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert [one.verdict for one in maintenance.verify_own(place, own.bases(place))] == ["damaged"]
    path.unlink()
    assert [one.verdict for one in maintenance.verify_own(place, own.bases(place))] == ["missing"]
    with pytest.raises(ModelError, match=r"not installed; what is missing: own/my-finetune-v10\.safetensors"):
        installed.find(base.name, place.folder)
    removal = maintenance.plan_removal(place, base.name)
    maintenance.remove(place, removal)
    assert own.bases(place) == ()
    assert not (place.folder / "own").exists()
    assert finetune.read_bytes() == content


def test_a_description_that_cannot_be_read_is_passed_over(place: Store, finetune: Path) -> None:
    own_import.take(finetune, place, like=place.catalogue.bundle("hyper-4"))
    (description,) = (place.folder / "own").glob("*.json")
    content = json.loads(description.read_bytes())
    for change in ({"file": "../../other.safetensors"}, {"name": "Ü"}, {"sha256": "x"}):
        description.write_text(json.dumps({**content, **change}), encoding="utf-8")
        assert own.bases(place) == ()
    description.write_text("{", encoding="utf-8")
    assert own.bases(place) == ()


def test_a_folder_that_cannot_hold_it(place: Store, finetune: Path) -> None:
    (place.folder / "own").write_bytes(b"")
    with pytest.raises(StorageError, match="is not a folder"):
        own_import.take(finetune, place, like=place.catalogue.bundle("hyper-4"))


def test_from_the_file_to_a_picture_on_the_command_line(
    place: Store, finetune: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fastface(*words: str | Path) -> dict[str, Any]:
        result = CliRunner().invoke(app, [str(word) for word in words], prog_name="fastface")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    monkeypatch.setenv("FASTFACE_MODELS", str(place.folder))
    taken = fastface("models", "import", finetune, "--commercial-use", "yes", "--json")
    assert (taken["kind"], taken["name"], taken["like"]) == ("base", "my-finetune-v10", "hyper-4")
    assert [one["name"] for one in fastface("models", "list", "--json")["own"]] == ["my-finetune-v10"]
    photo = tmp_path / "person.png"
    Image.fromarray(drawn(400, 400, (100, 80, 200, PEOPLE[3]))).save(photo)
    wishes = ("--prompt", "a cat", "--seed", "1", "--size", "64x64", "--checkpoint", taken["name"])
    made = fastface("generate", "--photo", photo, *wishes, "--out", tmp_path, "--json")
    assert made["terms"]["commercial_use"] is False
    recipe = read_recipe(Path(made["images"][0]["path"]))
    assert recipe.terms is not None
    assert recipe.terms.commercial_use is False
    velocity = tmp_path / "velocity.safetensors"
    save_file(single_file(0.75) | {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}, velocity)
    taken = fastface("models", "import", velocity, "--json")
    assert (taken["like"], taken["prediction"]) == ("base", "v-zero-snr")
    other = fastface(
        "generate", "--photo", photo, "--prompt", "a cat", "--seed", "1", "--size", "64x64", "--steps", "2",
        "--checkpoint", "velocity", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert other["images"]
    assert {"My Finetune v10: its own terms", "insightface models, non-commercial"} <= set(recipe.terms.licences)
