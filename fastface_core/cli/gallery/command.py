"""`fastface gallery`: the pictures of the library."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.gallery.rows import (
    as_line,
    as_object,
    cursor_from,
    label_named,
    numbers_of,
    print_counts,
    print_marked,
    print_pictures,
)
from fastface_core.cli.output import known_errors, print_json, say
from fastface_core.cli.people.unlocking import unlock
from fastface_core.counting import counted

if TYPE_CHECKING:
    from fastface_core.library.scanning import Scan

app = typer.Typer(help="Every picture that was made: find, rate, label, tag, gather, export.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Pictures = Annotated[list[str], typer.Argument(metavar="PICTURE...", help="Numbers from `gallery list`, or paths.")]


@app.command("list")
def list_pictures(
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="Words in the prompt, the tags, or the person's name.")
    ] = "",
    person: Annotated[str | None, typer.Option(metavar="NAME", help="Pictures of this person.")] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME", help="Made with this preset.")] = None,
    checkpoint: Annotated[str | None, typer.Option(metavar="NAME", help="Made with this checkpoint.")] = None,
    rating: Annotated[int, typer.Option(metavar="N", help="At least so many stars, 0 to 5.")] = 0,
    rejected: Annotated[
        bool | None, typer.Option("--rejected/--not-rejected", help="Only those, or not those.")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="With this tag; may be given again.")] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="COLOUR", help="With this label (red, yellow, green, blue, purple); may be given again."),
    ] = None,
    album: Annotated[str | None, typer.Option(metavar="NAME", help="In this album.")] = None,
    comparisons: Annotated[
        bool | None, typer.Option("--comparisons/--no-comparisons", help="Only cells of comparisons, or none of them.")
    ] = None,
    min_likeness: Annotated[float | None, typer.Option(metavar="X", help="At least so like, -1 to 1.")] = None,
    max_likeness: Annotated[float | None, typer.Option(metavar="X", help="At most so like, -1 to 1.")] = None,
    min_match: Annotated[
        float | None, typer.Option(metavar="X", help="By the starter, at least so near to its drawing, -1 to 1.")
    ] = None,
    max_match: Annotated[float | None, typer.Option(metavar="X", help="At most so near, -1 to 1.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Made on or after this day.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Made before this day.")] = None,
    trashed: Annotated[bool, typer.Option("--trashed", help="The pictures in the trash.")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Pictures whose file was not found.")] = False,
    sort: Annotated[
        str, typer.Option(metavar="KEY", help="date, rating or score, which is likeness or match.")
    ] = "date",
    ascending: Annotated[bool, typer.Option("--ascending", help="The oldest, or least, first.")] = False,
    limit: Annotated[int, typer.Option(metavar="N", help="How many at most.", min=1)] = 50,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="The `next` of the page before.")] = None,
    as_json: AsJson = False,
) -> None:
    """List pictures, newest first.

    The number of each is its likeness; after "~" it is how near a picture by the starter came to its drawing.
    """
    from typing import cast

    from fastface_core.errors import SettingsError
    from fastface_core.library.library import Library
    from fastface_core.library.queries import Query, Sort

    with known_errors(as_json), Library() as library:
        if since is not None and until is not None and until <= since:
            raise SettingsError("--until is not after --since.", "Choose a later day for --until; it is not included.")
        if person is not None:
            unlock(library)
        query = Query(
            text=text,
            person=library.people.find(person).uid if person is not None else None,
            preset=preset,
            checkpoint=checkpoint,
            rating=rating,
            rejected=rejected,
            tags=(*(tag or ()),),
            labels=tuple(label_named(one) for one in label or ()),
            album=album,
            comparison=comparisons,
            likeness=(min_likeness, max_likeness),
            twin_match=(min_match, max_match),
            since=since,
            until=until,
            trashed=trashed,
            missing=True if missing else None,
            sort=cast(Sort, sort),
            descending=not ascending,
        )
        page = library.gallery.page(query, cursor_from(after), limit)
        total = library.gallery.count(query)
        names = library.people.names()
        if as_json:
            print_json(
                {
                    "pictures": [as_object(row, names) for row in page.rows],
                    "total": total,
                    "next": ":".join(map(repr, page.next)) if page.next else None,
                    "problems": {str(number): problem for number, problem in page.problems.items()},
                }
            )
        else:
            for row in page.rows:
                typer.echo(as_line(row, names))
            for problem in page.problems.values():
                say(problem)
            say(f"{len(page.rows)} of {total} pictures.")
    if page.problems:
        raise typer.Exit(1)


@app.command("show")
def show(
    picture: Annotated[str, typer.Argument(help="A number from `gallery list`, or a path.")], as_json: AsJson = False
) -> None:
    """Show everything about one picture."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        details = library.gallery.details(library.gallery.find(picture))
        names = library.people.names()
        content = {
            **as_object(details.row, names),
            "tags": list(details.tags),
            "albums": list(details.albums),
            "likeness_reason": details.likeness_reason,
            "taken_over": asdict(details.note.taken_over) if details.note.taken_over else None,
            "seconds": details.seconds,
            "terms": details.terms.model_dump(mode="json") if details.terms else None,
            "recipe": details.recipe.model_dump(mode="json", exclude_none=True) if details.recipe else None,
        }
        if as_json:
            print_json(content)
            return
        typer.echo(as_line(details.row, names))
        said = {
            "made with": f"{details.row.checkpoint}, preset {details.row.preset}, seed {details.row.seed}",
            "size": f"{details.row.width}x{details.row.height}",
            "tags": ", ".join(details.tags),
            "label": details.row.label,
            "albums": ", ".join(details.albums),
            "match with the drawing": "" if details.row.twin_match is None else f"{details.row.twin_match:.2f}",
            "no likeness": details.likeness_reason,
        }
        for name, value in said.items():
            if value:
                typer.echo(f"  {name}: {value}")
        if details.terms is not None and details.terms.commercial_use is not None:
            allowed = "allow" if details.terms.commercial_use else "forbid"
            typer.echo(f"  terms: the models {allowed} commercial use ({', '.join(details.terms.licences)})")


