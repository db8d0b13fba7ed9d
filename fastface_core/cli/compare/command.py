"""`fastface compare`: pictures that differ in one or two settings, side by side."""

from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import check_folder, folder
from fastface_core.cli.output import known_errors


def compare(
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            metavar="SETTING=VALUES",
            help="What varies from left to right: adapter_strength=0.4,0.8 or identity_weight=1..2/5 (five values)"
            ' or preset=baseline,scale-power or "prompt=a cat | a dog". SETTING.up, .mid or .down is one part of the'
            " UNet, SETTING@2 the preset's second step.",
        ),
    ],
    rows: Annotated[
        str | None, typer.Option("--rows", metavar="SETTING=VALUES", help="What varies from top to bottom.")
    ] = None,
    photo: Annotated[list[Path] | None, typer.Option("--photo", metavar="FILE", help="A photo of the person.")] = None,
    face: Annotated[
        list[int] | None,
        typer.Option("--face", metavar="N", help="Which face in the photo, from the left; 0 the largest."),
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="A person of the library, instead of photos.")
    ] = None,
    prompt: Annotated[str, typer.Option("--prompt", metavar="TEXT", help="What the pictures show.")] = "",
    negative: Annotated[str, typer.Option("--negative", metavar="TEXT", help="What they do not show.")] = "",
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME|FILE", help="The settings that do not vary.")
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option("--checkpoint", metavar="NAME", help="The model; without it the preset's, or the best installed."),
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", metavar="N", help="Sampling steps.")] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="WxH", help="Pixels.")] = None,
    seed: Annotated[
        list[int] | None, typer.Option("--seed", metavar="N", help="A seed of every cell; may be given again.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", parser=folder, help="Where the pictures go; else a folder of its own in Pictures."
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", metavar="COLUMN,ROW=TITLE", help="Save a cell, counted from 1, as a preset with this title."
        ),
    ] = None,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="auto, cuda, mps or cpu.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a grid of pictures that differ in one or two settings.

    Each picture is saved as soon as it is made. The same command again goes on where it was stopped, and makes nothing
    twice. Beside the pictures lie grid.png, with the likeness of each cell as a heat map, and grid.csv.
    """
    from fastface_core.cli.compare.run import Wanted, run
    from fastface_core.cli.generate.command import size_of

    if not (photo or person):
        raise typer.BadParameter("it is missing: give a photo of the person, or --person", param_hint="--photo")
    if person and (photo or face):
        raise typer.BadParameter("the photos of a person are in the library: give no others", param_hint="--person")
    wanted = Wanted(
        columns=columns,
        rows=rows,
        photos=tuple(photo or ()),
        faces=tuple(face or ()),
        person=person,
        prompt=prompt,
        negative_prompt=negative,
        preset=preset,
        checkpoint=checkpoint,
        steps=steps,
        size=size_of(size) if size is not None else None,
        seeds=tuple(seed or (1,)),
        out=out,
        keep=tuple(keep or ()),
        device=device,
    )
    with known_errors(as_json):
        check_folder(out)
        code = run(wanted, as_json)
    raise typer.Exit(code)
