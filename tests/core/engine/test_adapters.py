"""Both face adapters in the forms of their files: their tokens, their attention, their LoRA, and what does not fit."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPVisionModelWithProjection

from fastface_core.domain.checkpoints import AdapterFiles, AdapterKind
from fastface_core.domain.identity import FaceView
from fastface_core.engine.adapters import FACE_LORA, FaceAdapter, FaceIdPlusV2, PlusFace, load_adapter
from fastface_core.engine.lora import lora_at
from fastface_core.engine.references import merged_view
from fastface_core.errors import ModelError
from tests.core.tiny_models import (
    FACEID,
    State,
    attention_names,
    dotted,
    faceid_lora_file,
    faceid_state,
    image_encoder_state,
    lora_state,
    make_image_encoder,
    plus_face_state,
    random_lora,
    run_unet,
    save_weights,
    somebody,
    tiny_unet,
    unet_state,
)

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])
Nested = dict[str, State]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_image_encoder(tmp_path_factory.mktemp("encoder") / "image_encoder")


def save(state: Nested, path: Path) -> Path:
    if path.suffix == ".bin":
        torch.save(state, path)
    else:
        save_file(dotted(state), path)
    return path


def load(
    weights: Path,
    encoder: Path,
    kind: AdapterKind = "faceid-plus-v2",
    lora: Path | None = None,
    dtype: torch.dtype = torch.float32,
) -> tuple[FaceAdapter, UNet2DConditionModel]:
    unet = tiny_unet(dtype)
    files = AdapterFiles(kind=kind, weights=weights, image_encoder=encoder, lora=lora)
    return load_adapter(files, unet, dtype), unet


# The projections, written out from the adapters' publication, straight from the files' tensors


def linear(state: State, name: str, x: Tensor) -> Tensor:
    bias = state.get(f"{name}.bias")
    return x @ state[f"{name}.weight"].float().T + (0 if bias is None else bias.float())


def normed(state: State, name: str, x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], state[f"{name}.weight"].float(), state[f"{name}.bias"].float())


def resampled(state: State, prefix: str, latents: Tensor, states: Tensor) -> Tensor:
    state = {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    x = linear(state, "proj_in", states)
    for number in range(4):
        layer = f"layers.{number}"
        seen, asking = normed(state, f"{layer}.0.norm1", x), normed(state, f"{layer}.0.norm2", latents)
        query = linear(state, f"{layer}.0.to_q", asking)
        key, value = linear(state, f"{layer}.0.to_kv", torch.cat([seen, asking], dim=1)).chunk(2, dim=-1)
        heads = [tensor.unflatten(-1, (-1, 64)).transpose(1, 2) for tensor in (query, key, value)]
        attention = (heads[0] @ heads[1].transpose(-1, -2) / 8).softmax(-1) @ heads[2]
        latents = latents + linear(state, f"{layer}.0.to_out", attention.transpose(1, 2).flatten(2))
        inner = F.gelu(linear(state, f"{layer}.1.1", normed(state, f"{layer}.1.0", latents)))
        latents = latents + linear(state, f"{layer}.1.3", inner)
    return normed(state, "norm_out", linear(state, "proj_out", latents))


def faceid_tokens(embedding: Tensor, states: Tensor) -> Tensor:
    state = faceid_state()["image_proj"]
    own = linear(state, "proj.2", F.gelu(linear(state, "proj.0", embedding)))
    own = normed(state, "norm", own.reshape(1, 4, 64))
    return own + resampled(state, "perceiver_resampler.", own, states)


def plus_face_tokens(states: Tensor) -> Tensor:
    state = plus_face_state()["image_proj"]
    return resampled(state, "", state["latents"].float(), states)


def pixels_of(crop: np.ndarray) -> Tensor:
    return ((torch.from_numpy(crop.copy()).float() / 255 - MEAN) / DEVIATION).permute(2, 0, 1)[None]


def encoder_of(adapter: FaceAdapter) -> CLIPVisionModelWithProjection:
    assert isinstance(adapter, FaceIdPlusV2 | PlusFace)
    return adapter.encoder


@torch.inference_mode()
def states_of(adapter: FaceAdapter, pixels: Tensor) -> Tensor:
    states = encoder_of(adapter)(pixels, output_hidden_states=True).hidden_states
    assert states is not None
    assert len(states) == 4
    return states[2]


@pytest.fixture(scope="module", params=[".bin", ".safetensors"])
def faceid(request: pytest.FixtureRequest, encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> FaceAdapter:
    path = tmp_path_factory.mktemp("faceid") / f"ip-adapter-faceid-plusv2_sdxl{request.param}"
    return load(save(faceid_state(), path), encoder)[0]


@pytest.fixture(scope="module", params=[".safetensors", ".bin"])
def plus_face(request: pytest.FixtureRequest, encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> FaceAdapter:
    path = tmp_path_factory.mktemp("plus") / f"ip-adapter-plus-face_sdxl_vit-h{request.param}"
    return load(save(plus_face_state(), path), encoder, "plus-face")[0]


@torch.inference_mode()
def test_faceid_makes_four_tokens_from_embedding_and_face(faceid: FaceAdapter) -> None:
    person = somebody()
    tokens = faceid.project(merged_view(person))
    # CLIP sees the face in blue-green-red order, as in the published runs.
    states = states_of(faceid, pixels_of(person.crop[..., ::-1]))
    expected = faceid_tokens(torch.from_numpy(person.embedding)[None], states)
    assert tokens.shape == (1, faceid.tokens, 64) == (1, 4, 64)
    assert (tokens - expected).abs().max() < 1e-5


@torch.inference_mode()
def test_faceid_without_a_face_is_zero_after_preprocessing(faceid: FaceAdapter) -> None:
    expected = faceid_tokens(torch.zeros(1, 512), states_of(faceid, torch.zeros(1, 3, 224, 224)))
    assert faceid.nobody().shape == (1, 4, 64)
    assert (faceid.nobody() - expected).abs().max() < 1e-5
    black = faceid_tokens(torch.zeros(1, 512), states_of(faceid, pixels_of(np.zeros((224, 224, 3), np.uint8))))
    assert (faceid.nobody() - black).abs().max() > 1e-3


def test_the_second_version_adds_the_embedding_to_what_the_resampler_makes(faceid: FaceAdapter) -> None:
    layer = faceid._projection  # type: ignore[reportAttributeAccessIssue]
    assert layer.shortcut is True
    tokens = faceid.project(merged_view(somebody()))
    layer.shortcut = False
    try:
        without = faceid.project(merged_view(somebody()))
    finally:
        layer.shortcut = True
    assert (tokens - without).abs().max() > 0.1


@torch.inference_mode()
def test_plus_face_makes_sixteen_tokens_from_the_face_alone(plus_face: FaceAdapter) -> None:
    person = somebody()
    expected = plus_face_tokens(states_of(plus_face, pixels_of(person.crop)))
    assert plus_face.project(merged_view(person)).shape == (1, plus_face.tokens, 64) == (1, 16, 64)
    assert (plus_face.project(merged_view(person)) - expected).abs().max() < 1e-5


@torch.inference_mode()
def test_plus_face_without_a_face_is_zero_after_preprocessing(plus_face: FaceAdapter) -> None:
    expected = plus_face_tokens(states_of(plus_face, torch.zeros(1, 3, 224, 224)))
    assert (plus_face.nobody() - expected).abs().max() < 1e-5


def test_a_face_of_another_size_is_scaled_for_clip(plus_face: FaceAdapter) -> None:
    person = somebody()
    large = np.asarray(Image.fromarray(person.crop).resize((448, 448), Image.Resampling.NEAREST))
    fitting = np.asarray(Image.fromarray(large).resize((224, 224), Image.Resampling.BICUBIC))
    one = plus_face.project(FaceView(person.embedding, large))
    assert torch.equal(one, plus_face.project(FaceView(person.embedding, fitting)))


def test_the_image_encoder_is_that_of_the_file(faceid: FaceAdapter) -> None:
    loaded, stored = encoder_of(faceid).state_dict(), image_encoder_state()
    assert "vision_model.embeddings.position_ids" in stored
    assert loaded.keys() == stored.keys() - {"vision_model.embeddings.position_ids"}
    assert all(torch.equal(value, stored[name].float()) for name, value in loaded.items())
    assert not encoder_of(faceid).training


@pytest.mark.parametrize(
    ("weights", "kind", "tokens"), [(faceid_state, "faceid-plus-v2", 4), (plus_face_state, "plus-face", 16)]
)
def test_the_attention_stands_where_the_file_numbers_it(
    tmp_path: Path, encoder: Path, weights: Callable[[], Nested], kind: AdapterKind, tokens: int
) -> None:
    path = save(weights(), tmp_path / "adapter.safetensors")
    adapter, unet = load(path, encoder, kind)
    assert [f"{name}.processor" for name in attention_names()] == list(unet.attn_processors)
    crossing = {f"{name}.processor": number for number, name in enumerate(attention_names()) if name.endswith("attn2")}
    assert adapter.processors.keys() == crossing.keys()
    for name, processor in adapter.processors.items():
        stored = weights()["ip_adapter"]
        for layer, part in ((processor.to_k_ip[0], "to_k_ip"), (processor.to_v_ip[0], "to_v_ip")):
            assert torch.equal(layer.get_parameter("weight"), stored[f"{crossing[name]}.{part}.weight"].float())
        assert processor.part == name.split("_")[0]
        assert processor.num_tokens == (tokens,)


# The LoRA


def in_all_attention() -> set[str]:
    names = {f"{name}.{projection}" for name in attention_names() for projection in ("to_q", "to_k", "to_v")}
    return names | {f"{name}.to_out.0" for name in attention_names()}


def test_the_lora_among_the_weights_is_that_of_the_file_beside_them(tmp_path: Path, encoder: Path) -> None:
    inside, unet_inside = load(FACEID, encoder)
    own = {outer: {k: v for k, v in state.items() if "_lora." not in k} for outer, state in faceid_state().items()}
    path, lora = save(own, tmp_path / "adapter.bin"), faceid_lora_file(tmp_path / "adapter_lora.safetensors")
    beside, unet_beside = load(path, encoder, lora=lora)
    neither, unet_neither = load(path, encoder)
    assert (inside.has_lora, beside.has_lora, neither.has_lora) == (True, True, False)
    without = run_unet(unet_neither)
    plain = unet_neither.state_dict()
    for unet in (unet_inside, unet_beside):
        assert torch.equal(run_unet(unet), without)  # It is off.
        with lora_at(unet, FACE_LORA, 1):
            changed = {name for name, weight in unet.state_dict().items() if not torch.equal(weight, plain[name])}
        assert changed == {f"{layer}.weight" for layer in in_all_attention()}
    with lora_at(unet_inside, FACE_LORA, 0.6), lora_at(unet_beside, FACE_LORA, 0.6):
        one, other = run_unet(unet_inside), run_unet(unet_beside)
    assert torch.equal(one, other)
    assert (one - without).abs().max() > 1e-4


@pytest.mark.parametrize("strength", [0.6, 1.0])
def test_the_lora_is_added_at_its_strength_and_taken_out(encoder: Path, strength: float) -> None:
    _, unet = load(FACEID, encoder)
    without = run_unet(unet)
    by_hand = {name: value.float() for name, value in unet_state().items()}
    attention = faceid_state()["ip_adapter"]
    for number, name in enumerate(attention_names()):
        for projection in ("to_q", "to_k", "to_v", "to_out"):
            key = f"{number}.{projection}_lora"
            change = attention[f"{key}.up.weight"].float() @ attention[f"{key}.down.weight"].float()
            by_hand[f"{name}.{projection}{'.0' if projection == 'to_out' else ''}.weight"] += strength * change
    with lora_at(unet, FACE_LORA, strength):
        within = run_unet(unet)
    assert torch.equal(run_unet(unet), without)
    plain = tiny_unet()
    assert torch.equal(run_unet(plain), without)
    plain.load_state_dict(by_hand)
    assert (within - run_unet(plain)).abs().max() < 1e-4


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("kind", ["faceid-plus-v2", "plus-face"])
def test_in_half_precision_nothing_is_of_another_dtype(
    tmp_path: Path, encoder: Path, dtype: torch.dtype, kind: AdapterKind
) -> None:
    state = faceid_state() if kind == "faceid-plus-v2" else plus_face_state()
    adapter, unet = load(save(state, tmp_path / "adapter.bin"), encoder, kind, dtype=dtype)
    for tokens in (adapter.project(merged_view(somebody())), adapter.nobody()):
        assert tokens.dtype == dtype
        assert tokens.isfinite().all()
    weights = [weight for processor in adapter.processors.values() for weight in processor.parameters()]
    assert {weight.dtype for weight in (*weights, *unet.parameters(), *encoder_of(adapter).parameters())} == {dtype}


# What does not fit


def assert_refused(weights: Path, encoder: Path, *words: str, kind: AdapterKind = "faceid-plus-v2") -> None:
    unet = tiny_unet()
    with pytest.raises(ModelError) as caught:
        load_adapter(AdapterFiles(kind=kind, weights=weights, image_encoder=encoder), unet, torch.float32)
    message = caught.value.message
    assert message.endswith(".")
    assert caught.value.hint.endswith(".")
    assert "\n" not in message
    for word in words:
        assert word in message
    assert unet.state_dict().keys() == unet_state().keys()


def resized(state: State, sides: dict[int, int]) -> State:
    """Zeros of the tensors' shapes with other sides."""
    return {key: torch.zeros([sides.get(side, side) for side in value.shape]) for key, value in state.items()}