@app.command("rate")
def rate(
    rating: Annotated[int, typer.Argument(help="Stars, 0 to 5.")], pictures: Pictures, as_json: AsJson = False
) -> None:
    """Give pictures stars."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        numbers = numbers_of(library, pictures)
        library.marks.rate(numbers, rating)
        print_marked(library, numbers, as_json)


@app.command("reject")
def reject(
    pictures: Pictures,
    undo: Annotated[bool, typer.Option("--undo", help="Take the flag away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Flag pictures as rejected; their stars stay."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        numbers = numbers_of(library, pictures)
        library.marks.reject(numbers, not undo)
        print_marked(library, numbers, as_json)


@app.command("tag")
def tag(
    pictures: Pictures,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="TAG", help="A tag to give.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="TAG", help="A tag to take away.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give pictures tags, or take them away."""
    from fastface_core.errors import SettingsError
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        if not add and not remove:
            raise SettingsError("No tag is given.", "Use --add TAG or --remove TAG.")
        numbers = numbers_of(library, pictures)
        library.marks.tag(numbers, add or (), remove or ())
        print_marked(library, numbers, as_json)


@app.command("tags")
def tags(as_json: AsJson = False) -> None:
    """List the tags in use."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        print_counts("tags", library.gallery.tags(), as_json)


@app.command("label")
def label_pictures(
    label: Annotated[str, typer.Argument(metavar="COLOUR", help="red, yellow, green, blue, purple, or none.")],
    pictures: Pictures,
    as_json: AsJson = False,
) -> None:
    """Give pictures a colour label, which Lightroom, Bridge and digiKam show too."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        wanted = None if label == "none" else label_named(label)
        numbers = numbers_of(library, pictures)
        library.marks.label(numbers, wanted)
        print_marked(library, numbers, as_json)


