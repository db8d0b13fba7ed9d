"""A parser of faces: which pixels are skin, hair, ears, clothes. The network is BiSeNet (arXiv 1808.00897) on
ResNet-18, as facexlib publishes it; the names of the weights are those of its file, sizes are read from their shapes.
"""

from pathlib import Path
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from accelerate import init_empty_weights
from numpy.typing import NDArray
from torch import Tensor, nn

from fastface_core.engine.weights import GET_IT, read_state
from fastface_core.errors import ModelError

CLASSES = 19
"""Those of CelebAMask-HQ, 0 to 18: background, skin, brows (2), eyes (2), glasses, ears (2), earring, nose, mouth, lips
(2), neck, necklace, clothes, hair, hat."""
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""ImageNet's, of red, green, blue from 0 to 1."""
_IN_TRAINING = ("conv_out16.", "conv_out32.")
"""Heads that only the training looked at."""


def _conv(weight: Tensor, stride: int = 1) -> nn.Conv2d:
    """Without weights yet, of the sizes of these."""
    out, taken, side, _ = weight.shape
    return nn.Conv2d(taken, out, side, stride, side // 2, bias=False)


class _Convolved(nn.Module):
    """Convolution, normalisation, rectifier."""

    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.conv = _conv(state[f"{name}.conv.weight"])
        self.bn = nn.BatchNorm2d(self.conv.out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class _Block(nn.Module):
    """A residual block of two convolutions (arXiv 1512.03385)."""

    def __init__(self, state: dict[str, Tensor], name: str, stride: int) -> None:
        super().__init__()
        self.conv1 = _conv(state[f"{name}.conv1.weight"], stride)
        self.bn1 = nn.BatchNorm2d(self.conv1.out_channels)
        self.conv2 = _conv(state[f"{name}.conv2.weight"])
        self.bn2 = nn.BatchNorm2d(self.conv2.out_channels)
        self.downsample = nn.Sequential()
        if (shorter := state.get(f"{name}.downsample.0.weight")) is not None:
            self.downsample = nn.Sequential(_conv(shorter, stride), nn.BatchNorm2d(shorter.shape[0]))

    def forward(self, x: Tensor) -> Tensor:
        seen = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(self.downsample(x) + seen)


class _ResNet(nn.Module):
    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.conv1 = _conv(state[f"{name}.conv1.weight"], 2)
        self.bn1 = nn.BatchNorm2d(self.conv1.out_channels)
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(
                _Block(state, f"{name}.layer{layer}.0", 1 if layer == 1 else 2),
                _Block(state, f"{name}.layer{layer}.1", 1),
            )
            for layer in (1, 2, 3, 4)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The states at an eighth, a sixteenth and a thirty-second of the picture's size."""
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        eighth = self.layer2(self.layer1(x))
        sixteenth = self.layer3(eighth)
        return eighth, sixteenth, self.layer4(sixteenth)


def _mean(x: Tensor) -> Tensor:
    return x.mean((2, 3), keepdim=True)


class _Refined(nn.Module):
    """States, each channel by as much as its mean says."""

    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.conv = _Convolved(state, f"{name}.conv")
        self.conv_atten = _conv(state[f"{name}.conv_atten.weight"])
        self.bn_atten = nn.BatchNorm2d(self.conv_atten.out_channels)

    def forward(self, x: Tensor) -> Tensor:
        states = self.conv(x)
        return states * self.bn_atten(self.conv_atten(_mean(states))).sigmoid()


class _Context(nn.Module):
    """What the whole picture says of each place."""

    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.resnet = _ResNet(state, f"{name}.resnet")
        self.arm16, self.arm32 = (_Refined(state, f"{name}.{part}") for part in ("arm16", "arm32"))
        self.conv_head32, self.conv_head16, self.conv_avg = (
            _Convolved(state, f"{name}.{part}") for part in ("conv_head32", "conv_head16", "conv_avg")
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        eighth, sixteenth, last = self.resnet(x)
        wide = self.arm32(last) + self.conv_avg(_mean(last))
        wide = self.conv_head32(F.interpolate(wide, sixteenth.shape[2:]))
        return eighth, self.conv_head16(F.interpolate(self.arm16(sixteenth) + wide, eighth.shape[2:]))


class _Fused(nn.Module):
    """Places and context together."""

    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.convblk = _Convolved(state, f"{name}.convblk")
        self.conv1, self.conv2 = (_conv(state[f"{name}.{part}.weight"]) for part in ("conv1", "conv2"))

    def forward(self, places: Tensor, context: Tensor) -> Tensor:
        states = self.convblk(torch.cat([places, context], dim=1))
        return states + states * self.conv2(F.relu(self.conv1(_mean(states)))).sigmoid()


class _Head(nn.Module):
    def __init__(self, state: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.conv = _Convolved(state, f"{name}.conv")
        self.conv_out = _conv(state[f"{name}.conv_out.weight"])

    def forward(self, x: Tensor) -> Tensor:
        return self.conv_out(self.conv(x))


class FaceParser(nn.Module):
    """The published parser, on the CPU in float32."""

    def __init__(self, state: dict[str, Tensor]) -> None:
        """Empty, with a file's sizes. KeyError where a part is missing."""
        super().__init__()
        self.cp = _Context(state, "cp")
        self.ffm = _Fused(state, "ffm")
        self.conv_out = _Head(state, "conv_out")

    @classmethod
    def load(cls, path: Path) -> "FaceParser":
        """
        Raises:
            ModelError: the file is missing, damaged, or no such parser's.
        """
        state = {name: value for name, value in read_state(path).items() if not name.startswith(_IN_TRAINING)}
        try:
            with init_empty_weights():
                parser = cls(state)
            numbers = {name: value.float() if value.is_floating_point() else value for name, value in state.items()}
            parser.load_state_dict(numbers, assign=True)
            if parser.conv_out.conv_out.out_channels != CLASSES:
                raise ValueError("other classes")
        except (KeyError, RuntimeError, ValueError) as error:
            raise ModelError(f"The parser of faces {path.name} is incomplete or of another form.", GET_IT) from error
        return parser.eval().requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """How much each class fits each pixel.

        Args:
            x: (picture, 3, height, width), normalised; sides in multiples of 32.

        Returns:
            (picture, 19, height, width).
        """
        found = self.conv_out(self.ffm(*self.cp(x)))
        return F.interpolate(found, x.shape[2:], mode="bilinear", align_corners=True)

    def labels(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The class of each pixel.

        Args:
            pixels: (height, width, 3) uint8 RGB, an aligned face; sides in multiples of 32.

        Returns:
            (height, width), 0 to 18.
        """
        planes = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
        mean, deviation = (torch.tensor(values)[:, None, None] for values in (_MEAN, _DEVIATION))
        with torch.inference_mode():
            found = cast(Tensor, self((planes - mean) / deviation)).argmax(1)[0]
        return found.numpy().astype(np.uint8)
