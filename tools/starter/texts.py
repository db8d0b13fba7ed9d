"""Prompts to token numbers, by the same tokenizers that the pack ships."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from transformers import CLIPTokenizer

from tools.starter import vocabulary


class Texts:
    """Both tokenizers; they differ in what they pad with."""

    def __init__(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self._tokenizers: list[CLIPTokenizer] = []
            for name, pad in (("one", vocabulary.END), ("two", "!")):
                vocabulary.write_tokenizer(Path(folder) / name, pad)
                self._tokenizers.append(CLIPTokenizer.from_pretrained(Path(folder) / name))

    def __call__(self, prompts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token numbers for the first and the second text encoder, (n, 77) each."""
        one, two = (
            tokenizer(prompts, padding="max_length", max_length=vocabulary.LENGTH, truncation=True, return_tensors="pt")
            for tokenizer in self._tokenizers
        )
        return one.input_ids, two.input_ids
