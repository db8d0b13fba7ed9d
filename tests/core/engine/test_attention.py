"""The face attention in the UNet: the same numbers as diffusers' own, and gone afterwards however a run ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_args

import pytest
import torch
from diffusers.loaders.ip_adapter import IPAdapterMixin
from diffusers.models.attention_processor import Attention, AttnProcessor2_0, IPAdapterAttnProcessor2_0
from torch import Tensor

from fastface_core.domain.presets import Part, Preset
from fastface_core.engine.attention import FaceAttention, InstalledAttention, installed
from fastface_core.engine.conditioning import BranchCondition, Conditioning
from fastface_core.engine.transforms import MapTransform, Values
from fastface_core.presets.files import built_in
from fastface_core.progress import Cancelled, CancelToken
from tests.core.parity_pack import TinyPack, tiny_pack

PRESETS = built_in()
HIDDEN, TEXT, HEADS, TOKENS = 24, 20, 3, 4


@pytest.fixture(scope="module")
def pack() -> TinyPack:
    return tiny_pack()


# ---- One layer


@pytest.fixture
def layer() -> Attention:
    torch.manual_seed(0)
    attention = Attention(query_dim=HIDDEN, cross_attention_dim=TEXT, heads=HEADS, dim_head=HIDDEN // HEADS, bias=True)
    return attention.eval().requires_grad_(False)


def face_attention(part: Part = "up") -> FaceAttention:
    generator = torch.Generator().manual_seed(1)
    key, value = torch.randn((2, HIDDEN, TEXT), generator=generator)
    return FaceAttention(key, value, TOKENS, part)


def diffusers_own(ours: FaceAttention, strength: float) -> IPAdapterAttnProcessor2_0:
    theirs = IPAdapterAttnProcessor2_0(HIDDEN, TEXT, num_tokens=(TOKENS,), scale=strength)
    theirs.load_state_dict(ours.state_dict())
    return theirs


def inputs(batch: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    """States of the picture, of the text, and identity tokens."""
    generator = torch.Generator().manual_seed(2)
    return (
        torch.randn((batch, 10, HIDDEN), generator=generator),
        torch.randn((batch, 7, TEXT), generator=generator),
        torch.randn((batch, TOKENS, TEXT), generator=generator),
    )


@pytest.mark.parametrize("strength", [0.0, 0.8, 1.0, -0.5])
def test_without_a_transform_it_is_diffusers_own(layer: Attention, strength: float) -> None:
    ours = face_attention()
    ours.scale[:] = [strength]
    states, text, tokens = inputs()
    theirs: Any = diffusers_own(ours, strength)
    # diffusers has an axis for several reference pictures.
    expected = theirs(layer, states, (text, [tokens[:, None]]))
    torch.testing.assert_close(ours(layer, states, (text, [tokens])), expected, rtol=1e-6, atol=1e-6)


def test_without_strength_it_is_the_text_alone(layer: Attention) -> None:
    ours = face_attention()
    ours.scale[:] = [0.0]
    states, text, tokens = inputs()
    expected = AttnProcessor2_0()(layer, states, text)
    torch.testing.assert_close(ours(layer, states, (text, [tokens])), expected, rtol=1e-6, atol=1e-6)
    # Nothing of the face is computed at all.
    assert ours(layer, states, (text, [torch.full_like(tokens, torch.nan)])).isfinite().all()


@pytest.mark.parametrize("name", ["scale-power", "scheduled-softmask", "fastface-scheduled-softmask"])
@pytest.mark.parametrize(("images", "branches"), [(1, 3), (3, 1), (2, 3)])
def test_with_a_transform_the_map_is_transformed(layer: Attention, name: str, images: int, branches: int) -> None:
    settings = PRESETS[name].attention
    assert settings is not None
    transform = MapTransform(settings, "up", 1, 4)
    ours = face_attention()
    ours.scale[:] = [0.8]
    ours.transform, ours.branches = transform, branches
    states, text, tokens = inputs(images * branches)

    def split(values: Tensor) -> Tensor:
        return values.unflatten(-1, (HEADS, -1)).transpose(1, 2)

    query = split(layer.to_q(states))
    key, value = split(ours.to_k_ip[0](tokens)), split(ours.to_v_ip[0](tokens))
    attention = (query @ key.transpose(-1, -2) / (HIDDEN // HEADS) ** 0.5).softmax(-1)
    shape = (images, branches)
    identity = transform.attend(attention.unflatten(0, shape), Values(value.unflatten(0, shape))).flatten(0, 1)
    of_text = torch.nn.functional.scaled_dot_product_attention(
        query,
        split(layer.to_k(text)),  # type: ignore[reportOptionalCall]
        split(layer.to_v(text)),  # type: ignore[reportOptionalCall]
    )
    expected = layer.to_out[0]((of_text + 0.8 * identity).transpose(1, 2).flatten(2))  # type: ignore[reportOptionalSubscript]
    torch.testing.assert_close(ours(layer, states, (text, [tokens])), expected, rtol=1e-5, atol=1e-5)


def test_in_half_precision_the_map_is_computed_in_single(layer: Attention) -> None:
    settings = PRESETS["fastface-scheduled-softmask"].attention
    assert settings is not None
    ours = face_attention()
    ours.transform, ours.branches = MapTransform(settings, "up", 1, 4), 3
    states, text, tokens = inputs()
    exact = ours(layer, states, (text, [tokens]))
    ours, layer = ours.to(torch.bfloat16), layer.to(torch.bfloat16)
    half = ours(layer, states.bfloat16(), (text.bfloat16(), [tokens.bfloat16()]))
    assert half.dtype == torch.bfloat16
    # Two decimal digits are what bfloat16 has.
    torch.testing.assert_close(half.float(), exact, rtol=0.05, atol=0.05)


def test_its_weights_are_the_given_ones_and_do_not_learn() -> None:
    key, value = torch.ones(HIDDEN, TEXT), torch.zeros(HIDDEN, TEXT)
    ours = FaceAttention(key, value, TOKENS, "mid")
    assert {name: weight.shape for name, weight in ours.named_parameters()} == {
        "to_k_ip.0.weight": (HIDDEN, TEXT),
        "to_v_ip.0.weight": (HIDDEN, TEXT),
    }
    assert ours.get_parameter("to_k_ip.0.weight").data_ptr() == key.data_ptr()
    assert not any(weight.requires_grad or weight.is_meta for weight in ours.parameters())


# ---- In the UNet


def processors(pack: TinyPack) -> dict[str, Any]:
    return dict(pack.parts.unet.attn_processors)


@contextmanager
def restored(pack: TinyPack) -> Iterator[None]:
    """Afterwards the very same processors are in place, and ours are at rest."""
    before = processors(pack)
    yield
    after = processors(pack)
    assert list(after) == list(before)
    assert all(after[name] is before[name] for name in before)
    assert not any(isinstance(processor, FaceAttention) for processor in after.values())
    assert all(ours.transform is None and ours.branches == 1 for ours in pack.parts.adapter.processors.values())


def test_it_is_in_every_cross_attention_within_and_gone_afterwards(pack: TinyPack) -> None:
    with restored(pack):
        before = processors(pack)
        with installed(pack.parts.unet, pack.parts.adapter.processors, 0.8):
            within = processors(pack)
            assert list(within) == list(before)
            for name, processor in within.items():
                assert isinstance(processor, FaceAttention) == name.endswith("attn2.processor"), name
                if isinstance(processor, FaceAttention):
                    assert processor.scale == [0.8]
                    assert name.startswith(processor.part)
                else:
                    assert processor is before[name]


@pytest.mark.parametrize("error", [RuntimeError("bug"), Cancelled(), KeyboardInterrupt()])
def test_it_is_gone_after_an_exception(pack: TinyPack, error: BaseException) -> None:
    def run() -> None:
        with installed(pack.parts.unet, pack.parts.adapter.processors, 1) as attention:
            attention.set_step(PRESETS["scheduled-softmask"], 0, 4, 3)
            raise error

    with restored(pack), pytest.raises(type(error)):
        run()


@pytest.mark.parametrize("name", PRESETS)
def test_it_is_gone_after_a_run(pack: TinyPack, name: str) -> None:
    with restored(pack):
        pack.sample(PRESETS[name], latent=(4, 4))


def test_it_is_gone_after_a_cancelled_run(pack: TinyPack) -> None:
    cancel = CancelToken()
    with restored(pack), pytest.raises(Cancelled):
        pack.sample(
            PRESETS["scheduled-softmask"],
            latent=(4, 4),
            cancel=cancel,
            on_step=lambda step, _latents: cancel.cancel() if step == 2 else None,
        )


def transforms(pack: TinyPack) -> dict[Part, set[MapTransform | None]]:
    found: dict[Part, set[MapTransform | None]] = {part: set() for part in get_args(Part)}
    for processor in pack.parts.adapter.processors.values():
        found[processor.part].add(processor.transform)
    return found


def test_each_step_and_part_has_its_settings(pack: TinyPack) -> None:
    preset = PRESETS["scheduled-softmask"]
    settings = preset.attention
    assert settings is not None
    settings = settings.model_copy(update={"steps": (1,)})
    preset = preset.model_copy(update={"attention": settings})
    with restored(pack), installed(pack.parts.unet, pack.parts.adapter.processors, 1) as attention:
        attention.set_step(preset, 1, 4, 3)
        assert transforms(pack) == {
            "down": {MapTransform(settings, "down", 1, 4)},
            "mid": {None},
            "up": {MapTransform(settings, "up", 1, 4)},
        }
        assert {ours.branches for ours in pack.parts.adapter.processors.values()} == {3}
        # A step that is not chosen uses the plain map, whatever was before it.
        attention.set_step(preset, 2, 4, 1)
        assert transforms(pack) == {part: {None} for part in get_args(Part)}
        assert {ours.branches for ours in pack.parts.adapter.processors.values()} == {1}


def test_a_preset_without_attention_settings_leaves_the_map_plain(pack: TinyPack) -> None:
    with installed(pack.parts.unet, pack.parts.adapter.processors, 1) as attention:
        attention.set_step(PRESETS["scale-power"], 0, 4, 1)
        attention.set_step(PRESETS["baseline"], 1, 4, 1)
        assert transforms(pack) == {part: {None} for part in get_args(Part)}


class _AsAPipeline(IPAdapterMixin):
    """What diffusers' mixin needs of a pipeline."""

    def __init__(self, unet: torch.nn.Module) -> None:
        self.unet = unet


