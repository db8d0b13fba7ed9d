"""The visual tower of EVA02-CLIP-L-14-336 (arXiv 2303.15389): pictures to a pooled embedding and to hidden states.

The names of the weights are those of the published file, below `visual.`; sizes are read from their shapes.
"""

from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from accelerate import init_empty_weights
from torch import Tensor

from fastface_core.engine.adapters.clip import DEVIATION, MEAN
from fastface_core.engine.adapters.files import State, below
from fastface_core.engine.weights import GET_IT, read_state
from fastface_core.errors import ModelError

_EPSILON = 1e-6
_HEAD = 64
"""Channels of a head where the file has no rotation tables to tell them by."""
_TRAINED_SIDE = 16
"""Patches along a side of the pictures that the rotation was first trained with."""
SEEN = (4, 8, 12, 16, 20)
"""The blocks whose inputs are handed on."""


class _Attention(torch.nn.Module):
    def __init__(self, size: int, head: int) -> None:
        super().__init__()
        self.head = head
        self.q_proj = torch.nn.Linear(size, size, bias=False)
        self.k_proj = torch.nn.Linear(size, size, bias=False)
        self.v_proj = torch.nn.Linear(size, size, bias=False)
        self.q_bias = torch.nn.Parameter(torch.zeros(size))
        self.v_bias = torch.nn.Parameter(torch.zeros(size))
        self.inner_attn_ln = torch.nn.LayerNorm(size, eps=_EPSILON)
        self.proj = torch.nn.Linear(size, size)

    def forward(self, x: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
        query, key, value = (
            states.unflatten(-1, (-1, self.head)).transpose(1, 2)
            for states in (self.q_proj(x) + self.q_bias, self.k_proj(x), self.v_proj(x) + self.v_bias)
        )
        found = F.scaled_dot_product_attention(_turned(query, angles), _turned(key, angles), value)
        return self.proj(self.inner_attn_ln(found.transpose(1, 2).flatten(2)))


class _FeedForward(torch.nn.Module):
    def __init__(self, size: int, inner: int) -> None:
        super().__init__()
        self.w1 = torch.nn.Linear(size, inner)
        self.w2 = torch.nn.Linear(size, inner)
        self.ffn_ln = torch.nn.LayerNorm(inner, eps=_EPSILON)
        self.w3 = torch.nn.Linear(inner, size)

    def forward(self, x: Tensor) -> Tensor:
        return self.w3(self.ffn_ln(F.silu(self.w1(x)) * self.w2(x)))


class _Block(torch.nn.Module):
    def __init__(self, size: int, head: int, inner: int) -> None:
        super().__init__()
        self.norm1 = torch.nn.LayerNorm(size, eps=_EPSILON)
        self.attn = _Attention(size, head)
        self.norm2 = torch.nn.LayerNorm(size, eps=_EPSILON)
        self.mlp = _FeedForward(size, inner)

    def forward(self, x: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.attn(self.norm1(x), angles)
        return x + self.mlp(self.norm2(x))


class EvaTower(torch.nn.Module):
    """
    Attributes:
        side: of the pictures, in pixels.
    """

    def __init__(self, state: State) -> None:
        """Empty, with a file's sizes. KeyError where a part is missing."""
        super().__init__()
        size, _, patch, _ = state["patch_embed.proj.weight"].shape
        places = state["pos_embed"].shape[1]
        self.grid = round((places - 1) ** 0.5)
        self.side = self.grid * patch
        table = state.get("rope.freqs_cos")
        self.head_size = _HEAD if table is None else table.shape[1]
        depth = 1 + max(int(key.split(".")[1]) for key in state if key.startswith("blocks."))
        inner = state["blocks.0.mlp.w1.weight"].shape[0]
        self.patch_embed = torch.nn.ModuleDict({"proj": torch.nn.Conv2d(3, size, patch, patch)})
        self.cls_token = torch.nn.Parameter(torch.zeros(1, 1, size))
        self.pos_embed = torch.nn.Parameter(torch.zeros(1, places, size))
        self.blocks = torch.nn.ModuleList([_Block(size, self.head_size, inner) for _ in range(depth)])
        self.norm = torch.nn.LayerNorm(size, eps=_EPSILON)
        self.head = torch.nn.Linear(size, state["head.weight"].shape[0])

    @classmethod
    def load(cls, path: Path) -> "EvaTower":
        """The tower of a published file, which may hold a text tower too.

        Raises:
            ModelError: it is missing, damaged, or no such file.
        """
        try:
            return cls.of(below(read_state(path), "visual."))
        except (KeyError, IndexError, RuntimeError, ValueError) as error:
            raise ModelError(f"The image encoder {path.name} is incomplete or of another form.", GET_IT) from error

    @classmethod
    def of(cls, state: State) -> "EvaTower":
        """With a file's weights, below `visual.`, in float32.

        Raises:
            KeyError, IndexError, RuntimeError, ValueError: they are not a tower's, or not all of them.
        """
        with init_empty_weights():
            tower = cls(state)
        # The tables of the file are rounded to half precision, and are computed here instead.
        own = {name: value.float() for name, value in state.items() if ".rope." not in f".{name}"}
        tower.load_state_dict(own, assign=True)
        if len(tower.blocks) <= SEEN[-1]:
            raise ValueError("too few layers")
        return tower.eval().requires_grad_(False)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """
        Args:
            pixels: (1, 3, side, side), with CLIP's mean and deviation.

        Returns:
            Pooled, (1, size), not normalised; and the inputs of the blocks `SEEN`, (5, 1 + patches, width).
        """
        patches = cast(Tensor, self.patch_embed["proj"](pixels)).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token, patches], dim=1) + self.pos_embed
        angles = rotation(self.grid, self.head_size, pixels.device)
        seen: list[Tensor] = []
        for number, block in enumerate(self.blocks):
            if number in SEEN:
                seen.append(x)
            x = block(x, angles)
        return self.head(self.norm(x)[:, 0]), torch.cat(seen)


