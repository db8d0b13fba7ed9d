"""Files of models, as `benchmarks/fuzz.py` reads them, with valid samples."""

import io
import json
import math
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from benchmarks.fuzz_parser import Parser, in_file
from benchmarks.mutations import of_json, of_safetensors, of_zip
from fastface_core import file_kinds, paths
from fastface_core.models import base_files, conversion, own, pickles
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.disk import packs
from fastface_core.models.store import Store


def _safetensors(tensors: Mapping[str, Sequence[int]], metadata: Mapping[str, str]) -> bytes:
    head: dict[str, object] = {"__metadata__": dict(metadata)}
    place = 0
    for name, shape in tensors.items():
        size = 2 * math.prod(shape)
        head[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + bytes(place)


def _pickled() -> tuple[bytes, bytes]:
    """A file as torch writes it, with two tensors; and the pickle in it. See torch/serialization.py."""

    def text(word: str) -> bytes:
        return b"X" + struct.pack("<I", len(word.encode())) + word.encode()

    def tensor(key: str) -> bytes:
        storage = b"((" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + b"K\x04tQ"
        shape = b"K\x02K\x02\x86" + b"K\x02K\x01\x86"
        return (
            b"ctorch._utils\n_rebuild_tensor_v2\n" + storage + b"K\x00" + shape + b"\x89ccollections\nOrderedDict\n)RtR"
        )

    structure = b"\x80\x02}(" + text("a.weight") + tensor("0") + text("b.weight") + tensor("1") + b"u."
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x/data.pkl", structure)
        archive.writestr("x/byteorder", "little")
        archive.writestr("x/data/0", bytes(16))
        archive.writestr("x/data/1", bytes(16))
    return buffer.getvalue(), structure


def _repacked(whole: bytes) -> Callable[[bytes], bytes]:
    """A file of torch's with another pickle in it, whose sums are right."""

    def pack(structure: bytes) -> bytes:
        buffer = BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                new.writestr(name, structure if name.endswith("data.pkl") else old.read(name))
        return buffer.getvalue()

    return pack


def models(home: Path) -> list[Parser]:
    catalogue = Catalogue.load()
    store = Store(home / "models")
    component = next(one for one in catalogue.components if all(file.sha256 for file in one.files))
    manifest = {
        "format": "fastface-models",
        "version": 1,
        "program": "FastFace 0",
        "bundle": catalogue.bundles[0].name,
        "title": "x",
        "licences": [],
        "components": [
            {
                "name": component.name,
                "repo": component.repo,
                "revision": component.revision,
                "licence": component.licence,
                "files": [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in component.files],
            }
        ],
    }
    heads = [
        _safetensors({"a.lora_down.weight": (4, 8), "a.alpha": ()}, {"modelspec.prediction_type": "v"}),
        _safetensors(
            {
                "model.diffusion_model.input_blocks.0.0.weight": (8, 4, 3, 3),
                "model.diffusion_model.label_emb.0.0.weight": (8, 8),
                "conditioner.embedders.0.transformer.text_model.x": (4,),
                "v_pred": (0,),
            },
            {"format": "pt"},
        ),
    ]
    whole, structure = _pickled()
    pack = _repacked(whole)
    base = {"name": "a", "title": "A", "file": "a.safetensors", "like": "hyper", "size": 5, "sha256": "0" * 64}
    texts = [(paths.resource("models") / f"{name}.json").read_bytes() for name in ("components", "bundles", "licences")]
    catalogue_folder = home / "catalogue"
    catalogue_folder.mkdir(exist_ok=True)

    def of_catalogue(data: bytes) -> object:
        for name, text in zip(("components", "bundles", "licences"), texts, strict=True):
            (catalogue_folder / f"{name}.json").write_bytes(text)
        kind = "components" if b'"repo"' in data else "bundles" if b'"purpose"' in data else "licences"
        (catalogue_folder / f"{kind}.json").write_bytes(data)
        return Catalogue.load(catalogue_folder)

    def member(data: bytes) -> object:
        archive = home / "pack.tar"
        head = packs.MANIFEST.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % len(data)
        head = (head + b"00000000000\0" + b" " * 8 + b"0").ljust(512, b"\0")
        head = head[:148] + b"%06o\0 " % sum(head) + head[156:]
        archive.write_bytes(head + data.ljust(-(-len(data) // 512) * 512, b"\0") + bytes(1024))
        return packs.components_of(packs.read_manifest(archive), catalogue)

    def to_half(file: Path) -> None:
        conversion.to_half(file, home / "half.safetensors")

    def to_safetensors(file: Path) -> None:
        conversion.to_safetensors(file, home / "made.safetensors")

    return [
        Parser("safetensors", heads, in_file(home / "a.safetensors", conversion.read_head), of_safetensors, weight=2),
        Parser("checkpoint", heads, in_file(home / "b.safetensors", base_files.check), of_safetensors, weight=2),
        Parser("16 bits", heads, in_file(home / "c.safetensors", to_half), of_safetensors, weight=0.5),
        Parser("kinds of files", [*heads, whole, b"<!DOCTYPE html><p>"], file_kinds.of_bytes, weight=1),
        Parser("pickle", [whole], in_file(home / "a.bin", pickles.tensors), of_zip, weight=1),
        Parser("structure", [structure], lambda data: in_file(home / "b.bin", pickles.tensors)(pack(data)), weight=1),
        Parser("names in a pickle", [structure], in_file(home / "c.ckpt", pickles.shapes), weight=1),
        Parser("from a pickle", [whole], in_file(home / "d.bin", to_safetensors), weight=0.5),
        Parser("another suffix", [whole, *heads], in_file(home / "e.ckpt", base_files.check), weight=1),
        Parser("pack", [json.dumps(manifest).encode()], member, of_json, weight=1),
        Parser(
            "own base",
            [json.dumps(base).encode()],
            in_file(home / "models/own/a.json", lambda _: own.bases(store)),
            of_json,
        ),
        Parser("catalogue", texts, of_catalogue, of_json, weight=0.05),
    ]