def test_the_strength_can_be_set_the_way_of_diffusers(pack: TinyPack) -> None:
    unet = pack.parts.unet
    with restored(pack), installed(unet, pack.parts.adapter.processors, 0.8):
        _AsAPipeline(unet).set_ip_adapter_scale(0.25)
        assert {tuple(ours.scale) for ours in pack.parts.adapter.processors.values()} == {(0.25,)}
    # The next run starts from its own strength again.
    with installed(unet, pack.parts.adapter.processors, 0.6):
        assert {tuple(ours.scale) for ours in pack.parts.adapter.processors.values()} == {(0.6,)}


def test_without_strength_the_identity_does_not_matter(pack: TinyPack) -> None:
    off = PRESETS["scheduled-softmask"].model_copy(update={"adapter_strength": 0.0})
    on: Preset = PRESETS["scheduled-softmask"]
    stranger: Conditioning = {
        branch: BranchCondition(condition.text, condition.pooled, (condition.tokens[0].flip(-1),))
        for branch, condition in pack.conditioning.items()
    }
    other = TinyPack(pack.parts, pack.identity, stranger)
    assert pack.sample(off, latent=(4, 4)).equal(other.sample(off, latent=(4, 4)))
    assert not pack.sample(on, latent=(4, 4)).equal(other.sample(on, latent=(4, 4)))


