"""LoRA files of every form: the weights become W + alpha / rank * up @ down, and nothing else changes."""

import gc
import json
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors.torch import save_file
from torch import Tensor

from fastface_core.engine import lora
from fastface_core.engine.lora import add_to_unet, fuse, give_up_room, lora_at, loras_at, loras_of, read_lora
from fastface_core.errors import ModelError
from tests.core.tiny_models import (
    DISTILLED,
    LoraForm,
    State,
    lora_state,
    lora_targets,
    random_lora,
    real_unet,
    run_unet,
    tiny_unet,
    unet_state,
)

Layers = Mapping[str, tuple[Tensor, Tensor]]
ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]


def product(down: Tensor, up: Tensor) -> Tensor:
    """up @ down by hand: over the rank, for each place of a convolution's kernel."""
    if down.ndim == 2:
        return torch.einsum("or,ri->oi", up.double(), down.double())
    return torch.einsum("or,rihw->oihw", up[:, :, 0, 0].double(), down.double())


def expected_state(layers: Layers, scale: Mapping[str, float]) -> State:
    state = unet_state()
    for name, (down, up) in layers.items():
        state[f"{name}.weight"] = state[f"{name}.weight"].double() + scale[name] * product(down, up)
    return state


def assert_states_agree(state: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> None:
    assert state.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(state[name], value.float()) or (state[name].double() - value).abs().max() < 1e-6, name


def fused(path: Path, dtype: torch.dtype = torch.float32) -> UNet2DConditionModel:
    unet = tiny_unet(dtype)
    fuse(unet, read_lora(path, unet), path)
    return unet


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lora.safetensors"


def assert_refused(path: Path, unet: UNet2DConditionModel | None = None) -> None:
    unet = unet or tiny_unet()
    with pytest.raises(ModelError) as caught:
        fuse(unet, read_lora(path, unet), path)
    assert path.name in caught.value.message
    assert caught.value.hint == "Choose a LoRA made for SDXL."


# Fusing


def test_the_layers_of_a_distillation_are_linear_ones_and_convolutions() -> None:
    shapes = {unet_state()[f"{name}.weight"].shape[2:] for name in lora_targets()}
    assert shapes == {(), (1, 1), (3, 3)}
    assert {ending for ending in DISTILLED if lora_targets([ending])} == set(DISTILLED)


@pytest.mark.parametrize("form", [form for form in get_args(LoraForm) if form != "diffusers-old"])
def test_every_form_without_alphas_is_added_as_it_is(path: Path, form: LoraForm) -> None:
    layers = random_lora(lora_targets())
    save_file(lora_state(layers, form), path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 1.0)))


def test_the_old_form_of_diffusers_has_attention_alone(path: Path) -> None:
    layers = random_lora(lora_targets(ATTENTION))
    save_file(lora_state(layers, "diffusers-old"), path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 1.0)))


def test_one_alpha_for_all_layers(path: Path) -> None:
    layers = random_lora(lora_targets(), ranks=[8])
    save_file(lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 4.0)), path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 0.5)))


def test_every_layer_has_its_own_alpha_and_rank(path: Path) -> None:
    layers = random_lora(lora_targets(), ranks=[2, 4, 8])
    alphas = {name: float(1 + number % 5) for number, name in enumerate(layers)}
    save_file(lora_state(layers, "kohya", alphas=alphas), path)
    scale = {name: alphas[name] / down.shape[0] for name, (down, _) in layers.items()}
    assert_states_agree(fused(path).state_dict(), expected_state(layers, scale))


def test_the_layers_outside_the_blocks_too(path: Path) -> None:
    names = ["conv_in", "conv_out", "time_embedding.linear_1", "time_embedding.linear_2"]
    layers = random_lora([*names, "add_embedding.linear_1", "add_embedding.linear_2"])
    save_file(lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 2.0)), path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 0.5)))


