"""`fastface gallery export`: copies of pictures for others."""

from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import check_folder, folder
from fastface_core.cli.gallery.command import AsJson, Pictures
from fastface_core.cli.output import known_errors, print_json, say
from fastface_core.counting import counted

_PLACES = ("bottom-right", "bottom-left", "top-right", "top-left", "centre")
"""Of a watermark; as in `finishing`, which takes long to import."""


def export(
    pictures: Pictures,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", parser=folder, help="Where the copies go.")],
    profile: Annotated[
        str,
        typer.Option(help="share: no prompt, names or paths. archive: the whole recipe. client: rating and copyright."),
    ] = "share",
    form: Annotated[str | None, typer.Option("--format", help="png, jpeg, webp or tiff; else as it is.")] = None,
    side: Annotated[int | None, typer.Option("--side", metavar="N", help="The longer side in pixels at most.")] = None,
    density: Annotated[
        int | None, typer.Option("--dpi", metavar="N", help="Pixels an inch, noted for printers and layout programs.")
    ] = None,
    colours: Annotated[str, typer.Option("--colours", help="srgb, p3 or adobe; the file gets the profile.")] = "srgb",
    pattern: Annotated[
        str | None, typer.Option("--name", metavar="PATTERN", help="For example {date}-{number}; see the guide.")
    ] = None,
    quality: Annotated[int, typer.Option(metavar="N", help="Of JPEG and WebP, 1 to 100.")] = 92,
    creator: Annotated[str | None, typer.Option(metavar="TEXT", help="Whose work it is (client).")] = None,
    rights: Annotated[str | None, typer.Option("--copyright", metavar="TEXT", help="The copyright (client).")] = None,
    disclosure: Annotated[
        bool, typer.Option("--disclosure/--no-disclosure", help="Say in the file that a model made the picture.")
    ] = True,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sign with this certificate and its chain (PEM); needs --key.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="The certificate's key (PEM).")] = None,
    sharpen: Annotated[
        str | None, typer.Option("--sharpen", help="screen, glossy or matte paper (at --dpi, else 300).")
    ] = None,
    watermark: Annotated[str | None, typer.Option(metavar="TEXT", help="A text on every copy.")] = None,
    watermark_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A picture on every copy, as a logo with transparency.")
    ] = None,
    watermark_place: Annotated[str, typer.Option(metavar="PLACE", help=f"{', '.join(_PLACES)}.")] = _PLACES[0],
    watermark_size: Annotated[float, typer.Option(metavar="X", help="Of the picture's width, 0.05 to 1.")] = 0.3,
    watermark_opacity: Annotated[float, typer.Option(metavar="X", help="0.05 to 1.")] = 0.7,
    by_person: Annotated[bool, typer.Option("--by-person", help="A folder for each person.")] = False,
    contact_sheet: Annotated[
        int | None,
        typer.Option(metavar="COLUMNS", help="All copies small on pages of one PDF, 2 to 8 beside each other."),
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="At the head of the contact sheet.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write copies of pictures for others."""
    from typing import cast

    from fastface_core.errors import SettingsError
    from fastface_core.library import export as exporting
    from fastface_core.library.contact_sheets import SheetSettings
    from fastface_core.library.credentials import Credentials
    from fastface_core.library.finishing import Place, Sharpening, Watermark
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        check_folder(out)
        if (certificate is None) != (key is None):
            raise SettingsError("Signing needs a certificate and its key.", "Give both --certificate and --key.")
        mark = None
        if watermark is not None or watermark_file is not None:
            place = cast(Place, watermark_place)
            mark = Watermark(watermark, watermark_file, place, watermark_size, watermark_opacity)
        sheet = None
        if contact_sheet is not None:
            note = "Made by a trained model." if disclosure and profile != "archive" else ""
            sheet = SheetSettings(contact_sheet, title, note)
        settings = exporting.ExportSettings(
            profile=cast(exporting.Profile, profile),
            form=cast("exporting.ExportForm | None", form),
            side=side,
            density=density,
            colours=cast("exporting.Colours", colours),
            pattern=pattern,
            quality=quality,
            disclosure=disclosure,
            creator=creator,
            rights=rights,
            credentials=Credentials(certificate, key) if certificate and key else None,
            sharpening=cast("Sharpening | None", sharpen),
            watermark=mark,
            by_person=by_person,
            sheet=sheet,
        )
        exporting.check(settings)
        numbers = list(dict.fromkeys(library.gallery.find(picture) for picture in pictures))
        library.marks.write_pending()
        warning = exporting.terms_warning(library.gallery, numbers)
        library.writes_to(out)
        done = exporting.export(library.gallery, numbers, out, settings, library.people.names())
        if as_json:
            print_json(
                {
                    "files": [{"id": number, "path": str(path.absolute())} for number, path in done.files.items()],
                    "contact_sheet": str(done.sheet.absolute()) if done.sheet else None,
                    "problems": {str(number): problem for number, problem in done.problems.items()},
                    "no_commercial_use": list(warning.forbidden),
                    "terms_unknown": list(warning.unknown),
                    "licences": list(warning.licences),
                }
            )
        else:
            for path in done.files.values():
                typer.echo(str(path))
            if done.sheet is not None:
                typer.echo(str(done.sheet))
            for problem in done.problems.values():
                say(problem)
        if warning.forbidden:
            forbidden = counted(len(warning.forbidden), "picture", "pictures")
            say(f"No commercial use: {forbidden} ({', '.join(warning.licences)}).")
        if warning.unknown:
            unknown = counted(len(warning.unknown), "picture", "pictures")
            say(f"The terms of the models behind {unknown} are not known.")
        if disclosure and profile != "archive":
            say("Each file says that a trained model made the picture.")
    if done.problems:
        raise typer.Exit(1)
