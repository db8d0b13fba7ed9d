"""Updates: what is signed, what is taken of it, and which version is started."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.update_kills import LAUNCHER, make_root, make_version, start
from fastface_core.errors import FastFaceError, ModelError, NetworkError, StorageError
from fastface_core.models.disk.copying import Meter
from fastface_core.models.hub.client import Network
from fastface_core.progress import CancelToken, Notice, silent
from fastface_core.updates import package as packages
from fastface_core.updates.install import install
from fastface_core.updates.manifest import Manifest, Package, Server, check, read
from fastface_core.updates.package import File, FileList, write
from fastface_core.updates.place import Place, number
from fastface_core.updates.signature import PublicKey, sign, verify
from tests.core.downloads import SOON
from tests.core.downloads import online as online
from tests.hub import Hub, running
from tests.hub_faults import Cut, Flip

pytestmark = [
    pytest.mark.usefixtures("online"),
    pytest.mark.skipif(sys.platform == "win32", reason="the versions that are made up here are shell scripts"),
]

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "updates"
SYSTEM = "linux-x86_64"
KEY = PublicKey.read((DATA / "key.txt").read_text())
MANIFEST, SIGNATURE = (DATA / "manifest.json").read_bytes(), (DATA / "manifest.json.minisig").read_text()


# ---- Signatures


def test_a_signature_that_minisign_made() -> None:
    assert verify(MANIFEST, SIGNATURE, [KEY]) == "FastFace 9.8.7"
    assert read(MANIFEST, SIGNATURE, [KEY]).release == "9.8.7"
    assert KEY.text() == (DATA / "key.txt").read_text().strip()


@pytest.mark.parametrize(
    ("content", "signature"),
    [
        (MANIFEST + b" ", SIGNATURE),
        (MANIFEST, SIGNATURE.replace("FastFace 9.8.7", "FastFace 9.8.8")),
        (MANIFEST, "\n".join(SIGNATURE.splitlines()[:3])),
        (MANIFEST, SIGNATURE.replace("RU", "AA", 1)),
        (MANIFEST, ""),
        (MANIFEST, "a\nnot base64!\ntrusted comment: x\nnor this\n"),
    ],
)
def test_what_is_not_signed_is_not_believed(content: bytes, signature: str) -> None:
    with pytest.raises(ModelError, match="is not signed by FastFace's makers"):
        read(content, signature, [KEY])


def test_another_key_is_no_key_and_a_second_one_is() -> None:
    seed, other = bytes(range(32)), b"8 bytes!"
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    second = PublicKey(other, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
    signature = sign(MANIFEST, seed, other, "second")
    with pytest.raises(ModelError):
        verify(MANIFEST, signature, [KEY])
    assert verify(MANIFEST, signature, [KEY, second]) == "second"
    # The number of a trusted key does not help without its secret.
    with pytest.raises(ModelError):
        verify(MANIFEST, sign(MANIFEST, seed, KEY.number, "x"), [KEY, second])


def test_keys_that_are_none() -> None:
    for text in ("", "hello", base64.b64encode(bytes(42)).decode(), "RW" + "A" * 20):
        with pytest.raises(ValueError, match="no public key"):
            PublicKey.read(text)


def test_a_manifest_of_another_form() -> None:
    seed = bytes(32)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = PublicKey(b"12345678", Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
    for content in (b"[]", b"{}", b'{"format": "fastface-update", "version": 2}', b"[" * 100_000, b"\xff"):
        with pytest.raises(ModelError, match="of a form that this version does not know"):
            read(content, sign(content, seed, key.number, "x"), [key])


# ---- Asking


@pytest.fixture
def hub() -> Generator[Hub]:
    with running() as hub:
        yield hub


def server(hub: Hub) -> Server:
    return Server(f"{hub.endpoint}/updates/all/resolve/main/manifest.json", (KEY,))


def test_what_is_the_newest(hub: Hub) -> None:
    hub.add("updates/all", {"manifest.json": MANIFEST, "manifest.json.minisig": SIGNATURE.encode()})
    found = check(server(hub), Network(endpoint=hub.endpoint, token="hf_secret"))
    assert found.release == "9.8.7"
    assert found.is_newer
    assert all(asked.token is None for asked in hub.asked)
    assert "9.8" not in "".join(asked.path + asked.headers.get("user-agent", "") for asked in hub.asked)


def test_a_server_that_lies_or_is_not_there(hub: Hub) -> None:
    with pytest.raises(NetworkError):
        check(server(hub), Network(endpoint=hub.endpoint))
    hub.add("updates/all", {"manifest.json": MANIFEST.replace(b"9.8.7", b"9.8.8"),
                            "manifest.json.minisig": SIGNATURE.encode()})  # fmt: skip
    with pytest.raises(ModelError, match="is not signed"):
        check(server(hub), Network(endpoint=hub.endpoint))
    hub.add("updates/all", {"manifest.json": bytes(2 << 20), "manifest.json.minisig": SIGNATURE.encode()})
    with pytest.raises(NetworkError, match="is not understood"):
        check(server(hub), Network(endpoint=hub.endpoint))


def test_a_checkout_knows_no_server(tmp_path: Path) -> None:
    with pytest.raises(FastFaceError, match="knows no place that has updates"):
        Server.of_program(tmp_path / "source.json")
    (tmp_path / "source.json").write_text(json.dumps({"address": "http://localhost/x", "keys": [KEY.text()]}))
    assert Server.of_program(tmp_path / "source.json").keys == (KEY,)
    (tmp_path / "source.json").write_text(json.dumps({"address": "http://localhost/x", "keys": ["nonsense"]}))
    with pytest.raises(FastFaceError, match="knows no place that has updates"):
        Server.of_program(tmp_path / "source.json")


def test_releases_are_numbers() -> None:
    assert number("0.10.0") > number("0.9.9")
    old = Manifest(release="0.0.1", published="2026-01-01", page="http://localhost/")
    assert not old.is_newer


# ---- Installing


@dataclass
class Installation:
    """A place with version 1.0.0, and a hub with packages of 1.0.1."""

    hub: Hub
    root: Path
    base: FileList
    events: list[object] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.root)

    def manifest(self, release: str = "1.0.1", *, broken: bool = False, smaller: bool = True) -> Manifest:
        version = self.root.parent / "made" / release
        files = make_version(version, release, broken=broken)
        found = [self._package(version, files, f"{release}.tar.gz", ())]
        if smaller:
            found.append(self._package(version, files, f"{release}-small.tar.gz", (self.base.release,)))
        shutil.rmtree(version)
        return Manifest(release=release, published="2026-01-01", page="http://localhost/", packages=tuple(found))

    def _package(self, version: Path, files: FileList, name: str, bases: tuple[str, ...]) -> Package:
        target = self.root.parent / name
        write(version, files, target, [file.sha256 for file in self.base.files] if bases else (), level=1)
        content = target.read_bytes()
        self.hub.add(f"updates/{name}", {name: content})
        return Package(
            system=SYSTEM,
            name=name,
            url=f"{self.hub.endpoint}/updates/{name}/resolve/main/{name}",
            size=len(content),
            unpacked=files.size,
            sha256=hashlib.sha256(content).hexdigest(),
            bases=bases,
        )

    def install(self, manifest: Manifest, cancel: CancelToken | None = None) -> None:
        network = Network(endpoint=self.hub.endpoint)
        install(manifest, self.place, self.events.append, cancel, network=network, patience=SOON, system=SYSTEM)


@pytest.fixture
def installed(hub: Hub, tmp_path: Path) -> Installation:
    root = tmp_path / "Größe 大" / "FastFace"
    return Installation(hub, root, make_root(root, "1.0.0"))


def test_beside_the_old_one_until_it_has_drawn_its_window(installed: Installation) -> None:
    manifest = installed.manifest()
    installed.install(manifest)
    assert {asked.name for asked in installed.hub.contents()} == {"1.0.1-small.tar.gz"}
    place, root = installed.place, installed.root
    assert (place.current, place.next) == ("1.0.0", "1.0.1")
    assert start(root, "fastface", "--version") == "FastFace 1.0.0"
    assert start(root, "fastface-desktop") == "1.0.1 has drawn its window"
    place.drawn("1.0.1")
    assert (place.current, place.next, place.failed) == ("1.0.1", "", "")
    assert place.version("1.0.0").is_dir()
    place.drawn("1.0.1")  # at its next start
    assert [path.name for path in place.versions.iterdir()] == ["1.0.1"]
    found = packages.list_of(place.version("1.0.1"), "1.0.1")
    assert {file.path for file in found.files} == {file.path for file in installed.base.files}
    assert start(root, "fastface", "--version") == "FastFace 1.0.1"
    assert not (root / "downloads").exists()


def test_one_that_draws_no_window_is_taken_back(installed: Installation) -> None:
    installed.install(installed.manifest(broken=True))
    assert start(installed.root, "fastface-desktop") == ""
    assert start(installed.root, "fastface-desktop") == "1.0.0 has drawn its window"
    assert (installed.place.current, installed.place.failed) == ("1.0.0", "1.0.1")
    installed.place.drawn("1.0.0")
    assert [path.name for path in installed.place.versions.iterdir()] == ["1.0.0"]
    # The next one is told from it.
    installed.install(installed.manifest("1.0.2"))
    assert start(installed.root, "fastface-desktop") == "1.0.2 has drawn its window"


def test_a_second_start_while_the_first_is_under_way(installed: Installation) -> None:
    installed.install(installed.manifest())
    started = installed.root / "next.started"
    started.mkdir()
    (started / "pid").write_text(f"{os.getpid()}\n")
    assert start(installed.root, "fastface-desktop") == "1.0.1 has drawn its window"
    assert installed.place.next == "1.0.1"
    # One that found another window open has proved nothing.
    installed.place.not_tried()
    assert start(installed.root, "fastface-desktop") == "1.0.1 has drawn its window"


def test_a_place_that_says_nonsense_starts_what_is_whole(installed: Installation) -> None:
    (installed.root / "current").write_text("../../elsewhere\n")
    assert installed.place.current == ""
    assert start(installed.root, "fastface", "--version") == "FastFace 1.0.0"
    (installed.root / "current").unlink()
    assert start(installed.root, "fastface", "--version") == "FastFace 1.0.0"


def test_the_launcher_is_found_through_a_link(installed: Installation, tmp_path: Path) -> None:
    link = tmp_path / "fastface-desktop"
    link.symlink_to(installed.root / "fastface-desktop")
    assert subprocess.run([link], capture_output=True, text=True).stdout == "1.0.0 has drawn its window\n"
    assert LAUNCHER.stat().st_mode & 0o111


def test_a_changed_base_takes_the_whole_package(installed: Installation) -> None:
    (installed.place.version("1.0.0") / "_internal/torch/lib/libtorch.so").write_bytes(b"changed")
    installed.install(installed.manifest())
    assert any("not as it was delivered" in event.text for event in installed.events if isinstance(event, Notice))
    assert start(installed.root, "fastface-desktop") == "1.0.1 has drawn its window"


def test_cut_and_damaged_on_the_way(installed: Installation) -> None:
    manifest = installed.manifest()
    installed.hub.misbehave(Cut(5000, hard=True), "small.tar.gz")
    installed.hub.misbehave(Flip(300), "small.tar.gz")
    installed.install(manifest)
    assert installed.place.next == "1.0.1"


def test_what_is_not_offered_or_not_newer(installed: Installation) -> None:
    with pytest.raises(FastFaceError, match=r"FastFace 1\.0\.0 is as new as"):
        installed.install(installed.manifest("1.0.0"))
    with pytest.raises(FastFaceError, match="no update package for this system"):
        installed.install(Manifest(release="2.0.0", published="2026-01-01", page="http://localhost/"))
    with installed.place.lock(), pytest.raises(StorageError, match="Another FastFace is installing"):
        installed.install(installed.manifest())


def test_one_that_does_not_start_is_not_tried(installed: Installation) -> None:
    manifest = installed.manifest()
    installed.install(manifest)
    program = installed.place.version("1.0.1") / "fastface"
    program.write_text("#!/bin/sh\nexit 1\n")
    installed.place.stage("1.0.1")
    (installed.root / "next").unlink()
    with pytest.raises(FastFaceError, match=r"FastFace 1\.0\.1 does not start on this computer"):
        installed.install(manifest)
    assert installed.place.next == ""
    assert start(installed.root, "fastface-desktop") == "1.0.0 has drawn its window"


def test_packages_that_mean_harm_or_are_damaged(tmp_path: Path) -> None:
    for path in ("../out", "/out", "a/../../out", "c:/out", "a\\b"):
        with pytest.raises(ValueError, match="leads elsewhere"):
            File(path=path, size=0, sha256="0" * 64)
    files = make_version(tmp_path / "version", "1.0.1")
    good = tmp_path / "good.tar.gz"
    write(tmp_path / "version", files, good, level=1)
    content = good.read_bytes()
    write(tmp_path / "version", files, good, level=1)
    assert good.read_bytes() == content
    bad = tmp_path / "bad.tar.gz"
    for number_of, data in enumerate((content[:1000], b"nothing", content[:60_000] + b"x" + content[60_001:])):
        bad.write_bytes(data)
        with pytest.raises(ModelError, match=r"bad\.tar\.gz is damaged"):
            packages.unpack(bad, "1.0.1", tmp_path / f"in{number_of}", None, Meter(1, silent, CancelToken()))
    with pytest.raises(ModelError, match=r"good\.tar\.gz is damaged"):
        packages.unpack(good, "1.0.2", tmp_path / "other", None, Meter(1, silent, CancelToken()))


def test_the_command_line_of_a_checkout() -> None:
    from typer.testing import CliRunner

    from fastface_core.cli.main import app

    for command, says in ((["check"], "knows no place that has updates"), (["install"], "does not update itself")):
        done = CliRunner().invoke(app, ["update", *command])
        assert done.exit_code == 1
        assert says in done.stderr


def test_killed_updates_lose_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.update_kills", "--count", "6", "--seed", "2"]
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 updates in" in done.stdout
    assert "nothing lost" in done.stdout
