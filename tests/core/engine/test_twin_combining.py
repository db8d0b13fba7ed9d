"""Several photos make one person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastface_core.domain.measures import Measures
from fastface_core.domain.twin import HAIR_CUTS, Hair, HairLength, Twin
from fastface_core.engine.twin.combining import combined

ALL = frozenset(
    {"shape", "skin", "lips", "eyes", "brows", "brow_thickness", "eye_opening", "glasses", "beard"}
    | {f"hair.{name}" for name in ("colour", "cover", "length", "widths", "top", "hairline", "curl")}
)


def photo(grey: float = 0.5, number: float = 0.0, cut: HairLength = "short", **changed: object) -> Measures:
    top, length, widths = HAIR_CUTS[cut]
    hair = Hair(colour=(0.2, 0.15, 0.1), top=top, length=length, widths=widths)
    twin = Twin(
        shape=(number,) * 14,
        skin=(grey, grey, grey),
        lips=(0.7, 0.4, 0.4),
        eyes=(0.3, 0.2, 0.1),
        brows=(0.2, 0.1, 0.1),
        hair=hair,
    )
    return Measures(twin.model_copy(update=changed), ALL, (), 0.0, 0.0)


def test_one_photo_is_the_person() -> None:
    one = photo(0.6, 1.0, "long", glasses="round")
    assert combined([one]) == one.twin


def test_one_odd_photo_moves_nothing() -> None:
    twin = combined([photo(0.5, 0.1), photo(0.52, 0.2), photo(0.9, -2.5, "long", beard="full")])
    assert twin.shape == pytest.approx((0.1,) * 14)
    assert twin.skin == pytest.approx((0.52,) * 3, abs=0.01)
    assert twin.hair.length_word == "short"
    assert twin.beard == "none"
    assert twin.beard_colour is None


def test_dark_photos_do_not_say_the_skin_where_another_does() -> None:
    dark = [replace(photo(0.2), notes=("The photo is dark.",), sure=ALL - {"skin"}) for _ in range(3)]
    assert combined([*dark, photo(0.7)]).skin == pytest.approx((0.7,) * 3, abs=0.01)
    assert combined(dark).skin == pytest.approx((0.2,) * 3, abs=0.01)


def test_turned_heads_do_not_say_the_shape_where_another_does() -> None:
    turned = [replace(photo(number=2.0), yaw=0.6), replace(photo(number=2.2), yaw=-0.7)]
    assert combined([*turned, photo(number=0.0)]).shape == (0.0,) * 14
    assert combined(turned).shape == pytest.approx((2.1,) * 14)


def test_what_is_unsure_is_outvoted_by_what_is_sure() -> None:
    unsure = [replace(photo(glasses="none"), sure=ALL - {"glasses"}) for _ in range(3)]
    assert combined([*unsure, photo(glasses="square", glasses_colour=(0.5, 0.2, 0.1))]).glasses == "square"


def test_the_outline_is_that_of_the_photos_that_agree_about_the_length() -> None:
    twin = combined([photo(cut="long"), photo(cut="short"), photo(cut="long")])
    assert twin.hair.length_word == "long"
    assert twin.hair.widths == pytest.approx(HAIR_CUTS["long"][2])


def test_a_parting_is_kept_where_most_photos_have_it() -> None:
    def parted(at: float | None) -> Measures:
        one = photo()
        return replace(one, twin=one.twin.model_copy(update={"hair": one.twin.hair.model_copy(update={"parting": at})}))

    assert combined([parted(0.4), parted(0.5), parted(None)]).hair.parting == pytest.approx(0.45)
    assert combined([parted(0.4), parted(None), parted(None)]).hair.parting is None
