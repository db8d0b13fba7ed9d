"""Counts what one step of the UNet launches at SDXL's real size, and its FLOPs, for each preset: on fake tensors.

    python benchmarks/count.py [--size 1024] [--presets NAMES] [--reference]

Nothing is computed and nothing takes memory, so that any computer can count. An operator launches work unless it only
looks at a tensor in another way. A step in the middle of four is counted, the second time it is made, in float16: what
is computed once a job is not in it. The identity attention is counted as where its kernels can be used, an operator a
launch (`fastface_core.engine.fused`); with `--reference` as elsewhere. Prints a JSON line for each preset.
"""

import argparse
import collections
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.random_sdxl import REAL, TOKENS, _attention, _part
from fastface_core.domain.branches import branches_at
from fastface_core.domain.presets import Preset
from fastface_core.engine.attention import Attended, FaceAttention, installed
from fastface_core.presets.files import built_in, find

_LOOKS = [
    "view",
    "_unsafe_view",
    "t.",
    "transpose",
    "permute",
    "expand",
    "unsqueeze",
    "squeeze",
    "slice",
    "select",
    "split",
    "chunk",
    "detach",
    "alias",
    "unflatten",
    "as_strided",
    "unbind",
    "reshape",
    "empty",
    "sym_",
    "lift_fresh",
    "_local_scalar",
    "device",
]
_LARGE = ("mm", "addmm", "bmm", "baddbmm", "convolution", "_scaled_dot", "linear")
_STEP, _STEPS = 1, 4


class Count(TorchDispatchMode):
    """Operators that launch work, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: collections.Counter[str] = collections.Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if not func.__name__.startswith(tuple(_LOOKS)):
            self.found[func.__name__] += 1
        return func(*args, **(kwargs or {}))


def counted(call: Any) -> dict[str, object]:
    with Count() as count:
        call()
    with FlopCounterMode(display=False) as flops:
        call()
    return {
        "operators": sum(count.found.values()),
        "large": sum(number for name, number in count.found.items() if name.startswith(_LARGE)),
        "tflop": round(flops.get_total_flops() / 1e12, 2),
        "most": dict(count.found.most_common(8)),
    }


def step_of(
    unet: UNet2DConditionModel, processors: Mapping[str, FaceAttention], preset: Preset, side: int, at_once: bool
) -> dict[str, object]:
    branches = len(branches_at(preset, 1.0, _STEP, _STEPS))
    text: list[Tensor] = [torch.empty(branches, 77, 2048)]
    attended = Attended((text[0], [torch.empty(branches, TOKENS, 2048)]))
    added = {"text_embeds": torch.empty(branches, 1280), "time_ids": torch.empty(branches, 6)}
    latents, timestep = torch.empty(branches, 4, side // 8, side // 8), torch.tensor(500)
    with installed(unet, processors, preset.adapter_strength, at_once=at_once) as attention:
        attention.set_step(preset, _STEP, _STEPS, branches)

        def call() -> None:
            unet(latents, timestep, encoder_hidden_states=attended, added_cond_kwargs=added, return_dict=False)  # type: ignore[reportArgumentType]

        call()  # keys and values
        return {"preset": preset.name, "branches": branches} | counted(call)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=1024, help="pixels along a side (default 1024)")
    parser.add_argument("--presets", default=",".join(built_in()), help="names, separated by commas (default: all)")
    parser.add_argument("--reference", action="store_true", help="without the kernels of the identity attention")
    parsed = parser.parse_args(arguments)
    torch.set_default_dtype(torch.float16)
    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        unet = UNet2DConditionModel(**REAL.unet).eval().requires_grad_(False)
        processors = {
            f"{name}.processor": FaceAttention(
                torch.empty(hidden, attended), torch.empty(hidden, attended), TOKENS, _part(name)
            )
            for name, hidden, attended in _attention(unet)
            if name.endswith("attn2")
        }
        for name in parsed.presets.split(","):
            print(json.dumps(step_of(unet, processors, find(name), parsed.size, not parsed.reference)), flush=True)
        vae = AutoencoderKL(**REAL.vae).eval()
        latents = torch.empty(1, 4, parsed.size // 8, parsed.size // 8)
        print(json.dumps({"decode": parsed.size} | counted(lambda: vae.decode(latents, return_dict=False))))  # type: ignore[reportArgumentType]


if __name__ == "__main__":
    main()
