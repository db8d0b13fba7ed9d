"""Everything in this program that reads what others may have written, with valid samples to begin from."""

import hashlib
import io
import json
import math
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from benchmarks.mutations import Mutate, any_bytes, of_json, of_png, of_safetensors, of_words, of_zip
from fastface_core import file_kinds, paths, picture_files, preset_files, prompts
from fastface_core.attention_maps import AttentionMaps
from fastface_core.compare import records, words
from fastface_core.compare.axes import NumberAxis
from fastface_core.compare.grid import Grid
from fastface_core.engine.photos import decode_photo
from fastface_core.library import containers, old_marks, xmp
from fastface_core.library import prompts as others_prompts
from fastface_core.library.archive import open_archive
from fastface_core.library.database import Database
from fastface_core.library.library import Library
from fastface_core.library.metadata import FileFormat, Marks, Note, encoded, read, read_marks, read_recipe, with_marks
from fastface_core.library.person_files import PersonFile, reading_from_bytes
from fastface_core.library.queries import Query
from fastface_core.library.roots import Roots
from fastface_core.library.vault import Vault
from fastface_core.measures import TakenOver
from fastface_core.models import conversion, licences, own, packs, pickles
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.network_log import NetworkLog
from fastface_core.models.network_settings import read_settings as read_network_settings
from fastface_core.models.network_settings import settings_file as network_settings_file
from fastface_core.models.store import Store
from fastface_core.preset_edits import resampled
from fastface_core.queue_file import StoredJob, StoredPhoto, StoredQueue, read_queue
from fastface_core.queue_file import to_json as queue_to_json
from fastface_core.request import PortraitRequest, Recipe, RecipePhoto
from fastface_core.settings import AppSettings, read_settings
from fastface_core.timing import read_timings
from fastface_core.validation import parse_json

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Parser:
    """One thing that reads.

    Attributes:
        run: reads an input; what it returns is of no interest.
        known: errors besides `FastFaceError` that it documents.
        weight: how often it has its turn, in comparison; less for those that take long.
    """

    name: str
    samples: Sequence[bytes]
    run: Callable[[bytes], object]
    mutate: Mutate = any_bytes
    known: tuple[type[Exception], ...] = ()
    weight: float = 1.0


def parsers(home: Path) -> list[Parser]:
    """All of them, with `home` (which FASTFACE_HOME names) for their files."""
    return [*_settings(home), *_pictures(home), *_words(), *_models(home), *_library(home)]


def _in_file(path: Path, run: Callable[[Path], object]) -> Callable[[bytes], object]:
    path.parent.mkdir(parents=True, exist_ok=True)

    def read_it(data: bytes) -> object:
        path.write_bytes(data)
        return run(path)

    return read_it


# What the program keeps, and presets


def _presets() -> list[bytes]:
    folder = paths.resource("presets")
    return [file.read_bytes() for file in sorted(folder.glob("*.json"))]


_AUTHORS = json.dumps(
    {
        "method": "faceid",
        "ip_adapter_scale": 0.8,
        "faceid_lora_scale": 1.0,
        "patch_pipe": True,
        "pipe_kwargs": {
            "num_inference_steps": 4,
            "width": 1024,
            "height": 1024,
            "dcg_kwargs": {
                "dcg_type": 3,
                "a_scheduler": "custom",
                "b_scheduler": "custom",
                "rescale": 0.75,
                "term_postproc": "rescale",
                "sch_kwargs": {"custom": {"a": [1, 1.5, 1.5, 1], "b": [1, 3, 3, 1]}},
            },
        },
        "am_patch_kwargs": {
            "am_transforms": ["pow", "scale"],
            "target_parts": ["down", "up"],
            "target_tokens": [0, 1],
            "target_tsteps": [1, 2],
            "inverse_neg_transforms": True,
            "apply_schedule": True,
        },
    }
).encode()


