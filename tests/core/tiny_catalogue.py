"""A catalogue with the real names, bundles and layouts, and files small enough to be made for each test."""

import hashlib
import json
import random
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from fastface_core import paths
from fastface_core.models.catalogue import Catalogue, Component
from fastface_core.models.store import Store

FACEID = Path(__file__).resolve().parents[1] / "data/parity/models/faceid/ip-adapter-faceid-plusv2_sdxl.bin"
WITHOUT_SUMS = {"hyper-4-lora", "hyper-8-lora", "vae-fp16"}
"""Components whose checksums only the hub knows, as in the real catalogue."""


def write_content(component: Component, path: str, target: Path) -> None:
    """Content of its own for every file; what is converted is of its real form."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.endswith(".bin"):
        target.write_bytes(FACEID.read_bytes())
        return
    chance = random.Random(f"{component.name}/{path}")
    if component.conversion == "fp16" and path.endswith(".safetensors"):
        numbers = np.random.default_rng(1).standard_normal((40, 30)).astype(np.float32)
        whole = np.arange(50, dtype=np.int64)[None]
        save_file({"position_ids": whole, "weight": numbers}, target, metadata={"format": "pt"})
        return
    size = 500 + chance.randrange(3000) if path.endswith((".json", ".txt")) else 120_000 + chance.randrange(50_000)
    target.write_bytes(chance.randbytes(size))


def make_repositories(folder: Path, write: Callable[[Component, str, Path], None] = write_content) -> Path:
    """Every repository of the catalogue as ORGANISATION/NAME in `folder`."""
    for component in Catalogue.load(paths.resource("models")).components:
        for file in component.files:
            write(component, file.path, folder / component.folder / file.path)
    return folder


def make_catalogue(repositories: Path, folder: Path, without_sums: Collection[str] = WITHOUT_SUMS) -> Path:
    """The real catalogue with the sizes and checksums of the files in `repositories`."""
    source = paths.resource("models")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("licences", "bundles"):
        (folder / f"{name}.json").write_bytes((source / f"{name}.json").read_bytes())
    content = json.loads((source / "components.json").read_bytes())
    for component in content["components"]:
        for file in component["files"]:
            path = repositories / component["repo"] / file["path"]
            if not path.is_file():
                continue
            data = path.read_bytes()
            known = component["name"] not in without_sums
            file |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest() if known else None, "exact": known}
    (folder / "components.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def fill(store: Store, repositories: Path, components: Collection[str] | None = None, *, verified: bool = True) -> None:
    """Puts components into a store, as a download leaves them before anything is converted."""
    for component in store.catalogue.components:
        if components is not None and component.name not in components:
            continue
        for file in component.files:
            target = store.path(component, file)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = (repositories / component.folder / file.path).read_bytes()
            target.write_bytes(data)
            if verified:
                store.record_verified(component, file, hashlib.sha256(data).hexdigest())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path; without locks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
