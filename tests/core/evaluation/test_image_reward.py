"""ImageReward against the same computed line by line from the papers, and from files of the published form."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional
from transformers import BertTokenizer, CLIPImageProcessorPil

from fastface_core import paths
from fastface_core.engine.judging.image_reward import CONFIG, ImageReward
from fastface_core.engine.judging.views import View
from fastface_core.errors import ModelError
from fastface_core.evaluation.judges import Judges
from fastface_core.evaluation.metrics import Shown
from fastface_core.evaluation.prompts import Prompt
from fastface_core.models import installed
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.conversion import to_safetensors
from tests.core.tiny_judges import LAYERS, make_image_reward, make_words
from tests.core.tiny_models import CPU

TEXTS = ("A cats, sad person", "cat; é" + " a person" * 60)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("reward")
    return make_image_reward(folder / "ImageReward.pt"), make_words(folder / "words" / "vocab.txt")


def picture(seed: int, size: tuple[int, int] = (130, 96)) -> View:
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return View(f"{seed} {size}", np.asarray(Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)))


def attended(query: Tensor, key: Tensor, value: Tensor, heads: int, mask: Tensor | None = None) -> Tensor:
    """softmax(q k / sqrt(d)) v, head by head; all (tokens, width)."""
    found: list[Tensor] = []
    for q, k, v in zip(*(one.chunk(heads, dim=1) for one in (query, key, value)), strict=True):
        scores = q @ k.T / q.shape[1] ** 0.5
        scores = scores if mask is None else scores.masked_fill(~mask[None], -torch.inf)
        found.append(scores.softmax(dim=1) @ v)
    return torch.cat(found, dim=1)


def by_hand(file: Path, words: Path, view: View, text: str) -> float:
    """As published, padding and mask included, in 64 bits, from the published names alone."""
    state = {name: one.double() for name, one in torch.load(file, weights_only=True).items()}

    def linear(name: str, values: Tensor) -> Tensor:
        return values @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(name: str, values: Tensor, epsilon: float) -> Tensor:
        apart = values - values.mean(dim=1, keepdim=True)
        spread = (apart.square().mean(dim=1, keepdim=True) + epsilon).sqrt()
        return apart / spread * state[f"{name}.weight"] + state[f"{name}.bias"]

    look = CLIPImageProcessorPil(size={"shortest_edge": 80}, crop_size={"height": 80, "width": 80})
    pixels = look(images=Image.fromarray(view.pixels), return_tensors="pt")["pixel_values"][0].double()
    patches = [pixels[:, y : y + 16, x : x + 16].flatten() for y in range(0, 80, 16) for x in range(0, 80, 16)]
    see = "blip.visual_encoder"
    weight = state[f"{see}.patch_embed.proj.weight"].flatten(1)
    seen = torch.stack(patches) @ weight.T + state[f"{see}.patch_embed.proj.bias"]
    seen = torch.cat([state[f"{see}.cls_token"][0], seen]) + state[f"{see}.pos_embed"][0]
    for block in (f"{see}.blocks.{number}" for number in range(LAYERS)):
        qkv = linear(f"{block}.attn.qkv", norm(f"{block}.norm1", seen, 1e-6)).chunk(3, dim=1)
        seen = seen + linear(f"{block}.attn.proj", attended(*qkv, heads=2))
        inner = functional.gelu(linear(f"{block}.mlp.fc1", norm(f"{block}.norm2", seen, 1e-6)))
        seen = seen + linear(f"{block}.mlp.fc2", inner)
    seen = norm(f"{see}.norm", seen, 1e-6)

    tokenizer = BertTokenizer.from_pretrained(words.parent)
    found = tokenizer(text, padding="max_length", truncation=True, max_length=35, return_tensors="pt")
    tokens, mask = found["input_ids"][0], found["attention_mask"][0].bool()
    read = "blip.text_encoder"
    held = state[f"{read}.embeddings.word_embeddings.weight"][tokens]
    held = held + state[f"{read}.embeddings.position_embeddings.weight"][: len(tokens)]
    held = norm(f"{read}.embeddings.LayerNorm", held, 1e-12)
    for layer in (f"{read}.encoder.layer.{number}" for number in range(LAYERS)):
        for kind in ("attention", "crossattention"):
            source = seen if kind == "crossattention" else held
            query = linear(f"{layer}.{kind}.self.query", held)
            key, value = (linear(f"{layer}.{kind}.self.{name}", source) for name in ("key", "value"))
            more = attended(query, key, value, 3, None if kind == "crossattention" else mask)
            held = norm(f"{layer}.{kind}.output.LayerNorm", linear(f"{layer}.{kind}.output.dense", more) + held, 1e-12)
        inner = functional.gelu(linear(f"{layer}.intermediate.dense", held))
        held = norm(f"{layer}.output.LayerNorm", linear(f"{layer}.output.dense", inner) + held, 1e-12)
    rating = held[:1]
    for number in (0, 2, 4, 6, 7):
        rating = linear(f"mlp.layers.{number}", rating)
    return (float(rating) - 0.16717362830052426) / 1.0333394966054072


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_what_the_papers_say(files: tuple[Path, Path], text: str) -> None:
    judge = ImageReward(*files, CPU)
    scores = [judge.score(picture(seed, size), text) for seed, size in ((1, (130, 96)), (2, (80, 80)))]
    expected = [by_hand(*files, picture(seed, size), text) for seed, size in ((1, (130, 96)), (2, (80, 80)))]
    assert scores == pytest.approx(expected, rel=1e-4)
    # Both picture and text count.
    assert abs(scores[0] - scores[1]) > 0.01
    assert abs(scores[0] - judge.score(picture(1), "a cat")) > 0.01


def test_the_converted_file_gives_the_same(files: tuple[Path, Path], tmp_path: Path) -> None:
    to_safetensors(files[0], tmp_path / "ImageReward.safetensors")
    (tmp_path / CONFIG).write_bytes((files[0].parent / CONFIG).read_bytes())
    scores = {
        ImageReward(path, files[1], CPU).score(picture(1), TEXTS[0])
        for path in (files[0], tmp_path / "ImageReward.safetensors")
    }
    assert len(scores) == 1


def test_files_of_another_form_are_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    state = torch.load(files[0], weights_only=True)
    other = tmp_path / "ImageReward.pt"
    with pytest.raises(ModelError, match=r"ImageReward.pt is missing"):
        ImageReward(other, files[1], CPU)
    torch.save(state, other)
    with pytest.raises(ModelError, match=r"med_config.json is missing"):
        ImageReward(other, files[1], CPU)
    (tmp_path / CONFIG).write_bytes((files[0].parent / CONFIG).read_bytes())
    for name in ("blip.text_encoder.encoder.layer.1.crossattention.self.key.weight", "mlp.layers.6.bias",
                 "blip.visual_encoder.norm.weight", "blip.visual_encoder.pos_embed"):  # fmt: skip
        torch.save({key: value for key, value in state.items() if key != name}, other)
        with pytest.raises(ModelError, match="damaged or of another form") as caught:
            ImageReward(other, files[1], CPU)
        assert "fastface models download judges" in caught.value.hint
    torch.save(state, other)
    (tmp_path / CONFIG).write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match=r"med_config.json is damaged"):
        ImageReward(other, files[1], CPU)
    (tmp_path / CONFIG).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="another form"):
        ImageReward(other, files[1], CPU)


def test_a_vocabulary_that_is_too_long_is_another_ones(files: tuple[Path, Path], tmp_path: Path) -> None:
    longer = tmp_path / "vocab.txt"
    longer.write_text(files[1].read_text(encoding="utf-8") + "more\n", encoding="utf-8")
    with pytest.raises(ModelError, match="more words than"):
        ImageReward(files[0], longer, CPU)


def test_it_judges_once_both_parts_are_installed(home: Path) -> None:
    """Where the catalogue puts them; the one that is missing is named."""
    catalogue = Catalogue.load()
    assert {"image-reward", "bert-words"} <= set(catalogue.bundle("judges").components)
    starter = installed.starter()
    assert "image-reward is not installed" in Judges(CPU).panel(starter).skipped["image_reward"]
    make_image_reward(paths.models_folder() / catalogue.component("image-reward").place)
    assert "bert-words is not installed" in Judges(CPU).panel(starter).skipped["image_reward"]
    words = make_words(paths.models_folder() / catalogue.component("bert-words").place)
    panel = Judges(CPU).panel(starter)
    assert "image_reward" not in panel.skipped
    (metric,) = (one for one in panel.metrics if one.name == "image_reward")
    shown = Shown(photo=picture(3), others=(), picture=picture(1), prompt=Prompt(text="cat; a sad person"))
    file = paths.models_folder() / catalogue.component("image-reward").place
    assert metric.measure(shown) == {
        "image_reward": pytest.approx(by_hand(file, words, picture(1), "cat; a sad person"), rel=1e-4)
    }