def test_a_pickled_lora(tmp_path: Path) -> None:
    layers = random_lora(lora_targets(["to_q"]))
    torch.save(lora_state(layers, "diffusers"), tmp_path / "lora.bin")
    loaded = fused(tmp_path / "lora.bin").state_dict()
    assert_states_agree(loaded, expected_state(layers, dict.fromkeys(layers, 1.0)))


def test_a_linear_layer_stored_as_a_convolution_of_one_pixel(path: Path) -> None:
    layers = random_lora(lora_targets(["proj_in"]))
    assert all(down.ndim == 2 for down, _ in layers.values())
    as_convolution = {name: (down[..., None, None], up[..., None, None]) for name, (down, up) in layers.items()}
    save_file(lora_state(as_convolution, "kohya"), path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 1.0)))


def test_afterwards_the_unet_is_a_plain_one(path: Path) -> None:
    save_file(lora_state(random_lora(lora_targets()), "kohya"), path)
    plain, unet = tiny_unet(), fused(path)
    assert [(name, type(module)) for name, module in unet.named_modules()] == [
        (name, type(module)) for name, module in plain.named_modules()
    ]
    assert list(unet.state_dict()) == list(plain.state_dict())
    assert not any(isinstance(module, BaseTunerLayer) for module in unet.modules())
    assert not any(parameter.requires_grad for parameter in unet.parameters())
    assert getattr(unet, "peft_config", None) is None
    assert (run_unet(unet) - run_unet(plain)).abs().max() > 0.01


@pytest.mark.parametrize(("dtype", "stored"), [(torch.float16, torch.float16), (torch.bfloat16, torch.float32)])
def test_in_half_precision_the_sum_is_rounded_once(path: Path, dtype: torch.dtype, stored: torch.dtype) -> None:
    layers = random_lora(lora_targets(["to_q", "conv1", "conv_shortcut", "ff.net.2"]))
    layers = {name: (down.to(stored), up.to(stored)) for name, (down, up) in layers.items()}
    save_file(lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 4.0), dtype=stored), path)
    before = tiny_unet(dtype).state_dict()
    unet = fused(path, dtype)
    after = unet.state_dict()
    assert {value.dtype for value in after.values()} == {dtype}
    for name, (down, up) in layers.items():
        exact = before[f"{name}.weight"].double() + product(down, up)
        off = after[f"{name}.weight"].double() - exact
        # Half a unit in the last place, and a little for float32.
        assert (off.abs() <= exact.abs() * torch.finfo(dtype).eps * 0.501 + 1e-6).all(), name
    assert run_unet(unet).isfinite().all()


# The original code's names, which some of kohya's files have


ORIGINAL_NAMES = {
    "input_blocks_0_0": "conv_in",
    "input_blocks_1_0_in_layers_2": "down_blocks.0.resnets.0.conv1",
    "input_blocks_2_0_out_layers_3": "down_blocks.0.resnets.1.conv2",
    "input_blocks_3_0_op": "down_blocks.0.downsamplers.0.conv",
    "input_blocks_4_0_skip_connection": "down_blocks.1.resnets.0.conv_shortcut",
    "input_blocks_4_1_proj_in": "down_blocks.1.attentions.0.proj_in",
    "input_blocks_4_1_transformer_blocks_0_attn1_to_k": "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_k",
    "input_blocks_5_0_emb_layers_1": "down_blocks.1.resnets.1.time_emb_proj",
    "input_blocks_5_1_transformer_blocks_1_attn2_to_out_0": (
        "down_blocks.1.attentions.1.transformer_blocks.1.attn2.to_out.0"
    ),
    "input_blocks_6_0_op": "down_blocks.1.downsamplers.0.conv",
    "input_blocks_7_1_transformer_blocks_9_ff_net_0_proj": (
        "down_blocks.2.attentions.0.transformer_blocks.9.ff.net.0.proj"
    ),
    "input_blocks_8_1_transformer_blocks_3_ff_net_2": "down_blocks.2.attentions.1.transformer_blocks.3.ff.net.2",
    "middle_block_0_in_layers_2": "mid_block.resnets.0.conv1",
    "middle_block_1_transformer_blocks_4_attn2_to_v": "mid_block.attentions.0.transformer_blocks.4.attn2.to_v",
    "middle_block_2_emb_layers_1": "mid_block.resnets.1.time_emb_proj",
    "output_blocks_0_0_skip_connection": "up_blocks.0.resnets.0.conv_shortcut",
    "output_blocks_2_1_proj_out": "up_blocks.0.attentions.2.proj_out",
    "output_blocks_2_2_conv": "up_blocks.0.upsamplers.0.conv",
    "output_blocks_3_1_transformer_blocks_0_attn1_to_q": "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
    "output_blocks_5_2_conv": "up_blocks.1.upsamplers.0.conv",
    "output_blocks_8_0_out_layers_3": "up_blocks.2.resnets.2.conv2",
    "out_2": "conv_out",
    "time_embed_0": "time_embedding.linear_1",
    "time_embed_2": "time_embedding.linear_2",
    "label_emb_0_0": "add_embedding.linear_1",
    "label_emb_0_2": "add_embedding.linear_2",
}


