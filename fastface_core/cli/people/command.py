"""`fastface people`: the people whom pictures are made of."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.generate.corrections import (
    PANEL,
    BeardOption,
    CurlOption,
    EyesOption,
    GlassesOption,
    HairColourOption,
    HairLengthOption,
    SkinOption,
    corrections_of,
    merged,
)
from fastface_core.cli.output import known_errors, print_json, say
from fastface_core.cli.people.printing import (
    person_object,
    photo_line,
    photo_object,
    print_everyone,
    print_lock,
    print_person,
)
from fastface_core.cli.people.unlocking import new_passphrase, old_passphrase, unlock
from fastface_core.counting import counted

if TYPE_CHECKING:
    from fastface_core.library.library import Library
    from fastface_core.library.people.files import Consent

app = typer.Typer(help="The people whom pictures are made of.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's name.")]


@app.command("add")
def add(
    name: Name,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Photos of the person.")],
    face: Annotated[
        list[int] | None,
        typer.Option(
            "--face", metavar="N", help="Which face in the photo, from the left; 0 the largest. Once for each photo."
        ),
    ] = None,
    consent: Annotated[str | None, typer.Option(metavar="TEXT", help="The permission, in your words.")] = None,
    expires: Annotated[
        datetime | None, typer.Option(metavar="DATE", help="The permission's last day.", formats=["%Y-%m-%d"])
    ] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="Anything you want to remember.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a person, or more photos of one who is there.

    Each photo is looked at; one that does not serve is kept, says why, and does not count. A photo without a face is
    not kept. Exits with 1 when a photo could not be added; the others are.
    """
    from fastface_core.domain.identity import PersonPhoto, PhotoChoice
    from fastface_core.engine.photos import read_bytes
    from fastface_core.errors import PhotoError, SettingsError
    from fastface_core.library import daily_backup
    from fastface_core.library.library import Library
    from fastface_core.studio.measuring import Measurer

    with known_errors(as_json), Library() as library:
        unlock(library)
        if len(face or ()) > len(files):
            raise SettingsError("There are more --face than photos.", "Give it at most once for each photo.")
        permission = _permission(consent, expires)
        measurer = Measurer()
        faces = [*(face or ()), *([0] * len(files))]
        measured: list[PersonPhoto] = []
        problems: dict[str, str] = {}
        for file, number in zip(files, faces, strict=False):
            try:
                read_bytes(file)  # what is no file is said before the models are loaded
                measured.append(measurer.measure(PhotoChoice(file, number or None)))
            except PhotoError as error:
                problems[file.name] = error.message
                say(f"{error.message} {error.hint}")
        if not measured:
            raise PhotoError("No photo could be added.", "Choose photos with a large, sharp face.")
        people = library.people
        person = people.find(name) if people.has(name) else people.add(name)
        if notes is not None:
            people.set_notes(person.uid, notes)
        if permission is not None:
            people.set_consent(person.uid, permission)
        for photo in measured:
            people.add_photo(person.uid, photo, measurer.model, measurer.same_person)
        daily_backup.keep(library)
        print_person(people.get(person.uid), as_json, {"problems": problems})
    if problems:
        raise typer.Exit(1)


@app.command("list")
def list_people(as_json: AsJson = False) -> None:
    """List the people."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        unlock(library)
        everyone, damaged = library.people.all(), library.people.damaged()
        if as_json:
            unreadable = [{"uid": one.uid, "name": one.name, "photos": len(one.photos)} for one in damaged]
            problems = {one.name or one.uid: one.problem.message for one in damaged}
            print_json(
                {"people": [person_object(person) for person in everyone], "damaged": unreadable, "problems": problems}
            )
        else:
            print_everyone(everyone, damaged)
    if damaged:
        raise typer.Exit(1)


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show one person."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        unlock(library)
        print_person(library.people.find(name), as_json, {})


@app.command("photos")
def photos(name: Name, as_json: AsJson = False) -> None:
    """List a person's photos, with what is good or bad about each."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        unlock(library)
        person = library.people.find(name)
        if as_json:
            print_json({"photos": [photo_object(photo) for photo in person.photos]})
        else:
            for photo in person.photos:
                typer.echo(photo_line(photo))


