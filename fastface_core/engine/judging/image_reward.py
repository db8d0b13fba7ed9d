"""ImageReward: how people would rate a picture made for a text (Xu et al., arXiv 2304.05977).

BLIP's text encoder reads the text while its cross-attention looks at the picture, as its vision encoder sees it (Li et
al., arXiv 2201.12086); linear layers rate what its first token holds in the end. Files and names of weights: THUDM's
ImageReward-v1.0, whose MLP, mean and deviation these are; the tokenizer's words are BERT's, uncased.
"""

import math
import re
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from transformers import BertTokenizer, BlipTextConfig, BlipTextModel, BlipVisionConfig, BlipVisionModel

from fastface_core.engine.device import Device
from fastface_core.engine.judging.aesthetics import rating_layers
from fastface_core.engine.judging.clip import normalised, prepared
from fastface_core.engine.judging.views import View
from fastface_core.engine.libraries import quieten
from fastface_core.engine.weights import loading_errors, read_json, read_state
from fastface_core.errors import ModelError

CONFIG = "med_config.json"
"""Beside the weights: the text encoder's form."""
TEXT_LENGTH = 35
"""Tokens of the longest text that is read, with the two that begin and end it; what follows is cut off."""
MEAN, DEVIATION = 0.16717362830052426, 1.0333394966054072
"""Of the ratings in its training: what is told is how many deviations a picture stands above the mean."""

_Part = TypeVar("_Part", bound=nn.Module)
_HEAD = 64
"""Width of one head of attention, in all of BLIP's vision encoders."""
_EPSILON = 1e-6
"""Of the vision encoder's normalisations."""
_HINT = "Download it again with `fastface models download judges`."
_VISION, _TEXT, _RATING = "blip.visual_encoder.", "blip.text_encoder.", "mlp."

# The published names of the vision encoder's weights, and transformers' own.
_RENAMED = (
    (r"^cls_token$", "embeddings.class_embedding"),
    (r"^pos_embed$", "embeddings.position_embedding"),
    (r"^patch_embed\.proj\.", "embeddings.patch_embedding."),
    (r"^norm\.", "post_layernorm."),
    (r"^blocks\.(\d+)\.", r"encoder.layers.\1."),
    (r"\.norm([12])\.", r".layer_norm\1."),
    (r"\.attn\.proj\.", ".self_attn.projection."),
    (r"\.attn\.", ".self_attn."),
)


class ImageReward:
    """The loaded model. It computes in 32 bits, as published, whatever pictures are made in."""

    def __init__(self, weights: Path, words: Path, device: Device) -> None:
        """
        Args:
            weights: `ImageReward.pt`, or safetensors made of it, with `med_config.json` beside it.
            words: `vocab.txt` of BERT, uncased.

        Raises:
            ModelError: a file is missing, damaged, or of another form.
        """
        quieten()
        try:
            state = read_state(weights)
            form = read_json(weights.parent / CONFIG)
            with loading_errors(weights):
                vision = _vision(_part(state, _VISION))
                text = _text(_part(state, _TEXT), form, vision.config.hidden_size)
                self._rating = rating_layers(state, _RATING, text.config.hidden_size)
            with loading_errors(words):
                self._tokenizer: Any = BertTokenizer.from_pretrained(words.parent, local_files_only=True)
                # As in training: two words more than BERT has.
                self._tokenizer.add_special_tokens({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]})
        except ModelError as error:
            raise ModelError(error.message, _HINT) from error
        if len(self._tokenizer) > text.config.vocab_size:
            raise ModelError(f"{words.name} has more words than {weights.name} knows.", _HINT)
        # Their `to` is untyped.
        self._vision: Any = vision
        self._text: Any = text
        for part in (self._vision, self._text, self._rating):
            part.to(device.torch_device).eval()
        self._device = device.torch_device
        self.size = int(self._vision.config.image_size)

    @torch.inference_mode()
    def score(self, view: View, text: str) -> float:
        """The rating, in deviations from the mean of rated pictures, about -2 to 2."""
        found = self._tokenizer([text], truncation=True, max_length=TEXT_LENGTH, return_tensors="pt")
        tokens: Tensor = found["input_ids"].to(self._device)
        # A text by itself needs no padding, and so no mask.
        answer = self._text(input_ids=tokens, encoder_hidden_states=self._see(view))
        return (float(self._rating(answer.last_hidden_state[:, 0])) - MEAN) / DEVIATION

    @torch.inference_mode()
    def _see(self, view: View) -> Tensor:
        pixels = normalised(prepared(view.pixels, self.size))[None].to(self._device)
        return self._vision(pixel_values=pixels).last_hidden_state


def _part(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value.float() for name, value in state.items() if name.startswith(prefix)}


def _vision(state: dict[str, Tensor]) -> BlipVisionModel:
    for published, ours in _RENAMED:
        state = {re.sub(published, ours, name): value for name, value in state.items()}
    places, width = state["embeddings.position_embedding"].shape[1:]
    patch = state["embeddings.patch_embedding.weight"].shape[-1]
    config = BlipVisionConfig(
        hidden_size=width,
        intermediate_size=state["encoder.layers.0.mlp.fc1.weight"].shape[0],
        num_hidden_layers=len({name.split(".")[2] for name in state if name.startswith("encoder.layers.")}),
        num_attention_heads=width // _HEAD,
        image_size=math.isqrt(places - 1) * patch,
        patch_size=patch,
        layer_norm_eps=_EPSILON,
    )
    with torch.device("meta"):
        model = BlipVisionModel(config)
    return _filled(model, state)


def _text(state: dict[str, Tensor], form: dict[str, Any], seen: int) -> BlipTextModel:
    """`seen`: width of what the vision encoder gives."""
    config = BlipTextConfig(
        vocab_size=form["vocab_size"],
        hidden_size=form["hidden_size"],
        encoder_hidden_size=seen,
        intermediate_size=form["intermediate_size"],
        num_hidden_layers=form["num_hidden_layers"],
        num_attention_heads=form["num_attention_heads"],
        max_position_embeddings=form["max_position_embeddings"],
        hidden_act=form["hidden_act"],
        layer_norm_eps=form["layer_norm_eps"],
    )
    with torch.device("meta"):
        model = BlipTextModel(config, add_pooling_layer=False)
    # No weight, and so in no file.
    model.embeddings.position_ids = nn.Buffer(torch.arange(config.max_position_embeddings)[None], persistent=False)
    return _filled(model, state)


def _filled(model: _Part, state: dict[str, Tensor]) -> _Part:
    """With the weights in place; those that it has no place for, as the buffers of older versions, are left out.

    Raises:
        RuntimeError: one is missing or of another shape.
    """
    known = model.state_dict()
    model.load_state_dict({name: value for name, value in state.items() if name in known}, assign=True)
    return model.requires_grad_(False)
