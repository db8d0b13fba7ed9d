"""Pickles into safetensors without torch, and 32 bits into 16: the same numbers as torch's, whole or not at all."""

import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from fastface_core.engine.weights import read_state
from fastface_core.errors import ModelError, StorageError
from fastface_core.models import conversion, pickles
from fastface_core.models.conversion import after_download, read_header, to_half, to_safetensors
from fastface_core.models.store import Store
from tests.core.tiny_catalogue import FACEID, fill


def test_the_adapter_has_the_same_tensors_as_torch_reads(tmp_path: Path) -> None:
    target = tmp_path / "adapter.safetensors"
    to_safetensors(FACEID, target)
    expected, found = read_state(FACEID), load_file(target)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


@pytest.mark.parametrize("zipped", [True, False])
def test_every_type_and_every_way_to_lie_in_a_storage(tmp_path: Path, zipped: bool) -> None:
    torch.manual_seed(1)
    whole = torch.randn(6, 8)
    state = OrderedDict(
        transposed=whole.t(),
        part=whole[2:5, ::2],
        row=whole[3],
        expanded=torch.randn(3, 1).expand(3, 4),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 4),
        nested={"deeper": {"half": whole.half(), "brain": whole.bfloat16(), "double": whole.double()}},
        long=torch.arange(5),
        bits=torch.tensor([True, False]),
        bytes=torch.arange(7, dtype=torch.uint8),
    )
    torch.save(state, tmp_path / "state.bin", _use_new_zipfile_serialization=zipped)
    to_safetensors(tmp_path / "state.bin", tmp_path / "state.safetensors")
    expected, found = read_state(tmp_path / "state.bin"), load_file(tmp_path / "state.safetensors")
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype, name
        assert torch.equal(found[name], tensor), name


