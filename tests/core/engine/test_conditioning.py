"""What prompts become: weights in the text's states, no change without them, and a word on what is not read."""

from dataclasses import replace

import pytest
import torch

from fastface_core.domain.prompts import parse
from fastface_core.engine.conditioning import condition, encode, face_tokens, notices
from fastface_core.engine.loading import Remembered
from tests.core.parity_pack import TinyPack, tiny_pack


@pytest.fixture(scope="module")
def pack() -> TinyPack:
    return tiny_pack()


def text_of(pack: TinyPack, prompt: str) -> torch.Tensor:
    return encode(pack.parts, prompt)[0][0]


@torch.inference_mode()
def test_words_without_weights_are_read_as_ever(pack: TinyPack) -> None:
    for prompt, same in (("a red cat", "a (red:1.0) cat"), ("a red cat", "a <lora:x:1>red cat"), ("(cat", r"\(cat")):
        plain, other = encode(pack.parts, prompt), encode(pack.parts, same)
        assert torch.equal(plain[0], other[0])
        assert torch.equal(plain[1], other[1])


@torch.inference_mode()
def test_a_weight_moves_its_own_words_away_from_nothing(pack: TinyPack) -> None:
    plain, nothing = text_of(pack, "a red cat"), text_of(pack, "")
    for weight in (0.0, 0.5, 1.3, 2.0):
        weighed = text_of(pack, f"a (red:{weight}) cat")
        ids = pack.parts.tokenizers[0]("a red cat", return_offsets_mapping=True)
        own = [number for number, (start, end) in enumerate(ids.offset_mapping) if 2 <= start < end <= 5]
        others = [number for number in range(77) if number not in own]
        assert own
        assert torch.allclose(weighed[others], plain[others], atol=1e-5)
        expected = nothing[own] + (plain[own] - nothing[own]) * weight
        assert torch.allclose(weighed[own], expected, atol=1e-5)


@torch.inference_mode()
def test_both_prompts_are_read_so(pack: TinyPack) -> None:
    person = face_tokens(pack.parts, pack.identity)
    plain = condition(pack.parts, "a cat", "a dog", person)
    weighed = condition(pack.parts, "a (cat:1.5)", "a [dog]", person)
    for branch in ("u", "i", "t"):
        assert not torch.allclose(plain[branch].text, weighed[branch].text)
        assert torch.allclose(plain[branch].pooled, weighed[branch].pooled, atol=1e-5)


def test_an_end_that_is_not_read_is_said_in_the_person_s_words(pack: TinyPack) -> None:
    prompt = "Ein Café, " + ", ".join(f"word{number}" for number in range(60))
    (positive,) = notices(pack.parts, prompt, "")
    (negative,) = notices(pack.parts, "a cat", prompt)
    assert positive.startswith("The prompt is too long: ")
    assert negative.startswith("The negative prompt is too long: ")
    for said in (positive, negative):
        quoted = said.split('"')[1]
        begin = quoted.removesuffix(" …")
        assert begin in prompt
        assert begin.split(",")[0] in prompt.split(", ")
        assert len(said) < 150
    both = notices(pack.parts, prompt, prompt)
    assert both == [positive, negative]
    assert notices(pack.parts, "a (cat:1.2)", "a [dog]") == []


def test_the_quote_is_of_the_prompt_as_it_was_written(pack: TinyPack) -> None:
    prompt = "(" + "word " * 60 + ":1.2), Größe XL, (end:1.3)"
    (said,) = notices(pack.parts, prompt, "")
    begin = said.split('"')[1].removesuffix(" …")
    assert begin in " ".join(prompt.split())
    assert begin.startswith("word word")


def test_what_is_read_and_what_is_not_fit_together(pack: TinyPack) -> None:
    """What is quoted begins no earlier than the first token that is not read."""
    tokenizer = pack.parts.tokenizers[0]
    for count in range(1, 90, 7):
        prompt = "cat " * count + "(dog:1.1) " * 3
        said = notices(pack.parts, prompt, "")
        tokens = len(tokenizer(parse(prompt).text, verbose=False).input_ids)
        assert bool(said) == (tokens > 77)


def test_syntax_is_said_once(pack: TinyPack) -> None:
    prompt = "(red hat:1.3), [blue], BREAK, <lora:style:0.8>, embedding:easynegative, {red|blue}"
    (said,) = [one for one in notices(pack.parts, prompt, "__x__, a dog") if "Other programs" in one]
    assert "BREAK, <lora:style:0.8>, embedding:easynegative, {red|blue}, __x__" in said


def test_what_was_encoded_before_is_not_encoded_again(pack: TinyPack) -> None:
    parts = replace(pack.parts, remembered=Remembered())
    calls: list[str] = []
    encoders = {"clip": parts.adapter.encoders[0], "first": parts.text_encoders[0], "second": parts.text_encoders[1]}
    hooks = [
        encoder.register_forward_hook(lambda *_arguments, name=name: calls.append(name))
        for name, encoder in encoders.items()
    ]

    def called() -> list[str]:
        found = list(calls)
        calls.clear()
        return found

    try:
        person = face_tokens(parts, pack.identity)
        assert called() == ["clip", "clip"]
        again = face_tokens(parts, pack.identity)
        assert called() == ["clip"]  # nobody is the same
        assert again.nobody.equal(person.nobody)
        first = condition(parts, "a cat", "blurry", person)
        assert called() == ["first", "second"] * 2
        second = condition(parts, "blurry", "a cat", person)
        assert called() == []
        assert second["u"].text.equal(first["t"].text)
        assert second["t"].pooled.equal(first["u"].pooled)
        for number in range(40):
            condition(parts, f"{number} cats", "a cat", person)
        assert calls.count("first") == 40
        assert len(parts.remembered.texts) <= 33
        calls.clear()
        condition(parts, "39 cats", "a cat", person)
        assert called() == []
        condition(parts, "blurry", "", person)
        assert called() == ["first", "second"]
    finally:
        for hook in hooks:
            hook.remove()