def test_the_original_names_mean_the_layers_of_sdxl(path: Path) -> None:
    weights = real_unet().state_dict()
    state: State = {}
    for number, (original, name) in enumerate(ORIGINAL_NAMES.items()):
        shape = weights[f"{name}.weight"].shape
        state[f"lora_unet_{original}.lora_down.weight"] = torch.full((1, *shape[1:]), float(number))
        state[f"lora_unet_{original}.lora_up.weight"] = torch.zeros(shape[0], 1, *(1 for _ in shape[2:]))
        state[f"lora_unet_{original}.alpha"] = torch.tensor(float(number))
    save_file(state, path)
    lora = read_lora(path, real_unet())
    assert set(lora) == set(ORIGINAL_NAMES.values())
    for number, name in enumerate(ORIGINAL_NAMES.values()):
        assert lora[name].scale == number
        assert (lora[name].down == number).all()


@pytest.mark.parametrize(
    ("said", "scales"),
    [
        ({"unet.lora_alpha": 8, "unet.r": 4}, (2.0, 2.0)),
        ({"unet.lora_alpha": 8, "unet.use_rslora": True}, (4.0, 4.0)),
        ({"unet.lora_alpha": 8, "unet.alpha_pattern": {"to_k": 2}}, (2.0, 0.5)),
        ({"text_encoder.lora_alpha": 8}, (1.0, 1.0)),
        ({"unet.lora_alpha": "8"}, (1.0, 1.0)),
        ([], (1.0, 1.0)),
    ],
)
def test_settings_in_the_head_say_how_strong_it_is(tmp_path: Path, said: object, scales: tuple[float, float]) -> None:
    layers = random_lora([name for name in lora_targets(["to_q", "to_k"]) if "attn1" in name])
    path = tmp_path / "a.safetensors"
    save_file(lora_state(layers, "peft"), path, {"lora_adapter_metadata": json.dumps(said)})
    found = read_lora(path, tiny_unet())
    assert {name: layer.scale for name, layer in found.items()} == {
        name: scales[name.endswith("to_k")] for name in layers
    }


@pytest.mark.parametrize("alpha", [torch.tensor(float("nan")), torch.tensor([1.0, 2.0]), torch.zeros(0)])
def test_alphas_that_are_none_are_refused(tmp_path: Path, alpha: Tensor) -> None:
    layers = random_lora(lora_targets(["to_q"]))
    state = lora_state(layers, "kohya")
    state[f"lora_unet_{next(iter(layers)).replace('.', '_')}.alpha"] = alpha
    save_file(state, tmp_path / "a.safetensors")
    with pytest.raises(ModelError, match="does not fit"):
        read_lora(tmp_path / "a.safetensors", tiny_unet())


