"""Content credentials: exported pictures are signed with one's own certificate, and a changed picture is found out."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from fastface_core import paths
from fastface_core.cli.main import app
from fastface_core.errors import SettingsError
from fastface_core.library import credentials, export
from fastface_core.library.credentials import Credentials, Signer, read
from fastface_core.library.encoding import FileFormat
from fastface_core.library.export import ExportSettings, Profile
from fastface_core.library.library import Library
from tests.core.certificates import NAME, Kind, make
from tests.core.library_help import saved


def image(form: str) -> bytes:
    out = BytesIO()
    pixels = np.random.default_rng(3).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(out, form.upper())
    return out.getvalue()


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_a_signed_picture_says_who_and_what_and_a_change_is_found(form: FileFormat, tmp_path: Path) -> None:
    signer = Signer(make(tmp_path))
    assert signer.name == NAME
    plain = image(form)
    signed = signer.sign(plain, form)
    found = read(signed, form)
    assert found is not None
    assert (found.name, found.whole, found.synthetic) == (NAME, True, True)
    with Image.open(BytesIO(signed)) as one, Image.open(BytesIO(plain)) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))
    assert read(plain, form) is None
    # A byte of the pixels: it is there in both files.
    place = plain.index(plain[len(plain) // 2 : len(plain) // 2 + 16])
    changed = bytearray(signed)
    changed[signed.index(plain[place : place + 16]) + 3] ^= 1
    broken = read(bytes(changed), form)
    assert broken is not None
    assert not broken.whole


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_keys_of_every_kind_sign(kind: Kind, tmp_path: Path) -> None:
    found = read(Signer(make(tmp_path, kind)).sign(image("png"), "png"), "png")
    assert found is not None
    assert found.whole


def test_what_cannot_sign_is_said(tmp_path: Path) -> None:
    good, other = make(tmp_path / "good"), make(tmp_path / "other")
    cases = {
        "absent.pem cannot be read": Credentials(tmp_path / "absent.pem", good.key),
        "text.pem is not a PEM": Credentials(good.certificate, _file(tmp_path / "text.pem", b"hello")),
        "empty.pem is not a PEM": Credentials(_file(tmp_path / "empty.pem", b""), good.key),
        "passphrase": make(tmp_path / "hidden", passphrase=b"secret"),
        "The key cannot be read": Credentials(good.certificate, good.certificate),
        "expired": make(tmp_path / "old", days=(-400, -30)),
        "does not belong": Credentials(good.certificate, other.key),
    }
    for words, wrong in cases.items():
        with pytest.raises(SettingsError, match=words):
            Signer(wrong)


def test_without_the_package_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(tmp_path)
    monkeypatch.setattr(credentials, "available", lambda: False)
    with pytest.raises(SettingsError, match="c2pa-python"):
        Signer(made)


@pytest.mark.parametrize(("profile", "signs"), [("share", True), ("client", True), ("archive", False)])
def test_export_signs_what_is_for_others(profile: Profile, signs: bool, home: Path, tmp_path: Path) -> None:
    made = make(tmp_path / "own")
    with Library() as library:
        picture = saved(library, paths.pictures_folder(), 1, prompt="a violet zeppelin")
        settings = ExportSettings(profile, credentials=made, creator="Somebody")
        done = export.export(library.gallery, [picture.id], tmp_path / "out", settings, {})
        assert done.problems == {}
        content = done.files[picture.id].read_bytes()
        found = read(content, "png")
        assert (found is not None and found.whole) == signs
        if profile == "share":
            assert b"zeppelin" not in content
            assert str(home).encode() not in content
            assert picture.path.name.encode() not in content
        # What is said in the metadata is there as well.
        assert b"trainedAlgorithmicMedia" in content


def test_nothing_is_signed_where_nothing_is_to_be_said(home: Path, tmp_path: Path) -> None:
    with Library() as library:
        picture = saved(library, paths.pictures_folder(), 1)
        settings = ExportSettings("share", credentials=make(tmp_path / "own"), disclosure=False)
        done = export.export(library.gallery, [picture.id], tmp_path / "out", settings, {})
        assert read(done.files[picture.id].read_bytes(), "png") is None


def test_a_certificate_that_does_not_work_stops_the_export(home: Path, tmp_path: Path) -> None:
    """Unsigned pictures under the eyes of somebody who asked for signed ones would be worse."""
    with Library() as library:
        picture = saved(library, paths.pictures_folder(), 1)
        settings = ExportSettings("share", credentials=make(tmp_path / "own", days=(-9, -2)))
        with pytest.raises(SettingsError, match="expired"):
            export.export(library.gallery, [picture.id], tmp_path / "out", settings, {})
        assert not (tmp_path / "out").exists()


def test_the_command_signs_and_wants_both_files(home: Path, tmp_path: Path) -> None:
    made = make(tmp_path / "own")
    with Library() as library:
        number = str(saved(library, paths.pictures_folder(), 1).id)
    words = ["gallery", "export", number, "--out", str(tmp_path / "out"), "--certificate", str(made.certificate)]
    alone = CliRunner().invoke(app, words)
    assert alone.exit_code == 1
    assert "Give both" in alone.output
    done = CliRunner().invoke(app, [*words, "--key", str(made.key)])
    assert done.exit_code == 0, done.output
    (file,) = (tmp_path / "out").iterdir()
    found = read(file.read_bytes(), "png")
    assert found is not None
    assert found.name == NAME


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
