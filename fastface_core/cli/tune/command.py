"""`fastface tune` and `fastface best`: settings by measure, and the best of several pictures."""

from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import folder
from fastface_core.cli.output import known_errors


def tune(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", parser=folder, help="Where everything goes.")],
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="SETTING=VALUES",
            help="What is searched, as in compare: identity_weight@2=1..2/3 or preset=baseline,scale-power;"
            " may be given again.",
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="People and prompts, as in evaluate; else the starter's own."),
    ] = None,
    prompts: Annotated[Path | None, typer.Option("--prompts", metavar="FILE", help="One prompt on each line.")] = None,
    preset: Annotated[str | None, typer.Option("--preset", metavar="NAME|FILE", help="What is changed.")] = None,
    checkpoint: Annotated[str | None, typer.Option("--checkpoint", metavar="NAME", help="The model.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", metavar="N", help="Sampling steps.")] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="WxH", help="Pixels.")] = None,
    people: Annotated[int, typer.Option("--people", metavar="N", help="People that are searched on.")] = 10,
    verify: Annotated[int, typer.Option("--verify", metavar="N", help="Others that the result is verified on.")] = 20,
    tries: Annotated[int, typer.Option("--tries", metavar="N", help="Combinations that are tried at most.")] = 60,
    like: Annotated[str | None, typer.Option("--like", metavar="MEASURE", help="What stands for likeness.")] = None,
    follow: Annotated[
        str | None, typer.Option("--follow", metavar="MEASURE", help="What stands for following the prompt.")
    ] = None,
    second: Annotated[
        Path | None, typer.Option("--second", metavar="FILE|DIR", help="A second recogniser, as in evaluate.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Also keep the presets among your own.")] = False,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="auto, cuda, mps or cpu.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Search settings on some people and verify them on others.

    Gives the curve of likeness against following the prompt, and a preset for each of its points. The same command
    again goes on where it was stopped.
    """
    from fastface_core.cli.generate.command import size_of
    from fastface_core.cli.tune.run import Search, search

    wanted = Search(
        out=out,
        vary=tuple(vary),
        data=data,
        prompts=prompts,
        preset=preset,
        checkpoint=checkpoint,
        steps=steps,
        size=size_of(size) if size is not None else None,
        people=people,
        verify=verify,
        tries=tries,
        like=like,
        follow=follow,
        second=second,
        keep=keep,
        device=device,
    )
    with known_errors(as_json):
        code = search(wanted, as_json)
    raise typer.Exit(code)


def best(
    photo: Annotated[list[Path], typer.Option("--photo", metavar="FILE", help="A photo of the person.")],
    prompt: Annotated[str, typer.Option("--prompt", metavar="TEXT", help="What the picture shows.")],
    count: Annotated[int, typer.Option("--count", metavar="N", help="Pictures to choose from.")] = 16,
    after: Annotated[
        int, typer.Option("--after", metavar="STEP", help="After which step pictures that cannot win are ended.")
    ] = 1,
    preset: Annotated[str | None, typer.Option("--preset", metavar="NAME|FILE", help="The settings.")] = None,
    checkpoint: Annotated[str | None, typer.Option("--checkpoint", metavar="NAME", help="The model.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", metavar="N", help="Sampling steps.")] = None,
    size: Annotated[str | None, typer.Option("--size", metavar="WxH", help="Pixels.")] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of the first picture.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=folder, help="Where it goes.")] = None,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="auto, cuda, mps or cpu.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make several pictures and keep the one that looks most like the person.

    Pictures that cannot win are ended after a step or two, by what the finished ones have gained since then.
    """
    from fastface_core.cli.generate.command import size_of
    from fastface_core.cli.tune.run import Choice, choose

    wanted = Choice(
        photos=tuple(photo),
        prompt=prompt,
        count=count,
        after=after,
        preset=preset,
        checkpoint=checkpoint,
        steps=steps,
        size=size_of(size) if size is not None else None,
        seed=seed,
        out=out,
        device=device,
    )
    with known_errors(as_json):
        code = choose(wanted, as_json)
    raise typer.Exit(code)
