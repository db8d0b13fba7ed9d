"""`fastface presets`: list, show, import and export."""

from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.output import known_errors, print_json, say

app = typer.Typer(help="Guidance and attention settings.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("list")
def list_presets(as_json: AsJson = False) -> None:
    """List the presets: built-in ones, then your own."""
    from fastface_core.presets import files as preset_files

    with known_errors(as_json):
        built_in, own = preset_files.built_in(), preset_files.own()
        if as_json:
            listed = [
                {"name": preset.name, "title": preset.title, "description": preset.description, "built_in": is_built_in}
                for presets, is_built_in in ((built_in, True), (own, False))
                for preset in presets.values()
            ]
            print_json({"presets": listed, "default": preset_files.default_name()})
            return
        width, default = max(len(name) for name in [*built_in, *own]), preset_files.default_name()
        for preset in [*built_in.values(), *own.values()]:
            mark = "*" if preset.name == default else " "
            typer.echo(f"{mark} {preset.name:<{width}}  {preset.description or preset.title}")
        say("* is taken when none is named.")


@app.command("show")
def show(name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A preset's name, or a JSON file.")]) -> None:
    """Print a preset as JSON."""
    from fastface_core.presets import files as preset_files

    with known_errors(as_json=False):
        typer.echo(preset_files.to_json(preset_files.find(name)), nl=False)


@app.command("import")
def import_preset(
    file: Annotated[
        Path, typer.Argument(help="A JSON file of this program, or a configuration of the FastFace authors.")
    ],
    name: Annotated[str | None, typer.Option(help="Another name for the preset.")] = None,
    replace: Annotated[bool, typer.Option(help="Replace a preset of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a preset to your own."""
    from fastface_core.presets import files as preset_files

    with known_errors(as_json):
        preset = preset_files.load_file(file)
        if name is not None:
            preset = preset_files.renamed(preset, name)
        path = preset_files.save_own(preset, replace=replace)
        if as_json:
            print_json({"name": preset.name, "path": str(path)})
        else:
            typer.echo(preset.name)
            say(f'Imported. Use it with --preset "{preset.name}".')


@app.command("export")
def export(
    name: Annotated[str, typer.Argument(help="A preset's name.")],
    file: Annotated[Path, typer.Argument(help="The JSON file to write.")],
    replace: Annotated[bool, typer.Option(help="Replace the file if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a preset to a JSON file."""
    from fastface_core.presets import files as preset_files

    with known_errors(as_json):
        preset = preset_files.find(name)
        preset_files.export(preset, file, replace=replace)
        if as_json:
            print_json({"name": preset.name, "path": str(file.absolute())})
        else:
            typer.echo(str(file))
