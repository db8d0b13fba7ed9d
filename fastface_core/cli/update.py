"""`fastface update`: asks for a new version, and installs it beside the one in use. Nothing does so unasked."""

from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.output import STOPPED, known_errors, print_json, say

if TYPE_CHECKING:
    from fastface_core.updates.manifest import Manifest

app = typer.Typer(
    help="New versions: looked for only when asked, and taken back if they do not open.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _newest() -> "Manifest":
    from fastface_core.updates.manifest import Server, check

    return check(Server.of_program())


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Look whether there is a newer version, and say what is new in it."""
    from fastface_core import __version__
    from fastface_core.models.store import gigabytes
    from fastface_core.updates.place import Place

    with known_errors(as_json):
        place = Place.of_program()
        manifest = _newest()
        package = manifest.package(place.current) if place else None
        failed = place.failed if place else ""
        if as_json:
            print_json(
                {
                    "installed": __version__,
                    "newest": manifest.release,
                    "newer": manifest.is_newer,
                    "published": manifest.published,
                    "notes": manifest.notes,
                    "page": manifest.page,
                    "bytes": package.size if package and manifest.is_newer else None,
                    "waiting": place.next if place else "",
                    "failed": failed,
                }
            )
            return
        if failed:
            say(f"FastFace {failed} did not open its window, and {__version__} is in use again.")
        if not manifest.is_newer:
            say(f"FastFace {__version__} is the newest version.")
            return
        say(f"FastFace {manifest.release} is there, of {manifest.published}; {__version__} is installed.")
        for line in manifest.notes.get("en", ()):
            say(f"  - {line}")
        if package:
            say(f"Install it ({gigabytes(package.size)}) with: fastface update install.")
        else:
            say(f"Get it from {manifest.page}.")


@app.command("install")
def install(as_json: AsJson = False) -> None:
    """Install the newest version beside this one; the next start of the window takes it.

    The version that you have stays until the new one has drawn its window, and is started again if it does not.
    """
    from fastface_core import __version__
    from fastface_core.cli.models.download_display import DownloadDisplay
    from fastface_core.errors import FastFaceError
    from fastface_core.updates.install import install as install_release
    from fastface_core.updates.place import Place

    with known_errors(as_json):
        place = Place.of_program()
        if place is None:
            raise FastFaceError(
                "FastFace was installed in a way in which it does not update itself.",
                "Update it as it was installed: with the system's package manager, an installer, pip or git.",
            )
        manifest = _newest()
        if not manifest.is_newer:
            raise FastFaceError(f"FastFace {__version__} is the newest version.", "Nothing is to be done.")
        display = DownloadDisplay()
        try:
            with display:
                install_release(manifest, place, display.report)
        except KeyboardInterrupt:
            say("Stopped. What has arrived is kept: the same command goes on from there.")
            raise typer.Exit(STOPPED) from None
        if as_json:
            print_json({"installed": __version__, "waiting": manifest.release})
        else:
            say(f"FastFace {manifest.release} is installed, and the next start of the window takes it.")