def test_the_original_names_are_fused_into_the_same_layers(path: Path) -> None:
    # The tiny UNet has one layer less a block, so that its blocks are counted otherwise.
    original = {
        "input_blocks_2_0_op": "down_blocks.0.downsamplers.0.conv",
        "input_blocks_3_1_proj_out": "down_blocks.1.attentions.0.proj_out",
        "middle_block_2_out_layers_3": "mid_block.resnets.1.conv2",
        "output_blocks_1_2_conv": "up_blocks.0.upsamplers.0.conv",
        "output_blocks_4_0_skip_connection": "up_blocks.2.resnets.0.conv_shortcut",
    }
    layers = random_lora(original.values())
    state: State = {}
    for (name, (down, up)), file_name in zip(layers.items(), original, strict=True):
        assert original[file_name] == name
        state[f"lora_unet_{file_name}.lora_down.weight"] = down
        state[f"lora_unet_{file_name}.lora_up.weight"] = up
    save_file(state, path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 1.0)))


def test_every_layer_of_sdxl_has_a_name_of_its_own_in_files() -> None:
    layers = [n for n, m in real_unet().named_modules() if isinstance(m, torch.nn.Linear | torch.nn.Conv2d)]
    assert len(layers) == 794
    assert len({name.replace(".", "_") for name in layers}) == 794
    assert sum(name.endswith(tuple(f".{ending}" for ending in DISTILLED)) for name in layers) == 788


# What is not for this UNet


def test_layers_for_the_text_encoders_are_left_out(path: Path) -> None:
    layers = random_lora(lora_targets(["to_q"]))
    both = {
        **lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 4.0)),
        "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": torch.ones(4, 8),
        "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_up.weight": torch.ones(8, 4),
        "lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha": torch.tensor(4.0),
        "lora_te2_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight": torch.ones(4, 8),
        "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight": torch.ones(4, 8),
        "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight": torch.ones(4, 8),
    }
    save_file(both, path)
    assert_states_agree(fused(path).state_dict(), expected_state(layers, dict.fromkeys(layers, 1.0)))


def test_one_for_the_text_encoders_alone_is_refused(path: Path) -> None:
    save_file({"lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": torch.ones(4, 8)}, path)
    assert_refused(path)


@pytest.mark.parametrize("form", get_args(LoraForm))
def test_one_for_another_architecture_is_refused_and_leaves_the_unet(path: Path, form: LoraForm) -> None:
    # Stable Diffusion 1.5's sizes, in layers whose names SDXL has as well.
    layers = random_lora(lora_targets(["to_q", "to_k"]))
    layers = {
        name: (torch.ones(4, 768), torch.ones(320, 4)) if "attn2" in name else pair for name, pair in layers.items()
    }
    save_file(lora_state(layers, form), path)
    unet = tiny_unet()
    assert_refused(path, unet)
    assert_states_agree(unet.state_dict(), unet_state())


def test_a_layer_that_the_unet_does_not_have_is_refused(path: Path) -> None:
    layers = random_lora(lora_targets(["to_q"]))
    state = lora_state(layers, "kohya")
    state["lora_unet_up_blocks_3_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight"] = torch.ones(4, 64)
    state["lora_unet_up_blocks_3_attentions_0_transformer_blocks_0_attn1_to_q.lora_up.weight"] = torch.ones(64, 4)
    save_file(state, path)
    assert_refused(path)


@pytest.mark.parametrize("missing", ["lora_up.weight", "lora_down.weight"])
def test_half_a_layer_is_refused(path: Path, missing: str) -> None:
    state = lora_state(random_lora(lora_targets(["to_q"])), "kohya")
    del state[next(key for key in state if key.endswith(missing))]
    save_file(state, path)
    assert_refused(path)


@pytest.mark.parametrize(
    "state",
    [
        {"model.diffusion_model.out.2.weight": torch.ones(4, 4)},
        unet_state(),
        {"lora": torch.ones(2, 2)},
        {"lora_unet_conv_in.hada_w1_a": torch.ones(4, 4)},
        {"lora_unet_conv_in.alpha": torch.tensor(4.0)},
        {
            "lora_unet_conv_in.lora_down.weight": torch.tensor(4.0),
            "lora_unet_conv_in.lora_up.weight": torch.tensor(4.0),
        },
        {
            **lora_state(random_lora(["conv_in"]), "kohya"),
            "lora_unet_conv_in.dora_scale": torch.ones(1, 4, 1, 1),
        },
    ],
    ids=["single file", "unet", "one key", "loha", "alpha alone", "scalars", "dora"],
)
def test_what_is_no_lora_is_refused(path: Path, state: State) -> None:
    save_file(state, path)
    assert_refused(path)


