"""`fastface runtime`: what this computer's GPU needs, fetched, tried and kept in the user's folder."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from fastface_core.cli.output import STOPPED, known_errors, print_json, say

if TYPE_CHECKING:
    from fastface_core.cli.generate.progress_display import Bars
    from fastface_core.overlay import Computed
    from fastface_core.runtime.sources import Source

app = typer.Typer(
    help="The GPU's runtime: what fits this computer, installing it, and mending it.", no_args_is_help=True
)

_Display = TypeVar("_Display", bound="Bars")
_Result = TypeVar("_Result")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_Lane = Annotated[str | None, typer.Option("--lane", metavar="NAME", help="This one instead of what fits.")]
_Mirror = Annotated[
    str | None,
    typer.Option("--mirror", metavar="ADDRESS", help="A folder on a server that has all files by their names."),
]
_Pack = Annotated[
    Path | None, typer.Option("--from", metavar="PACK", help="From a file made with `fastface runtime pack`.")
]


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """Show the GPU, what fits it, what is installed, and whether it is used."""
    from fastface_core.models.store import gigabytes
    from fastface_core.runtime.users import UserRuntime

    with known_errors(as_json):
        seen = UserRuntime().look()
        found, fits, state = seen.gpus, seen.offer, seen.state
        if as_json:
            print_json(
                {
                    "gpus": [asdict(gpu) for gpu in found],
                    "fits": fits.lane.name if fits.lane else None,
                    "reason": fits.reason,
                    "hint": fits.hint,
                    "bytes": fits.build.size if fits.build else None,
                    "installed": state.record.lane if state and state.record else None,
                    "folder": str(state.folder) if state else None,
                    "used": bool(state and not state.problem),
                    "problem": state.problem if state else "",
                    "computed": state.computed.model_dump() if state and state.computed else None,
                }
            )
            return
        for gpu in found:
            memory = f", {gpu.memory / (1 << 30):.0f} GB" if gpu.memory else ""
            typer.echo(f"GPU:       {gpu.name}{memory}, driver {gpu.driver or 'not known'}")
        typer.echo(f"fits:      {fits.reason}")
        if fits.build:
            size = gigabytes(fits.build.size)
            typer.echo(f"           {size} are fetched, {gigabytes(fits.build.unpacked)} lie on the disk afterwards.")
        elif fits.hint:
            typer.echo(f"           {fits.hint}")
        if state is None:
            typer.echo("installed: nothing; the program computes with the torch that it came with.")
            return
        title = state.record.title if state.record else "something that cannot be read"
        typer.echo(f"installed: {title}, in {state.folder}")
        if state.problem:
            typer.echo(f"           {state.problem} It is not used.")
            typer.echo(
                "           Mend it with: fastface runtime repair, or replace it with: fastface runtime install."
            )
        elif state.computed:
            typer.echo(f"           {_in_words(state.computed)}")


def _in_words(computed: "Computed") -> str:
    least = computed.least_seconds
    seconds = f" A picture of 1024 x 1024 in 4 steps takes at least {least:.2f} s." if least else ""
    return f"{computed.device} computes with torch {computed.torch}.{seconds}"


@app.command("install")
def install(
    lane: _Lane = None,
    pack: _Pack = None,
    mirror: _Mirror = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="FOLDER", help="Keep it there, on another drive for example.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what fits this computer's GPU, try it, and use it from the next start on.

    Stop with Ctrl-C, or switch the computer off: the same command goes on where it was.
    """
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.cli.models.download_display import DownloadDisplay
    from fastface_core.models.store import gigabytes
    from fastface_core.runtime.users import UserRuntime

    with known_errors(as_json):
        user = UserRuntime()
        installer = user.installer(_source(pack, mirror), folder, lane or "")
        if missing := installer.bytes_missing():
            say(f"{installer.lane.title}: {gigabytes(missing)} to be fetched, into {installer.folder.root}.")
        computed = _working(
            (WorkDisplay if pack else DownloadDisplay)(), lambda display: user.install(installer, display.report)
        )
        if as_json:
            print_json({"installed": installer.lane.name, "folder": str(installer.place), **computed.model_dump()})
        else:
            say(f"{installer.lane.title} is used from the next start on. {_in_words(computed)}")


