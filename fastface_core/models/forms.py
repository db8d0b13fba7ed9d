"""What a file of weights is, told from the names and shapes of its tensors: to say it, where it cannot be used.

Names are those that the programs write which train or convert such files; the first rule that fits decides, the most
particular ones first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Shapes = Mapping[str, tuple[int, ...]]

WHOLE = "Choose a checkpoint made for SDXL."
NO_LORAS = "LoRAs of this kind cannot be used: choose a whole checkpoint made for SDXL."
A_LORA = "Take it over with: fastface models import-lora."
NO_EXTRAS = "Adapters, embeddings and upscalers of your own cannot be used: choose a whole checkpoint made for SDXL."
ALL_PARTS = "Choose a checkpoint made for SDXL that has all its parts in one .safetensors file."


@dataclass(frozen=True, slots=True)
class Form:
    """What a file is.

    Attributes:
        reason: in words that go after a colon.
        hint: the next step, one sentence.
    """

    reason: str
    hint: str = WHOLE


def form_of(shapes: Shapes) -> Form:
    """What these tensors are, which are no checkpoint in SDXL's original form."""
    if not shapes:
        return Form("it holds no weights, so that it is no Stable Diffusion checkpoint")
    shapes = {_WRAPPED.sub("", name): shape for name, shape in shapes.items()}
    # One text, so that each rule looks through it once.
    names = "\n".join(shapes)
    for rule, form in _ADAPTERS:
        if rule.search(names):
            return form
    if (lora := _lora(names, shapes)) is not None:
        return lora
    if _is_embedding(shapes):
        return Form("it is a textual inversion, the embedding of a word", NO_EXTRAS)
    for rule, form in _OTHERS:
        if rule.search(names):
            return form
    return UNKNOWN


UNKNOWN = Form("it is no Stable Diffusion checkpoint")

# What training programs put around their weights.
_WRAPPED = re.compile(r"^(?:(?:state_dict|params_ema|params|model_state_dict|module|net_g|net_g_ema)\.)+")
# What single files, and other programs, put before the names of a diffusion model.
_PREFIX = r"^(?:model\.diffusion_model\.|diffusion_model\.|model\.|module\.|transformer\.|net\.)?"


def _rule(pattern: str, reason: str, hint: str = WHOLE) -> tuple[re.Pattern[str], Form]:
    return re.compile(pattern, re.MULTILINE), Form(reason, hint)


_ADAPTERS = (
    _rule(r"lllite_", "it is a ControlNet of the kind LLLite", NO_EXTRAS),
    _rule(r"^lora_controlnet$", "it is a Control-LoRA, a small ControlNet", NO_EXTRAS),
    _rule(r"^pulid|^id_adapter|^pulid_encoder", "it is a PuLID face adapter", NO_EXTRAS),
    _rule(r"^id_encoder\.", "it is a PhotoMaker face adapter", NO_EXTRAS),
    _rule(
        r"^(?:image_proj(?:_model)?|ip_adapter(?:_proj_model)?|adapter_modules)\.|\.ip_adapter[._]|_ip(?:_lora)?\.",
        "it is an IP-Adapter",
        NO_EXTRAS,
    ),
    _rule(
        r"^control_model\.|^controlnet_|input_hint_block\.|^zero_convs\.|^controlnet_cond_embedding\.|^task_embedding$",
        "it is a ControlNet",
        NO_EXTRAS,
    ),
    _rule(r"^brushnet_", "it is a BrushNet, which is like a ControlNet", NO_EXTRAS),
    _rule(
        r"^(?:adapter\.)?body\.\d+\.(?:block1|in_conv|resnets\.\d+\.block1)\.|^adapter\.(?:body|conv_in)\.",
        "it is a T2I-Adapter",
        NO_EXTRAS,
    ),
    _rule(r"motion_modules\.", "it is a motion module for AnimateDiff", NO_EXTRAS),
    _rule(r"position_net\.|\.fuser\.", "it is a GLIGEN model", NO_EXTRAS),
)

