"""`fastface models download`: from the hub to this computer, with progress on stderr."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.models.command import AcceptLicences, AsJson
from fastface_core.cli.output import STOPPED, known_errors, print_json, say

if TYPE_CHECKING:
    from fastface_core.models.catalogue import Component
    from fastface_core.models.store import Store


def download(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Bundles or components; see `fastface models list`."),
    ],
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=16, help="How many files are fetched at the same time.")
    ] = 3,
    accept_licences: AcceptLicences = False,
    as_json: AsJson = False,
) -> None:
    """Download what is missing of a bundle, and verify it.

    Stop with Ctrl-C, or switch the computer off: the same command goes on where it was.
    """
    from fastface_core.cli.models.download_display import DownloadDisplay
    from fastface_core.cli.models.terms import agree
    from fastface_core.models.install import install
    from fastface_core.models.store import Store, gigabytes

    with known_errors(as_json):
        store = Store()
        components = chosen(store, names)
        agree(store.catalogue.terms(components), accept=accept_licences)
        missing = sum(store.component_bytes_missing(component) for component in components)
        if missing:
            say(f"To be fetched: about {gigabytes(missing)}, into {store.folder}.")
        start = time.monotonic()
        display = DownloadDisplay()
        try:
            with display:
                install(components, store, display.report, why=f"Download of {', '.join(names)}", at_once=limit)
        except KeyboardInterrupt:
            say("Stopped. What has arrived is kept: the same command goes on from there.")
            raise typer.Exit(STOPPED) from None
        states = {component.name: store.state(component) for component in components}
        if as_json:
            print_json(
                {
                    "folder": str(store.folder),
                    "names": names,
                    "components": states,
                    "fetched": display.ready,
                    "bytes": display.fetched,
                    "seconds": round(time.monotonic() - start, 1),
                }
            )
        elif display.ready:
            say(f"Ready: {', '.join(names)}. Files that were fetched and verified: {len(display.ready)}.")
        else:
            say(f"Everything is there: {', '.join(names)}.")


def chosen(store: "Store", names: list[str]) -> "list[Component]":
    """The components of bundles and components by their names, each once.

    Raises:
        SettingsError: there is nothing of that name.
    """
    from fastface_core.errors import SettingsError

    catalogue = store.catalogue
    bundles = {bundle.name: bundle for bundle in catalogue.bundles}
    components = {component.name: component for component in catalogue.components}
    found: dict[str, Component] = {}
    for name in names:
        if name in bundles:
            found |= {component.name: component for component in catalogue.of(bundles[name])}
        elif name in components:
            found[name] = components[name]
        else:
            raise SettingsError(f'Nothing is named "{name}".', f"Choose one of: {', '.join(bundles)}.")
    return list(found.values())
