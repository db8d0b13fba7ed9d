"""The command line's entry point: options that stand before a command, and the commands."""

import multiprocessing
import sys
from typing import Annotated

import typer

from fastface_core import __version__
from fastface_core.cli import app_command, doctor, presets, runtime, update
from fastface_core.cli.batch import command as batch
from fastface_core.cli.compare import command as compare
from fastface_core.cli.evaluate import command as evaluate
from fastface_core.cli.gallery import command as gallery
from fastface_core.cli.gallery import export as gallery_export
from fastface_core.cli.gallery import library
from fastface_core.cli.generate import command as generate
from fastface_core.cli.models import (
    command as models,
)
from fastface_core.cli.models import (
    download as models_download,
)
from fastface_core.cli.models import (
    files as model_files,
)
from fastface_core.cli.models import (
    network,
)
from fastface_core.cli.people import command as people
from fastface_core.cli.serve import command as serve
from fastface_core.cli.tune import command as tune
from fastface_core.cli.words import Commands

app = typer.Typer(
    name="fastface",
    cls=Commands,
    help="Portraits of a person from a few photos, on this computer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("generate")(generate.generate)
app.command("compare")(compare.compare)
app.command("batch")(batch.batch)
app.command("serve")(serve.serve)
gallery.app.command("export")(gallery_export.export)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(gallery.app, name="gallery")
app.add_typer(library.app, name="library")
models.app.command("download")(models_download.download)
models.app.command("import")(model_files.import_models)
models.app.command("import-lora")(model_files.import_lora)
models.app.command("export")(model_files.export_pack)
app.add_typer(models.app, name="models")
app.add_typer(network.app, name="network")
app.add_typer(people.app, name="people")
app.add_typer(presets.app, name="presets")
app.add_typer(runtime.app, name="runtime")
app.add_typer(update.app, name="update")
app.command("tune")(tune.tune)
app.command("best")(tune.best)
app.command("doctor")(doctor.doctor)
app.command("app")(app_command.open_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"FastFace {__version__}")
        raise typer.Exit


@app.callback()
def _options(  # pyright: ignore[reportUnusedFunction]
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Portraits of a person from a few photos, on this computer."""
    from fastface_core.models.hub.settings import at_start

    at_start()


def main() -> None:
    """Runs the command line of this process and ends it.

    Exit codes: 0 done, 1 a known error, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    multiprocessing.freeze_support()
    # Prompts and names may hold what a Windows console's own encoding cannot say.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # type: ignore[reportAttributeAccessIssue]
    try:
        app(prog_name="fastface")
    except KeyboardInterrupt:
        sys.exit(130)
