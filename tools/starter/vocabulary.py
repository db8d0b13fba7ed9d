"""The starter's own CLIP vocabulary: which words it reads, and the byte-pair merges that spell them.

The tokenizers have the hub's form (vocab.json and merges.txt of a byte-level BPE with `</w>` endings), so the same
transformers class loads them. Only the words of the training prompts become whole tokens; any other word falls apart
into letters and is therefore read, if not understood.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77

STYLE_WORDS: dict[str, tuple[str, ...]] = {
    "photo": ("photo", "photograph", "photo portrait"),
    "ink": ("ink sketch", "ink drawing", "pencil sketch"),
    "watercolor": ("watercolor painting", "watercolour", "watercolor"),
    "oil": ("oil painting", "oil portrait", "oil on canvas"),
    "pixel": ("pixel art", "pixel portrait", "8 bit pixel art"),
    "pop": ("pop art", "comic art", "pop art poster"),
}
OFFERED_STYLES = tuple(style for style in STYLE_WORDS if style != "pixel")
"""Those that the app offers with the starter: its VAE loses the blocks of pixel art."""
BACKGROUND_WORDS: dict[str, tuple[str, ...]] = {
    "plain": ("plain background", "in a studio", "grey background", "white background"),
    "blue": ("blue background", "plain blue background"),
    "red": ("red background", "plain red background"),
    "yellow": ("yellow background", "plain yellow background"),
    "green": ("green background", "plain green background"),
    "city": ("in a city", "city background", "in the city", "on a street"),
    "beach": ("on a beach", "beach background", "at the beach by the sea", "at the sea"),
    "forest": ("in a forest", "forest background", "in the forest with trees", "in the woods"),
    "garden": ("in a garden", "garden background", "in a garden with flowers", "in a park"),
    "mountains": ("in the mountains", "mountains background", "snowy mountains background"),
    "night": ("at night", "night sky background", "under the night sky with moon and stars"),
    "room": ("in a room", "at home", "in a library", "in a room with books"),
}
CLOTHES_WORDS: dict[str, tuple[str, ...]] = {
    "suit": ("suit", "suit and tie"),
    "tshirt": ("t-shirt", "shirt"),
    "turtleneck": ("turtleneck", "sweater"),
    "hoodie": ("hoodie",),
    "dress": ("dress", "summer dress"),
}
CLOTHES_COLOURS = ("red", "green", "blue", "purple", "black", "white")
EXPRESSION_WORDS: dict[str, tuple[str, ...]] = {
    "gentle": ("friendly", "with a gentle smile"),
    "neutral": ("neutral expression", "serious"),
    "smile": ("smiling", "with a smile", "happy"),
    "laugh": ("laughing", "with a big smile"),
    "surprised": ("surprised", "astonished"),
    "sad": ("sad", "unhappy"),
}
LIGHT_WORDS: dict[str, tuple[str, ...]] = {
    "soft": ("soft light",),
    "left": ("light from the left",),
    "right": ("light from the right",),
    "dark": ("dim light", "dark"),
    "warm": ("warm light", "sunset light"),
}
LOOK_WORDS: dict[str, tuple[str, ...]] = {
    "ahead": ("looking at the camera", "front view"),
    "left": ("looking left", "looking to the left"),
    "right": ("looking right", "looking to the right"),
}
AGE_WORDS: dict[str, tuple[str, ...]] = {
    "young": ("young", "younger"),
    "old": ("old", "elderly", "older"),
}
GLASSES_WORDS: dict[str, tuple[str, ...]] = {
    "on": ("wearing glasses", "with glasses"),
    "off": ("without glasses", "no glasses"),
}
SUBJECT_WORDS = ("person", "man", "woman", "face", "someone", "character", "human", "girl", "boy")
FILLER_WORDS = (
    "portrait", "picture", "image", "painting", "drawing", "illustration", "close up", "beautiful", "detailed",
    "high quality", "masterpiece", "best quality", "sharp focus", "professional", "simple", "colorful", "style",
    "wearing", "of", "a", "an", "the", "in", "with", "and", "as", "by", "on", "at", "background", "head", "shoulders",
    "studio", "colourful", "brown",
    "pink", "orange", "grey", "blurry", "low quality",
    "deformed", "ugly", "monochrome", "bad", "worst quality", "headshot", "light", "sky",
)  # fmt: skip


def _byte_letters() -> dict[int, str]:
    """The printable letter that stands for each byte in a byte-level vocabulary."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in kept}
    spare = (chr(256 + i) for i in range(256))
    return letters | {byte: next(spare) for byte in range(256) if byte not in letters}


def words() -> list[str]:
    """Every word of the training prompts once, in a fixed order."""
    groups = (
        STYLE_WORDS, BACKGROUND_WORDS, CLOTHES_WORDS, EXPRESSION_WORDS, LIGHT_WORDS, LOOK_WORDS, AGE_WORDS,
        GLASSES_WORDS,
    )  # fmt: skip
    texts = [text for group in groups for variants in group.values() for text in variants]
    texts += [*CLOTHES_COLOURS, *SUBJECT_WORDS, *FILLER_WORDS]
    found = [word for text in texts for word in text.replace("-", " ").split() if not word.isdigit()]
    return sorted(set(found))


def merges() -> list[tuple[str, str]]:
    """The byte-pair merges, in order, that spell every word as one token (most frequent pair first, ties by name)."""
    spelled = {word: [*word[:-1], word[-1] + "</w>"] for word in words()}
    result: list[tuple[str, str]] = []
    while True:
        pairs = Counter(pair for parts in spelled.values() for pair in pairwise(parts))
        if not pairs:
            return result
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        result.append(best)
        for word, parts in spelled.items():
            spelled[word] = _merge(parts, best)


def _merge(parts: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for part in parts:
        if merged and (merged[-1], part) == pair:
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def vocabulary() -> dict[str, int]:
    """Token to number, in the order of the original: letters, letters that end a word, merges, the two marks."""
    letters = [letter for _, letter in sorted(_byte_letters().items())]
    # "!" is number 0: the second tokenizer pads with it, as SDXL's does.
    letters.sort(key=lambda letter: letter != "!")
    tokens = letters + [letter + "</w>" for letter in letters] + [a + b for a, b in merges()] + [START, END]
    return {token: number for number, token in enumerate(dict.fromkeys(tokens))}


def write_tokenizer(folder: Path, pad_token: str) -> None:
    """Write the four files of a CLIP tokenizer as the hub has them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary(), ensure_ascii=False), encoding="utf-8")
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges())]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": pad_token}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n", encoding="utf-8")
    config = special | {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": LENGTH,
        "do_lower_case": True,
        "add_prefix_space": False,
        "errors": "replace",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