def test_a_missing_and_a_cut_file_are_named(path: Path) -> None:
    with pytest.raises(ModelError, match=r"lora\.safetensors is missing"):
        read_lora(path, tiny_unet())
    save_file(lora_state(random_lora(lora_targets(["to_q"])), "kohya"), path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ModelError, match=r"lora\.safetensors is incomplete"):
        read_lora(path, tiny_unet())


# Adjustable


@pytest.fixture(scope="module")
def adjustable(tmp_path_factory: pytest.TempPathFactory) -> UNet2DConditionModel:
    path = tmp_path_factory.mktemp("lora") / "face.safetensors"
    save_file(lora_state(random_lora(lora_targets(ATTENTION), ranks=[2, 4]), "kohya"), path)
    unet = tiny_unet()
    add_to_unet(unet, read_lora(path, unet), "face", path)
    return unet


@pytest.mark.parametrize("strength", [0.0, 0.6, 1.0])
def test_a_strength_holds_within_the_block_and_is_undone_after_it(
    adjustable: UNet2DConditionModel, strength: float
) -> None:
    plain = tiny_unet()
    without = run_unet(plain)
    assert torch.equal(run_unet(adjustable), without)
    with lora_at(adjustable, "face", strength):
        within = run_unet(adjustable)
    assert torch.equal(run_unet(adjustable), without)
    layers = random_lora(lora_targets(ATTENTION), ranks=[2, 4])
    by_hand = expected_state(layers, dict.fromkeys(layers, strength))
    plain.load_state_dict({name: value.float() for name, value in by_hand.items()})
    assert (within - run_unet(plain)).abs().max() < 1e-4
    assert ((within - without).abs().max() > 0.01) == (strength > 0)


def test_an_error_within_the_block_undoes_it_as_well(adjustable: UNet2DConditionModel) -> None:
    without = run_unet(adjustable)
    with pytest.raises(KeyError), lora_at(adjustable, "face", 1.0):
        raise KeyError
    assert torch.equal(run_unet(adjustable), without)


def test_alphas_hold_in_an_adjustable_lora_too(path: Path) -> None:
    layers = random_lora(lora_targets(["to_q", "conv1", "proj_out"]), ranks=[2, 4])
    alphas = {name: float(1 + number % 3) for number, name in enumerate(layers)}
    save_file(lora_state(layers, "kohya", alphas=alphas), path)
    unet = tiny_unet()
    add_to_unet(unet, read_lora(path, unet), "face", path)
    plain = tiny_unet()
    by_hand = expected_state(layers, {name: alphas[name] / down.shape[0] for name, (down, _) in layers.items()})
    plain.load_state_dict({name: value.float() for name, value in by_hand.items()})
    with lora_at(unet, "face", 1):
        assert (run_unet(unet) - run_unet(plain)).abs().max() < 1e-4


def test_beside_the_layers_it_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = random_lora(lora_targets(["to_q", "conv1", "proj_out", "downsamplers.0.conv"]), ranks=[2, 4])
    save_file(lora_state(layers, "kohya", alphas=dict.fromkeys(layers, 2.0)), path)
    unet = tiny_unet()
    for name in ("face", "other"):
        add_to_unet(unet, read_lora(path, unet), name, path)
    assert set(loras_of(unet)) == {"face", "other"}
    before = {name: weight.clone() for name, weight in unet.state_dict().items()}
    strengths = {"face": 0.7, "other": -0.2}
    with loras_at(unet, strengths):
        within = run_unet(unet)
        assert not all(torch.equal(weight, before[name]) for name, weight in unet.state_dict().items())
    other = tiny_unet()
    for name in ("face", "other"):
        add_to_unet(other, read_lora(path, other), name, path)
    monkeypatch.setattr(lora, "free_on", lambda _device: 0)
    with loras_at(other, strengths):
        assert all(torch.equal(weight, before[name]) for name, weight in other.state_dict().items())
        beside = run_unet(other)
    assert (within - beside).abs().max() < 1e-5
    assert torch.equal(run_unet(other), run_unet(tiny_unet()))