@app.command("verify")
def verify(as_json: AsJson = False) -> None:
    """Read every file of the installed runtime and compare it with what it was. Exits with 1 if any differs."""
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.runtime.users import UserRuntime

    with known_errors(as_json):
        installer = UserRuntime().chosen()
        bad = _working(WorkDisplay(), lambda display: installer.verify(display.report))
        if as_json:
            print_json({"damaged": bad})
        elif bad:
            say(f"Damaged: {', '.join(bad[:10])}{' and more' if len(bad) > 10 else ''}.")
            say("Mend it with: fastface runtime repair.")
        else:
            say("Every file is as it should be.")
        if bad:
            raise typer.Exit(1)


@app.command("repair")
def repair(pack: _Pack = None, mirror: _Mirror = None, as_json: AsJson = False) -> None:
    """Replace what is damaged of the installed runtime, and try it again."""
    from fastface_core.cli.models.download_display import DownloadDisplay
    from fastface_core.runtime.users import UserRuntime

    with known_errors(as_json):
        installer = UserRuntime().chosen(_source(pack, mirror))
        bad = _working(DownloadDisplay(), lambda display: installer.repair(display.report))
        if as_json:
            print_json({"replaced": bad})
        else:
            say(f"Files that were replaced: {len(bad)}. The runtime works.")


@app.command("remove")
def remove(as_json: AsJson = False) -> None:
    """Remove the runtime. The program then computes with the torch that it came with."""
    from fastface_core import paths
    from fastface_core.runtime.users import UserRuntime

    with known_errors(as_json):
        gone = UserRuntime().remove()
        if as_json:
            print_json({"removed": gone, "folder": str(paths.runtime_folder())})
        elif gone:
            say("The GPU's runtime is removed.")
        else:
            say("It is not used any more, but a program that runs still works with it.")
            say("Close FastFace and run this command again, which then removes the files.")


@app.command("pack")
def pack(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The file that is written.")],
    lane: Annotated[str, typer.Option("--lane", metavar="NAME", help="For example cu130.")],
    system: Annotated[
        str | None,
        typer.Option("--system", metavar="NAME", help="linux-x86_64 or windows-amd64; this one if not given."),
    ] = None,
    mirror: _Mirror = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a runtime into one file, for a computer without network."""
    from fastface_core.cli.models.download_display import DownloadDisplay
    from fastface_core.progress import CancelToken
    from fastface_core.runtime.sources import FromNetwork
    from fastface_core.runtime.users import UserRuntime

    with known_errors(as_json):
        user = UserRuntime()
        build, source, cancel = user.build(lane, system or ""), FromNetwork(mirror=mirror), CancelToken()
        _working(DownloadDisplay(), lambda display: user.pack(build, target, source, display.report, cancel))
        if as_json:
            print_json({"pack": str(target), "lane": lane, "bytes": target.stat().st_size})
        else:
            say(f"{target} is ready. On the other computer: fastface runtime install --from {target.name}.")


@app.command("try", hidden=True)
def try_one(folder: Path, device: str) -> None:
    """Compute something with a runtime, and say on one line of JSON what came of it."""
    from fastface_core import overlay
    from fastface_core.errors import FastFaceError

    try:
        overlay.use(folder)
        from fastface_core.engine import kernel

        typer.echo(json.dumps(asdict(kernel.compute(device))))
    except (ImportError, OSError) as error:
        typer.echo(json.dumps({"error": f"The GPU's runtime cannot be loaded: {error}."}))
        raise typer.Exit(1) from error
    except FastFaceError as error:
        typer.echo(json.dumps({"error": error.message, "hint": error.hint}))
        raise typer.Exit(1) from error


def _source(pack: Path | None, mirror: str | None) -> "Source":
    from fastface_core.runtime.sources import FromNetwork, FromPack

    return FromPack(pack) if pack else FromNetwork(mirror=mirror)


def _working(display: _Display, work: Callable[[_Display], _Result]) -> _Result:
    """Does something long with its progress shown; Ctrl-C ends it with a sentence."""
    try:
        with display:
            return work(display)
    except KeyboardInterrupt:
        say("Stopped. What has arrived is kept: the same command goes on from there.")
        raise typer.Exit(STOPPED) from None
