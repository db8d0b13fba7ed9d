"""The last touch of copies: sharpening, watermarks, contact sheets, folders of people."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, PdfParser

from fastface_core.errors import PhotoError, SettingsError
from fastface_core.library.contact_sheets import ContactSheet, SheetSettings
from fastface_core.library.export import ExportSettings, check, export
from fastface_core.library.finishing import PLACES, Place, Sharpening, Watermark, sharpened, stamp
from fastface_core.library.library import Library
from tests.core.library_help import person, pixels_of, saved


def edge(width: int = 64, height: int = 48) -> Image.Image:
    """Brown on the left, a lighter brown on the right."""
    pixels = np.full((height, width, 3), (120, 80, 60), dtype=np.uint8)
    pixels[:, width // 2 :] = (180, 140, 120)
    return Image.fromarray(pixels)


def array(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image, dtype=np.int16)


@pytest.mark.parametrize("sharpening", ["screen", "glossy", "matte"])
def test_sharpening_steepens_edges_without_colour_and_leaves_areas(sharpening: Sharpening) -> None:
    before = edge()
    apart = array(sharpened(before, sharpening, 300)) - array(before)
    assert apart[:, 31].max() < 0 < apart[:, 32].min()
    assert not apart[:, :16].any()
    assert not apart[:, 48:].any()
    # The same for red, green and blue.
    assert np.ptp(apart, axis=2).max() == 0


def test_more_for_matte_paper_and_wider_at_more_pixels_an_inch() -> None:
    before = edge()

    def strength(sharpening: Sharpening, density: int | None) -> NDArray[np.int16]:
        return np.abs(array(sharpened(before, sharpening, density)) - array(before)).max(axis=(0, 2))

    assert strength("matte", 300).max() > strength("glossy", 300).max() > strength("screen", 300).max()
    assert np.count_nonzero(strength("matte", 600)) > np.count_nonzero(strength("matte", 150))
    assert np.array_equal(strength("matte", None), strength("matte", 300))


def test_a_large_picture_is_sharpened_in_bands_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 256, (90, 70, 4), dtype=np.uint8))
    whole = sharpened(noise, "matte", 300)
    monkeypatch.setattr("fastface_core.library.finishing._BAND", 70)
    assert np.array_equal(np.asarray(sharpened(noise, "matte", 300)), np.asarray(whole))
    assert np.array_equal(array(whole)[..., 3], array(noise)[..., 3])


@pytest.mark.parametrize("place", PLACES)
def test_a_mark_lies_in_its_place_and_nowhere_else(place: Place) -> None:
    image = Image.new("RGB", (400, 300), (40, 90, 60))
    stamp(Watermark("(c) Anna", place=place))(image)
    changed = np.argwhere((array(image) != (40, 90, 60)).any(axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert right - left < 0.3 * 400
    assert bottom - top < 0.1 * 300
    middle = (left + right) / 2, (top + bottom) / 2
    assert middle[0] == pytest.approx(200, abs=4) if place == "centre" else (middle[0] > 200) == ("right" in place)
    assert middle[1] == pytest.approx(150, abs=4) if place == "centre" else (middle[1] > 150) == ("bottom" in place)
    assert array(image).max() > 150  # white over green


@pytest.mark.parametrize("ground", [0, 255])
def test_a_text_is_seen_on_black_and_on_white(ground: int) -> None:
    image = Image.new("RGBA", (600, 400), (ground, ground, ground, 80))
    stamp(Watermark("Studio", size=0.8, opacity=0.6))(image)
    assert np.ptp(array(image)[..., :3]) > 60


def test_a_picture_is_a_mark_as_it_is_where_it_shows_anything(tmp_path: Path) -> None:
    logo = Image.new("RGBA", (50, 40), (0, 0, 0, 0))
    logo.paste((200, 10, 10, 255), (10, 10, 40, 30))
    logo.save(tmp_path / "logo.png")
    image = Image.new("RGB", (300, 300), (90, 90, 90))
    stamp(Watermark(picture=tmp_path / "logo.png", place="top-left", size=0.3, opacity=0.5))(image)
    # As large as it may be: without the transparent rim 30 x 20 fit 90 x 30 as 45 x 30, half of it seen.
    assert image.getpixel((9 + 20, 9 + 15)) == (145, 50, 50)
    assert image.getpixel((9 + 50, 9 + 15)) == (90, 90, 90)


def test_marks_that_cannot_be_are_named(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"no picture")
    Image.new("RGBA", (4, 4)).save(tmp_path / "clear.png")
    for mark, words in (
        (Watermark(), "a text or a picture"),
        (Watermark("a", tmp_path), "a text or a picture"),
        (Watermark("  "), "no text"),
        (Watermark("a" * 101), "very long"),
        (Watermark("a", size=0.0), "size 0.0"),
        (Watermark("a", opacity=1.5), "opacity 1.5"),
        (Watermark("a", place="middle"), "no place"),  # type: ignore[arg-type]
        (Watermark("山"), 'has no "山"'),
        (Watermark(picture=tmp_path / "none.png"), "none.png cannot be read"),
        (Watermark(picture=tmp_path / "clear.png"), "Nothing is seen"),
    ):
        with pytest.raises(SettingsError, match=words):
            stamp(mark)
    with pytest.raises(PhotoError, match=r"logo\.png is not a photo"):
        stamp(Watermark(picture=tmp_path / "logo.png"))
    for settings in (
        ExportSettings("archive", sharpening="screen"),
        ExportSettings("archive", watermark=Watermark("a")),
        ExportSettings("share", sharpening="much"),  # type: ignore[arg-type]
        ExportSettings("share", sheet=SheetSettings(columns=20)),
        ExportSettings("share", sheet=SheetSettings(title="a" * 200)),
    ):
        with pytest.raises(SettingsError):
            check(settings)


def pages(data: bytes) -> list[Image.Image]:
    found = PdfParser.PdfParser(buf=data)
    count = len(found.pages)
    pictures = [b"\xff\xd8\xff" + part.split(b"endstream")[0] for part in data.split(b"\xff\xd8\xff")[1:]]
    assert len(pictures) == count
    return [Image.open(BytesIO(picture)) for picture in pictures]


def test_a_contact_sheet_shows_every_picture_in_order() -> None:
    sheet = ContactSheet(SheetSettings(columns=3, title="Müller", note="Made by a trained model."))
    colours = [(20 * number % 250, 255 - 10 * number % 250, 90) for number in range(14)]
    for number, colour in enumerate(colours):
        sheet.add(Image.new("RGB", (300, 400), colour), f"{number}-with-a-name-that-is-far-too-long-山.jpg", number % 6)
    first, second = pages(sheet.finished())
    assert first.size == second.size == (1654, 2339)
    shown = [array(page.resize((160, 226))).reshape(-1, 3) for page in (first, second)]
    for number, colour in enumerate(colours):
        nearest = [np.abs(page - colour).sum(axis=1).min() for page in shown]
        assert (nearest[0] < 20) == (number < 9), number
        assert (nearest[1] < 20) == (number >= 9), number
    assert ContactSheet(SheetSettings()).finished() == b""


def test_an_export_has_all_of_it_and_a_folder_for_each_person(tmp_path: Path) -> None:
    with Library() as library:
        one, other = (person(library, tmp_path / name, name).uid for name in ("Anna", "Ben/Co"))
        ids = [
            saved(library, tmp_path / "made", seed, person=uid).id for seed, uid in ((1, one), (2, other), (3, None))
        ]
        plain = export(library.gallery, ids, tmp_path / "plain", ExportSettings("share", form="png"), {})
        settings = ExportSettings(
            "share", "png", sharpening="screen", watermark=Watermark("(c)"), by_person=True, sheet=SheetSettings()
        )
        done = export(library.gallery, ids, tmp_path / "out", settings, library.people.names())
        again = export(library.gallery, ids[:1], tmp_path / "out", settings, library.people.names())
    places = [path.relative_to(tmp_path / "out").as_posix() for path in done.files.values()]
    assert places == ["Anna/picture-001.png", "Ben_Co/picture-002.png", "picture-003.png"]
    assert done.sheet == tmp_path / "out" / "contact-sheet.pdf"
    assert again.sheet == tmp_path / "out" / "contact-sheet-2.pdf"
    assert done.sheet is not None
    assert len(pages(done.sheet.read_bytes())) == 1
    assert plain.sheet is None
    assert not done.problems
    for number in ids:
        assert not np.array_equal(pixels_of(done.files[number]), pixels_of(plain.files[number]))
    assert b"Anna" not in done.files[ids[0]].read_bytes()


def test_nothing_is_written_where_the_watermark_is_missing(tmp_path: Path) -> None:
    with Library() as library:
        number = saved(library, tmp_path / "made", 1).id
        settings = ExportSettings("share", watermark=Watermark(picture=tmp_path / "away.png"))
        with pytest.raises(SettingsError, match=r"away\.png cannot be read"):
            export(library.gallery, [number], tmp_path / "out", settings, {})
    assert not (tmp_path / "out").exists()
