"""Export: what each profile says and keeps to itself, read from the bytes and by a program that knows nothing of us."""

import json
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fastface_core.errors import SettingsError
from fastface_core.library import containers, xmp
from fastface_core.library.encoding import FileFormat
from fastface_core.library.export import ExportSettings, Profile, check, export, terms_warning
from fastface_core.library.library import Library
from fastface_core.library.metadata import Marks, read
from fastface_core.progress import Cancelled, CancelToken
from tests.core.library_help import person, pixels_of, saved

SECRETS = [b"Quendolina", b"Xylophone", b"baseline", b"hyper-4", b"20300102", b"abababab", b"hat"]
FORMS: tuple[FileFormat, ...] = ("png", "jpeg", "webp")


def filled(library: Library, folder: Path) -> list[int]:
    uid = person(library, folder / "photos", "Quendolina").uid
    ids = [saved(library, folder / "made", seed, person=uid, prompt="a Xylophone in the rain").id for seed in (1, 2)]
    library.marks.rate(ids, 4)
    library.marks.tag(ids, add=["Quendolina tag"])
    library.marks.write_pending()
    return ids


def unpacked(data: bytes) -> bytes:
    """The file, and whatever in it is compressed."""
    found = [data]
    for at in range(len(data) - 2):
        if data[at] == 0x78 and data[at + 1] in (0x01, 0x5E, 0x9C, 0xDA):
            try:
                found.append(zlib.decompressobj().decompress(data[at:], 1 << 20))
            except zlib.error:
                continue
    return b"\n".join(found)


@pytest.mark.parametrize("form", [None, *FORMS])
@pytest.mark.parametrize("disclosure", [True, False])
def test_share_says_nothing_but_that_a_model_made_it(form: FileFormat | None, disclosure: bool, tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        source = library.gallery.rows(ids)[0].path
        assert all(secret in unpacked(source.read_bytes()) for secret in SECRETS[1:4])
        settings = ExportSettings("share", form=form, disclosure=disclosure)
        done = export(library.gallery, ids, tmp_path / "out", settings, library.people.names())
    assert [path.stem for path in done.files.values()] == ["picture-001", "picture-002"]
    for path in done.files.values():
        data = unpacked(path.read_bytes())
        assert [secret for secret in SECRETS if secret in data] == []
        assert str(tmp_path).encode() not in data
        said = containers.read(path.read_bytes()).xmp
        assert (said is not None and xmp.SOURCE_TYPE.encode() in said) is disclosure
        content = read(path)
        assert (content.recipe, content.note, content.marks, content.prompt) == (None, None, Marks(), "")
        if shutil.which("exiftool"):
            shown = subprocess.run(["exiftool", "-a", "-u", "-U", "-G1", str(path)], capture_output=True, check=True)
            lines = [line for line in shown.stdout.splitlines() if not line.startswith((b"[System]", b"[ExifTool]"))]
            assert [secret for secret in SECRETS if secret in b"\n".join(lines)] == []


@pytest.mark.parametrize("form", FORMS)
def test_archive_keeps_the_whole_recipe(form: FileFormat, tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        before = library.gallery.details(ids[0])
        done = export(library.gallery, ids, tmp_path / "out", ExportSettings("archive", form=form), {})
        content = read(done.files[ids[0]])
        assert content.recipe == before.recipe
        assert content.marks == Marks(4, False, ("Quendolina tag",))
        if form != "jpeg":
            assert np.array_equal(pixels_of(done.files[ids[0]]), pixels_of(before.row.path))
        if form == "png":
            assert done.files[ids[0]].read_bytes() == before.row.path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_client_says_rating_creator_and_copyright(form: FileFormat, tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        settings = ExportSettings("client", form=form, creator="Studio Ü", rights="(c) 2030 Studio Ü")
        done = export(library.gallery, ids[:1], tmp_path / "out", settings, {})
    (path,) = done.files.values()
    data = path.read_bytes()
    assert [secret for secret in (b"Xylophone", b"Quendolina", b"baseline") if secret in unpacked(data)] == []
    packet = containers.read(data).xmp
    assert packet is not None
    assert xmp.read(packet).rating == 4
    assert "Studio Ü" in packet.decode()
    if shutil.which("exiftool"):
        shown = subprocess.run(["exiftool", "-json", str(path)], capture_output=True, check=True)
        (said,) = json.loads(shown.stdout)
        assert (said["Creator"], said["Rights"], said["Rating"]) == ("Studio Ü", "(c) 2030 Studio Ü", 4)


def test_smaller_but_never_larger(tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        sizes = []
        for side in (36, 4000):
            done = export(library.gallery, ids[:1], tmp_path / "out", ExportSettings("share", side=side), {})
            with Image.open(done.files[ids[0]]) as image:
                sizes.append(image.size)
    assert sizes == [(32, 36), (64, 72)]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        for _ in range(2):
            export(library.gallery, ids, tmp_path / "out", ExportSettings("share", pattern="same"), {})
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["same-2.png", "same-3.png", "same-4.png", "same.png"]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{date} {time} {width}x{height} {rating}", None),
        ("{number}/../../{person}", "001_.._.._Quendolina"),
        ('a<b>:"c|?*', "a_b___c___"),
        ("con", "_con"),
        ("...", "picture"),
        ("{person}" * 40, None),
    ],
)
def test_names_are_names_on_every_system(pattern: str, name: str | None, tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        settings = ExportSettings("client", pattern=pattern)
        done = export(library.gallery, ids[:1], tmp_path / "out", settings, library.people.names())
    (path,) = done.files.values()
    assert path.parent == tmp_path / "out"
    assert len(path.name) <= 160
    assert name is None or path.stem == name


@pytest.mark.parametrize(
    ("profile", "changes"),
    [
        ("share", {"pattern": "{seed}"}),
        ("share", {"pattern": "{person}"}),
        ("client", {"pattern": "{prompt}"}),
        ("client", {"pattern": "{"}),
        ("client", {"pattern": "{number!r}"}),
        ("client", {"pattern": "{number:>9999999}"}),
        ("client", {"pattern": "{number.__class__}"}),
        ("client", {"form": "gif"}),
        ("client", {"side": 0}),
        ("client", {"quality": 0}),
        ("other", {}),
    ],
)
def test_settings_that_are_not_allowed(profile: Profile, changes: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        check(ExportSettings(profile, **changes))  # type: ignore[arg-type]


def test_one_that_is_gone_does_not_stop_the_others(tmp_path: Path) -> None:
    with Library() as library:
        ids = filled(library, tmp_path)
        library.gallery.rows(ids)[0].path.unlink()
        done = export(library.gallery, ids, tmp_path / "out", ExportSettings("share"), {})
        assert list(done.files) == ids[1:]
        assert list(done.problems) == ids[:1]
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            export(library.gallery, ids, tmp_path / "no", ExportSettings("share"), {}, cancel=token)


def test_the_terms_are_told(tmp_path: Path) -> None:
    terms = [
        {"commercial_use": True, "licences": ("Free",)},
        {"commercial_use": False, "licences": ("Research",)},
        {"commercial_use": None, "licences": ()},
        None,
    ]
    with Library() as library:
        ids = [saved(library, tmp_path, seed, terms=one).id for seed, one in enumerate(terms)]
        warning = terms_warning(library.gallery, ids)
        assert (warning.forbidden, warning.unknown, warning.licences) == ((ids[1],), (ids[2], ids[3]), ("Research",))
        assert not terms_warning(library.gallery, ids[:1])
