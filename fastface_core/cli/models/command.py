"""`fastface models`: what is installed, in which state, and under which terms; verify, repair, move, remove."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.output import known_errors, print_json, say
from fastface_core.counting import counted

if TYPE_CHECKING:
    from fastface_core.models.catalogue import Component
    from fastface_core.models.disk.maintenance import Checked
    from fastface_core.models.own import CustomCheckpoint
    from fastface_core.models.store import Store

app = typer.Typer(help="Models: what is installed, and all that can be done with it.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AcceptLicences = Annotated[
    bool, typer.Option("--accept-licences", help="Accept the terms, after reading them with `models licences`.")
]
_Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Bundles or components; without a name all there are.")
]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the bundles: name, state, size, and whether they may be used commercially."""
    from fastface_core.models import own
    from fastface_core.models.disk.maintenance import size_of
    from fastface_core.models.store import Store, gigabytes

    with known_errors(as_json):
        store = Store()
        catalogue = store.catalogue
        bases = own.bases(store)
        if as_json:
            bundles = [
                {
                    "name": bundle.name,
                    "title": bundle.title,
                    "purpose": bundle.purpose,
                    "recommended": bundle.recommended,
                    "state": store.bundle_state(bundle),
                    "bytes_total": sum(component.bytes_total for component in catalogue.of(bundle)),
                    "bytes_missing": store.bytes_missing(bundle),
                    "commercial_use": catalogue.commercial_use(catalogue.of(bundle)),
                    "components": list(bundle.components),
                }
                for bundle in catalogue.bundles
            ]
            components = [
                {
                    "name": component.name,
                    "title": component.title,
                    "state": store.state(component),
                    "bytes_total": component.bytes_total,
                    "bytes_missing": store.component_bytes_missing(component),
                    "bytes_on_disk": size_of(store, component),
                    "repo": component.repo,
                    "revision": component.revision,
                    "licence": component.licence,
                }
                for component in catalogue.components
            ]
            own_bases = [base.model_dump(mode="json", exclude={"version"}) for base in bases]
            print_json({"folder": str(store.folder), "bundles": bundles, "components": components, "own": own_bases})
            return
        width = max(len(bundle.name) for bundle in catalogue.bundles)
        for bundle in catalogue.bundles:
            total = sum(component.bytes_total for component in catalogue.of(bundle))
            missing = store.bytes_missing(bundle)
            size = gigabytes(total) if missing in (0, total) else f"{gigabytes(missing)} of {gigabytes(total)} missing"
            use = "" if catalogue.commercial_use(catalogue.of(bundle)) else ", no commercial use"
            mark = "*" if bundle.recommended else " "
            typer.echo(f"{mark} {bundle.name:<{width}}  {store.bundle_state(bundle):<10}  {bundle.title} ({size}{use})")
        for base in bases:
            state = "ready" if base.path(store).is_file() else "absent"
            typer.echo(f"  {base.name:<{width}}  {state:<10}  {base.title} ({gigabytes(base.size)}, like {base.like})")
        say(f"* is recommended. The models are in {store.folder}.")


@app.command("licences")
def show_licences(
    name: Annotated[str | None, typer.Argument(metavar="[BUNDLE]", help="Only the terms of this bundle.")] = None,
    accept_licences: AcceptLicences = False,
    as_json: AsJson = False,
) -> None:
    """Show the terms of all models or of one bundle, and when you accepted them."""
    from fastface_core.cli.models.terms import describe
    from fastface_core.models import licences
    from fastface_core.models.catalogue import Catalogue

    with known_errors(as_json):
        catalogue = Catalogue.load()
        components = catalogue.of(catalogue.bundle(name)) if name else catalogue.components
        terms = catalogue.terms(components)
        if accept_licences:
            licences.accept(terms)
        accepted = {one.name: licences.accepted(one) for one in terms}
        using = {
            one.name: [component.name for component in components if component.licence == one.name] for one in terms
        }
        if as_json:
            listed = [
                {
                    **one.model_dump(),
                    "accepted": date.date if (date := accepted[one.name]) else None,
                    "components": using[one.name],
                }
                for one in terms
            ]
            print_json({"licences": listed, "commercial_use": catalogue.commercial_use(components)})
            return
        for one in terms:
            date = accepted[one.name]
            typer.echo(describe(one))
            typer.echo(f"  for: {', '.join(using[one.name])}")
            typer.echo(f"  accepted: {date.date[:10] if date else 'no'}")
        if name:
            verb = "allow" if catalogue.commercial_use(components) else "do not allow"
            typer.echo(f"Together they {verb} commercial use.")


@app.command("verify")
def verify(names: _Names = None, as_json: AsJson = False) -> None:
    """Read every file and compare it with its checksum. Exits with 1 if one is damaged."""
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.models.disk import maintenance
    from fastface_core.models.store import Store

    with known_errors(as_json):
        store = Store()
        components, bases = _chosen(store, names)
        with store.lock(), WorkDisplay() as display:
            checked = maintenance.verify(store, components, display.report)
            checked += maintenance.verify_own(store, bases, display.report)
        ok = _show_checked(checked, as_json)
    if not ok:
        raise typer.Exit(1)