def test_room_that_is_given_up_within_a_job_stays_so(path: Path) -> None:
    save_file(lora_state(random_lora(lora_targets(["to_q", "conv1"])), "kohya"), path)
    unet = tiny_unet()
    add_to_unet(unet, read_lora(path, unet), "face", path)
    plain = {name: weight.data_ptr() for name, weight in unet.named_parameters()}
    with lora_at(unet, "face", 0.7):
        expected = run_unet(unet)
        second = [weakref.ref(weight.data) for name, weight in unet.named_parameters() if name.endswith("to_q.weight")]
        give_up_room(unet)
        assert {name: weight.data_ptr() for name, weight in unet.named_parameters()} == plain
        # Where the weights go from here on, they stay.
        for weight in unet.parameters():
            weight.data = weight.data.clone()
        moved = {name: weight.data_ptr() for name, weight in unet.named_parameters()}
        assert (run_unet(unet) - expected).abs().max() < 1e-5
    assert second
    assert not any(one() is not None for one in second)
    assert {name: weight.data_ptr() for name, weight in unet.named_parameters()} == moved
    assert torch.equal(run_unet(unet), run_unet(tiny_unet()))
    with lora_at(unet, "face", 0.7):
        assert torch.equal(run_unet(unet), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_after_a_hundred_changes_every_bit_is_as_it_was(path: Path, dtype: torch.dtype) -> None:
    save_file(lora_state(random_lora(lora_targets(["to_q", "to_k", "conv1"])), "kohya"), path)
    unet = tiny_unet(dtype)
    add_to_unet(unet, read_lora(path, unet), "face", path)
    first: State = {}
    for change in range(100):
        with lora_at(unet, "face", (0.1, 1.0, 0.37, 1.7)[change % 4]):
            if change == 0:
                first = {name: weight.clone() for name, weight in unet.state_dict().items()}
    before = tiny_unet(dtype).state_dict()
    assert all(torch.equal(weight, before[name]) for name, weight in unet.state_dict().items())
    with lora_at(unet, "face", 0.1):
        assert all(torch.equal(weight, first[name]) for name, weight in unet.state_dict().items())


def test_a_unet_is_not_kept_by_its_loras(path: Path) -> None:
    save_file(lora_state(random_lora(lora_targets(["to_q"])), "kohya"), path)
    unet = tiny_unet()
    add_to_unet(unet, read_lora(path, unet), "face", path)
    with lora_at(unet, "face", 1):
        pass
    alive = weakref.ref(unet)
    del unet
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_an_adjustable_lora_has_the_unets_dtype(path: Path, dtype: torch.dtype) -> None:
    save_file(lora_state(random_lora(lora_targets(["to_k", "conv2"])), "kohya"), path)
    unet = tiny_unet(dtype)
    add_to_unet(unet, read_lora(path, unet), "face", path)
    assert {parameter.dtype for parameter in unet.parameters()} == {dtype}
    with lora_at(unet, "face", 0.5):
        assert run_unet(unet).isfinite().all()


def test_an_adjustable_lora_for_another_architecture_leaves_the_unet_plain(path: Path) -> None:
    save_file(lora_state({"mid_block.attentions.0.proj_in": (torch.ones(4, 320), torch.ones(320, 4))}, "kohya"), path)
    unet = tiny_unet()
    with pytest.raises(ModelError, match=r"lora\.safetensors does not fit"):
        add_to_unet(unet, read_lora(path, unet), "face", path)
    assert list(unet.state_dict()) == list(tiny_unet().state_dict())