def _settings(home: Path) -> list[Parser]:
    preset = preset_files.built_in()["fastface-scale-power"]
    request = PortraitRequest(prompt="a person", preset=preset, seed=7, count=3)
    job = StoredJob(
        id="a" * 32,
        since=NOW,
        request=request,
        photos=(StoredPhoto(path=Path("/a.jpg"), face=1),),
        checkpoint="starter",
    )
    kind = {"device": "CPU", "checkpoint": "starter", "width": 64, "height": 64, "evaluations": 8}
    timings = {
        "version": 1,
        "device": "CPU",
        "making": [{"kind": kind, "seconds": 1.5}],
        "loading": [{"device": "CPU", "checkpoint": "starter", "seconds": 2}],
    }
    chosen = {"language": "de", "text_scale": 1.5, "shortcuts": {"star": ["Ctrl+S"]}, "later": [1], "device": "cuda:1"}
    network = {"offline": False, "endpoint": "https://a.example", "proxy": "http://b.example:3128", "token": "hf_x"}
    asked = (
        {"id": "a1", "time": NOW.isoformat(), "method": "GET", "host": "a", "path": "/", "why": "x"},
        {"id": "a1", "status": 200, "received": 5},
    )
    accepted = {"version": 1, "accepted": [{"licence": "a", "version": "1", "date": NOW.isoformat()}]}
    network_file = network_settings_file()

    def preset_of(file: Path) -> object:
        found = preset_files.load_file(file)
        preset_files.to_json(found)
        return [resampled(found, steps) for steps in (1, 7)]

    return [
        Parser("preset", _presets(), _in_file(home / "p.json", preset_of), of_json, weight=3),
        Parser("authors' configuration", [_AUTHORS], _in_file(home / "c.json", preset_of), of_json, weight=2),
        Parser("queue", [queue_to_json(StoredQueue(jobs=(job,)))], _in_file(home / "q.json", read_queue), of_json),
        Parser("settings", [json.dumps(chosen).encode()], _in_file(home / "s.json", _settings_and_back), of_json),
        Parser("timings", [json.dumps(timings).encode()], _in_file(home / "t.json", read_timings), of_json),
        Parser("network settings", [json.dumps(network).encode()], _in_file(network_file, _network), of_json),
        Parser(
            "list of requests",
            ["\n".join(map(json.dumps, asked)).encode()],
            _in_file(home / "log/requests.jsonl", lambda file: NetworkLog(file.parent).read(3)),
        ),
        Parser("licences", [json.dumps(accepted).encode()], _in_file(home / "l.json", licences.acceptances), of_json),
        Parser("roots", [b'["/a", "/b/c"]'], _in_file(home / "r.json", lambda file: Roots(file).all()), of_json),
        Parser(
            "chosen folder",
            [b'{"folder": "/a/b"}'],
            _in_file(paths.pictures_folder_file(), lambda _: paths.pictures_folder()),
            of_json,
        ),
    ]


def _settings_and_back(file: Path) -> AppSettings:
    return read_settings(file)


def _network(_: Path) -> object:
    return read_network_settings()


# Pictures and what is said in them


def _recipe() -> Recipe:
    return Recipe(
        program="FastFace 0",
        prompt="a person at the sea",
        negative_prompt="hat",
        preset=preset_files.built_in()["fastface-scale-power"],
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=5,
        width=64,
        height=64,
        photos=(RecipePhoto(sha256="ab" * 32, face=1),),
        device="CPU",
        dtype="float32",
    )


def _note() -> Note:
    return Note(created=NOW, person="c" * 32, likeness=0.5, taken_over=TakenOver(), seconds=1.0)


def _made(form: FileFormat, size: int = 24) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (size, size, 3), dtype=np.uint8)
    return encoded(Image.fromarray(pixels), form, _recipe(), _note(), Marks(3, tags=("sea", "ä")))


_OTHERS = (
    {"prompt": "an owl", "negative_prompt": "x", "fooocus_scheme": "fooocus"},
    {
        "3": {"class_type": "KSampler", "inputs": {"positive": ["6", 0], "negative": ["7", 0], "seed": 5}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["8", 0], "clip": ["4", 1]}},
        "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "bad", "clip": ["4", 1]}},
        "8": {"class_type": "String", "inputs": {"value": "a windmill"}},
    },
    {"nodes": [{"id": 1, "type": "CLIPTextEncode", "widgets_values": ["a hill"], "inputs": []}], "links": [[1, 2, 0]]},
    {"positive_prompt": "a town", "image": {"prompt": [{"prompt": "a town", "weight": 1}]}, "sui_image_params": {}},
)