def test_an_adapter_for_another_architecture_is_refused_in_a_sentence(tmp_path: Path, encoder: Path) -> None:
    # Stable Diffusion 1.5 has 16 cross-attention layers of 768.
    resampler = resized(faceid_state()["image_proj"], {64: 768, 128: 1536, 256: 3072})
    attention: State = {}
    for number in range(32):
        for projection in ("to_q", "to_k", "to_v", "to_out"):
            attention[f"{number}.{projection}_lora.down.weight"] = torch.zeros(8, 320)
            attention[f"{number}.{projection}_lora.up.weight"] = torch.zeros(320, 8)
        if number % 2:
            attention[f"{number}.to_k_ip.weight"] = attention[f"{number}.to_v_ip.weight"] = torch.zeros(320, 768)
    path = save({"image_proj": resampler, "ip_adapter": attention}, tmp_path / "sd15.bin")
    assert_refused(path, encoder, "adapter sd15.bin does not fit this checkpoint", "(320, 768) instead of (64, 64)")


def test_attention_of_another_size_is_refused(tmp_path: Path, encoder: Path) -> None:
    state = faceid_state()
    state["ip_adapter"]["3.to_v_ip.weight"] = torch.zeros(64, 768)
    path = save(state, tmp_path / "adapter.bin")
    assert_refused(path, encoder, "does not fit this checkpoint", "size (64, 64)")


