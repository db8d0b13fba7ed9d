"""Which runtime fits which GPU, the list of lanes and the tool that writes it, and wheels that mean harm."""

import json
import sys
from pathlib import Path

import pytest

from fastface_core import overlay
from fastface_core.errors import DeviceError, ModelError
from fastface_core.runtime import gpus
from fastface_core.runtime.gpus import Gpu
from fastface_core.runtime.lanes import Lanes, Wheel, folder_name, offer
from fastface_core.runtime.wheels import unpack
from tests.core.tiny_lanes import CUBLAS, lanes, unpacked, wheel, wheels
from tests.hub import running
from tools import runtime_lanes

LINUX = "linux-x86_64"


def shipped() -> Lanes:
    return Lanes.load()


def test_the_shipped_list_names_this_programs_torch() -> None:
    assert shipped().torch == overlay.own_torch()
    assert [lane.name for lane in shipped().lanes] == ["cu130", "cu126"]


@pytest.mark.parametrize("python", ["cp311", "cp312", "cp313"])
def test_the_shipped_files_are_those_of_this_torch(python: str) -> None:
    found = offer((Gpu("nvidia", "NVIDIA H200", "580.65.06", 9.0),), shipped(), LINUX, python)
    assert found.build is not None
    torch, *others = found.build.wheels
    assert torch.name.startswith(f"torch-{shipped().torch}-{python}-{python}-")
    assert {one.name.partition("-")[0] for one in others} >= {"nvidia_cublas", "nvidia_cudnn_cu13", "nvidia_nccl_cu13"}
    assert all(one.url.startswith("https://files.pythonhosted.org/packages/") for one in found.build.wheels)
    assert all(one.url.endswith(f"/{one.name}") for one in found.build.wheels)
    assert found.build.size < found.build.unpacked < 12_000_000_000


@pytest.mark.parametrize(
    ("gpu", "lane"),
    [
        (Gpu("nvidia", "NVIDIA H200", "580.65.06", 9.0), "cu130"),
        (Gpu("nvidia", "RTX 3060", "550.40", 8.6), "cu126"),
        (Gpu("nvidia", "GTX 1080", "580.65", 6.1), "cu126"),
        (Gpu("nvidia", "RTX 5090", "580.65", 12.0), "cu130"),
        (Gpu("nvidia", "not known", "580.65", None), "cu130"),
        (Gpu("nvidia", "RTX 5090", "570.86", 12.0), None),
        (Gpu("nvidia", "RTX 3060", "470.1", 8.6), None),
        (Gpu("nvidia", "GT 710", "580.65", 3.5), None),
    ],
)
def test_which_lane_fits(gpu: Gpu, lane: str | None) -> None:
    found = offer((gpu,), shipped(), LINUX, "cp311")
    assert (found.lane.name if found.lane else None) == lane
    assert gpu.name in found.reason


def test_a_new_card_is_told_the_driver_it_needs() -> None:
    found = offer((Gpu("nvidia", "RTX 5090", "570.86", 12.0),), shipped(), LINUX, "cp311")
    assert found.reason == "RTX 5090 needs a driver of version 580 or newer, and 570.86 is installed."
    without = offer((Gpu("nvidia", "NVIDIA GPU"),), shipped(), LINUX, "cp311")
    assert without.reason == "NVIDIA GPU needs a driver of version 528 or newer, and none is installed."


def test_other_makers_are_named() -> None:
    for gpu, word in ((Gpu("amd", "Some GPU"), "ROCm"), (Gpu("intel", "Some GPU"), "XPU")):
        found = offer((gpu,), shipped(), LINUX, "cp311")
        assert found.lane is None
        assert "Some GPU" in found.reason
        assert word in found.hint
    assert "No GPU was found" in offer((), shipped(), LINUX, "cp311").reason


def test_a_gpu_that_fits_is_taken_before_one_that_does_not() -> None:
    found = offer((Gpu("intel", "Intel GPU"), Gpu("nvidia", "H200", "580.1", 9.0)), shipped(), LINUX, "cp311")
    assert found.gpu is not None
    assert found.gpu.name == "H200"


