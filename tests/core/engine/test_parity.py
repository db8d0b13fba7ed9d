"""The engine against the method's published code, and the tool that compares them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from benchmarks import parity
from fastface_core.engine.sampler import generators_for, initial_noise
from fastface_core.presets.files import built_in
from tests.core.parity_pack import CASES, DATA, MODELS, tiny_pack

ROOT = DATA.parents[2]
NAMES = sorted(path.stem for path in CASES.glob("*.safetensors") if path.stem != "units")
# Ten times what was measured on this code; the tool's own tolerance allows for other processors and libraries.
CLOSE = 2e-4


@pytest.mark.parametrize("name", NAMES)
def test_a_run_of_the_published_code(name: str) -> None:
    content = parity.read_case(CASES / f"{name}.safetensors")
    assert content is not None
    case, tensors = content
    noise, latents = parity.run_case(tiny_pack().parts, case, tensors)
    assert noise.equal(tensors["noise"])
    torch.testing.assert_close(latents, tensors["latents"], rtol=0, atol=CLOSE)


def test_every_built_in_preset_and_scheduler_family_has_a_case() -> None:
    cases = [content[0] for name in NAMES if (content := parity.read_case(CASES / f"{name}.safetensors"))]
    assert {case["scheduler"] for case in cases} == {"ddim", "euler", "euler_a", "lcm"}
    found = {parity.preset_of(case).model_dump_json(include={"attention", "guidance"}) for case in cases}
    for preset in built_in().values():
        # Their runs spell the weights of a distilled checkpoint out: 1 at every step.
        guidance = preset.guidance.model_dump()
        if preset.guidance.identity_weight is None:
            guidance |= {"identity_weight": (1.0,) * 4, "text_weight": (1.0,) * 4}
        spelled = preset.model_validate({**preset.model_dump(), "guidance": guidance})
        assert spelled.model_dump_json(include={"attention", "guidance"}) in found


def test_noise_is_drawn_image_by_image() -> None:
    together = initial_noise((4, 8, 8), generators_for([5, 0, 7]))
    alone = [initial_noise((4, 8, 8), generators_for([seed])) for seed in (5, 0, 7)]
    assert together.equal(torch.cat(alone))


# ---- The tool


def changed(source: Path, target: Path, *, moved: float = 0, **settings: object) -> None:
    """A case with other settings, or with other latents."""
    tensors = load_file(source)
    with safe_open(source, framework="pt") as file:
        case = json.loads(file.metadata()["case"])
    tensors["latents"] += moved
    save_file(tensors, target, metadata={"case": json.dumps({**case, **settings})})


def lines(output: str) -> dict[str, dict[str, object]]:
    return {line["case"]: line for line in map(json.loads, output.splitlines())}


@pytest.mark.slow
def test_the_tool_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Good cases, a changed one, and files that are none."""
    cases, dump = tmp_path / "cases", tmp_path / "dump" / "here"
    cases.mkdir()
    changed(CASES / "baseline.safetensors", cases / "good.safetensors")
    changed(CASES / "scheduled_softmask.safetensors", cases / "moved.safetensors", moved=0.0021)
    changed(CASES / "baseline.safetensors", cases / "other_seed.safetensors", seed=1)
    changed(CASES / "baseline.safetensors", cases / "strange.safetensors", ip_adapter_scale=9)
    save_file({"latents": torch.zeros(1)}, cases / "no_case.safetensors")
    save_file({"latents": torch.zeros(1)}, cases / "other_metadata.safetensors", metadata={"format": "pt"})
    (cases / "notes.txt").write_text("no case either")

    process = subprocess.run(
        [sys.executable, "benchmarks/parity.py", "--models", MODELS, "--cases", cases, "--dump", dump],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 1, process.stderr
    found = lines(process.stdout)
    assert list(found) == ["good", "moved", "other_seed", "strange"]
    assert {name: line["passed"] for name, line in found.items()} == {
        "good": True,
        "moved": False,
        "other_seed": False,
        "strange": False,
    }
    assert found["good"]["noise_difference"] == 0
    assert found["moved"]["max_difference"] == pytest.approx(0.0021, abs=CLOSE)
    assert found["other_seed"]["noise_difference"] != 0
    assert "ip_adapter_scale" in str(found["strange"]["error"])
    assert sorted(path.name for path in dump.iterdir()) == [
        "good.safetensors",
        "moved.safetensors",
        "other_seed.safetensors",
    ]
    dumped: dict[str, Tensor] = load_file(dump / "good.safetensors")
    expected = load_file(CASES / "baseline.safetensors")["latents"]
    torch.testing.assert_close(dumped["latents"], expected, rtol=0, atol=CLOSE)


def run_main(monkeypatch: pytest.MonkeyPatch, models: Path, cases: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["parity.py", "--models", str(models), "--cases", str(cases)])
    return parity.main()


def test_the_tool_passes_where_every_case_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    changed(CASES / "baseline.safetensors", tmp_path / "good.safetensors")
    # Written by others: no negative prompt, no noise.
    tensors = load_file(CASES / "scale_power.safetensors")
    del tensors["noise"]
    with safe_open(CASES / "scale_power.safetensors", framework="pt") as file:
        case = json.loads(file.metadata()["case"])
    del case["negative_prompt"]
    save_file(tensors, tmp_path / "sparse.safetensors", metadata={"case": json.dumps(case)})
    assert run_main(monkeypatch, MODELS, tmp_path) == 0
    found = lines(capsys.readouterr().out)
    assert {name: line["passed"] for name, line in found.items()} == {"good": True, "sparse": True}
    assert found["sparse"]["noise_difference"] is None


def test_latents_that_are_no_numbers_do_not_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    changed(CASES / "baseline.safetensors", tmp_path / "nan.safetensors", moved=float("nan"))
    assert run_main(monkeypatch, MODELS, tmp_path) == 1
    assert lines(capsys.readouterr().out)["nan"]["passed"] is False


def test_without_cases_nothing_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run_main(monkeypatch, MODELS, tmp_path) == 1
    assert "There are no case files" in capsys.readouterr().err
    save_file({"latents": torch.zeros(1)}, tmp_path / "no_case.safetensors")
    assert run_main(monkeypatch, MODELS, tmp_path) == 1
    assert "holds a case" in capsys.readouterr().err


def test_a_missing_pack_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run_main(monkeypatch, tmp_path, CASES) == 1
    assert capsys.readouterr().err.startswith("The model file ")