def _prompt_of(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    for name in ("parameters", "prompt", "workflow", "Comment", "UserComment", "Dream", "Description"):
        others_prompts.prompt_of({name: text}).encode()
    return others_prompts.prompt_of({"comment": data}).encode()


def _comment(data: bytes) -> object:
    return [others_prompts.comment_text(data, little=little) for little in (True, False)]


def _packet(data: bytes) -> object:
    said = xmp.read(data)
    return xmp.written(xmp.Said(rating=5, tags=("a", "b"), note=said.note, recipe=said.recipe), data, creator="c")


def _metadata(data: bytes) -> object:
    containers.read(data)
    return containers.with_xmp(data, xmp.written(xmp.Said(rating=2)))


def _old(data: bytes) -> object:
    half = len(data) // 2
    exif, iptc = data[:half], data[half:]
    old_marks.read(data, data)
    old_marks.read(exif, iptc)
    return [
        old_marks.with_rating(data, 3),
        old_marks.with_keywords(data, ["sea", "ä" * 40]),
        old_marks.with_iptc_keywords(data, ["sea", "ä"]),
    ]


def _decoded(data: bytes) -> object:
    with picture_files.opened(data, "photo") as picture, picture_files.decoding("photo"):
        return picture.image().size


def _whole(file: Path) -> object:
    content = read(file)
    read_marks(file)
    content.prompt.encode()
    return content


def _pictures(home: Path) -> list[Parser]:
    png, jpeg, webp = (_made(form) for form in ("png", "jpeg", "webp"))
    data = Path(__file__).resolve().parents[1] / "tests" / "data" / "pictures"
    foreign = [
        file.read_bytes() for name in ("lightroom.jpg", "digikam.jpg", "uc_le.jpg") if (file := data / name).is_file()
    ]
    exif = Image.Exif()
    exif[ExifTags.Base.Rating] = 3
    exif[0x4749] = 50
    exif[0x9C9E] = "sea;sky".encode("utf-16-le")
    old = exif.tobytes()[6:]
    iptc = [found.iptc for one in foreign if (found := containers.read(one)).iptc]
    forms: list[bytes] = []
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000"):
        buffer = BytesIO()
        Image.fromarray(np.random.default_rng(2).integers(0, 256, (16, 16, 3), dtype=np.uint8)).save(buffer, form)
        forms.append(buffer.getvalue())
    said = [one.xmp for one in map(containers.read, (png, jpeg, *foreign)) if one.xmp]
    marks = Marks(4, tags=("x",))
    wrong = (containers.ContainerError, containers.PacketTooLongError)
    recipe, note = _recipe().model_dump_json(exclude_none=True).encode(), _note().model_dump_json().encode()
    return [
        Parser("recipe", [recipe], lambda data: parse_json(Recipe, data, "The recipe"), of_json, weight=2),
        Parser(
            "note", [note], lambda data: _packet(xmp.written(xmp.Said(note=data.decode("utf-8", "replace")))), of_json
        ),
        Parser("XMP", said, _packet, weight=3),
        Parser("containers", [png, jpeg, webp, *foreign], _metadata, known=wrong, weight=2),
        Parser("containers, PNG", [png], _metadata, of_png, wrong, weight=2),
        Parser("EXIF and IPTC", [old, *iptc], _old, weight=2),
        Parser("marks", [png, jpeg, webp, *foreign], lambda data: with_marks(data, _note(), marks), any_bytes, wrong),
        Parser("picture, PNG", [png], _in_file(home / "x.png", _whole), of_png, weight=0.7),
        Parser("picture", [jpeg, webp, *foreign], _in_file(home / "x.jpg", _whole), weight=0.5),
        Parser("recipe in a picture", [png], _in_file(home / "y.png", read_recipe), of_png, weight=0.5),
        Parser("photo", forms, lambda data: decode_photo(Path("photo.jpg"), data), weight=0.5),
        Parser("decoder", [jpeg, webp, png, *forms], _decoded, weight=0.5),
        Parser("prompts of others", [json.dumps(one).encode() for one in _OTHERS], _prompt_of, of_json, weight=2),
        Parser(
            "A1111",
            [b"an owl\nNegative prompt: x\nSteps: 20, Sampler: Euler, Seed: 5, Size: 64x64"],
            _prompt_of,
            of_words,
        ),
        Parser(
            "user comments", [b"UNICODE\0" + "an owl".encode(code) for code in ("utf-16-le", "utf-16-be")], _comment
        ),
    ]


# What somebody types


def _words() -> list[Parser]:
    known = preset_files.built_in()
    typed = [
        b"adapter_strength=0.4,0.8",
        b"rescale=0..1/5",
        b"identity_weight@2=1..2/5",
        b"prompt=a cat | a dog",
        b"preset=baseline,scale-power",
        b"exponent.down=1,2",
    ]

    def axis(data: bytes) -> object:
        return words.axis(data.decode("utf-8", "replace"), lambda name: known.get(name) or preset_files.find(name))

    def prompt(data: bytes) -> object:
        text = data.decode("utf-8", "replace")[:10_000]
        read_as = prompts.parse(text)
        read_as.weight(0, len(read_as.text))
        prompts.unread_notice(text, len(text) // 2)
        return prompts.syntax_notice(text, text[::-1])

    def find(data: bytes) -> object:
        return preset_files.find(data.decode("utf-8", "surrogateescape"))

    return [
        Parser("axes", typed, axis, of_words),
        Parser("prompt", [b"(red hat:1.3), [blue], <lora:x:0.8>, {a|b}, __c__, embedding:d BREAK"], prompt, of_words),
        Parser("name of a preset", [b"baseline", b"a/b.json"], find, weight=0.5),
    ]


# Files of models


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


def _models(home: Path) -> list[Parser]:
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
        Parser("safetensors", heads, _in_file(home / "a.safetensors", conversion.read_head), of_safetensors, weight=2),
        Parser("checkpoint", heads, _in_file(home / "b.safetensors", own.check), of_safetensors, weight=2),
        Parser("16 bits", heads, _in_file(home / "c.safetensors", to_half), of_safetensors, weight=0.5),
        Parser("kinds of files", [*heads, whole, b"<!DOCTYPE html><p>"], file_kinds.of_bytes, weight=1),
        Parser("pickle", [whole], _in_file(home / "a.bin", pickles.tensors), of_zip, weight=1),
        Parser("structure", [structure], lambda data: _in_file(home / "b.bin", pickles.tensors)(pack(data)), weight=1),
        Parser("names in a pickle", [structure], _in_file(home / "c.ckpt", pickles.shapes), weight=1),
        Parser("from a pickle", [whole], _in_file(home / "d.bin", to_safetensors), weight=0.5),
        Parser("another suffix", [whole, *heads], _in_file(home / "e.ckpt", own.check), weight=1),
        Parser("pack", [json.dumps(manifest).encode()], member, of_json, weight=1),
        Parser(
            "own base",
            [json.dumps(base).encode()],
            _in_file(home / "models/own/a.json", lambda _: own.bases(store)),
            of_json,
        ),
        Parser("catalogue", texts, of_catalogue, of_json, weight=0.05),
    ]


# The library


def _reading() -> bytes:
    about = {
        "version": 2,
        "model": "m",
        "same_person": 0.4,
        "photos": [
            {
                "sha256": "a" * 64,
                "face": 1,
                "faces_found": 1,
                "box": [1, 2, 3, 4],
                "score": 0.9,
                "quality": {
                    "size": 300.0, "sharpness": 200.0, "yaw": 1.0, "pitch": 1.0, "roll": 1.0, "brightness": 0.5
                },
                "measures": None,
            }
        ],
    }  # fmt: skip
    buffer = BytesIO()
    np.savez(
        buffer,
        about=np.frombuffer(json.dumps(about).encode(), np.uint8),
        embeddings=np.zeros((1, 512), np.float32),
        points=np.zeros((1, 5, 2), np.float32),
        crops=np.zeros((1, 224, 224, 3), np.uint8),
    )
    return buffer.getvalue()


def _library(home: Path) -> list[Parser]:
    person = {
        "version": 1,
        "uid": "a" * 32,
        "name": "Ada",
        "notes": "x",
        "consent": {"text": "yes", "given": "2030-01-02", "expires": "2031-01-02"},
        "cover": "b" * 64,
        "created": NOW.isoformat(),
        "photos": [{"sha256": "b" * 64, "suffix": ".jpg", "face": 1, "taken": None}],
    }
    reading = _reading()
    maps = BytesIO()
    np.savez(maps, index=0, seed=5, branches=np.array(["i"]), **{"before.down": np.zeros((1, 2), np.float32)})
    database = home / "base.db"
    with closing(Database(database)) as made:
        made.copy_to(home / "sample.db")
    sample = _with_rows(home / "sample.db", home)
    grid = Grid(
        preset=preset_files.built_in()["baseline"],
        prompt="a person",
        seeds=(1,),
        columns=NumberAxis(setting="adapter_strength", values=(0.4, 0.8)),
        checkpoint="starter",
    ).model_dump(mode="json")
    comparison = {
        "version": 1,
        "id": "a" * 16,
        "created": NOW.isoformat(),
        "hashes": ["x"],
        "folder": "/x",
        "grid": grid,
    }

    def gallery(data: bytes) -> object:
        folder = home / "gallery"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "library.db").write_bytes(data)
        with Library(folder, recover=False) as library:
            page = library.gallery.page(Query(text="sea"), limit=10)
            library.scanner.rows()
            library.gallery.duplicates()
            return [library.gallery.details(row.id) for row in page.rows]

    def backup(file: Path) -> object:
        with open_archive(file, home) as archive:
            return [
                archive.take(name, home / "unpacked")
                for name in archive.sums
                if not (home / "unpacked" / name).exists()
            ]

    vault = home / "vault" / "vault.json"
    return [
        Parser("person", [json.dumps(person).encode()], lambda data: parse_json(PersonFile, data, "The file"), of_json),
        Parser("measures of a person", [reading], reading_from_bytes, of_zip, weight=0.3),
        Parser("attention maps", [maps.getvalue()], _in_file(home / "m.npz", AttentionMaps.load), of_zip, weight=0.5),
        Parser("lock", [_vault(vault)], _in_file(vault, lambda file: Vault(file).exists), of_json),
        Parser(
            "comparison",
            [json.dumps(comparison).encode()],
            _in_file(records.records_folder() / "a.json", lambda _: records.kept()),
            of_json,
        ),
        Parser("database", [sample], gallery, weight=0.01),
        Parser("backup", [_backup(sample)], _in_file(home / "b.zip", backup), of_zip, weight=0.3),
    ]


def _with_rows(path: Path, home: Path) -> bytes:
    with closing(Database(path)) as database, database.change() as connection:
        connection.execute("INSERT INTO folders (path) VALUES (?)", (str(home),))
        for seed in range(5):
            connection.execute(
                "INSERT INTO pictures (folder_id, name, pixels, width, height, created) VALUES (1, ?, ?, 8, 8, ?)",
                (f"{seed}.png", bytes([seed]) * 32, 10**12 + seed),
            )
            connection.execute(
                "INSERT INTO details (picture_id, prompt, note, search) VALUES (?, 'sea', '{}', 'sea')", (seed + 1,)
            )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()


def _vault(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    Vault(file).create("a passphrase")
    return file.read_bytes()


def _backup(database: bytes) -> bytes:
    buffer = BytesIO()
    digest = hashlib.sha256(database).hexdigest()
    contents = {"version": 1, "pictures": None, "sha256": {"library/library.db": digest}}
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("library/library.db", database)
        archive.writestr("contents.json", json.dumps(contents))
    return buffer.getvalue()
