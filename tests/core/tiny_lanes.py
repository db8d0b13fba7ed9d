"""Lanes of tiny made-up wheels, which a local hub serves, and a trial that loads them in a process of its own."""

import hashlib
import io
import random
import sys
import zipfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fastface_core.models.hub.client import Network
from fastface_core.overlay import Computed, Record, own_torch, python_tag, system_tag
from fastface_core.progress import CancelToken
from fastface_core.runtime import trial
from fastface_core.runtime.folder import RuntimeFolder
from fastface_core.runtime.install import Installer
from fastface_core.runtime.lanes import Build, Lane, Lanes, Wheel
from fastface_core.runtime.sources import FromNetwork, Source
from tests.core.downloads import SOON
from tests.hub import Hub, running

LIBRARY = "torch/lib/libtorch_cuda.so"
CUBLAS = "nvidia/cublas/lib/libcublas.so.13"

# Loads the made-up torch from the folder and answers as `fastface runtime try` does.
_TRY = """
import json, sys, pathlib
sys.path.insert(0, sys.argv[1])
import torch
print("something else was said before")
print(json.dumps({"device": "Made-up GPU", "torch": torch.__version__, "tflops": 100.0,
                  "folder": str(pathlib.Path(torch.__file__).parents[1])}))
"""


def wheel(files: Mapping[str, bytes]) -> bytes:
    """A wheel with these files; the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return content.getvalue()


def noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


def wheels(seed: int = 0, version: str = "") -> dict[str, bytes]:
    """The wheels of a lane by their names."""
    version = version or own_torch()
    return {
        f"torch-{version}+tiny{seed}-{python_tag()}-none-any.whl": wheel(
            {
                "torch/__init__.py": b"from torch.version import __version__\n",
                "torch/version.py": f"__version__ = '{version}+tiny{seed}'\n".encode(),
                "torch/include/c10.h": b"nobody reads this",
                LIBRARY: noise(400_000, seed),
                f"torch-{version}.dist-info/RECORD": b"",
            }
        ),
        f"nvidia_cublas-13.{seed}-py3-none-any.whl": wheel(
            {
                CUBLAS: noise(300_000, seed + 1),
                "nvidia_cublas-13.data/platlib/nvidia/cublas/lib/libcublasLt.so.13": noise(1000, seed + 2),
                "nvidia_cublas-13.data/scripts/tool": b"#!python",
            }
        ),
    }


def unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(info.file_size for info in archive.infolist())


def lanes(files: Mapping[str, bytes], address: str, torch: str = "") -> Lanes:
    """The list with one lane, whose files lie at `address` by their names."""
    build = Build(
        system=system_tag(),
        python=python_tag(),
        wheels=tuple(
            Wheel(
                name=name,
                url=f"{address}/{name}",
                size=len(content),
                unpacked=unpacked(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for name, content in files.items()
        ),
    )
    lane = Lane(
        name="cu130",
        title="CUDA 13",
        vendor="nvidia",
        device="cuda",
        systems=(system_tag(),),
        min_driver=580,
        oldest=7.5,
        index=address,
        builds=(build,),
    )
    return Lanes(torch=torch or own_torch(), skip=("*/include/*",), lanes=(lane,))


def try_tiny(folder: Path, record: Record, cancel: CancelToken) -> Computed:
    return trial.answer([sys.executable, "-I", "-c", _TRY, str(folder)], folder, record, cancel)


@dataclass
class Place:
    """A runtime's folder, and the hub that has the lanes."""

    hub: Hub
    root: Path
    events: list[object] = field(default_factory=list)

    def installer(self, seed: int = 0, source: Source | None = None) -> Installer:
        files = wheels(seed)
        repo = f"lanes/tiny{seed}"
        self.hub.add(repo, files)
        found = lanes(files, f"{self.hub.endpoint}/{repo}/resolve/main")
        source = source or FromNetwork(Network(endpoint=self.hub.endpoint), patience=SOON)
        lane = found.lanes[0]
        return Installer(found, lane, lane.builds[0], RuntimeFolder(self.root), source, try_tiny)

    @property
    def fetched(self) -> set[str]:
        return {asked.name for asked in self.hub.contents() if asked.address == "content" or asked.status == 200}


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    with running() as hub:
        yield Place(hub, tmp_path / "runtime")