def _show_checked(checked: "tuple[Checked, ...]", as_json: bool) -> bool:
    ok = all(one.verdict in ("ok", "unknown") for one in checked)
    if as_json:
        files = [
            {"component": one.component, "file": one.file, "path": str(one.path), "verdict": one.verdict}
            for one in checked
        ]
        print_json({"ok": ok, "files": files})
        return ok
    for one in checked:
        if one.verdict != "ok":
            said = {"unknown": "no checksum to compare with yet"}.get(one.verdict, one.verdict)
            typer.echo(f"{one.path}: {said}")
    wrong = sum(one.verdict in ("damaged", "missing") for one in checked)
    right = sum(one.verdict == "ok" for one in checked)
    say(f"As they should be: {right} of {counted(len(checked), 'file', 'files')}.")
    if wrong:
        say("Mend the others with: fastface models repair.")
    return ok


@app.command("repair")
def repair(names: _Names = None, accept_licences: AcceptLicences = False, as_json: AsJson = False) -> None:
    """Verify, and fetch again what is damaged or missing; nothing else."""
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.cli.models.terms import agree
    from fastface_core.models.disk import maintenance
    from fastface_core.models.install import install
    from fastface_core.models.store import Store

    with known_errors(as_json):
        store = Store()
        components, _ = _chosen(store, names)
        agree(store.catalogue.terms(components), accept=accept_licences)
        with WorkDisplay() as display:
            with store.lock():
                maintenance.verify(store, components, display.report)
                for component in components:
                    maintenance.drop_damaged_copies(store, component)
            fetched = [
                f"{component.folder}/{file.path}" for component in components for file in store.needed(component)
            ]
            install(components, store, display.report, why="repair")
        states = {component.name: store.state(component) for component in components}
        if as_json:
            print_json({"fetched": fetched, "components": states})
            return
        for path in fetched:
            typer.echo(path)
        say(f"Files that were fetched again: {len(fetched)}.")


@app.command("move")
def move(
    folder: Annotated[Path, typer.Argument(help="The new folder, on any drive.")], as_json: AsJson = False
) -> None:
    """Move the models to another folder or drive. Broken off, the same command goes on."""
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.models.disk.moving import move
    from fastface_core.models.store import Store, gigabytes

    with known_errors(as_json):
        with WorkDisplay() as display:
            moved = move(Store(), folder, display.report)
        if as_json:
            kept = [str(path) for path in moved.kept]
            print_json({"folder": str(moved.folder), "files": moved.files, "bytes": moved.size, "kept": kept})
            return
        typer.echo(str(moved.folder))
        say(f"Moved {counted(moved.files, 'file', 'files')}, {gigabytes(moved.size)}.")
        for path in moved.kept:
            say(f"The old file could not be deleted: {path}")


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A bundle, a component, or a base of your own.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a bundle's files, except those that another installed bundle needs. Says first what that means."""
    from fastface_core.errors import SettingsError
    from fastface_core.models.disk import maintenance
    from fastface_core.models.store import Store, gigabytes

    with known_errors(as_json):
        store = Store()
        with store.lock():
            removal = maintenance.plan_removal(store, name)
            going = [*(one.title for one in removal.components), *(one.title for one in removal.own_bases)]
            say(f"This removes {gigabytes(removal.size)}: {'; '.join(going)}.")
            if removal.kept:
                others = dict.fromkeys(other for names in removal.kept.values() for other in names)
                say(f"Other bundles need the rest, which stays: {', '.join(others)}.")
            if removal.needed_by:
                say(f"These need it and stop working: {', '.join(removal.needed_by)}.")
            if not yes:
                if not (sys.stdin.isatty() and sys.stderr.isatty()):
                    raise SettingsError(
                        "Nothing was removed: there is nobody to ask.", "Repeat the command with --yes."
                    )
                typer.confirm("Go on?", abort=True, err=True)
            maintenance.remove(store, removal)
        if as_json:
            print_json(
                {
                    "removed": [one.name for one in (*removal.components, *removal.own_bases)],
                    "kept": {kept: list(others) for kept, others in removal.kept.items()},
                    "needed_by": list(removal.needed_by),
                    "bytes": removal.size,
                }
            )
        else:
            say("Removed.")


def _chosen(store: "Store", names: list[str] | None) -> "tuple[list[Component], list[CustomCheckpoint]]":
    """Components and own bases by the names of bundles, components or bases; without names all that are here.

    Raises:
        SettingsError: there is nothing of that name.
    """
    from fastface_core.errors import SettingsError
    from fastface_core.models import own

    catalogue = store.catalogue
    bases = {base.name: base for base in own.bases(store)}
    if not names:
        return [one for one in catalogue.components if store.state(one) != "absent"], list(bases.values())
    bundles = {bundle.name: bundle for bundle in catalogue.bundles}
    components = {component.name: component for component in catalogue.components}
    found: dict[str, Component] = {}
    own_bases: list[CustomCheckpoint] = []
    for name in names:
        if name in bundles:
            found |= {component.name: component for component in catalogue.of(bundles[name])}
        elif name in components:
            found[name] = components[name]
        elif name in bases:
            own_bases.append(bases[name])
        else:
            raise SettingsError(f'Nothing is named "{name}".', f"Choose one of: {', '.join([*bundles, *bases])}.")
    return list(found.values()), own_bases
