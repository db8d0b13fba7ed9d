"""Small pictures of large ones: the same as of small ones, and none that takes more memory than there is."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fastface_core.library.encoding import encoded
from fastface_core.library.export import ExportSettings, export
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks
from fastface_core.pictures import files as picture_files
from fastface_core.pictures import shrinking
from fastface_core.pictures.shrinking import shrunk
from tests.core.library_help import saved


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1999, 1213), (64, 4000), (4000, 64)])
def test_in_pieces_it_is_the_same(mode: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    colours = np.random.default_rng(1).integers(60, 256, (8, 8, len(mode)), dtype=np.uint8)
    image = Image.fromarray(colours, mode).resize(size, Image.Resampling.BICUBIC)
    whole = shrunk(image, 100)
    monkeypatch.setattr(shrinking, "_WHOLE", 1000)
    pieces = shrunk(image, 100)
    assert (pieces.mode, pieces.size) == (whole.mode, whole.size)
    assert max(pieces.size) <= 100
    difference = np.asarray(pieces, np.int16) - np.asarray(whole, np.int16)
    # At the right and the lower edge a mean may be of fewer pixels.
    assert np.abs(difference).mean() < 3
    assert image.size == size


def test_an_export_that_takes_too_much_is_refused_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Library() as library:
        small = saved(library, tmp_path / "made", 1)
        large = tmp_path / "made" / "large.png"
        large.write_bytes(encoded(Image.new("RGB", (3000, 3000)), "png", None, None, Marks()))
        number = library.recorder.record(large).id
        monkeypatch.setattr(picture_files, "ROOM", 60 << 20)
        ids = [number, small.id]
        for settings in (ExportSettings("share"), ExportSettings("archive", "webp")):
            done = export(library.gallery, ids, tmp_path / "out", settings, {})
            assert done.problems[number].startswith("large.png is too large to be exported at this size: choose a sm")
            assert list(done.files) == [small.id]
        for settings in (ExportSettings("archive"), ExportSettings("share", side=500)):
            done = export(library.gallery, ids, tmp_path / "out", settings, {})
            assert done.problems == {}
            assert list(done.files) == ids
        assert Image.open(BytesIO(done.files[number].read_bytes())).size == (500, 500)
