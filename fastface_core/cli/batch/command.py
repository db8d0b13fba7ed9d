"""`fastface batch`: a table or a folder of people in, their portraits and a proof sheet out."""

from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import check_folder, folder
from fastface_core.cli.output import known_errors

_ROWS = "What rows leave out"


def batch(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|FOLDER",
            help="A table (.csv, .tsv), .json or .yaml with a row for each person, or a folder whose folders are"
            " people.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=folder, help="Where it goes; else Pictures/FastFace/Batch/NAME."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what there is to do, what it needs and what is missing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with what is added to the file or folder, until Ctrl-C.")
    ] = False,
    prompt: Annotated[
        list[str] | None,
        typer.Option("--prompt", metavar="TEXT", rich_help_panel=_ROWS, help="What pictures show; each for everybody."),
    ] = None,
    negative: Annotated[
        str | None, typer.Option("--negative", metavar="TEXT", rich_help_panel=_ROWS, help="What they do not show.")
    ] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option("--preset", metavar="NAME", rich_help_panel=_ROWS, help="Settings; each for everybody."),
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", metavar="NAME", rich_help_panel=_ROWS, help="The model.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", rich_help_panel=_ROWS, help="Sampling steps.")
    ] = None,
    size: Annotated[
        str | None, typer.Option("--size", metavar="WxH", rich_help_panel=_ROWS, help="Pixels, for example 832x1216.")
    ] = None,
    seed: Annotated[
        list[str] | None,
        typer.Option(
            "--seed",
            metavar="N|A..B",
            rich_help_panel=_ROWS,
            help="The first picture's seed, or all from A to B; else one that follows from the row.",
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", rich_help_panel=_ROWS, help="Pictures of each row.")
    ] = None,
    until: Annotated[
        int | None,
        typer.Option(
            "--until",
            metavar="N",
            rich_help_panel=_ROWS,
            help="End a row once N pictures are near enough; --count is the most.",
        ),
    ] = None,
    above: Annotated[
        str | None,
        typer.Option("--above", metavar="X", rich_help_panel=_ROWS, help="Near enough: good, strong, or -1 to 1."),
    ] = None,
    client: Annotated[
        str | None,
        typer.Option("--client", metavar="NAME", rich_help_panel=_ROWS, help="The folder of these people."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="PATTERN",
            rich_help_panel=_ROWS,
            help="Folders and names of the pictures; else {client}/{person}/{prompt}-{preset}-{seed}. Further fields:"
            " {checkpoint} {number} {row} {width} {height}.",
        ),
    ] = None,
    device: Annotated[
        list[str] | None,
        typer.Option("--device", metavar="NAME", help="auto, cuda, cuda:1, mps or cpu; several work side by side."),
    ] = None,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", min=1, max=64, help="So many side by side on each device.")
    ] = 1,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="WHERE",
            help="On a Ray cluster: local starts one here for this command, auto is the one that this computer belongs"
            " to, HOST:PORT that of a head. An actor on each GPU, or --processes of them on CPUs.",
        ),
    ] = None,
    content_filter: Annotated[
        bool,
        typer.Option(
            "--content-filter/--no-content-filter",
            help="Hold back what is not safe for work, where the model content-filter is installed.",
        ),
    ] = True,
    bell: Annotated[bool, typer.Option("--bell", help="Ring the terminal's bell at the end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make pictures of many people, without anybody watching.

    The same command again goes on where it was: what is made is not made twice. A row that fails is reported and stops
    nothing; it is tried again the next time. At the end the path of the proof sheet is printed on stdout.
    """
    from fastface_core.cli.batch.run import Wanted, run

    said = {
        "prompt": prompt,
        "negative_prompt": negative,
        "preset": preset,
        "checkpoint": checkpoint,
        "steps": steps,
        "size": size,
        "seed": [int(one) if one.isdecimal() else one for one in seed] if seed else None,
        "count": count,
        "good": until,
        "above": _number(above) if above else None,
        "client": client,
        "name": name,
    }
    wanted = Wanted(
        path=path,
        out=out,
        defaults={field: value for field, value in said.items() if value is not None},
        dry_run=dry_run,
        watch=watch,
        devices=tuple(device or ["auto"]) * processes,
        content_filter=content_filter,
        bell=bell,
        cluster=ray,
        processes=processes,
    )
    with known_errors(as_json):
        check_folder(out)
        code = run(wanted, as_json)
    raise typer.Exit(code)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
