"""How much memory a checkpoint takes, how much there is, and what happens where the one exceeds the other."""

import re
import weakref
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest
import torch

from fastface_core import footprint, main_memory
from fastface_core.cli.generate.job import _Display  # pyright: ignore[reportPrivateUsage]
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine import device
from fastface_core.engine.engine import Engine
from fastface_core.errors import DeviceError, DeviceLostError
from fastface_core.models import installed
from fastface_core.presets.files import find
from fastface_core.studio.orders import Making
from fastface_core.studio.resident import ResidentEngine
from tests.core.headers import write

GB = 1_000_000_000


def computer(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """A computer with so much free memory, whose CPU knows no bfloat16."""
    main = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: main._replace(available=room))
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")


def group(root: Path, name: str, limit: str, used: int, files: int = 0) -> None:
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {files}\n")


def test_a_container_s_limit_counts_and_so_do_those_above_it(tmp_path: Path) -> None:
    proc = tmp_path / "cgroup"
    proc.write_text("0::/app/one\n")
    group(tmp_path, "app/one", "max", 1 * GB)
    group(tmp_path, "app", f"{8 * GB}", 3 * GB, files=GB)
    room = main_memory.group_room(proc, tmp_path)
    assert room == [6 * GB]  # pages of files are given back


def test_the_older_kind_of_groups(tmp_path: Path) -> None:
    proc = tmp_path / "cgroup"
    proc.write_text("9:cpu:/\n4:memory:/box\n")
    folder = tmp_path / "memory" / "box"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text(f"{4 * GB}")
    (folder / "memory.usage_in_bytes").write_text(f"{GB}")
    (folder.parent / "memory.limit_in_bytes").write_text("9223372036854771712")
    (folder.parent / "memory.usage_in_bytes").write_text(f"{GB}")
    assert main_memory.group_room(proc, tmp_path) == [3 * GB]


def test_without_groups_there_is_what_the_system_says(tmp_path: Path) -> None:
    assert main_memory.group_room(tmp_path / "none", tmp_path) == []
    assert main_memory.available() > 0


def full_size(folder: Path) -> footprint.Checkpoint:
    """A checkpoint whose headers say real sizes; the files themselves are nearly empty."""
    sizes = {
        "base/unet/diffusion_pytorch_model.fp16.safetensors": 2_567_000_000,
        "base/text_encoder/model.fp16.safetensors": 123_000_000,
        "base/text_encoder_2/model.fp16.safetensors": 695_000_000,
        "base/vae/diffusion_pytorch_model.fp16.safetensors": 84_000_000,
        "clip/model.safetensors": 632_000_000,
    }
    for name, count in sizes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write(folder / name, {"weight": (count,)})
    face = {"image_proj.": 213_000_000, "ip_adapter.1.to_k_ip.": 341_000_000, "ip_adapter.0.to_q_lora.": 186_000_000}
    write(folder / "faceid.safetensors", {f"{name}weight": (count,) for name, count in face.items()})
    starter = installed.starter()
    adapter = starter.adapter.model_copy(
        update={"weights": folder / "faceid.safetensors", "image_encoder": folder / "clip"}
    )
    sampling = starter.sampling.model_copy(update={"size": 1024})
    return starter.model_copy(
        update={"name": "full", "title": "Full", "base": folder / "base", "adapter": adapter, "sampling": sampling,
                "preview": None}
    )  # fmt: skip


def test_a_full_size_model_is_counted_from_its_headers(tmp_path: Path) -> None:
    found = footprint.of(full_size(tmp_path))
    assert (found.unet, found.decoder, found.adapter) == (2_567_000_000, 84_000_000, 341_000_000)
    assert found.lora == 186_000_000
    assert found.encoders == (123_000_000, 695_000_000, 632_000_000, 213_000_000)
    assert found.main_memory(4) == pytest.approx(19.4 * GB + 4.5 * GB, rel=0.01)


def test_one_model_in_two_precisions_counts_once(tmp_path: Path) -> None:
    checkpoint = full_size(tmp_path)
    before = footprint.of(checkpoint)
    write(tmp_path / "base/unet/diffusion_pytorch_model.safetensors", {"weight": (2_567_000_000,)}, dtype="F32")
    assert footprint.of(checkpoint) == before


