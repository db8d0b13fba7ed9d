"""Makes the starter model: `python -m tools.starter.make`.

With `--untrained` it writes the pack at once, with seeded random weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from tools.starter import card, export, parts

PACK = Path(__file__).resolve().parents[2] / "resources" / "starter"


def write_untrained(folder: Path, seed: int) -> None:
    """A pack whose parts load and run but have learnt nothing."""
    made = parts.fresh(seed)
    for lora in made.loras:
        # A LoRA starts at zero; here it should show when its strength changes.
        torch.nn.init.normal_(lora.up, std=0.1)
    export.write_pack(made, folder, card.pack_fields(False, made.prediction, seed), card.model_card("untrained"))


def main() -> None:
    """Parse the command line and make what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--untrained", action="store_true", help="write seeded random weights and stop")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pack", type=Path, default=PACK, help="folder to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.untrained:
        write_untrained(arguments.pack, arguments.seed)


if __name__ == "__main__":
    main()