def test_what_the_driver_says() -> None:
    answer = "Tesla T4, 580.65.06, 15360, 7.5\nNVIDIA H200, 580.65.06, 143771, 9.0\nnonsense\nA, [N/A], 1, 2\n"
    assert gpus.parse_nvidia(answer) == (
        Gpu("nvidia", "NVIDIA H200", "580.65.06", 9.0, 143771 << 20),
        Gpu("nvidia", "Tesla T4", "580.65.06", 7.5, 15360 << 20),
    )
    assert gpus.parse_nvidia("Old, 450.1, 2000\n") == (Gpu("nvidia", "Old", "450.1", None, 2000 << 20),)
    assert [gpu.vendor for gpu in gpus.parse_names("AMD Radeon RX 7900\nMicrosoft Basic\nIntel(R) Arc\n")] == [
        "amd",
        "intel",
    ]


def test_gpus_on_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # where there is no nvidia-smi
    for name, (kind, vendor) in {"a": ("0x030000", "0x1002"), "b": ("0x020000", "0x8086"), "c": ("x", "")}.items():
        (tmp_path / "bus" / name).mkdir(parents=True)
        (tmp_path / "bus" / name / "class").write_text(kind)
        (tmp_path / "bus" / name / "vendor").write_text(f"{vendor}\n")
    if sys.platform != "win32":
        assert gpus.find(tmp_path / "bus") == (Gpu("amd", "AMD GPU"),)


def test_a_damaged_list_is_said(tmp_path: Path) -> None:
    (tmp_path / "lanes.json").write_text('{"version": 1, "torch": "2", "lanes": [{"name": "../x"}]}')
    with pytest.raises(DeviceError, match="list of GPU runtimes is damaged"):
        Lanes.load(tmp_path / "lanes.json")


def test_the_tool_writes_what_the_program_reads(tmp_path: Path) -> None:
    files = wheels()
    with running() as hub:
        hub.add("lanes/tiny", files)
        base = f"{hub.endpoint}/lanes/tiny/resolve/main"
        report = {
            "install": [
                {
                    "metadata": {"name": "sympy"},
                    "download_info": {"url": f"{base}/sympy.whl", "archive_info": {"hashes": {"sha256": "1" * 64}}},
                },
                *(
                    {
                        "metadata": {"name": name.partition("-")[0]},
                        "download_info": {
                            "url": f"{base}/{name.replace('+', '%2B')}",
                            "archive_info": {"hashes": {"sha256": hub.sha256("lanes/tiny", name)}},
                        },
                    }
                    for name in sorted(files)
                ),
            ]
        }
        found = runtime_lanes.wheels(report, ["*/include/*"])
    assert [one["name"] for one in found] == list(files)
    assert [one["size"] for one in found] == [len(content) for content in files.values()]
    assert found[1]["unpacked"] == unpacked(files[str(found[1]["name"])])
    assert found[0]["unpacked"] == unpacked(files[str(found[0]["name"])]) - len(b"nobody reads this")
    document = json.loads(runtime_lanes.FILE.read_text(encoding="utf-8"))
    document["lanes"][0]["builds"] = [{"system": LINUX, "python": "cp311", "wheels": found}]
    (tmp_path / "lanes.json").write_text(json.dumps(document))
    read = Lanes.load(tmp_path / "lanes.json")
    fits = offer((Gpu("nvidia", "H200", "580.1", 9.0),), read, LINUX, "cp311")
    assert fits.build is not None
    assert fits.build.size == sum(map(len, files.values()))
    assert CUBLAS.startswith("nvidia/")


# ---- Wheels that mean harm


@pytest.mark.parametrize(
    "name", ["../out.py", "/out.py", "a/../../out.py", "c:/out.py", "a\\b.py", "x.data/purelib/../o"]
)
def test_a_path_that_leads_elsewhere(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.whl"
    path.write_bytes(wheel({"good.py": b"", name: b"bad"}))
    with pytest.raises(ModelError, match=r"bad\.whl is no wheel that can be unpacked"):
        unpack(path, tmp_path / "in" / "side", (), lambda _: None)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["bad.whl"]


def test_names_of_wheels_and_folders() -> None:
    good = {"url": "https://localhost/x.whl", "size": 1, "unpacked": 1, "sha256": "0" * 64}
    with pytest.raises(ValueError, match="name"):
        Wheel.model_validate(good | {"name": "../x.whl"})
    lane = shipped().lanes[0]
    found = lanes(wheels(), "http://localhost").lanes[0].builds[0]
    assert overlay.NAME.fullmatch(folder_name(lane, found))