# The kinds of LoRAs, and of what goes by that name, by the last parts of their names.
_LORAS = (
    ("LoKr", r"[._]lokr_[wt]\d"),
    ("LoHa", r"[._]hada_[wt]\d"),
    ("OFT", r"[._]oft_(?:blocks|diag|R|r)\b|^oft_|[._]oft_[rR]\."),
    ("BOFT", r"[._]boft_"),
    ("IA3", r"[._]ia3_l\b|\.on_input$"),
    ("GLoRA", r"^lora_\S*\.[ab][12]\.weight$|^lycoris_\S*\.[ab][12]\.weight$"),
    ("DoRA", r"[._]dora_scale$|[._]lora_magnitude_vector\b"),
    ("VeRA", r"[._]vera_lambda_"),
    ("AdaLoRA", r"[._]lora_E\b"),
    ("HRA", r"[._]hra_u\b"),
    ("FourierFT", r"[._]fourierft_spectrum"),
    ("LoCon with Tucker's decomposition", r"[._]lora_mid\b"),
    ("", r"(?:^|[._])lora_(?:A|B|down|up|embedding_A|embedding_B|linear_layer)\b"),
    ("", r"[._]lora\.(?:down|up)\.|_lora\.(?:down|up)\.|_lora_(?:down|up)\b|[._]lora[._](?:down|up)[._]weight"),
    ("", r"^(?:lora|lycoris)_(?:unet|te\d?|transformer|prior|text_encoder|down_blocks|up_blocks|mid_block)[._]"),
    ("", r"\.(?:diff|diff_b|w_norm|b_norm|set_weight)$"),
)
UNET_LORA = re.compile(r"^(?!lora_te|text_encoder).*[._]lora[._](down|up|A|B)\b", re.MULTILINE)
"""What can be put on a UNet: in kohya's, diffusers' and peft's form; a key for a text encoder alone is none."""
_LORA_RULES = tuple((kind, re.compile(pattern, re.MULTILINE)) for kind, pattern in _LORAS)
_TEXT_ALONE = re.compile(
    r"(?:base_model\.model\.|lora_|lycoris_|oft_)?(?:te\d?[._]|text_encoder|text_model|clip_[lg]\.)\S*"
)
_START = r"^(?:lora_|lycoris_|unet_|(?:base_model\.model|model|diffusion_model|transformer|unet)\.)*"
_LORA_TARGETS = tuple(
    (target, re.compile(pattern, re.MULTILINE))
    for target, pattern in (
        ("HiDream", r"(?:double|single)_stream_blocks"),
        ("Flux or a model built like it", r"double_blocks|single_blocks[._]|single_transformer_blocks"),
        ("Stable Diffusion 3", r"joint_blocks"),
        ("Wan", r"blocks[._]\d+[._](?:cross_attn|self_attn)[._][qkvo]\b|" + _START + r"blocks[._]\d+[._]attn\d[._]"),
        ("Stable Cascade", r"^lora_prior_"),
        ("Qwen-Image", r"transformer_blocks[._]\d+[._](?:img_mod|txt_mod|img_mlp|txt_mlp)"),
        ("Stable Diffusion 3", _START + r"transformer_blocks[._]\d+[._](?:attn[._]|ff_context)"),
        ("PixArt or LTX", _START + r"transformer_blocks[._]\d+[._]attn\d[._]"),
        ("Lumina or Z-Image", _START + r"layers[._]\d+[._](?:attention|feed_forward)[._]"),
        (
            "SDXL",
            r"lora_te2_|text_encoder_2|"
            r"(?:attentions[._]\d+|(?:put_blocks[._]\d+|middle_block)[._]1)[._]transformer_blocks[._][1-9]",
        ),
    )
)
# Of those whose keys and values of the text are not among the layers: Stable Diffusion 1 and 2 have a fourth level, and
# attention in the first.
_LORA_LEVELS = tuple(
    (target, re.compile(pattern, re.MULTILINE))
    for target, pattern in (
        (
            "Stable Diffusion 1 or 2",
            r"(?:down|up)_blocks[._]3[._]|down_blocks[._]0[._]attentions|put_blocks[._](?:9|10|11)[._]"
            r"|input_blocks[._][12][._]1[._]|^lora_te_text_model",
        ),
        ("SDXL", r"input_blocks[._][4578][._]1[._]transformer_blocks"),
    )
)
_CROSS_DOWN = re.compile(
    r"attn2[._]to_k[._](?:processor[._])?(?:lora[._]|lora_)?(?:down|A)\b|attn2[._]to_k\S*lora_down"
)
_BY_TEXT = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 2048: "SDXL"}


