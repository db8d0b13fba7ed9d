"""`fastface library`: the library as a whole."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.output import known_errors, print_json, say
from fastface_core.counting import counted

if TYPE_CHECKING:
    from fastface_core.library.scanning import Scan

app = typer.Typer(help="Check, rebuild, back up and restore the library.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Compare the database with the files, and look for damage. Changes nothing; exits with 1 if something is wrong."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library(recover=False) as library:
        found = library.check()
        if as_json:
            print_json(
                {
                    "good": found.good,
                    "database": list(found.database),
                    "without_file": [str(path) for path in found.without_file],
                    "without_row": [str(path) for path in found.without_row],
                    "pending": found.pending,
                    "changed": [str(path) for path in found.changed],
                }
            )
        else:
            for problem in found.database:
                typer.echo(f"Database: {problem}")
            for path in found.without_file:
                typer.echo(f"No file: {path}")
            for path in found.without_row:
                typer.echo(f"Not in the library: {path}")
            if found.pending:
                say(f"{found.pending} files do not have their newest rating or tags yet.")
            for path in found.changed:
                typer.echo(f"Changed by another program: {path}")
            if found.changed:
                say("`fastface gallery import FOLDER` takes such changes over, whatever the folder.")
            say("All is well." if found.good else "Run `fastface library rebuild`.")
    if not found.good:
        raise typer.Exit(1)


@app.command("rebuild")
def rebuild(as_json: AsJson = False) -> None:
    """Make the database again from the picture files and the people's folders. Nothing is deleted.

    A database that is damaged, or of a newer version, is moved aside. Files that cannot be read are named, and the exit
    code is then 1.
    """
    from fastface_core.library.rebuilding import rebuild as make_anew

    with known_errors(as_json):
        made = make_anew()
        if made.aside is not None:
            say(made.aside)
        _tell(made.scan, as_json, {"aside": made.aside})
    if made.scan.problems:
        raise typer.Exit(1)


@app.command("clean")
def clean(as_json: AsJson = False) -> None:
    """Take pictures without a file out of the library, and erase what was deleted."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        gone = library.clean()
        if as_json:
            print_json({"taken_out": gone})
        else:
            say(f"{gone} pictures without a file are taken out.")


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Take the pictures too; without, only database, people and presets.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the library into one file. It holds photos of people: keep it safe. An earlier backup is replaced."""
    from fastface_core.errors import StorageError
    from fastface_core.library.archive import is_backup
    from fastface_core.library.backup import backup as back_up
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        if file.is_file() and file.stat().st_size and not is_backup(file):
            raise StorageError(f"{file} is not a file that can be replaced.", "Choose another name.")
        made = back_up(library, file, pictures=pictures)
        if as_json:
            print_json({**asdict(made), "path": str(file.absolute())})
        else:
            typer.echo(str(file))
            say(f"{_people_and_pictures(made.people, made.pictures)}, {made.size / 1e6:.1f} MB.")


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `library backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="There is a library already: move it aside as a whole.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a library back from a backup. Pictures that are there stay."""
    from fastface_core import paths
    from fastface_core.library.backup import restore as bring_back

    with known_errors(as_json):
        found, aside = bring_back(file, replace=replace)
        if as_json:
            print_json({**asdict(found), "before": str(aside) if aside else None})
            return
        say(f"Back again: {_people_and_pictures(found.people, found.pictures)}.")
        if found.outside:
            say(
                f"{found.outside} pictures lay outside the pictures folder and are left out;"
                " `fastface gallery import FOLDER` takes their folders in again."
            )
        if aside:
            say(f"The library that was there lies in {aside}. Delete it when you do not need it.")
            if (paths.people_folder() / "vault.json").exists() and not (aside / "people" / "vault.json").exists():
                say("Its people are not encrypted until the passphrase is next given.")


def _tell(scan: "Scan", as_json: bool, more: dict[str, object]) -> None:
    if as_json:
        print_json(
            {
                **more,
                "recorded": [str(path) for path in scan.recorded],
                "relinked": [str(path) for path in (*scan.relinked, *scan.found_again)],
                "missing": [str(path) for path in scan.missing],
                "problems": {str(path): problem for path, problem in scan.problems.items()},
            }
        )
        return
    for problem in scan.problems.values():
        say(problem)
    say(
        f"New pictures: {len(scan.recorded)}, found again: {len(scan.relinked) + len(scan.found_again)}, missing:"
        f" {len(scan.missing)}."
    )


def _people_and_pictures(people: int, pictures: int) -> str:
    return f"{counted(people, 'person', 'people')} and {counted(pictures, 'picture', 'pictures')}"
