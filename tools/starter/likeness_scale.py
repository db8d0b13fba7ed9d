"""From which similarity on a picture may be called near to the drawn twin that it was made from.

"Good" is what 1 in 100 pairs of different people exceeds, "strong" what 1 in 1000 does: a drawing of one person against
the reference of another. The people are the judges': neither the recogniser nor the measuring knows them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime

from fastface_core.domain.likeness import MatchScale
from fastface_core.evaluation import bands
from fastface_core.files import atomic_write
from tools.starter import dataset, stage_crops

_PEOPLE = 800
_BATCH = 50


def measure(recogniser: Path, crops: np.ndarray, references: np.ndarray) -> MatchScale:
    """The scale of a recogniser.

    Args:
        crops: (people * VIEWS, 112, 112, 3) aligned faces of drawn pictures; one of each person is taken.
        references: (people, 112, 112, 3) aligned faces of the same people's references.
    """
    people = len(references)
    views = np.random.default_rng(0).integers(0, dataset.VIEWS, people)
    shown = _embed(recogniser, crops[np.arange(people) * dataset.VIEWS + views])
    pairs = bands.Pairs.across(shown @ _embed(recogniser, references).T)
    return bands.fit(MatchScale, pairs, "drawings of people that neither the recogniser nor the measuring has met")


def _embed(recogniser: Path, crops: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(recogniser), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = []
    for start in range(0, len(crops), _BATCH):
        pixels = crops[start : start + _BATCH].transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
        parts.append(np.asarray(session.run(None, {name: pixels})[0]))
    found = np.concatenate(parts)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def write(pack: Path, work: Path) -> MatchScale:
    """Measures the recogniser of the pack in a folder and writes its scale into `pack.json`."""
    crops = np.load(work / "judge_faces_crops" / "crops.npy", mmap_mode="r")
    people = range(min(_PEOPLE, len(crops) // dataset.VIEWS))
    references = np.stack([stage_crops.reference_crop(dataset.JUDGE + number) for number in people])
    scale = measure(pack / "recogniser.onnx", crops, references)
    file = pack / "pack.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    sums = fields.pop("sha256")
    fields |= {"match": scale.model_dump(mode="json"), "sha256": sums}
    with atomic_write(file) as opened:
        opened.write(json.dumps(fields, indent=2).encode() + b"\n")
    return scale
