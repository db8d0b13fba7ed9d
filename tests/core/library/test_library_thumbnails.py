"""Thumbnails: of the right picture, bounded, and of no importance when they are lost."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fastface_core.errors import PhotoError
from fastface_core.library.library import Library
from fastface_core.library.pixels import pixel_hash
from fastface_core.library.thumbnails import SIDE, Thumbnails
from tests.core.library_help import picture, saved


def colour(data: bytes) -> tuple[float, ...]:
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[return-value]


def plain(path: Path, shade: tuple[int, int, int], size: tuple[int, int] = (800, 400)) -> Image.Image:
    image = Image.new("RGB", size, shade)
    image.save(path)
    return image


def test_made_once_and_found_again(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        (row,) = library.gallery.rows([made.id])
        assert library.thumbnails.find(row.pixels) is None
        data = library.thumbnails.get(row)
        made.path.rename(tmp_path / "moved.png")
        assert library.thumbnails.get(row) == data
        with Image.open(BytesIO(data)) as image:
            assert image.format == "WEBP"
            assert image.size == (64, 72)


def test_large_pictures_become_small(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path / "t")
    with Image.open(BytesIO(thumbnails.put(plain(tmp_path / "p.png", (200, 10, 10))))) as image:
        assert image.size == (SIDE, SIDE // 2)


def test_never_the_wrong_one(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        (row,) = library.gallery.rows([made.id])
        plain(made.path, (10, 200, 10))  # edited since
        assert colour(library.thumbnails.get(row))[1] > 150
        assert library.thumbnails.find(row.pixels) is None
        assert library.thumbnails.find(pixel_hash(Image.open(made.path))) is not None


def test_a_picture_that_is_gone_or_damaged(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        (row,) = library.gallery.rows([made.id])
        made.path.write_bytes(made.path.read_bytes()[:500])
        with pytest.raises(PhotoError, match="cannot be read"):
            library.thumbnails.get(row)
        made.path.unlink()
        with pytest.raises(PhotoError, match="cannot be read"):
            library.thumbnails.get(row)


def test_bounded_in_size_and_the_oldest_go_first(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path / "t", largest=60_000)
    keys = []
    for seed in range(30):
        image = picture(seed).image
        keys.append(pixel_hash(image))
        thumbnails.put(image)
        path = thumbnails.path_of(keys[-1])
        if path.exists():
            os.utime(path, (seed, seed))
        if thumbnails.find(keys[0]) is not None:  # looked at
            os.utime(thumbnails.path_of(keys[0]), (1000, 1000))
    thumbnails.trim()
    assert 0 < thumbnails.size() <= 60_000
    assert thumbnails.find(keys[0]) is not None
    assert thumbnails.find(keys[1]) is None
    assert thumbnails.find(keys[-1]) is not None
    thumbnails.clear()
    assert thumbnails.size() == 0


def test_a_full_disk_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "t"
    blocked.write_bytes(b"a file where the folder should be")
    thumbnails = Thumbnails(blocked)
    image = picture(1).image
    assert thumbnails.put(image)
    assert thumbnails.find(pixel_hash(image)) is None
