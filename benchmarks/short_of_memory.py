"""Asks for a full-size model in processes that may take only so much main memory: what comes is a sentence.

    python benchmarks/short_of_memory.py [--limits 8,12]

The model's files have the sizes of SDXL with FaceID-Plus-v2 in their headers, and take no room on the disk. Each
process is limited as by `ulimit -v` and computes on the CPU; after the sentence it loads the starter. Prints a JSON
line a process: the sentence, whether the starter was loaded, and the most memory that it took. Exits with 1 if one was
killed, had no sentence, or could not load the starter. A limit that leaves room for the model is none to try here: the
files hold no weights.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

_GB = 10**9
_FILES = {
    "base/unet/diffusion_pytorch_model.fp16.safetensors": {"weight": 2_567_000_000},
    "base/text_encoder/model.fp16.safetensors": {"weight": 123_000_000},
    "base/text_encoder_2/model.fp16.safetensors": {"weight": 695_000_000},
    "base/vae/diffusion_pytorch_model.fp16.safetensors": {"weight": 84_000_000},
    "clip/model.safetensors": {"weight": 632_000_000},
    "faceid.safetensors": {
        "image_proj.weight": 217_000_000,
        "ip_adapter.1.to_k_ip.weight": 341_000_000,
        "ip_adapter.0.to_q_lora.weight": 186_000_000,
    },
}
"""Numbers of weights, as `fastface_core.memory_plans.FULL_SIZE` has them."""


def checkpoint_in(folder: Path) -> Any:
    """The starter's entry with files of full size."""
    from fastface_core.models import installed

    starter = installed.starter()
    adapter = {"weights": folder / "faceid.safetensors", "image_encoder": folder / "clip"}
    return starter.model_copy(
        update={
            "name": "full",
            "title": "A model of full size",
            "base": folder / "base",
            "adapter": starter.adapter.model_copy(update=adapter),
            "sampling": starter.sampling.model_copy(update={"size": 1024}),
            "preview": None,
        }
    )


def tried(limit: float, folder: Path) -> dict[str, object]:
    """In a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (round(limit * _GB), round(limit * _GB)))
    from fastface_core.engine.engine import Engine
    from fastface_core.errors import FastFaceError
    from fastface_core.models import installed

    engine, sentence = Engine("cpu"), None
    try:
        engine.load(checkpoint_in(folder))
    except FastFaceError as error:
        sentence = f"{error.message} {error.hint}"
    engine.load(installed.starter())
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    loaded = engine.checkpoint == installed.starter()
    return {"limit_gb": limit, "sentence": sentence, "starter": loaded, "peak_gb": round(peak / _GB, 2)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--limits", default="8,12", help="GB, separated by commas (default 8,12)")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    if parsed.within is not None:
        print(json.dumps(tried(float(parsed.limits), parsed.within)))
        return 0
    import torch

    from benchmarks.rehearsal import written

    passed = True
    with tempfile.TemporaryDirectory() as folder:
        for name, weights in _FILES.items():
            state = {key: torch.empty(count, device="meta") for key, count in weights.items()}
            written(Path(folder) / name, state, torch.float16, random=False)
        for limit in parsed.limits.split(","):
            command = [sys.executable, str(Path(__file__).resolve()), "--limits", limit, "--within", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            line = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {"limit_gb": float(limit)}
            passed = passed and done.returncode == 0 and bool(line.get("sentence")) and bool(line.get("starter"))
            print(json.dumps(line | {"status": done.returncode}), flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
