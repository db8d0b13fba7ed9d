"""A runtime from a file, for a computer without network."""

from dataclasses import replace
from pathlib import Path

import pytest

from fastface_core import overlay
from fastface_core.errors import ModelError
from fastface_core.progress import CancelToken
from fastface_core.runtime.install import Installer
from fastface_core.runtime.sources import FromNetwork, FromPack, write_pack
from tests.core.downloads import online as online
from tests.core.tiny_lanes import Place
from tests.core.tiny_lanes import place as place

pytestmark = pytest.mark.usefixtures("online")


def _pack(place: Place, tmp_path: Path) -> tuple[Installer, Path]:
    installer = place.installer()
    assert isinstance(installer.source, FromNetwork)
    installer.source.bring(installer.build.wheels, tmp_path / "wheels", place.events.append, CancelToken())
    target = tmp_path / "cuda.pack"
    write_pack(installer.build.wheels, tmp_path / "wheels", target, place.events.append, CancelToken())
    return replace(installer, source=FromPack(target)), target


def test_from_a_pack_without_network(place: Place, tmp_path: Path) -> None:
    installer, _ = _pack(place, tmp_path)
    before = len(place.hub.asked)
    installer.install()
    assert len(place.hub.asked) == before
    assert installer.verify() == ()


def test_a_pack_that_is_cut_damaged_or_none(place: Place, tmp_path: Path) -> None:
    installer, target = _pack(place, tmp_path)
    whole = target.read_bytes()
    for content, says in (
        (whole[: len(whole) // 2], "is no pack of a GPU's runtime, or it is cut|is damaged"),
        (whole[:5000] + b"x" + whole[5001:], "in the pack cuda.pack is damaged"),
        (b"hello", "is no pack"),
        (bytes(10240), "lacks"),
    ):
        target.write_bytes(content)
        with pytest.raises(ModelError, match=says):
            installer.install()
        assert overlay.look(place.root) is None
    target.unlink()
    with pytest.raises(ModelError, match=r"There is no file cuda\.pack"):
        installer.install()
    target.write_bytes(whole)
    installer.install()