def unusable_lora(shapes: Shapes) -> Form | None:
    """What a LoRA is that cannot be put on an SDXL UNet; None for one that may be, and for what is none."""
    form = form_of(shapes)
    return form if form.hint == NO_LORAS else None


def _lora(names: str, shapes: Shapes) -> Form | None:
    kind = next((kind for kind, rule in _LORA_RULES if rule.search(names)), None)
    if kind is None:
        return None
    target = _lora_target(names, shapes)
    if not kind and target in ("", "SDXL") and UNET_LORA.search(names):
        return Form("it is a LoRA for SDXL" if target else "it is a LoRA, not a whole checkpoint", A_LORA)
    if kind and target:
        return Form(f"it is a LoRA of the kind {kind} for {target}", NO_LORAS)
    if kind:
        return Form(f"it is a LoRA of the kind {kind}", NO_LORAS)
    if target:
        return Form(f"it is a LoRA for {target}", NO_LORAS)
    return Form("it is a LoRA, not a whole checkpoint", NO_LORAS)


def _lora_target(names: str, shapes: Shapes) -> str:
    for target, rule in _LORA_TARGETS:
        if rule.search(names):
            return target
    for name, shape in shapes.items():
        if len(shape) > 1 and _CROSS_DOWN.search(name) and shape[1] in _BY_TEXT:
            return _BY_TEXT[shape[1]]
    if all(_TEXT_ALONE.fullmatch(name) for name in shapes):
        return "text encoders"
    return next((target for target, rule in _LORA_LEVELS if rule.search(names)), "")


_EMBEDDING = re.compile(
    r"clip_[lgh]|t5xxl|emb_params|string_to_param\.\S+|<\S+>|\*|text_encoders_[01]|(?:textual_inversion|embedding)[^.\s]*"
)
_WORD_WIDTHS = {768, 1024, 1280, 2048, 2560, 3584, 4096}


def _is_embedding(shapes: Shapes) -> bool:
    """Vectors as long as a text encoder's words, under a few names that say no layer."""
    few = len(shapes) <= 8 and all(1 <= len(shape) <= 2 for shape in shapes.values())
    if not few:
        return False
    if any(_EMBEDDING.fullmatch(name) for name in shapes):
        return True
    return all("." not in name and shape[-1] in _WORD_WIDTHS for name, shape in shapes.items())


