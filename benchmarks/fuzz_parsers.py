"""Everything in this program that reads what others may have written, with valid samples to begin from."""

import json
import struct
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from benchmarks.fuzz_library import library
from benchmarks.fuzz_models import models
from benchmarks.fuzz_parser import Parser, in_file
from benchmarks.mutations import any_bytes, of_json, of_png, of_words
from fastface_core import paths
from fastface_core.compare import parse as words
from fastface_core.domain import prompts
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.measures import TakenOver
from fastface_core.domain.request import PortraitRequest, Recipe, RecipePhoto
from fastface_core.domain.timing import read_timings
from fastface_core.engine.photos import decode_photo
from fastface_core.library import containers, old_marks, xmp
from fastface_core.library import prompts as others_prompts
from fastface_core.library.encoding import FileFormat, encoded, sidecar_with_marks, with_marks
from fastface_core.library.metadata import Marks, Note, read, read_marks, read_recipe
from fastface_core.library.roots import Roots
from fastface_core.models import licences
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.hub.settings import read_settings as read_network_settings
from fastface_core.models.hub.settings import settings_file as network_settings_file
from fastface_core.pictures import files as picture_files
from fastface_core.presets import files as preset_files
from fastface_core.presets.edits import resampled
from fastface_core.settings import AppSettings, read_settings
from fastface_core.studio.queue_file import StoredJob, StoredQueue, read_queue
from fastface_core.studio.queue_file import to_json as queue_to_json
from fastface_core.validation import parse_json

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def parsers(home: Path) -> list[Parser]:
    """All of them, with `home` (which FASTFACE_HOME names) for their files."""
    return [*_settings(home), *_pictures(home), *_words(), *models(home), *library(home)]


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
        photos=(PhotoChoice(Path("/a.jpg"), face=1),),
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
        Parser("preset", _presets(), in_file(home / "p.json", preset_of), of_json, weight=3),
        Parser("authors' configuration", [_AUTHORS], in_file(home / "c.json", preset_of), of_json, weight=2),
        Parser("queue", [queue_to_json(StoredQueue(jobs=(job,)))], in_file(home / "q.json", read_queue), of_json),
        Parser("settings", [json.dumps(chosen).encode()], in_file(home / "s.json", _settings_and_back), of_json),
        Parser("timings", [json.dumps(timings).encode()], in_file(home / "t.json", read_timings), of_json),
        Parser("network settings", [json.dumps(network).encode()], in_file(network_file, _network), of_json),
        Parser(
            "list of requests",
            ["\n".join(map(json.dumps, asked)).encode()],
            in_file(home / "log/requests.jsonl", lambda file: NetworkLog(file.parent).read(3)),
        ),
        Parser("licences", [json.dumps(accepted).encode()], in_file(home / "l.json", licences.acceptances), of_json),
        Parser("roots", [b'["/a", "/b/c"]'], in_file(home / "r.json", lambda file: Roots(file).all()), of_json),
        Parser(
            "chosen folder",
            [b'{"folder": "/a/b"}'],
            in_file(paths.pictures_folder_file(), lambda _: paths.pictures_folder()),
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


_COLOURS = {
    b"gAMA": struct.pack(">I", 55556),
    b"cHRM": struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000),
    b"cICP": bytes((9, 16, 0, 1)),
}


def _coloured(image: Image.Image, *kinds: bytes) -> bytes:
    """A PNG file that names its colours without a profile."""
    chunks, buffer = PngInfo(), BytesIO()
    for kind in kinds:
        chunks.add(kind, _COLOURS[kind])
    image.save(buffer, "PNG", pnginfo=chunks)
    return buffer.getvalue()


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
    noise = Image.fromarray(np.random.default_rng(2).integers(0, 256, (16, 16, 3), dtype=np.uint8))
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "AVIF"):
        buffer = BytesIO()
        noise.save(buffer, form)
        forms.append(buffer.getvalue())
    coloured = [_coloured(noise, b"gAMA", b"cHRM"), _coloured(noise, b"cICP")]
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
        Parser("picture, PNG", [png], in_file(home / "x.png", _whole), of_png, weight=0.7),
        Parser("picture", [jpeg, webp, *foreign], in_file(home / "x.jpg", _whole), weight=0.5),
        Parser("recipe in a picture", [png], in_file(home / "y.png", read_recipe), of_png, weight=0.5),
        Parser("photo", forms, lambda data: decode_photo(Path("photo.jpg"), data), weight=0.5),
        Parser("decoder", [jpeg, webp, png, *forms], _decoded, weight=0.5),
        Parser("colours without a profile", coloured, _decoded, of_png, weight=0.5),
        Parser("file beside a picture", said, lambda data: sidecar_with_marks(data, marks), weight=0.5),
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
