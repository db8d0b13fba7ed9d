"""The twin's plain values: the words that people use for them, and what a correction changes."""

import pytest
from pydantic import ValidationError

from fastface_core.domain.twin import HAIR_CUTS, Corrections, Curl, Hair, HairLength, Twin, corrected

HAIR = Hair(
    colour=(0.3, 0.2, 0.1), widths=(1.0, 1.2, 1.3, 1.3, 1.2, 1.1, 1.0, 0, 0, 0), length=0.1, parting=0.5, temples=0.4
)
TWIN = Twin(
    shape=(0.5,) * 14,
    skin=(0.8, 0.6, 0.5),
    lips=(0.7, 0.4, 0.4),
    eyes=(0.3, 0.3, 0.3),
    brows=(0.2, 0.1, 0.1),
    hair=HAIR,
)
WAYS = (
    Corrections(skin=(0.5, 0.4, 0.3)),
    Corrections(hair_colour=(0.6, 0.5, 0.4)),
    *(Corrections(hair_length=length) for length in HAIR_CUTS),
    *(Corrections(curl=curl) for curl in ("straight", "wavy", "curly")),
    Corrections(eyes=(0.1, 0.3, 0.6)),
    Corrections(glasses="round"),
    Corrections(beard="full"),
    Corrections(skin=(0.2, 0.1, 0.1), hair_length="long", hair_colour=(0.9, 0.8, 0.5), curl="curly", beard="stubble"),
)


def names(by: Corrections) -> str:
    return ", ".join(f"{name} {value}" for name, value in by if value is not None)


def with_hair(**values: object) -> Hair:
    return HAIR.model_copy(update=values)


@pytest.mark.parametrize(
    ("hair", "word"),
    [
        (HAIR, "short"),
        (with_hair(cover=0.1), "bald"),
        (with_hair(cover=0.1, length=-2.6), "bald"),
        (with_hair(length=-0.6), "short"),
        (with_hair(length=-0.8), "chin"),
        (with_hair(length=-1.8), "chin"),
        (with_hair(length=-2.0), "long"),
        (with_hair(tied="back"), "long"),
        (with_hair(tied="bun"), "long"),
    ],
)
def test_the_word_for_a_length(hair: Hair, word: HairLength) -> None:
    assert hair.length_word == word


@pytest.mark.parametrize(
    ("curl", "word"),
    [(0, "straight"), (0.24, "straight"), (0.25, "wavy"), (0.69, "wavy"), (0.7, "curly"), (1, "curly")],
)
def test_the_word_for_curls(curl: float, word: Curl) -> None:
    assert with_hair(curl=curl).curl_word == word


def test_without_corrections_a_twin_stays_as_it_is() -> None:
    assert Corrections().nothing
    assert corrected(TWIN, Corrections()) == TWIN


@pytest.mark.parametrize("by", WAYS, ids=names)
def test_a_correction_counts_once(by: Corrections) -> None:
    assert not by.nothing
    once = corrected(TWIN, by)
    assert corrected(once, by) == once
    assert Twin.model_validate(once.model_dump()) == once


@pytest.mark.parametrize("length", HAIR_CUTS)
def test_a_length_that_was_measured_is_left_as_it_was(length: HairLength) -> None:
    hair = corrected(TWIN, Corrections(hair_length=length)).hair
    assert hair.length_word == length
    assert (hair == HAIR) == (length == HAIR.length_word)
    assert hair.colour == HAIR.colour


@pytest.mark.parametrize("curl", ["straight", "wavy", "curly"])
def test_curls_that_were_measured_are_left_as_they_were(curl: Curl) -> None:
    measured = TWIN.model_copy(update={"hair": with_hair(curl=0.4)})
    hair = corrected(measured, Corrections(curl=curl)).hair
    assert hair.curl_word == curl
    assert (hair.curl == 0.4) == (curl == "wavy")


def test_lips_go_with_the_skin() -> None:
    darker = corrected(TWIN, Corrections(skin=(0.5, 0.3, 0.2)))
    assert darker.skin == (0.5, 0.3, 0.2)
    assert darker.lips == pytest.approx((0.4, 0.1, 0.1))
    pale = corrected(TWIN.model_copy(update={"lips": (1.0, 0.5, 0.5)}), Corrections(skin=(1.0, 0.9, 0.9)))
    assert max(pale.lips) <= 1


def test_brows_and_beard_go_with_the_hair() -> None:
    fair = corrected(TWIN, Corrections(hair_colour=(0.9, 0.8, 0.5)))
    assert fair.hair.colour == fair.beard_colour == (0.9, 0.8, 0.5)
    assert all(brow < hair for brow, hair in zip(fair.brows, fair.hair.colour, strict=True))
    assert fair.skin == TWIN.skin


def test_what_is_said_of_eyes_glasses_and_beard_is_taken() -> None:
    twin = corrected(TWIN, Corrections(eyes=(0.1, 0.3, 0.6), glasses="square", beard="goatee"))
    assert (twin.eyes, twin.glasses, twin.beard) == ((0.1, 0.3, 0.6), "square", "goatee")
    assert corrected(twin, Corrections(glasses="none", beard="none")).hair == TWIN.hair


@pytest.mark.parametrize(
    "wrong",
    [
        {"skin": (1.2, 0, 0)},
        {"shape": (0.0,) * 13},
        {"shape": (float("nan"),) * 14},
        {"beard": "long"},
        {"glasses": "pink"},
        {"hats": 1},
    ],
)
def test_values_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Twin.model_validate(TWIN.model_dump() | wrong)