@app.command("album")
def album(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The album; it is made where there is none.")],
    pictures: Annotated[
        list[str] | None, typer.Argument(metavar="PICTURE...", help="Numbers from `gallery list`, or paths.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the pictures out instead.")] = False,
    rename: Annotated[str | None, typer.Option(metavar="NAME", help="Give the album another name.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Take the album away; its pictures stay.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put pictures into an album, or make, rename or delete one."""
    from fastface_core.errors import SettingsError
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        if sum((bool(pictures), rename is not None, delete)) > 1:
            raise SettingsError("Only one thing can be done with an album at once.", "Give pictures or one option.")
        if remove and not pictures:
            raise SettingsError("--remove takes pictures out, and none is named.", "Name them, or give --delete.")
        if delete:
            library.albums.delete(name)
            library.marks.write_pending()
        elif rename is not None:
            library.albums.rename(name, rename)
            library.marks.write_pending()
        elif pictures:
            numbers = numbers_of(library, pictures)
            library.marks.collect(numbers, () if remove else (name,), (name,) if remove else ())
            print_marked(library, numbers, as_json)
            return
        else:
            library.albums.make(name)
        print_counts("albums", library.albums.all(), as_json)


@app.command("albums")
def albums(as_json: AsJson = False) -> None:
    """List the albums, each with the number of its pictures."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        print_counts("albums", library.albums.all(), as_json)


@app.command("trash")
def trash(pictures: Pictures, as_json: AsJson = False) -> None:
    """Move pictures to the trash, from which they can be restored for 30 days."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        numbers = numbers_of(library, pictures)
        library.trash.put(numbers)
        library.trash.tend()
        print_pictures(library, numbers, as_json)
        if not as_json:
            say(f"Undo with: fastface gallery restore {' '.join(map(str, numbers))}")


@app.command("restore")
def restore(pictures: Pictures, as_json: AsJson = False) -> None:
    """Bring pictures back from the trash."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        numbers = numbers_of(library, pictures)
        library.trash.restore(numbers)
        print_pictures(library, numbers, as_json)


@app.command("empty-trash")
def empty_trash(
    days: Annotated[
        int, typer.Option(metavar="N", help="Only what has been there for so many days.", min=0, max=36500)
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is in the trash, for good."""
    import sys
    from datetime import UTC, timedelta

    from fastface_core.errors import SettingsError
    from fastface_core.library.library import Library
    from fastface_core.library.queries import Query

    with known_errors(as_json), Library() as library:
        if not yes:
            count = library.gallery.count(Query(trashed=True))
            if as_json or not sys.stdin.isatty():
                raise SettingsError("Emptying the trash cannot be undone, and there is nobody to ask.", "Give --yes.")
            typer.confirm(f"Delete up to {counted(count, 'picture', 'pictures')} for good?", abort=True)
        erased = library.trash.empty(datetime.now(UTC) - timedelta(days=days) if days else None)
        if as_json:
            print_json({"deleted": erased})
        else:
            say(f"{erased} pictures are deleted.")


@app.command("duplicates")
def duplicates(as_json: AsJson = False) -> None:
    """List pictures whose pixels are the same, each group with the oldest first."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        groups = library.gallery.duplicates()
        names = library.people.names()
        if as_json:
            listed = [[as_object(row, names) for row in library.gallery.rows(group)] for group in groups]
            print_json({"groups": listed})
            return
        for group in groups:
            for row in library.gallery.rows(group):
                typer.echo(as_line(row, names))
            typer.echo("")
        say(f"There more than once: {counted(len(groups), 'picture', 'pictures')}.")


@app.command("import")
def import_folder(
    folder: Annotated[Path, typer.Argument(help="A folder; those in it are looked through too.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Also pictures that FastFace did not make. They are copied, not changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take the pictures of a folder into the library. They stay where they are.

    A picture that the library misses is found again here, with its stars and tags. Stars and tags that another program
    wrote into pictures of the library, wherever they lie, are taken over. Files that cannot be read are named, and the
    exit code is then 1.
    """
    from fastface_core.library.importing import import_pictures
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        scan = import_pictures(library, folder, everything=everything)
        if as_json:
            print_json(
                {
                    "recorded": [str(path) for path in scan.recorded],
                    "relinked": [str(path) for path in (*scan.relinked, *scan.found_again)],
                    "changed": [str(path) for path in scan.changed],
                    "passed_over": len(scan.passed_over),
                    "problems": {str(path): problem for path, problem in scan.problems.items()},
                }
            )
        else:
            _tell_import(scan)
    if scan.problems:
        raise typer.Exit(1)


def _tell_import(scan: "Scan") -> None:
    for problem in scan.problems.values():
        say(problem)
    say(f"New pictures: {len(scan.recorded)}, found again: {len(scan.relinked) + len(scan.found_again)}.")
    if scan.changed:
        say(f"{len(scan.changed)} were changed by other programs; their stars, tags and pixels are taken over.")
    if scan.passed_over:
        say(f"{len(scan.passed_over)} were not made by FastFace; --all copies them into the library.")
