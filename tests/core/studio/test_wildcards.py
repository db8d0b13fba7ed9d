"""Choices in a prompt: what comes of them, in pictures and in their recipes, and what is refused."""

from pathlib import Path

import pytest

from fastface_core.domain.goal import Goal
from fastface_core.errors import SettingsError
from fastface_core.library.metadata import read_recipe
from fastface_core.paths import data_folder
from fastface_core.progress import Notice
from fastface_core.studio import wildcards
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import OrderDone, OrderFailed, PictureFound, PictureMade
from tests.core.studio.test_studio import REQUEST, engine, events, library, of, order, studio

__all__ = ["engine", "library", "studio"]


def listed(name: str, text: str) -> None:
    file = data_folder() / "wildcards" / f"{name}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "prompt", ["a portrait", "a {portrait}", "{", "a|b", "} a {", "snake__case", "(a hat:1.2)", "__ __"]
)
def test_a_prompt_without_choices_stays_as_it_is(home: Path, prompt: str) -> None:
    assert wildcards.resolved(prompt, 7) == prompt


def test_each_seed_chooses_for_itself_and_always_the_same(home: Path) -> None:
    prompt = "a {red|blue|green} hat in {a {dark|bright} room|the garden}"
    found = {seed: wildcards.resolved(prompt, seed) for seed in range(200)}
    assert found == {seed: wildcards.resolved(prompt, seed) for seed in range(200)}
    expected = {
        f"a {hat} hat in {place}"
        for hat in ("red", "blue", "green")
        for place in ("a dark room", "a bright room", "the garden")
    }
    assert set(found.values()) == expected
    assert {wildcards.resolved("a {big||} hat", seed) for seed in range(50)} == {"a big hat", "a hat"}


def test_lists_of_the_user_s_are_chosen_from(home: Path) -> None:
    listed("colours", "\ufeff# mine\nred\n\n{dark|light} blue\n")
    found = {wildcards.resolved("a __colours__ hat", seed) for seed in range(100)}
    assert found == {"a red hat", "a dark blue hat", "a light blue hat"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("other", "red", 'no list named "colours"'),
        ("colours", "# nothing\n", "is empty"),
        ("colours", "__colours__", "too deep"),
    ],
)
def test_what_cannot_be_chosen_says_why(home: Path, name: str, text: str, said: str) -> None:
    listed(name, text)
    with pytest.raises(SettingsError, match=said):
        wildcards.resolved("a __colours__ hat", 1)


def test_entries_that_grow_without_end_are_refused(home: Path) -> None:
    listed("more", "__more____more____more____more__ words words words")
    with pytest.raises(SettingsError, match=r"too deep|longer than"):
        wildcards.resolved("__more__", 1)


def test_pictures_of_a_job_have_the_prompts_of_their_seeds_and_say_so(studio: Studio, tmp_path: Path) -> None:
    prompt = "a portrait, {smiling|laughing|sad}"
    asked = order(tmp_path / "out", "1", "2", "3", prompt=prompt)
    made = of(PictureMade, events(studio, asked))
    assert [one.index for one in made] == [0, 1, 2]
    for one in made:
        assert one.path is not None
        recipe = read_recipe(one.path)
        assert recipe.prompt == wildcards.resolved(prompt, recipe.seed)
    assert [one.picture.seed for one in made] == list(REQUEST.seeds)
    assert len({one.picture.recipe.prompt for one in made}) > 1
    # The same order again finds each of them.
    again = events(studio, asked)
    assert [one.index for one in of(PictureFound, again)] == [0, 1, 2]
    assert of(PictureMade, again) == []


def test_a_goal_ends_a_job_of_several_prompts(studio: Studio) -> None:
    heard = events(
        studio, order(None, prompt="a {portrait|face|head|bust}", count=6, goal=Goal(pictures=2, score=-1.0))
    )
    assert len(of(PictureMade, heard)) == 2
    assert of(OrderDone, heard)[0].made == 2


def test_notices_are_of_every_prompt_and_the_goal_is_told_once(studio: Studio) -> None:
    heard = events(studio, order(None, prompt="{a [b:c:0.5]|a <lora:x:1>}", count=4, goal=Goal(pictures=3, score=1.0)))
    said = [one.text for one in of(Notice, heard)]
    assert sum("<lora:x:1>" in text for text in said) == 1
    assert sum("[b:c:0.5]" in text for text in said) == 1
    assert [text for text in said if "Pictures with" in text] == [said[-1]]
    assert said[-1].endswith("0 of 3.")


def test_a_list_that_is_missing_fails_the_order_before_anything_is_loaded(studio: Studio) -> None:
    heard = events(studio, order(None, prompt="a __nothing__ hat"))
    (failed,) = of(OrderFailed, heard)
    assert "no list named" in failed.error.message
    assert len(heard) == 1


def test_shares_and_several_as_other_programs_write_them(home: Path) -> None:
    seeds = range(200)
    hats = [wildcards.resolved("a {3::red|.5::green|0::blue} hat", seed) for seed in seeds]
    assert set(hats) == {"a red hat", "a green hat"}
    assert hats.count("a red hat") > 2 * hats.count("a green hat")
    two = {wildcards.resolved("{2$$oak|elm|fir}", seed) for seed in seeds}
    assert {tuple(sorted(one.split(", "))) for one in two} == {("elm", "oak"), ("fir", "oak"), ("elm", "fir")}
    some = {wildcards.resolved("{1-2$$ and $$oak|elm}", seed) for seed in seeds}
    assert some == {"oak", "elm", "oak and elm", "elm and oak"}
    assert wildcards.resolved("{9$$oak}", 1) == "{9$$oak}"
    assert {wildcards.resolved("{9$$oak|elm}", seed) for seed in seeds} == {"oak, elm", "elm, oak"}
    assert wildcards.resolved("{2$$oak|elm|fir}", 5) == wildcards.resolved("{2$$oak|elm|fir}", 5)
    assert {wildcards.resolved("{0::a|0::b} {ratio 1::2|c}", seed) for seed in seeds} == {
        f"{one} {other}" for one in "ab" for other in ("ratio 1::2", "c")
    }
