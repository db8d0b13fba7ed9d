"""`fastface generate`: photos and a prompt in, pictures out."""

import re
from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import check_folder, folder
from fastface_core.cli.generate.corrections import (
    BeardOption,
    CurlOption,
    EyesOption,
    GlassesOption,
    HairColourOption,
    HairLengthOption,
    SkinOption,
    corrections_of,
)
from fastface_core.cli.output import known_errors

_SIZE = re.compile(r"(\d{1,5})\s*[xX]\s*(\d{1,5})")


def size_of(text: str) -> tuple[int, int]:
    """Width and height from "832x1216"."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter("a size is written WIDTHxHEIGHT, for example 832x1216", param_hint="--size")
    return int(match[1]), int(match[2])


def generate(
    more_photos: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further photos of the same person.")
    ] = None,
    photo: Annotated[
        list[Path] | None,
        typer.Option("--photo", metavar="FILE", help="A photo of the person; several make a better likeness."),
    ] = None,
    face: Annotated[
        list[int] | None,
        typer.Option(
            "--face",
            metavar="N",
            help="Which face in the photo, counted from the left; 0 the largest. Once for each photo, in their order.",
        ),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(
            "--person",
            metavar="NAME[@PLACE]",
            help="A person of the library, instead of photos; see `fastface people`. Several share the picture: each"
            " where it is said, left, centre, right, left,top,right,bottom in percent, photo for where their photo has"
            " them, or a picture that is white where they are.",
        ),
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            "--place",
            metavar="PLACE",
            help="Once for each photo: each is of another person, who is there in the picture. As for --person.",
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            metavar="X,X,...",
            help="How much each photo counts beside the others, as 1,0.5,2; quality goes by how good they are.",
        ),
    ] = None,
    prompt: Annotated[str | None, typer.Option("--prompt", metavar="TEXT", help="What the picture shows.")] = None,
    negative: Annotated[
        str | None, typer.Option("--negative", metavar="TEXT", help="What the picture does not show.")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option("--preset", metavar="NAME|FILE", help="Guidance and attention settings; see `fastface presets`."),
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option("--checkpoint", metavar="NAME", help="The model; without it the best that is installed."),
    ] = None,
    adapter: Annotated[
        str | None,
        typer.Option(
            "--adapter",
            metavar="WORD",
            help="Instead of --checkpoint: the best model that is installed with a face adapter, by its name (as"
            " instantid), or most-alike, free-for-business, pose-from-photo.",
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", help="Sampling steps, 1 to 100; else the checkpoint's.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="The first picture's seed; without it a random one.")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", help="How many pictures.")] = None,
    until: Annotated[
        int | None,
        typer.Option(
            "--until",
            metavar="N",
            min=1,
            help="Stop once N pictures are as near as --above says; --count is the most, else ten times N.",
        ),
    ] = None,
    above: Annotated[
        float | None,
        typer.Option(
            "--above",
            metavar="X",
            help="The likeness for --until, -1 to 1, or with the starter the match with the drawing; else from where on"
            " it is called good, or near.",
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option("--size", metavar="WxH", help="Pixels, in steps of 8 from 64 to 2048; else the checkpoint's."),
    ] = None,
    strength: Annotated[
        float | None, typer.Option("--strength", metavar="X", help="Strength of the face adapter, 0 to 2.")
    ] = None,
    lora: Annotated[
        float | None, typer.Option("--lora", metavar="X", help="Strength of the face adapter's LoRA, 0 to 2.")
    ] = None,
    identity_weight: Annotated[
        str | None,
        typer.Option(
            "--identity-weight",
            metavar="adaptive|fixed",
            help="adaptive: the weight of the face follows the measured likeness from step to step; fixed: it is as the"
            " preset says. Else as in the preset.",
        ),
    ] = None,
    with_lora: Annotated[
        list[str] | None,
        typer.Option(
            "--with-lora",
            metavar="NAME[=STRENGTH]",
            help="A LoRA of your own, -2 to 2, else 1; several are stacked. See `fastface models import-lora`.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="NAME", help="ddim, euler, euler_a, lcm or tcd; else the checkpoint's."),
    ] = None,
    recipe_from: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="PICTURE",
            help="Repeat the recipe inside a picture. Its photos are looked for beside it, in the current folder"
            " and among the people unless they are given. Other options change the recipe.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=folder, help="Where the pictures go; else Pictures/FastFace."),
    ] = None,
    content_filter: Annotated[
        bool,
        typer.Option(
            "--content-filter/--no-content-filter",
            help="Hold back what is not safe for work, where the model content-filter is installed.",
        ),
    ] = True,
    approximate: Annotated[
        list[str] | None,
        typer.Option(
            "--approximate",
            metavar="NAME",
            help="Quicker, and another picture: small-decoder or reuse-branch, or both; fewer --steps do it too."
            " What each costs is in docs/benchmarks.md.",
        ),
    ] = None,
    attention_maps: Annotated[
        Path | None,
        typer.Option(
            "--attention-maps",
            metavar="FILE.npz",
            help="Also write where the picture looked at the face, for each block, step, branch and token,"
            " before and after the preset's transforms.",
        ),
    ] = None,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="auto, cuda, mps or cpu.")] = "auto",
    precision: Annotated[
        str | None, typer.Option("--precision", metavar="NAME", help="float32, float16 or bfloat16.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    hair_length: HairLengthOption = None,
    hair_colour: HairColourOption = None,
    curl: CurlOption = None,
    skin: SkinOption = None,
    eyes: EyesOption = None,
    glasses: GlassesOption = None,
    beard: BeardOption = None,
) -> None:
    """Make pictures of the person in the photos.

    The paths of the pictures are printed on stdout, a line each.

    Ctrl-C stops after the current step and keeps what is finished; a second one stops at once.
    """
    from fastface_core.cli.generate.job import GenerateOptions, run
    from fastface_core.cli.generate.together import Named

    if not (photo or more_photos or recipe_from or person):
        raise typer.BadParameter("it is missing: give a photo of the person, or --person", param_hint="--photo")
    if person and (photo or more_photos or face or place):
        raise typer.BadParameter("the photos of a person are in the library: give no others", param_hint="--person")
    if prompt is None and recipe_from is None:
        raise typer.BadParameter("it is missing: say what the picture shows", param_hint="--prompt")
    wishes = GenerateOptions(
        photos=(*(photo or ()), *(more_photos or ())),
        faces=tuple(face or []),
        prompt=prompt,
        negative_prompt=negative,
        preset=preset,
        checkpoint=checkpoint,
        steps=steps,
        seed=seed,
        count=count,
        until=until,
        above=above,
        size=size_of(size) if size is not None else None,
        adapter_strength=strength,
        identity_weight=identity_weight,
        lora_strength=lora,
        scheduler=scheduler,
        recipe_from=recipe_from,
        people=tuple(Named.of(one) for one in person or ()),
        places=tuple(place or ()),
        weights=weights,
        adapter=adapter,
        loras=tuple(with_lora or ()),
        out=out,
        device=device,
        precision=precision,
        attention_maps=attention_maps,
        content_filter=content_filter,
        approximations=tuple(approximate or ()),
        corrections=corrections_of(
            hair_length=hair_length,
            hair_colour=hair_colour,
            skin=skin,
            eyes=eyes,
            curl=curl,
            glasses=glasses,
            beard=beard,
        ),
    )
    with known_errors(as_json):
        check_folder(out)
        code = run(wishes, as_json)
    raise typer.Exit(code)