@pytest.mark.parametrize(("weights", "kind"), [(faceid_state, "plus-face"), (plus_face_state, "faceid-plus-v2")])
def test_the_other_adapter_is_refused(
    tmp_path: Path, encoder: Path, weights: Callable[[], Nested], kind: AdapterKind
) -> None:
    path = save(weights(), tmp_path / "adapter.bin")
    assert_refused(path, encoder, "adapter.bin", "not an adapter of the kind expected", kind=kind)


def test_what_is_no_adapter_is_refused(tmp_path: Path, encoder: Path) -> None:
    save_file(lora_state(random_lora(["conv_in"]), "kohya"), tmp_path / "lora.safetensors")
    assert_refused(tmp_path / "lora.safetensors", encoder, "lora.safetensors", "not an adapter of the kind expected")


@pytest.mark.parametrize(
    ("outer", "inner", "words"),
    [
        ("image_proj", "proj.0.weight", "not of the form expected"),
        ("image_proj", "proj.2.weight", "incomplete"),
        ("image_proj", "norm.weight", "incomplete"),
        ("image_proj", "norm.bias", "incomplete"),
        ("image_proj", "perceiver_resampler.layers.3.0.to_kv.weight", "incomplete"),
        ("image_proj", "perceiver_resampler.layers.2.1.0.bias", "incomplete"),
        ("image_proj", "perceiver_resampler.proj_out.weight", "not of the form expected"),
        ("image_proj", "perceiver_resampler.proj_in.weight", "not an adapter of the kind expected"),
        ("ip_adapter", "5.to_k_ip.weight", "nothing for the attention layer"),
        ("ip_adapter", "27.to_v_ip.weight", "nothing for the attention layer"),
        ("ip_adapter", "4.to_q_lora.up.weight", "incomplete"),
        ("ip_adapter", "4.to_out_lora.down.weight", "incomplete"),
    ],
)
def test_a_missing_tensor_is_noticed(tmp_path: Path, encoder: Path, outer: str, inner: str, words: str) -> None:
    state = faceid_state()
    del state[outer][inner]
    assert_refused(save(state, tmp_path / "adapter.bin"), encoder, "adapter.bin", words)