def tower_pixels(picture: Tensor, side: int) -> Tensor:
    """(1, 3, side, side) with CLIP's mean and deviation, of a picture (height, width, 3) from 0 to 1.

    Bicubic without antialiasing, and not clamped: so were the pictures that PuLID's encoders were trained with.
    """
    planes = picture.permute(2, 0, 1)[None]
    scaled = F.interpolate(planes, (side, side), mode="bicubic", align_corners=False, antialias=False)
    mean, deviation = (torch.tensor(values)[:, None, None] for values in (MEAN, DEVIATION))
    return (scaled - mean) / deviation


def rotation(grid: int, head: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosine and sine of the angles by which a head's pairs of channels are turned, (patches, head) each, float32.

    The first half of the channels goes by the row, the second by the column (arXiv 2104.09864, in two directions).
    """
    pairs = torch.arange(head // 4, device=device, dtype=torch.float32)
    speeds = 10000 ** (-2 * pairs / (head // 2))
    places = torch.arange(grid, device=device, dtype=torch.float32) / grid * _TRAINED_SIDE
    along = (places[:, None] * speeds).repeat_interleave(2, dim=-1)
    rows = along[:, None].expand(grid, grid, head // 2)
    columns = along[None].expand(grid, grid, head // 2)
    angles = torch.cat([rows, columns], dim=-1).flatten(0, 1)
    return angles.cos(), angles.sin()


def _turned(states: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
    """All but the class token's, (batch, head, 1 + patches, channel), pair by neighbouring pair."""
    cosine, sine = angles
    patches = states[:, :, 1:]
    first, second = patches.unflatten(-1, (-1, 2)).unbind(-1)
    across = torch.stack([-second, first], dim=-1).flatten(-2)
    return torch.cat([states[:, :, :1], patches * cosine + across * sine], dim=2)
