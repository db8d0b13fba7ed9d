"""Makes the starter model: `python -m tools.starter.make`.

Without arguments it runs all stages, each going on where it stopped, and writes the pack. `--stage NAME` runs one of
them, `--export` writes the pack from what is there, `--untrained` writes seeded random weights at once.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import torch

from tools.starter import card, export, likeness_scale, parts, run, stage_recogniser, stage_sharpen, stage_unet
from tools.starter.plan import PLANS, STAGES, Plan

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "resources" / "starter"
WORK = ROOT / "build" / "starter"
# The best that there is: a later stage's result is used when it exists.
NETWORKS = ("distilled", "unet_full", "unet_half")


def write_untrained(folder: Path, seed: int) -> None:
    """A pack whose parts load and run but have learnt nothing."""
    made = parts.fresh(seed)
    for lora in made.loras:
        # A LoRA starts at zero; here it should show when its strength changes.
        torch.nn.init.normal_(lora.up, std=0.1)
    export.write_pack(
        made,
        folder,
        card.pack_fields(False, made.prediction, seed),
        card.model_card("untrained", made.prediction, False),
    )


def trained_parts(work: Path, seed: int, names: Sequence[str] = NETWORKS) -> parts.Parts:
    """The parts as the stages left them, with the networks of the first of `names` that there are."""
    made = parts.fresh(seed)
    model = stage_unet.Networks(made)
    for name in names:
        if saved := run.Stage(work, name).load("result.pt"):
            model.load_state_dict(saved["model"])
            made.prediction, made.notes["networks"] = saved["prediction"], name
            break
    else:
        raise FileNotFoundError("no UNet is trained yet")
    made.vae = stage_sharpen.load(work)
    made.notes["vae"] = stage_sharpen.NAME if run.Stage(work, stage_sharpen.NAME).done else "vae"
    made.recogniser = stage_recogniser.load(work, "recogniser")
    if saved := run.Stage(work, "preview").load("result.pt"):
        made.preview.load_state_dict(saved["model"])
    return made


def write_trained(folder: Path, work: Path, plan: Plan, trained: bool, names: Sequence[str] = NETWORKS) -> None:
    """The pack from the stages' results; `trained` says whether they passed their checks."""
    made = trained_parts(work, plan.seed, names)
    fields = (
        card.pack_fields(trained, made.prediction, plan.seed)
        | made.notes
        | {"settings": {name: value for name, value in asdict(plan).items() if name != "start"}}
    )
    text = card.model_card("trained" if trained else "crude", made.prediction, made.notes["networks"] == "distilled")
    export.write_pack(made, folder, fields, text)
    likeness_scale.write(folder, work)


def main() -> None:
    """Parse the command line and make what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--untrained", action="store_true", help="write seeded random weights and stop")
    parser.add_argument("--export", action="store_true", help="write the pack from the present results and stop")
    parser.add_argument("--stage", choices=STAGES, help="run this stage only")
    parser.add_argument("--passed", action="store_true", help="the evaluation's checks are passed: say trained")
    parser.add_argument("--networks", choices=NETWORKS, help="export these instead of the best that there are")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plan", choices=PLANS, help="how much to train; by default what the machine has")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that draw")
    parser.add_argument("--start", type=Path, help="a pack whose weights the first stages begin with")
    parser.add_argument("--pack", type=Path, default=PACK, help="folder to write")
    parser.add_argument("--work", type=Path, default=WORK, help="folder of the stages")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    on = arguments.plan or run.device().type.replace("cuda", "gpu")
    plan = replace(PLANS[on](arguments.seed, arguments.workers), start=arguments.start)
    if arguments.untrained:
        write_untrained(arguments.pack, arguments.seed)
        return
    if not arguments.export:
        for name, stage in STAGES.items():
            if arguments.stage in (None, name):
                stage(plan, arguments.work)
    if arguments.export or arguments.stage is None:
        names = (arguments.networks,) if arguments.networks else NETWORKS
        write_trained(arguments.pack, arguments.work, plan, arguments.passed, names)


if __name__ == "__main__":
    main()
