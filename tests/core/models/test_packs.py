"""Packs: the same files on the other computer; and packs that are cut, changed, or made to do harm."""

import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastface_core.errors import ModelError, StorageError
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.conversion import after_download
from fastface_core.models.disk import packs
from fastface_core.models.disk.packing import export
from fastface_core.models.disk.packs import MANIFEST, import_pack, is_pack, read_manifest
from fastface_core.models.store import Store
from fastface_core.progress import Cancelled, CancelToken
from tests.core.tiny_catalogue import contents, fill

BUNDLE = "hyper-4"


@pytest.fixture(scope="session")
def prepared(repositories: Path, catalogue_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a bundle, converted as after a download, and its pack; not to be changed."""
    folder = tmp_path_factory.mktemp("prepared")
    store = Store(folder / "models", Catalogue.load(catalogue_folder))
    bundle = store.catalogue.bundle(BUNDLE)
    fill(store, repositories, bundle.components)
    for component in store.catalogue.of(bundle):
        after_download(store, component)
    export(store, bundle, folder / "hyper.pack")
    return folder


@pytest.fixture
def full(prepared: Path, store: Store) -> Store:
    shutil.copytree(prepared / "models", store.folder)
    assert store.bundle_state(store.catalogue.bundle(BUNDLE)) == "ready"
    return store


@pytest.fixture
def pack(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(prepared / "hyper.pack", tmp_path))


@pytest.fixture
def other(catalogue: Catalogue, tmp_path: Path) -> Store:
    """The computer without network."""
    return Store(tmp_path / "other", catalogue)


def files(store: Store) -> dict[str, bytes]:
    return {name: data for name, data in contents(store.folder).items() if not name.startswith(".fastface")}


def test_the_other_computer_has_the_same_files_and_they_are_ready(full: Store, pack: Path, other: Store) -> None:
    assert is_pack(pack)
    manifest = read_manifest(pack)
    assert (manifest.bundle, manifest.title) == (BUNDLE, "Hyper-SD, 4 steps")
    assert any(not licence.commercial_use for licence in manifest.licences)
    import_pack(pack, other)
    assert files(other) == files(full)
    assert other.bundle_state(other.catalogue.bundle(BUNDLE)) == "ready"
    time = {path: path.stat().st_mtime_ns for path in other.folder.rglob("*.safetensors")}
    import_pack(pack, other)
    assert {path: path.stat().st_mtime_ns for path in other.folder.rglob("*.safetensors")} == time


def test_any_program_can_open_it_and_check_its_sums(pack: Path) -> None:
    with tarfile.open(pack) as archive:
        members = archive.getmembers()
        assert members[0].name == MANIFEST
        first = archive.extractfile(members[0])
        assert first is not None
        manifest = json.load(first)
        sums = {
            f"{one['name']}/{file['path']}": file["sha256"] for one in manifest["components"] for file in one["files"]
        }
        assert [member.name for member in members[1:]] == list(sums)
        for member in members[1:]:
            assert member.isreg()
            content = archive.extractfile(member)
            assert content is not None
            assert hashlib.sha256(content.read()).hexdigest() == sums[member.name]
    # What the pickle was made into travels, the pickle itself does not: no code is in a pack.
    assert not any(member.name.endswith((".bin", ".py")) for member in members)


def test_its_bytes_depend_on_the_content_alone(full: Store, pack: Path, tmp_path: Path) -> None:
    export(full, full.catalogue.bundle(BUNDLE), tmp_path / "again.pack")
    assert (tmp_path / "again.pack").read_bytes() == pack.read_bytes()


def test_an_export_goes_on_where_it_stopped(full: Store, pack: Path, tmp_path: Path) -> None:
    whole = pack.read_bytes()
    for begun in (whole[: len(whole) // 3], whole[:50_000] + b"torn" + whole[50_004:90_000], b"", whole + b"more"):
        part = tmp_path / "new.pack.part"
        part.write_bytes(begun)
        export(full, full.catalogue.bundle(BUNDLE), tmp_path / "new.pack")
        assert (tmp_path / "new.pack").read_bytes() == whole
        assert not part.exists()
        (tmp_path / "new.pack").unlink()


def test_an_export_that_is_stopped_leaves_the_old_pack(full: Store, pack: Path) -> None:
    before, cancel, seen = pack.read_bytes(), CancelToken(), 0

    def stop(_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 4:
            cancel.cancel()

    with pytest.raises(Cancelled):
        export(full, full.catalogue.bundle(BUNDLE), pack, stop, cancel)
    assert pack.read_bytes() == before


def test_what_is_not_installed_or_damaged_is_not_packed(full: Store, tmp_path: Path) -> None:
    bundle = full.catalogue.bundle(BUNDLE)
    with pytest.raises(ModelError, match="LCM, 2 to 8 steps is not wholly installed") as caught:
        export(full, full.catalogue.bundle("lcm"), tmp_path / "lcm.pack")
    assert "fastface models download lcm" in caught.value.hint
    unet = full.catalogue.component("sdxl-unet")
    path = full.path(unet, unet.files[0])
    status, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(ModelError, match=r"diffusion_pytorch_model\.fp16\.safetensors is damaged"):
        export(full, bundle, tmp_path / "hyper.pack")
    assert full.state(unet) == "damaged"
    assert not (tmp_path / "hyper.pack").exists()
    path.write_bytes(content)
    full.record_verified(unet, unet.files[0], hashlib.sha256(content).hexdigest())
    export(full, bundle, tmp_path / "hyper.pack")


def test_places_where_no_pack_can_be_written(full: Store, tmp_path: Path) -> None:
    bundle = full.catalogue.bundle(BUNDLE)
    with pytest.raises(StorageError, match="is a folder"):
        export(full, bundle, tmp_path)
    with pytest.raises(StorageError, match="There is no folder"):
        export(full, bundle, tmp_path / "nowhere" / "x.pack")


# Damage


def test_a_changed_byte_is_named_and_the_other_files_are_taken(pack: Path, other: Store) -> None:
    with tarfile.open(pack) as archive:
        member = archive.getmember("sdxl-unet/unet/diffusion_pytorch_model.fp16.safetensors")
    data = bytearray(pack.read_bytes())
    data[member.offset_data + 999] ^= 1
    whole = pack.read_bytes()
    pack.write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged in: unet/diffusion_pytorch_model\.fp16\.safetensors"):
        import_pack(pack, other)
    unet = other.catalogue.component("sdxl-unet")
    assert other.state(unet) == "absent"
    assert other.state(other.catalogue.component("sdxl-text")) == "ready"
    pack.write_bytes(whole)
    import_pack(pack, other)
    assert other.bundle_state(other.catalogue.bundle(BUNDLE)) == "ready"


def test_damage_never_replaces_what_is_there(full: Store, pack: Path) -> None:
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(data)
    before = files(full)
    import_pack(pack, full)
    assert files(full) == before


@pytest.mark.parametrize("seed", range(10))
def test_a_pack_that_is_cut_anywhere_says_so_and_can_be_continued(pack: Path, other: Store, seed: int) -> None:
    whole = pack.read_bytes()
    with tarfile.open(pack) as archive:
        end = max(member.offset_data + member.size for member in archive.getmembers())
    pack.write_bytes(whole[: random.Random(seed).randrange(1, end)])
    with pytest.raises(ModelError, match=r"incomplete|no pack|cannot be read") as caught:
        import_pack(pack, other)
    assert caught.value.hint
    for component in other.catalogue.components:
        for file in component.files:
            if (path := other.path(component, file)).exists():
                assert path.stat().st_size == file.size
    pack.write_bytes(whole)
    import_pack(pack, other)
    assert other.bundle_state(other.catalogue.bundle(BUNDLE)) == "ready"


@pytest.mark.parametrize("seed", range(24))
def test_noise_anywhere_is_an_error_or_harmless(pack: Path, other: Store, seed: int) -> None:
    """Bytes changed at random places, headers and manifest among them: never another exception, never a wrong file."""
    chance = random.Random(seed)
    data = bytearray(pack.read_bytes())
    head = 8000 if seed % 2 else len(data)
    for _ in range(chance.choice([1, 5, 200])):
        data[chance.randrange(head)] = chance.randrange(256)
    pack.write_bytes(data)
    outside = contents(other.folder.parent)
    with contextlib.suppress(ModelError):
        import_pack(pack, other)
    assert {
        name: data for name, data in contents(other.folder.parent).items() if not name.startswith("other/")
    } == outside
    for component in other.catalogue.components:
        if other.state(component) == "ready" and component.name != "faceid-plus-v2":
            for file in component.files:
                known = other.record(component).files[file.path].sha256
                assert hashlib.sha256(other.path(component, file).read_bytes()).hexdigest() == known


# Harm


def rebuilt(pack: Path, change: Callable[[dict[str, Any], list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """A pack with another manifest or other members, with sums that fit."""
    with tarfile.open(pack) as archive:
        members = [(member, archive.extractfile(member).read()) for member in archive.getmembers()]  # type: ignore[reportOptionalMemberAccess]
    manifest = json.loads(members[0][1])
    rest = members[1:]
    change(manifest, rest)
    text = json.dumps(manifest).encode()
    with tarfile.open(pack, "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
        for member, data in rest:
            if member.isreg():
                member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return pack


def escape(path: str) -> Callable[[dict[str, Any], list[tuple[tarfile.TarInfo, bytes]]], None]:
    def change(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        first = manifest["components"][0]
        members[0][0].name = f"{first['name']}/{path}"
        first["files"][0]["path"] = path

    return change


def other_component(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    manifest["components"][0]["name"] = "../../evil"


def other_repository(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    manifest["components"][0]["repo"] = "evil/evil"


def other_content(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Sums that fit the changed content: then the catalogue's sum decides."""
    unet = next(one for one in manifest["components"] if one["name"] == "sdxl-unet")
    place = next(index for index, (member, _) in enumerate(members) if member.name.startswith("sdxl-unet/"))
    data = bytes(len(members[place][1]))
    members[place] = (members[place][0], data)
    unet["files"][0]["sha256"] = hashlib.sha256(data).hexdigest()


def instead_of(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    manifest["components"][0]["files"][0]["replaces"] = manifest["components"][0]["files"][1]["path"]


def twice(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    manifest["components"].append(manifest["components"][0])


def later(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    manifest["version"] = 2


def link(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[0][0].type = tarfile.SYMTYPE
    members[0][0].linkname = "/etc/passwd"


def more(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members.append((tarfile.TarInfo("../../escaped.py"), b"print('here')"))


def swapped(manifest: dict[str, Any], members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[0], members[1] = members[1], members[0]


HARM = {
    "up": escape("../../../escaped"),
    "absolute": escape("/tmp/escaped"),
    "backslash": escape("..\\..\\escaped"),
    "drive": escape("C:/escaped"),
    "other file of ours": escape("unet/config.json"),
    "component": other_component,
    "repository": other_repository,
    "content": other_content,
    "replaces": instead_of,
    "twice": twice,
    "later version": later,
    "link": link,
    "more": more,
    "order": swapped,
}


@pytest.mark.parametrize("harm", HARM)
def test_nothing_is_written_outside_and_nothing_strange_is_taken(
    pack: Path, other: Store, tmp_path: Path, harm: str
) -> None:
    rebuilt(pack, HARM[harm])
    before = {name: data for name, data in contents(tmp_path).items() if not name.startswith("other/")}
    with pytest.raises(ModelError, match=r"does not know|does not belong|cannot be read") as caught:
        import_pack(pack, other)
    assert caught.value.hint
    assert {name: data for name, data in contents(tmp_path).items() if not name.startswith("other/")} == before
    ours = {f"{one.folder}/{file.path}" for one in other.catalogue.components for file in one.files}
    made = {"h94/IP-Adapter-FaceID/ip-adapter-faceid-plusv2_sdxl.safetensors",
            "h94/IP-Adapter/models/image_encoder/model.fp16.safetensors"}  # fmt: skip
    assert set(files(other)) <= ours | made


def test_files_that_are_no_packs(tmp_path: Path, other: Store) -> None:
    empty = io.BytesIO()
    tarfile.open(fileobj=empty, mode="w").close()
    for content in (b"", b"hello", b"PK\x03\x04" + bytes(600), empty.getvalue(), MANIFEST.encode() + bytes(2000)):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(ModelError, match=r"no pack of models|cannot be read"):
            import_pack(tmp_path / "file", other)
    assert not is_pack(tmp_path)
    with pytest.raises(ModelError, match="There is no file"):
        import_pack(tmp_path / "nowhere", other)
    assert not other.folder.exists()


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_without_end_is_not_read(kind: bytes, pack: Path, other: Store) -> None:
    """Three gigabytes of a name, in a file that takes no room."""
    header = tarfile.TarInfo("./name")
    header.type, header.size = kind, 3 << 30
    with tarfile.open(pack) as archive:
        first = archive.next()
        assert first is not None
        end = first.offset_data + -(-first.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    bad = pack.with_name("bad.pack")
    bad.write_bytes(pack.read_bytes()[:end] + header.tobuf(tarfile.GNU_FORMAT))
    os.truncate(bad, 4 << 30)
    with pytest.raises(ModelError, match="incomplete"):
        import_pack(bad, other)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_no_pack(tmp_path: Path, other: Store) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert not is_pack(tmp_path / "pipe")
    with pytest.raises(ModelError, match="no file"):
        import_pack(tmp_path / "pipe", other)


def test_too_little_space_is_said_before_the_first_byte(
    pack: Path, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Store, wanted: int, what: str = "models") -> None:
        if wanted > 1000:
            raise StorageError("There is too little space.", "Free some.")

    monkeypatch.setattr(Store, "check_space", full)
    with pytest.raises(StorageError, match="too little space"):
        import_pack(pack, other)
    assert not other.folder.exists()


# Killed

KILLABLE = """
import sys
from pathlib import Path
from fastface_core.models.disk import packing, packs
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
store = Store(Path(sys.argv[2]), Catalogue.load(Path(sys.argv[1])))
print("go", flush=True)
with store.lock():
    if sys.argv[4] == "import":
        packs.import_pack(Path(sys.argv[3]), store)
    else:
        packing.export(store, store.catalogue.bundle("hyper-4"), Path(sys.argv[3]))
"""


def kill_twice_then_finish(words: list[str], seed: int, check: Callable[[], None]) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "go\n"
            try:
                process.wait(timeout=chance.uniform(0.0, 0.1))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        check()
    subprocess.run(words, check=True, timeout=60)


@pytest.mark.parametrize("seed", range(3))
def test_an_import_killed_at_any_moment_ends_the_next_time(
    full: Store, pack: Path, other: Store, catalogue_folder: Path, seed: int
) -> None:
    expected = files(full)

    def whole() -> None:
        for name, data in files(other).items():
            if not name.endswith(".part"):
                assert data == expected[name]

    words = [sys.executable, "-c", KILLABLE, str(catalogue_folder), str(other.folder), str(pack), "import"]
    kill_twice_then_finish(words, seed, whole)
    assert files(other) == expected


@pytest.mark.parametrize("seed", range(3))
def test_an_export_killed_at_any_moment_ends_the_next_time(
    full: Store, pack: Path, catalogue_folder: Path, tmp_path: Path, seed: int
) -> None:
    target = tmp_path / "other.pack"

    def whole() -> None:
        assert not target.exists() or target.read_bytes() == pack.read_bytes()

    words = [sys.executable, "-c", KILLABLE, str(catalogue_folder), str(full.folder), str(target), "export"]
    kill_twice_then_finish(words, seed, whole)
    assert target.read_bytes() == pack.read_bytes()


def test_a_manifest_from_elsewhere_is_checked_against_the_catalogue(pack: Path, catalogue: Catalogue) -> None:
    manifest = read_manifest(pack)
    names = [component.name for component in packs.components_of(manifest, catalogue)]
    assert set(names) == set(catalogue.bundle(BUNDLE).components)
