"""Prompt styles: every shipped one is valid and comes apart again, and the starter gets only words it reads."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fastface_core import paths
from fastface_core.domain import styles
from fastface_core.domain.styles import Style, Title
from tools.starter import vocabulary

NAMES = [style.name for style in styles.built_in()]
WRITTEN = st.text(min_size=1, max_size=60).map(str.strip).filter(bool)


def named(name: str) -> Style:
    style = styles.find(name)
    assert style is not None
    return style


def test_names_and_titles_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 12
    for language in ("en", "de"):
        titles = [style.title.text(language) for style in styles.built_in()]
        assert len(set(titles)) == len(titles)


def test_the_file_on_disk_is_what_is_offered() -> None:
    files = sorted(paths.resource("styles").glob("*.json"), key=lambda file: json.loads(file.read_bytes())["order"])
    listed = [style["name"] for file in files for style in json.loads(file.read_bytes())["styles"]]
    assert listed == NAMES


@pytest.mark.parametrize("name", [style.name for style in styles.for_checkpoint(plain=True)])
def test_the_starter_gets_only_words_it_was_trained_with(name: str) -> None:
    said, negative = named(name).apply("", "", plain=True)
    assert set(said.replace(",", " ").split()) <= set(vocabulary.words())
    assert negative == ""


def test_the_starter_is_offered_for_the_styles_that_it_draws() -> None:
    """It reads the words for pixel art, but its VAE cannot hold the blocks."""
    offered = " ".join(style.template(plain=True) for style in styles.for_checkpoint(plain=True))
    drawn = {name for name, variants in vocabulary.STYLE_WORDS.items() if any(text in offered for text in variants)}
    assert drawn == set(vocabulary.STYLE_WORDS) - {"pixel"}


@given(st.sampled_from(NAMES), WRITTEN, st.just("") | WRITTEN, st.booleans())
def test_a_styled_prompt_comes_apart_into_what_was_written(name: str, prompt: str, negative: str, plain: bool) -> None:
    style = named(name)
    said = style.apply(prompt, negative, plain=plain)
    within = not style.template(plain=plain).startswith(styles.SLOT)
    kept = re.sub(r"\A(A|An|The) ", lambda article: article[0].lower(), prompt) if within else prompt
    assert style.unapply(*said) == (kept, negative)
    assert styles.split(*said)[2] is not None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("A woman in a garden", "watercolor painting of a woman in a garden"),
        ("The sea", "watercolor painting of the sea"),
        ("Anna at sea", "watercolor painting of Anna at sea"),
        ("A", "watercolor painting of A"),
    ],
)
def test_an_article_has_no_capital_in_the_middle_of_a_sentence(written: str, said: str) -> None:
    assert named("watercolor").apply(written, "", plain=True)[0] == said
    first = named("photo").model_copy(update={"prompt": "{prompt}, film still", "plain": None})
    assert first.apply(written, "", plain=False)[0].startswith(written)


@pytest.mark.parametrize("name", NAMES)
def test_the_style_is_told_from_its_prompt(name: str) -> None:
    said = named(name).apply("a person in a forest", "blurry", plain=False)
    assert styles.split(*said) == ("a person in a forest", "blurry", named(name))


def test_a_prompt_without_a_style_stays_as_it_is() -> None:
    assert styles.split("a person at night", "blurry") == ("a person at night", "blurry", None)


@pytest.mark.parametrize("template", ["no slot", "{prompt} twice {prompt}"])
def test_a_template_has_one_slot(template: str) -> None:
    with pytest.raises(ValidationError, match="once"):
        Style(name="odd", title=Title(en="Odd", de="Seltsam"), prompt=template)


def test_an_unknown_language_reads_english() -> None:
    title = Title(en="Oil painting", de="Ölgemälde")
    assert [title.text(language) for language in ("de", "de_AT", "en_GB", "fr")] == [
        "Ölgemälde", "Ölgemälde", "Oil painting", "Oil painting",
    ]  # fmt: skip