def test_keys_and_values_are_computed_once_a_job(pack: TinyPack) -> None:
    unet, calls = pack.parts.unet, dict[str, int]()
    layers: dict[str, Any] = {
        name: module for name, module in unet.named_modules() if name.endswith(("attn2.to_k", "attn2.to_v"))
    }
    for name, processor in pack.parts.adapter.processors.items():
        layers |= {f"{name}.key": processor.to_k_ip[0], f"{name}.value": processor.to_v_ip[0]}

    def count(name: str) -> None:
        calls[name] = calls.get(name, 0) + 1

    hooks = [layer.register_forward_hook(lambda *_arguments, name=name: count(name)) for name, layer in layers.items()]
    try:
        # In its first and last steps it needs other branches than between them.
        pack.sample(PRESETS["fastface-scale-power"], latent=(4, 4), steps=8)
    finally:
        for hook in hooks:
            hook.remove()
    assert set(calls) == set(layers)
    assert max(calls.values()) <= 2


def test_resting_and_setting_hold_for_every_processor() -> None:
    ours = {"a": face_attention("down"), "b": face_attention("up")}
    attention = InstalledAttention(ours)
    attention.set_step(PRESETS["scale-power"], 0, 4, 2)
    assert [processor.branches for processor in ours.values()] == [2, 2]
    assert all(processor.transform is not None for processor in ours.values())
    attention.reset()
    assert [(processor.branches, processor.transform) for processor in ours.values()] == [(1, None)] * 2