class Runs:
    """What unpickling it with Python's own reader would do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def hostile(path: Path, content: object) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(content))
        archive.writestr("archive/byteorder", "little")
    return path


def test_nothing_in_a_pickle_is_run(tmp_path: Path) -> None:
    for content in (
        Runs(tmp_path / "ran"),
        {"weight": Runs(tmp_path / "ran")},
        {"a": os.system},
        {"a": 1},
        [1],
        "text",
    ):
        with pytest.raises(pickles.Unknown, match="was not opened"):
            pickles.tensors(hostile(tmp_path / "hostile.bin", content))
    assert not (tmp_path / "ran").exists()


def test_nothing_in_a_pickle_of_the_older_form_is_run_or_believed(tmp_path: Path) -> None:
    path = tmp_path / "older.pth"
    state = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.arange(4)}
    torch.save(state, path, _use_new_zipfile_serialization=False)
    whole = path.read_bytes()
    assert pickles.tensors(path).keys() == state.keys()
    number, version = whole.index(b"."), whole.index(b".", whole.index(b".") + 1)
    little = b"little_endianq\x02\x88"
    assert little in whole
    damaged = [whole[:cut] for cut in range(1, len(whole), 7)]
    damaged += [
        whole[: number + 1] + pickle.dumps(1002, 2) + whole[version + 1 :],
        whole.replace(little, little[:-1] + b"\x89"),
        # A storage with fewer numbers, or more, than the structure says of it.
        whole.replace((6).to_bytes(8, "little"), (5).to_bytes(8, "little")),
        whole.replace((6).to_bytes(8, "little"), (1 << 60).to_bytes(8, "little")),
    ]
    head = b"".join(pickle.dumps(one, 2) for one in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    damaged += [head + pickle.dumps({"a": Runs(tmp_path / "ran")}, 2) + pickle.dumps([], 2)]
    damaged += [head + pickle.dumps({}, 2) + pickle.dumps(Runs(tmp_path / "ran"), 2)]
    damaged += [head + pickle.dumps({}, 2) + pickle.dumps(["1"], 2) + bytes(8)]
    for bad in damaged:
        path.write_bytes(bad)
        with pytest.raises(pickles.Unknown, match="was not opened"):
            pickles.tensors(path)
    assert not (tmp_path / "ran").exists()


def test_damage_is_said_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "adapter.bin"
    whole = FACEID.read_bytes()
    for damaged in (b"", b"PK", whole[: len(whole) // 2], whole[:-1], b"\x80\x02}q\x00." * 50):
        path.write_bytes(damaged)
        with pytest.raises(ModelError, match=r"adapter\.bin is damaged"):
            to_safetensors(path, tmp_path / "adapter.safetensors")
    # Its structure is whole, and its storage is shorter than it says.
    path.write_bytes((Path(__file__).resolve().parents[2] / "data" / "forms" / "storage_cut.bin").read_bytes())
    with pytest.raises(ModelError, match=r"adapter\.bin is damaged"):
        to_safetensors(path, tmp_path / "adapter.safetensors")
    assert not (tmp_path / "adapter.safetensors").exists()


def test_half_precision_is_rounded_as_torch_rounds(tmp_path: Path) -> None:
    torch.manual_seed(2)
    extremes = torch.tensor([0.0, -0.0, 1e-8, 6e-8, 65504.0, 65519.0, 1e6, -1e6, 1 + 2**-11, 1 + 3 * 2**-11])
    state = {"a": torch.randn(70, 50) * 10, "b": extremes, "ids": torch.arange(9)[None], "c": torch.zeros(0)}
    save_file(state, tmp_path / "whole.safetensors", metadata={"format": "pt"})
    to_half(tmp_path / "whole.safetensors", tmp_path / "half.safetensors")
    found = load_file(tmp_path / "half.safetensors")
    assert found["ids"].dtype == torch.int64
    for name, tensor in state.items():
        expected = tensor if name == "ids" else tensor.half()
        assert torch.equal(found[name], expected), name


@pytest.mark.parametrize("cut", [0, 7, 9, 100, -1])
def test_a_safetensors_file_that_is_cut_is_no_whole_one(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.zeros(40, 40), "b": torch.ones(3)}, path)
    assert [tensor.shape for tensor in read_header(path).values()] == [(40, 40), (3,)]
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ModelError, match=r"weights\.safetensors is damaged"):
        read_header(path)


# In the store


def test_after_the_download_a_pickle_is_safetensors_and_stays_ready(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("faceid-plus-v2")
    fill(store, repositories, {component.name})
    after_download(store, component)
    names = sorted(path.name for path in (store.folder / component.folder).iterdir())
    assert names == ["ip-adapter-faceid-plusv2_sdxl.safetensors"]
    assert store.state(component) == "ready"
    assert store.needed(component) == ()
    assert store.bytes_missing(store.catalogue.bundle("hyper-4")) > 0
    time = (store.folder / component.folder / names[0]).stat().st_mtime_ns
    after_download(store, component)
    assert (store.folder / component.folder / names[0]).stat().st_mtime_ns == time


def test_the_image_encoder_gets_a_copy_in_half_precision(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("clip-vit-h")
    fill(store, repositories, {component.name})
    after_download(store, component)
    folder = store.folder / component.place
    assert {path.name for path in folder.iterdir()} == {"config.json", "model.safetensors", "model.fp16.safetensors"}
    assert load_file(folder / "model.fp16.safetensors")["weight"].dtype == torch.float16
    assert store.state(component) == "ready"


def test_nothing_is_made_of_what_is_not_verified(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("faceid-plus-v2")
    fill(store, repositories, {component.name}, verified=False)
    after_download(store, component)
    assert store.path(component, component.files[0]).exists()
    assert store.state(component) == "unverified"


def test_a_full_disk_leaves_the_pickle_as_it_was(
    store: Store, repositories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    component = store.catalogue.component("faceid-plus-v2")
    fill(store, repositories, {component.name})

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(conversion, "_header", full)
    with pytest.raises(StorageError, match="is full"):
        after_download(store, component)
    assert [path.name for path in (store.folder / component.folder).iterdir()] == [component.files[0].path]
    assert store.state(component) == "ready"


def test_broken_off_between_its_steps_it_ends_the_next_time(store: Store, repositories: Path) -> None:
    """As after a kill: the new file is recorded and the old one not yet removed."""
    component = store.catalogue.component("faceid-plus-v2")
    fill(store, repositories, {component.name})
    (name,) = (file.path for file in component.files)
    before = (store.folder / component.folder / name).read_bytes()
    after_download(store, component)
    (store.folder / component.folder / name).write_bytes(before)
    store.record_verified(component, name, component.files[0].sha256 or "")
    assert store.state(component) == "ready"
    after_download(store, component)
    assert not (store.folder / component.folder / name).exists()
    assert store.state(component) == "ready"
