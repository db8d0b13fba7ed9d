"""The making of the starter model from nothing: killed in the middle, it goes on, and a pack comes out."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.engine.engine import Engine
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from tools.starter import dataset
from tools.starter.plan import PLANS, Plan

ROOT = Path(__file__).resolve().parents[3]


def _make(work: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tools.starter.make", "--plan", "trial", "--workers", "1"]
    command += ["--work", str(work), "--pack", str(work / "pack")]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)


@pytest.mark.slow
def test_the_whole_way_can_be_gone_and_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    first = _make(tmp_path)
    kept = tmp_path / "vae" / "result.pt"
    while not kept.exists():
        with contextlib.suppress(subprocess.TimeoutExpired):
            _, said = first.communicate(timeout=0.1)
            pytest.fail(said)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    before = kept.stat().st_mtime_ns
    assert not (tmp_path / "judge" / "result.pt").exists()

    again = _make(tmp_path)
    _, said = again.communicate(timeout=900)
    assert again.returncode == 0, said
    assert kept.stat().st_mtime_ns == before
    fields = json.loads((tmp_path / "pack" / "pack.json").read_text(encoding="utf-8"))
    assert fields["trained"] is False
    assert fields["identity"] == "twin"
    assert "likeness" not in fields
    assert set(fields["match"]) == {"strong", "good", "fit"}
    assert fields["settings"] == {
        name: value for name, value in asdict(PLANS["trial"](0, 1)).items() if name != "start"
    }
    for name in ("tower", "vae", "unet_half", "unet_full", "distilled", "vae_sharp", "preview", "judge_faces", "judge"):
        assert (tmp_path / name / "result.pt").is_file()

    engine = Engine("cpu")
    checkpoint = installed.starter(tmp_path / "pack")
    engine.load(checkpoint)
    photo = PhotoChoice(path=ROOT / "examples" / "portrait.jpg")
    request = PortraitRequest(
        prompt="portrait, watercolor", preset=preset_files.find("baseline"), seed=3, width=64, height=64
    )
    picture = engine.generate(request, engine.identify([photo])).pictures[0]
    assert picture.image.size == (64, 64)


def test_a_gpu_learns_from_more_and_is_judged_alike() -> None:
    small, large = PLANS["cpu"](0, 2), PLANS["gpu"](0, 16)
    for one, other in ((small.half(), large.half()), (small.full(), large.full())):
        assert other.batch * other.pace.steps > 10 * one.batch * one.pace.steps * small.trainers
        assert other.samples > one.samples
    assert large.trainers == 1
    judging = [name for name in asdict(Plan()) if name.startswith("judge")]
    assert judging
    assert [getattr(small, name) for name in judging] == [getattr(large, name) for name in judging]


@pytest.mark.parametrize("name", PLANS)
def test_every_sample_shows_somebody_whose_face_was_drawn(name: str) -> None:
    plan = PLANS[name](0, 1)
    assert max(plan.half_samples, plan.samples) <= plan.people * dataset.VIEWS
    assert plan.people <= dataset.JUDGE