@app.command("photo")
def photo(
    name: Name,
    sha256: Annotated[str, typer.Argument(metavar="PHOTO", help="The beginning of its number from `people photos`.")],
    use: Annotated[
        str | None, typer.Option(metavar="WORD", help="yes or no against the verdict; auto leaves it to the verdict.")
    ] = None,
    weight: Annotated[
        float | None,
        typer.Option("--weight", metavar="X", help="How much it counts beside the others; 0 takes it back."),
    ] = None,
    cover: Annotated[bool, typer.Option("--cover", help="Let it stand for the person.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Erase it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether a photo counts and how much, make it the cover, or erase it."""
    from fastface_core.errors import SettingsError
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        unlock(library)
        person = library.people.find(name)
        found = [one.sha256 for one in person.photos if one.sha256.startswith(sha256.lower())]
        if len(found) != 1:
            raise SettingsError(
                f"{person.name} has {'no' if not found else 'more than one'} photo that begins with {sha256}.",
                "See `fastface people photos`.",
            )
        words = {"yes": True, "no": False, "auto": None}
        if use is not None:
            if use not in words:
                raise SettingsError(f'"{use}" is not yes, no or auto.', "Give one of these to --use.")
            library.people.take(person.uid, found[0], words[use])
        if weight is not None:
            library.people.weigh(person.uid, found[0], weight or None)
        if cover:
            library.people.set_cover(person.uid, found[0])
        if remove:
            library.people.remove_photo(person.uid, found[0])
        print_person(library.people.get(person.uid), as_json, {})


@app.command("change")
def change(
    name: Name,
    rename: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="Anything you want to remember.")] = None,
    consent: Annotated[str | None, typer.Option(metavar="TEXT", help="The permission, in your words.")] = None,
    expires: Annotated[
        datetime | None, typer.Option(metavar="DATE", help="The permission's last day.", formats=["%Y-%m-%d"])
    ] = None,
    by_quality: Annotated[
        bool | None,
        typer.Option("--by-quality/--alike", help="Let good photos count more than others, or all alike."),
    ] = None,
    as_json: AsJson = False,
    hair_length: HairLengthOption = None,
    hair_colour: HairColourOption = None,
    curl: CurlOption = None,
    skin: SkinOption = None,
    eyes: EyesOption = None,
    glasses: GlassesOption = None,
    beard: BeardOption = None,
    as_measured: Annotated[
        bool,
        typer.Option("--as-measured", rich_help_panel=PANEL, help="Forget what was corrected before."),
    ] = False,
) -> None:
    """Change a person's name, notes or permission, or what the starter draws of them."""
    from fastface_core.library import daily_backup
    from fastface_core.library.library import Library

    corrections = corrections_of(
        hair_length=hair_length,
        hair_colour=hair_colour,
        skin=skin,
        eyes=eyes,
        curl=curl,
        glasses=glasses,
        beard=beard,
    )
    with known_errors(as_json), Library() as library:
        unlock(library)
        people, uid = library.people, library.people.find(name).uid
        permission = _permission(consent, expires)
        if as_measured:
            people.set_corrections(uid, None)
        if corrections is not None:
            people.set_corrections(uid, merged(people.get(uid).corrections, corrections))
        if rename is not None:
            people.rename(uid, rename)
        if notes is not None:
            people.set_notes(uid, notes)
        if permission is not None:
            people.set_consent(uid, permission)
        if by_quality is not None:
            people.weigh_by_quality(uid, by_quality)
        daily_backup.keep(library)
        print_person(people.get(uid), as_json, {})


@app.command("forget")
def forget(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    pictures: Annotated[
        bool | None, typer.Option("--pictures/--keep-pictures", help="Erase the pictures made of the person, too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person: photos, faces, measures, and on request every picture made of them.

    This cannot be undone. Without a terminal it needs --yes, and keeps the pictures unless --pictures is given.
    """
    import sys

    from fastface_core.compare import records
    from fastface_core.errors import SettingsError
    from fastface_core.library.library import Library
    from fastface_core.library.queries import Query

    with known_errors(as_json), Library() as library:
        unlock(library)
        people = library.people
        person = (None if people.has(name) else people.find_damaged(name)) or people.find(name)
        called, hashes = person.name or person.uid, people.photo_hashes(person.uid)
        made = sum(library.gallery.count(Query(person=person.uid, trashed=trashed)) for trashed in (False, True))
        asks = sys.stdin.isatty() and not as_json
        if not yes:
            if not asks:
                raise SettingsError(
                    f"Forgetting {called} cannot be undone, and there is nobody to ask.", "Give --yes to do it."
                )
            typer.confirm(
                f"Erase {called} with {counted(len(hashes), 'photo', 'photos')}? This cannot be undone", abort=True
            )
        if pictures is None:
            pictures = made > 0 and asks and not yes and typer.confirm(f"Erase the {made} pictures made of them, too?")
        records.forget_person(person.uid, hashes)
        erased = library.forget(person.uid, pictures=bool(pictures))
        if as_json:
            print_json({"forgotten": called, "photos": len(hashes), "pictures": erased})
        else:
            gone = f"{counted(len(hashes), 'photo', 'photos')} and {counted(erased, 'picture', 'pictures')} erased"
            say(f"{called} is forgotten: {gone}.")
            if made - erased:
                say(f"Kept, without saying of whom: {counted(made - erased, 'picture', 'pictures')}.")


@app.command("protect")
def protect(as_json: AsJson = False) -> None:
    """Set a passphrase: photos, faces, names and notes are then encrypted on the disk.

    If the passphrase is lost, these are lost for good: nobody can open the lock without it. Pictures that were made
    stay readable. Scripts give it in FASTFACE_PASSPHRASE_NEW.
    """
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        library.people.store.protect(new_passphrase())
        print_lock(library, as_json)
        say("Keep the passphrase safe: without it nobody can open the lock.")


@app.command("passphrase")
def passphrase(as_json: AsJson = False) -> None:
    """Change the passphrase."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        _need_lock(library)
        library.people.store.change_passphrase(old_passphrase(), new_passphrase())
        print_lock(library, as_json)


@app.command("unprotect")
def unprotect(as_json: AsJson = False) -> None:
    """Take the passphrase away: everything is readable on the disk again."""
    from fastface_core.library.library import Library

    with known_errors(as_json), Library() as library:
        _need_lock(library)
        library.people.store.unprotect(old_passphrase())
        print_lock(library, as_json)


def _need_lock(library: "Library") -> None:
    from fastface_core.errors import SettingsError

    if not library.people.store.vault.exists:
        raise SettingsError("The people have no passphrase.", "Set one with `fastface people protect`.")


def _permission(text: str | None, expires: datetime | None) -> "Consent | None":
    from pydantic import ValidationError

    from fastface_core.errors import SettingsError
    from fastface_core.library.people.files import Consent
    from fastface_core.validation import settings_error

    if text is None:
        if expires is not None:
            raise SettingsError("--expires says when a permission ends, and none is given.", "Give --consent too.")
        return None
    if expires is not None and expires.date() < date.today():
        raise SettingsError(f"{expires.date()}, the permission's last day, has passed.", "Give a later --expires.")
    try:
        return Consent(text=text, given=date.today(), expires=expires.date() if expires else None)
    except ValidationError as error:
        raise settings_error(error, "The permission") from error
