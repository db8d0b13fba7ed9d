"""What the commands of people print: sentences for a person, one JSON object for a program."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import typer

from fastface_core.cli.generate.corrections import corrected_by
from fastface_core.cli.output import print_json, say
from fastface_core.counting import counted

if TYPE_CHECKING:
    from fastface_core.library.library import Library
    from fastface_core.library.people.damaged import DamagedPerson
    from fastface_core.library.people.person import Person
    from fastface_core.library.people.photos import ReferencePhoto


def print_everyone(everyone: "Sequence[Person]", damaged: "Sequence[DamagedPerson]") -> None:
    """A line a person, and the damaged ones with what can be done."""
    for person in everyone:
        photos = counted(len(person.photos), "photo", "photos")
        typer.echo(f"{person.name}  {len(person.usable)} of {photos}  {_consent(person)}")
    for one in damaged:
        photos = counted(len(one.photos), "photo", "photos")
        typer.echo(f"{one.name or one.uid}  {photos}  {one.problem.message} {one.problem.hint}")
    if not everyone and not damaged:
        say("There is nobody yet. Add a person with `fastface people add NAME FILE...`.")


def print_lock(library: "Library", as_json: bool) -> None:
    """Whether the people are encrypted."""
    protected = library.people.store.vault.exists
    if as_json:
        print_json({"protected": protected})
    else:
        say("The people are encrypted." if protected else "The people are not encrypted.")


def print_person(person: "Person", as_json: bool, more: dict[str, object]) -> None:
    """One person with all photos; `more` goes into the JSON object alone."""
    if as_json:
        print_json({**person_object(person), **more})
        return
    photos = counted(len(person.photos), "photo", "photos")
    typer.echo(f"{person.name}: {len(person.usable)} of {photos} in use. {_consent(person)}")
    if person.notes:
        typer.echo(person.notes)
    if (sentence := corrected_by(person.corrections)) is not None:
        typer.echo(sentence)
    for photo in person.photos:
        typer.echo(photo_line(photo))


def _consent(person: "Person") -> str:
    if person.consent is None:
        return "No permission is noted."
    end = f" until {person.consent.expires}" if person.consent.expires else ""
    ended = "" if person.consent.holds(date.today()) else " (ended)"
    return f"Permission given on {person.consent.given}{end}{ended}: {person.consent.text}"


def photo_line(photo: "ReferencePhoto") -> str:
    """What is good or bad about a photo."""
    mark = "+" if photo.counts else "-"
    verdict = "; ".join(f"{one.word}: {one.reason}" for one in photo.verdict.all) if photo.verdict else "not measured"
    return f"{mark} {photo.sha256[:12]} {photo.share:4.0%}  {verdict}"


def photo_object(photo: "ReferencePhoto") -> dict[str, object]:
    """A photo as JSON."""
    measured = photo.measured
    return {
        "sha256": photo.sha256,
        "face": photo.face,
        "faces_found": measured.faces_found if measured else None,
        "counts": photo.counts,
        "by_hand": photo.by_hand,
        "weight": photo.weight,
        "share": round(photo.share, 4),
        "verdict": photo.verdict.word if photo.verdict else None,
        "reason": photo.verdict.reason if photo.verdict else None,
        "also": [one.word for one in photo.verdict.also] if photo.verdict else [],
        "quality": asdict(measured.face.quality) if measured else None,
    }


def person_object(person: "Person") -> dict[str, object]:
    """A person as JSON."""
    return {
        "uid": person.uid,
        "name": person.name,
        "notes": person.notes,
        "consent": person.consent.model_dump(mode="json") if person.consent else None,
        "corrections": person.corrections.model_dump(mode="json", exclude_none=True) if person.corrections else None,
        "cover": person.cover,
        "created": person.created.isoformat(),
        "photos": [photo_object(photo) for photo in person.photos],
    }
