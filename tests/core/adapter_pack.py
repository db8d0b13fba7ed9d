"""Tiny files of every face adapter, in the form of the real ones, and the tiny SDXL with each of them in it."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from fastface_core.domain.checkpoints import AdapterFiles, AdapterKind
from fastface_core.domain.identity import Face, FaceQuality, Identity, PersonPhoto
from fastface_core.engine import loading
from fastface_core.engine.conditioning import condition, face_tokens
from fastface_core.progress import CancelToken, silent
from tests.core.parity_pack import MODELS, TinyPack
from tests.core.tiny_models import CPU, ENCODER, FACEID, State, dotted, faceid_state, make_checkpoint, plus_face_state

ADAPTERS = MODELS.parent / "adapters" / "models"
CASES = MODELS.parent / "adapters" / "cases"


def faceid_only_state(tokens: int, *, lora: bool) -> dict[str, State]:
    """FaceID's or FaceID-Portrait's, with the names of their files; random."""
    generator = torch.Generator().manual_seed(tokens)

    def random(*shape: int) -> Tensor:
        return (torch.randn(shape, generator=generator) / shape[-1] ** 0.5).half()

    projection = {
        "proj.0.weight": random(512, 512),
        "proj.0.bias": random(512),
        "proj.2.weight": random(64 * tokens, 512),
        "proj.2.bias": random(64 * tokens),
        "norm.weight": random(64) + 1,
        "norm.bias": random(64),
    }
    attention = {key: value for key, value in faceid_state()["ip_adapter"].items() if lora or "_ip." in key}
    return {"image_proj": projection, "ip_adapter": attention}


def files_of(kind: AdapterKind, folder: Path) -> AdapterFiles:
    """Tiny files of one adapter; those that the tests' data lack are written into the folder."""
    match kind:
        case "faceid-plus-v2":
            return AdapterFiles(kind=kind, weights=FACEID, image_encoder=ENCODER)
        case "faceid" | "faceid-portrait":
            state = faceid_only_state(4, lora=True) if kind == "faceid" else faceid_only_state(16, lora=False)
            torch.save(state, folder / f"ip-adapter-{kind}_sdxl.bin")
            return AdapterFiles(kind=kind, weights=folder / f"ip-adapter-{kind}_sdxl.bin")
        case "plus-face":
            path = folder / "ip-adapter-plus-face_sdxl_vit-h.safetensors"
            save_file(dotted(plus_face_state()), path)
            return AdapterFiles(kind=kind, weights=path, image_encoder=ENCODER)
        case "instantid":
            own = ADAPTERS / "instantid"
            return AdapterFiles(kind=kind, weights=own / "ip-adapter.bin", control=own / "ControlNetModel")
        case "pulid-v1" | "pulid-v1.1":
            name = "pulid_v1.bin" if kind == "pulid-v1" else "pulid_v1.1.safetensors"
            own = ADAPTERS / "pulid"
            return AdapterFiles(kind=kind, weights=own / name, image_encoder=own / "eva_clip.bin")


@cache
@torch.inference_mode(False)
def loaded(kind: AdapterKind) -> loading.Parts:
    """The tiny SDXL with an adapter in float32, loaded once; every use has to leave it as it was."""
    checkpoint = make_checkpoint(MODELS, MODELS / "sdxl", adapter=files_of(kind, Path(mkdtemp(prefix="adapters-"))))
    return loading.load(checkpoint, CPU, silent, CancelToken())


def face(seed: int) -> Face:
    """Somebody's face in a photo of 96 x 128, with all that adapters look at; noise where pictures are wanted."""
    random = np.random.default_rng(seed)
    embedding = random.standard_normal(512).astype(np.float32)
    points = np.array([[35, 50], [60, 48], [48, 66], [38, 82], [59, 80]], np.float32)

    def picture(side: int, channels: int) -> np.ndarray:
        return random.integers(0, 256, (side, side, channels), dtype=np.uint8)

    return Face(
        box=(20, 20, 80, 110),
        points=points + random.normal(0, 2, (5, 2)).astype(np.float32),
        score=0.9,
        embedding=(embedding / np.linalg.norm(embedding)).astype(np.float32),
        crop=picture(224, 3),
        quality=FaceQuality(size=60, sharpness=100, yaw=0, pitch=0, roll=0),
        length=22.0 + seed,
        head=picture(224, 3),
        cut_out=picture(512, 4),
        frame=(96, 128),
    )


def person(*seeds: int) -> Identity:
    """Somebody in so many photos."""
    faces = [face(seed) for seed in seeds]
    mean = np.sum([one.embedding for one in faces], axis=0)
    photos = tuple(
        PersonPhoto(Path(f"{seed}.png"), f"{seed:064x}", 1, 1, one) for seed, one in zip(seeds, faces, strict=True)
    )
    return Identity((mean / np.linalg.norm(mean)).astype(np.float32), faces[0].crop, photos)


def pack(kind: AdapterKind, identity: Identity | None = None) -> TinyPack:
    """The tiny SDXL with an adapter, and somebody to draw."""
    parts, identity = loaded(kind), identity or person(1)
    return TinyPack(parts, identity, condition(parts, "a man", "blurry", face_tokens(parts, identity)))