def test_more_than_an_adapter_has_is_noticed(tmp_path: Path, encoder: Path) -> None:
    deeper = plus_face_state()
    deeper["image_proj"]["layers.4.0.to_q.weight"] = torch.zeros(64, 64)
    path = save(deeper, tmp_path / "adapter.bin")
    assert_refused(path, encoder, "adapter.bin", "not of the form expected", kind="plus-face")
    wider = plus_face_state()
    wider["ip_adapter"]["29.to_k_ip.weight"] = wider["ip_adapter"]["29.to_v_ip.weight"] = torch.zeros(64, 64)
    path = save(wider, tmp_path / "adapter.bin")
    assert_refused(path, encoder, "adapter.bin", "more attention layers", kind="plus-face")


def test_an_adapter_for_another_image_encoder_is_refused(tmp_path: Path, encoder: Path) -> None:
    path = save(plus_face_state(clip=48), tmp_path / "adapter.safetensors")
    assert_refused(path, encoder, "size 48", "image_encoder has 32", kind="plus-face")


def test_a_lora_of_another_architecture_beside_it_is_refused(tmp_path: Path, encoder: Path) -> None:
    layer = f"{attention_names()[0]}.to_q"
    path = tmp_path / "lora.safetensors"
    save_file(lora_state({layer: (torch.ones(4, 320), torch.ones(320, 4))}, "kohya"), path)
    with pytest.raises(ModelError, match=r"The LoRA lora\.safetensors does not fit"):
        load(FACEID, encoder, lora=path)


def test_an_image_encoder_that_is_missing_or_cut_is_named(tmp_path: Path, encoder: Path) -> None:
    assert_refused(FACEID, tmp_path / "image_encoder", "image_encoder/config.json", "missing")
    own = make_image_encoder(tmp_path / "image_encoder")
    path = own / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    assert_refused(FACEID, own, "image_encoder/model.safetensors", "incomplete")
    state = image_encoder_state()
    del state["vision_model.encoder.layers.1.mlp.fc1.weight"]
    save_weights(state, own, "model", variant=None)
    assert_refused(FACEID, own, "image_encoder/model.safetensors", "incomplete")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9999])
def test_an_adapter_that_was_cut_is_named(tmp_path: Path, encoder: Path, share: float) -> None:
    whole = FACEID.read_bytes()
    path = tmp_path / "ip-adapter-faceid-plusv2_sdxl.bin"
    path.write_bytes(whole[: int(share * len(whole))])
    assert_refused(path, encoder, "ip-adapter-faceid-plusv2_sdxl.bin")