def test_the_starter_fits_everywhere() -> None:
    assert footprint.of(installed.starter()).main_memory(4) < GB


@pytest.mark.parametrize(("room", "dtype"), [(40 * GB, torch.float32), (16 * GB, torch.bfloat16)])
def test_half_precision_where_there_is_no_room_for_more(
    room: int, dtype: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computer(monkeypatch, room)
    cpu = device.choose("cpu")
    assert [found.dtype for found in device.prepared(cpu, full_size(tmp_path), chosen=False)] == [dtype]
    # The starter's pictures stay the same, bit for bit.
    assert device.prepared(cpu, installed.starter(), chosen=False) == (cpu,)


def test_what_this_process_holds_is_not_lost_to_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the best checkpoint would be another one as soon as it is loaded."""
    needed = footprint.of(full_size(tmp_path)).main_memory(2)
    held = main_memory.held()
    assert held > 0
    computer(monkeypatch, needed - held // 2)
    assert footprint.fits_main_memory(full_size(tmp_path))
    computer(monkeypatch, needed - 3 * held)
    assert not footprint.fits_main_memory(full_size(tmp_path))


def test_a_named_precision_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computer(monkeypatch, 16 * GB)
    with pytest.raises(DeviceError, match=r"Full needs about 24 GB of memory on the CPU, and 16[.]0 GB are free"):
        device.prepared(device.choose("cpu", "float32"), full_size(tmp_path), chosen=True)


def test_what_does_not_fit_is_said_before_anything_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    computer(monkeypatch, 7 * GB)
    engine = Engine("cpu")
    with pytest.raises(DeviceError, match="Full needs about 14 GB") as caught:
        # Its files hold nothing but headers: the loader would call them damaged.
        engine.load(full_size(tmp_path))
    assert "starter" in (caught.value.hint or "")
    monkeypatch.undo()
    engine.load(installed.starter())
    assert engine.device.dtype == torch.float32


MEMORY = [
    torch.OutOfMemoryError("CUDA out of memory"),
    MemoryError(),
    RuntimeError("MPS backend out of memory (MPS allocated: 5.00 GB)"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"),
    RuntimeError("Unable to find an engine to execute this computation"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:1] DefaultCPUAllocator: can't allocate memory"),
    torch.AcceleratorError("CUDA error: out of memory"),
]


@pytest.mark.parametrize("error", MEMORY, ids=lambda error: f"{type(error).__name__} {str(error)[:24]}")
def test_every_way_of_running_out_is_one_sentence_and_leaves_nothing_in_memory(error: Exception) -> None:
    kept: list[weakref.ref[torch.Tensor]] = []

    def work() -> None:
        tensor = torch.zeros(8)
        kept.append(weakref.ref(tensor))
        raise error

    with pytest.raises(DeviceError, match="not enough memory") as caught, device.memory_errors():
        work()
    assert not isinstance(caught.value, DeviceLostError)
    assert kept[0]() is None  # though the error is still held


def test_a_lost_gpu_and_a_bug_stay_what_they_are() -> None:
    with pytest.raises(DeviceLostError), device.memory_errors():
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered")
    with pytest.raises(RuntimeError, match="shapes"), device.memory_errors():
        raise RuntimeError("shapes cannot be multiplied")


def test_what_the_allocator_keeps_can_be_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = replace(device.choose("cpu"), torch_device=torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (4 << 30, 24 << 30))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _device: 17 << 30)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _device: 9 << 30)
    assert gpu.images_at_once(1024, 1024, 8) == 4


def test_on_a_cpu_the_time_of_a_full_size_picture_is_told_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = PortraitRequest(prompt="a portrait", preset=find("fastface-scale-power"), seed=0, count=1)
    nothing = cast(Any, None)
    display = _Display(nothing, SimpleNamespace(photos=()), tmp_path, True, ResidentEngine("cpu"))  # type: ignore[reportArgumentType]
    display.hear(nothing, Making(installed.starter(), "CPU", request, {}))
    assert capsys.readouterr().err == ""
    display.hear(nothing, Making(full_size(tmp_path), "CPU", request, {}))
    said = capsys.readouterr().err
    assert re.fullmatch(r"On this computer's CPU a picture takes about \d+ (seconds|minutes|hours)[.]\n", said), said