_OTHERS = (
    # Whole models of other families.
    _rule(_PREFIX + r"distilled_guidance_layer\.", "it is a Chroma model"),
    _rule(
        _PREFIX + r"(?:txt_in\.individual_token_refiner|context_embedder\.token_refiner)\.",
        "it is a HunyuanVideo model",
    ),
    _rule(_PREFIX + r"double_stream_blocks\.", "it is a HiDream model"),
    _rule(_PREFIX + r"(?:double_blocks|single_transformer_blocks)\.\d", "it is a Flux model"),
    _rule(_PREFIX + r"joint_blocks\.", "it is a Stable Diffusion 3 model"),
    _rule(_PREFIX + r"transformer_blocks\.\d+\.(?:img_mod|txt_mod)\.", "it is a Qwen-Image model"),
    _rule(_PREFIX + r"transformer_blocks\.\d+\.attn\.add_q_proj\.", "it is a Stable Diffusion 3 model"),
    _rule(_PREFIX + r"double_layers\.\d", "it is an AuraFlow model"),
    _rule(_PREFIX + r"(?:cap_embedder|noise_refiner|context_refiner)\.", "it is a Lumina model"),
    _rule(_PREFIX + r"(?:adaln_single|patchify_proj)\.\S*", "it is a PixArt or LTX model"),
    _rule(_PREFIX + r"(?:mlp_t5|style_embedder)\.", "it is a HunyuanDiT model"),
    _rule(_PREFIX + r"blocks\.\d+\.(?:cross_attn|self_attn)\.(?:q|norm_k|norm_q)\.", "it is a Wan model"),
    _rule(_PREFIX + r"condition_embedder\.time_embedder\.", "it is a Wan model"),
    _rule(r"\.ff\.conv_inverted\.", "it is a Sana model"),
    _rule(r"^patch_embed\.text_proj\.", "it is a CogVideoX model"),
    _rule(r"^model\.control_model\.|\.project_modules\.", "it is a SUPIR model, which restores pictures", NO_EXTRAS),
    _rule(_PREFIX + r"(?:t5_y_embedder|t5_yproj)\.", "it is a Mochi model"),
    _rule(_PREFIX + r"blocks\.(?:block)?\d+\.(?:blocks|adaln_modulation_self_attn)\.", "it is a Cosmos model"),
    _rule(_PREFIX + r"(?:clip_txt_mapper|clip_txt_pooled_mapper|clip_mapper)\.", "it is a Stable Cascade model"),
    _rule(r"\.time_stack\.", "it is a Stable Video Diffusion model"),
    _rule(_PREFIX + r"(?:encoder_hid_proj|add_embedding\.image_proj)\.", "it is a Kolors or Kandinsky model"),
    # Parts of a checkpoint.
    _rule(r"^vquantizer\.", "it is a VAE, one part of a checkpoint, not all of it", ALL_PARTS),
    _rule(
        _PREFIX + r"input_blocks\.\d|^(?:unet\.)?(?:down_blocks|mid_block|up_blocks|time_embedding|add_embedding)\.",
        "it is a UNet, one part of a checkpoint, not all of it",
        ALL_PARTS,
    ),
    _rule(
        r"^(?:taesd_|decoder\.layers\.\d+\.conv|encoder\.layers\.\d+\.conv)|^\d+\.conv\.\d+\.weight$",
        "it is a small VAE for previews, one part of a checkpoint, not all of it",
        ALL_PARTS,
    ),
    _rule(
        r"^(?:first_stage_model\.|vae\.|(?:pre|post)?_?quant_conv\.|post_quant_conv\.)"
        r"|^(?:encoder|decoder)\.(?:conv_in|conv_out|conv1|down|up|mid|down_blocks|up_blocks|mid_block|upsamples"
        r"|downsamples|middle)\.",
        "it is a VAE, one part of a checkpoint, not all of it",
        ALL_PARTS,
    ),
    _rule(
        r"\A(?=[\s\S]*(?:^|\.)(?:vision_model|visual)\.)(?=[\s\S]*(?:(?:^|\.)text_model\.|^transformer\.resblocks\.))",
        "it is a model that compares pictures with texts, as CLIP does",
    ),
    _rule(
        r"(?:^|\.)vision_model\.|^visual\.(?:transformer|conv1)",
        "it is an image encoder, one part of an adapter",
        NO_EXTRAS,
    ),
    _rule(
        r"(?:^|\.)text_model\.(?:encoder|embeddings)\.|(?:^|\.)transformer\.resblocks\.|^(?:encoder\.)?block\.\d+\.layer"
        r"|^(?:encoder\.)?embed_tokens\.|^blocks\.\d+\.ffn\.gate\.|^conditioner\.|^cond_stage_model\.",
        "it is a text encoder, one part of a checkpoint, not all of it",
        ALL_PARTS,
    ),
    _rule(r"^(?:model\.)?layers\.\d+\.(?:self_attn|mlp|input_layernorm)\.|^lm_head\.", "it is a language model"),
    # Models for pictures that are there already.
    _rule(
        r"^stylegan_decoder\.|^quantize\.embedding|^generator\.quantize|^face_",
        "it is a model that restores faces",
        NO_EXTRAS,
    ),
    _rule(
        r"^model\.\d+\.(?:weight|sub\.)|^(?:conv_first|conv_body|conv_up1|upconv1|HRconv|trunk_conv|RRDB_trunk)\."
        r"|RDB\d\.conv\d|\.rdb\d\.conv\d|^body\.\d+\.(?:weight|rdb)|residual_group\.blocks\.|^residual_layer\.\d"
        r"|^feats\.\d|^block_\d\.c\d_r\.|^conv_before_upsample\.|^(?:upsample|up|upsampler)\.\d+\.(?:weight|bias)$"
        r"|^layers\.\d+\.(?:blocks|residual_group)\.",
        "it is an upscaler",
        NO_EXTRAS,
    ),
    _rule(r"^(?:768|640|320|1280|1024|2048)\.\d+\.", "it is a hypernetwork", NO_EXTRAS),
    _rule(
        r"^model\.diffusion_model\.|^diffusion_model\.|transformer_blocks\.\d",
        "it is a diffusion model of another architecture",
    ),
)
