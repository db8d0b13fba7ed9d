"""Compiles the kernels of the identity attention for NVIDIA GPUs that need not be there.

    python benchmarks/kernels.py [--capabilities 75,80,86,89,90,120]

Triton is wanted, which comes with torch for NVIDIA GPUs on Linux (`pip install triton`), and no GPU. Each kernel is
compiled to machine code with the sizes that SDXL has at 1024 pixels. One JSON line a generation: bytes of memory that a
program shares, registers of a thread, and bytes for those that are too many. Whether they compute the right thing is
another question: `tests/core/engine/test_fused.py` runs them number by number, `benchmarks/gpu.py` on a GPU.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

_SIZES = {"TOKENS": 4, "CHANNELS": 64, "ALL_TOKENS": 4, "ALL_CHANNELS": 64, "BLOCK": 32}
_STRIDES = dict.fromkeys(("queries", "heads", "of_batch", "of_head", "of_query"), "i32")
_NUMBERS = dict.fromkeys(("strength", "sharpness", "threshold", "exponent", "factor", "maximum", "weight"), "fp32")


def compiled(kernel: Any, signature: dict[str, str], constants: dict[str, Any], capability: int, warps: int) -> Any:
    from triton.backends.compiler import GPUTarget  # type: ignore[reportMissingImports]
    from triton.compiler import ASTSource, compile  # type: ignore[reportMissingImports]

    kinds = signature | dict.fromkeys(constants, "constexpr")
    source = ASTSource(fn=kernel, signature=kinds, constexprs=constants)
    found: Any = compile(source, target=GPUTarget("cuda", capability, 32), options={"num_warps": warps})
    return {"shared": found.metadata.shared, **_registers(found.asm["cubin"])}


def _registers(binary: bytes) -> dict[str, int]:
    """What NVIDIA's tools say of a kernel: local memory is where registers go that are too many."""
    from triton import knobs  # type: ignore[reportMissingImports]

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kernel.cubin"
        file.write_bytes(binary)
        command = [str(knobs.nvidia.cuobjdump.path), "--dump-resource-usage", str(file)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {name: re.search(rf"{name}:(\d+)", said) for name in ("REG", "LOCAL")}
    return {word: int(one[1]) for word, one in zip(("registers", "local"), found.values(), strict=True) if one}


def of(capability: int) -> dict[str, Any]:
    from fastface_core.engine import map_kernels

    flags = {"INVERT": True, "QUANTILE": True}
    states, single = "*fp16", "*fp32"
    return {
        "capability": capability,
        "map": compiled(
            map_kernels._map, {"query": states, "key": single, "out": single} | _STRIDES, _SIZES, capability, 4
        ),
        "rows": compiled(
            map_kernels._rows,
            {"map_": single, "out": single, "queries": "i32", "rank": "i32", "fraction": "fp32"},
            {"TOKENS": 4, "BLOCK": 4096} | flags,
            capability,
            8,
        ),
        "output": compiled(
            map_kernels._output,
            {"text": states, "map_": single, "rows": single, "value": single, "out": states}
            | _STRIDES
            | {"group": "i32"}
            | _NUMBERS,
            _SIZES | flags | {"ALL_ROWS": 64, "SOFTMASK": True, "POWER": False, "ADAIN": True},
            capability,
            4,
        ),
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--capabilities", default="75,80,86,89,90,120", help="without the dot, separated by commas")
    for capability in parser.parse_args(arguments).capabilities.split(","):
        print(json.dumps(of(int(capability))), flush=True)


if __name__ == "__main__":
    main()
