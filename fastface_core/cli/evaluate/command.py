"""`fastface evaluate`: settings judged by many people and prompts, with numbers that say how sure they are."""

from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import folder
from fastface_core.cli.output import known_errors

app = typer.Typer(name="evaluate", help="Judge settings by many people and prompts.", no_args_is_help=True)

_Out = Annotated[Path, typer.Option("--out", metavar="DIR", parser=folder, help="The folder of the evaluation.")]
_Device = Annotated[str, typer.Option("--device", metavar="NAME", help="auto, cuda, mps or cpu.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_Second = Annotated[
    Path | None,
    typer.Option(
        "--second",
        metavar="FILE|DIR",
        help="A recogniser that had no part in the pictures: an ONNX file of ArcFace's form, or insightface's folder.",
    ),
]


@app.command("run")
def run(
    out: _Out,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="id_photos and prompts.txt as published, a folder of photos, or a folder of a folder for each person;"
            " without it the starter's own drawn people and prompts.",
        ),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option("--prompts", metavar="FILE", help="One prompt on each line, or STYLE; CONTENT.")
    ] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option("--preset", metavar="NAME|FILE", help="Settings that are judged; may be given again."),
    ] = None,
    every_preset: Annotated[bool, typer.Option("--all-presets", help="Judge all built-in presets.")] = False,
    checkpoint: Annotated[
        list[str] | None,
        typer.Option("--checkpoint", metavar="NAME", help="The model; may be given again."),
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", metavar="N", help="Sampling steps.")] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="WxH", help="Pixels.")] = None,
    people: Annotated[int | None, typer.Option("--people", metavar="N", help="Only the first N people.")] = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="KIND", help="Only realistic, or only stylistic, prompts.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Pictures of each person and prompt.")] = 1,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="From which the pictures' seeds are made.")] = 50,
    published: Annotated[
        bool, typer.Option("--published", help="Measure with the published code's quirks, to compare with its tables.")
    ] = False,
    second: _Second = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed before.")] = False,
    device: _Device = "auto",
    as_json: _Json = False,
) -> None:
    """Make the pictures, measure them, and write the report.

    The same command again goes on where it was stopped, by whatever it was; nothing is made or measured twice.
    """
    from fastface_core.cli.evaluate.run import Wanted, make_and_judge
    from fastface_core.cli.generate.command import size_of

    wanted = Wanted(
        out=out,
        data=data,
        prompts=prompts,
        presets=tuple(preset or ()),
        every_preset=every_preset,
        checkpoints=tuple(checkpoint or ()),
        steps=steps,
        size=size_of(size) if size is not None else None,
        people=people,
        only=only,
        seeds=seeds,
        seed=seed,
        published=published,
        second=second,
        retry=retry,
        device=device,
    )
    with known_errors(as_json):
        code = make_and_judge(wanted, as_json)
    raise typer.Exit(code)


@app.command("score")
def score(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the evaluation.")],
    second: _Second = None,
    device: _Device = "auto",
    as_json: _Json = False,
) -> None:
    """Measure what is not measured yet, as after a judge was installed, and write the report."""
    from fastface_core.cli.evaluate.run import judge

    with known_errors(as_json):
        code = judge(out, second, device, as_json)
    raise typer.Exit(code)


@app.command("report")
def report(
    runs: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of one or several evaluations.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=folder, help="Where the report goes."),
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="MEASURE", help="Make it a leaderboard, the best of this first.")
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="NAME", help="The settings that all others are compared with.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Of the page.")] = None,
    as_json: _Json = False,
) -> None:
    """Write the report of one evaluation, or one leaderboard of several."""
    from fastface_core.cli.evaluate.run import write_report

    with known_errors(as_json):
        write_report(runs, out, sort, against, title, as_json)


@app.command("bands")
def bands(
    data: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a folder of photos for each person.")],
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", metavar="NAME", help="Whose recogniser; else the best installed.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Fit what "good" and "strong" mean for a recogniser to pairs of photos, and keep it on this computer.

    Good is what 1 of 100 pairs of different people exceeds, strong what 1 of 1000 does. Only the two numbers and their
    intervals are kept, and nothing of the photos.
    """
    from fastface_core.cli.evaluate.run import fit_bands

    with known_errors(as_json):
        fit_bands(data, checkpoint, as_json)
