"""The benchmark of real size, in its small form: that it measures, and that it notices what goes wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from benchmarks import full_size, random_sdxl
from fastface_core.presets.files import built_in

ROOT = Path(__file__).resolve().parents[3]
SEEN = ["sample", "decode", "total"]
"""Prompt and face are remembered from the round that warms up."""


def read_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.slow
def test_the_small_form_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Not square, in a type of half the size, two pictures in a job."""
    file = tmp_path / "lines.jsonl"
    command = [sys.executable, ROOT / "benchmarks" / "full_size.py", "--tiny", "--device", "cpu", "--json", file]
    process = subprocess.run(
        [*command, "--precision", "bfloat16", "--sizes", "64x72", "--repeats", "1", "--count", "2"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    about, *lines = read_lines(process.stdout)
    assert read_lines(file.read_text()) == [about, *lines]
    assert (about["device"], about["precision"]) == ("CPU", "bfloat16")
    assert about["parameters"]["unet"] > 0
    names = list(built_in())
    assert [(line["preset"], line["width"], line["height"]) for line in lines] == [(name, 64, 72) for name in names]
    for line in lines:
        assert line["passed"] is True
        assert line["failure"] is None
        assert (line["count"], line["rounds"]) == (2, 1)
        assert all(line[stage] > 0 for stage in SEEN)
        # A picture is decoded while the next one is sampled.
        assert line["total"] >= max(line["condition"] + line["sample"], line["decode"]) - 0.001
        assert line["sample_ratio"] > 0
        assert line["preset"] != "baseline" or line["sample_ratio"] == line["total_ratio"] == 1
        assert 1 < line["largest"] < 65504
    table = process.stdout.partition("seconds of one picture")[2].strip().splitlines()
    assert table[0].split()[:2] == ["preset", "size"]
    assert [row.split()[0] for row in table[1:]] == names


# ---- In this process

QUICK = ["--tiny", "--device", "cpu", "--precision", "float32", "--sizes", "64"]


def prepared(*arguments: str) -> tuple[full_size.Bench, Any]:
    parsed = full_size.read_arguments([*QUICK, *arguments])
    return full_size.prepare(parsed)[0], parsed


def test_independent_forms_are_run_beside_the_published_ones(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--presets", "baseline,scheduled-softmask", "--independent", "--repeats", "0"]
    assert full_size.main([*QUICK, *arguments]) == 0
    _, *lines = read_lines(capsys.readouterr().out)
    assert [line["preset"] for line in lines] == [
        "baseline",
        "scheduled-softmask",
        "scheduled-softmask, independent",
    ]
    # Nothing was timed, and nothing is made up.
    assert not any(stage in line for line in lines for stage in [*SEEN, "sample_ratio"])


def test_every_step_is_profiled() -> None:
    bench, parsed = prepared("--presets", "baseline,scale-power", "--steps", "2")
    plain, transformed = full_size.cases(parsed)
    for case in (plain, transformed):
        bench.profile(case)
    assert plain.kernels is not None
    assert transformed.kernels is not None
    assert len(plain.kernels) == len(transformed.kernels) == 2
    for of_plain, of_transformed in zip(plain.kernels, transformed.kernels, strict=True):
        assert 0 < of_plain < of_transformed


def test_an_overflow_is_noticed_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    bench, parsed = prepared("--presets", "baseline,scale-power", "--repeats", "1")
    spoiled = next(iter(bench.parts.adapter.processors.values()))
    spoiled.get_parameter("to_v_ip.0.weight").data.fill_(1e38)
    lines = full_size.measure(bench, parsed, None)
    assert [line["failure"] for line in lines] == ["prediction overflows"] * 2
    assert "sample" not in lines[0]
    assert "failed: prediction overflows" in full_size.table(lines, "")
    capsys.readouterr()


def test_a_decoder_that_overflows_is_noticed() -> None:
    bench, parsed = prepared("--presets", "baseline")
    (case,) = full_size.cases(parsed)
    bench.parts.vae.get_parameter("decoder.conv_out.bias").data.fill_(float("nan"))
    bench.run(case, timed=True)
    assert case.failure is not None
    assert "overflowed" in case.failure


def test_too_little_memory_is_said_with_its_settings() -> None:
    bench, parsed = prepared("--presets", "baseline", "--count", "3")
    (case,) = full_size.cases(parsed)

    def full(_module: torch.nn.Module, _inputs: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    bench.parts.unet.mid_block.register_forward_pre_hook(full)  # type: ignore[reportOptionalMemberAccess]
    bench.run(case, timed=False)
    line = full_size.line_of(case, None)
    assert line["failure"] == "There is not enough memory for this picture."
    assert line["passed"] is False
    assert (line["width"], line["height"], line["count"]) == (64, 64, 3)


@pytest.mark.parametrize("owner", ["unet", "vae", "adapter.encoder"])
def test_a_weight_of_another_type_is_noticed(owner: str) -> None:
    parts = prepared()[0].parts
    model: Any = parts
    for name in owner.split("."):
        model = getattr(model, name)
    name, weight = next(iter(model.named_parameters()))
    weight.data = weight.data.double()
    with pytest.raises(AssertionError, match=rf"{name} is torch\.float64"):
        random_sdxl.check_weights(parts)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--sizes", "100x"],
        ["--sizes", "60"],
        ["--sizes", "65"],
        ["--presets", "nothing"],
        ["--steps", "0"],
        ["--count", "0"],
        ["--repeats", "-1"],
        ["--precision", "int8"],
    ],
)
def test_arguments_are_checked_before_anything_is_made(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        full_size.main([*QUICK, *arguments])
    assert stopped.value.code == 2
    assert "usage: " in capsys.readouterr().err


def test_an_unknown_device_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert full_size.main(["--tiny", "--device", "abacus"]) == 1
    assert '"abacus" is not a device' in capsys.readouterr().err


def test_the_same_seed_makes_the_same_weights() -> None:
    first, second = (prepared()[0].parts.unet.state_dict() for _ in range(2))
    assert all(first[name].equal(second[name]) for name in first)


def test_the_real_size_is_that_of_the_published_files() -> None:
    """Parameters in two bytes each are the weight files of SDXL base, but for the files' headers."""
    real = random_sdxl.REAL
    models = {
        5_135_149_760: random_sdxl.empty(lambda: UNet2DConditionModel(**real.unet)),
        167_335_342: random_sdxl.empty(lambda: AutoencoderKL(**real.vae)),
        2_528_373_448 // 2: random_sdxl.empty(lambda: CLIPVisionModelWithProjection(CLIPVisionConfig(**real.vision))),
    }
    for size, model in models.items():
        bytes_of_weights = 2 * sum(weight.numel() for weight in model.parameters())
        assert 0 < size - bytes_of_weights < 0.0005 * size
