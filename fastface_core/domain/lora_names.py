"""How the tensors of LoRA files are named, in every form that is about.

kohya: "lora_unet_LAYER.lora_down.weight". diffusers: "unet.LAYER.lora.down.weight", and of old
"unet.ATTENTION.processor.to_q_lora.down.weight". peft: "LAYER.lora_A.weight", also with the adapter's name in it.
ComfyUI: "diffusion_model.LAYER.lora_up.weight", with layers named as in SDXL's original code.
"""

import re

PEFT_SETTINGS = "lora_adapter_metadata"
"""The entry of a file's head in which diffusers keeps peft's settings of a LoRA, each with "unet." before its name."""
MATRIX = re.compile(r"(?P<layer>.+)[._]lora[._](?P<part>down|up|A|B)(\.\w+)?\.weight")
ALPHA = re.compile(r"(?P<layer>.+)\.alpha")
_BESIDE = re.compile(
    r"(?:base_model\.model\.|lora_|lycoris_|oft_)?(?:te\d?[._]|text_encoder|text_model|clip_[lg]\.)\S*"
    r"|bundle_emb\.\S*|emb_params",
    re.DOTALL,
)
_PREFIXES = re.compile(
    r"(?:base_model\.model\.|model\.diffusion_model\.|diffusion_model\.|unet\.|lora_unet_|lycoris_(?:unet_)?)*"
)


def is_beside(name: str) -> bool:
    """Whether a tensor is for a text encoder, or a word's embedding that a trainer put into the file."""
    return _BESIDE.fullmatch(name) is not None


def plain(layer: str) -> str:
    """A layer's name without prefixes, and every dot an underscore, as kohya has them."""
    found = _PREFIXES.sub("", layer, count=1).replace(".processor.", ".").replace(".", "_")
    # Of old, diffusers left out the output projection's place in its list.
    return f"{found}_0" if found.endswith("to_out") else found
