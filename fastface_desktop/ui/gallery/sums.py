"""A summary of several selected pictures."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from fastface_core.library.gallery import PictureRow
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.widgets import likeness

Terms = tuple[str, str]
"""A sentence on the terms, and the role of its label."""


def summary(rows: Sequence[PictureRow], gallery: Gallery) -> list[tuple[str, str]]:
    """Names and values; unknown ones are left out."""
    people = gallery.choices.people
    found = [
        (QCoreApplication.translate("sums", "Person"), _names(people.get(row.person or "", "") for row in rows)),
        (QCoreApplication.translate("sums", "Likeness"), _range(row.likeness for row in rows)),
        (QCoreApplication.translate("sums", "Match"), _range(row.twin_match for row in rows)),
        (QCoreApplication.translate("sums", "Stars"), _stars(rows)),
        (QCoreApplication.translate("sums", "Presets"), _names(row.preset or "" for row in rows)),
        (QCoreApplication.translate("sums", "Models"), _names(row.checkpoint or "" for row in rows)),
    ]
    return [(name, value) for name, value in found if value]


def terms_of(rows: Sequence[PictureRow]) -> Terms | None:
    """The strictest terms; None for no pictures."""
    if not rows:
        return None
    uses = {row.commercial for row in rows}
    return terms_text(False if False in uses else None if None in uses else True)


def terms_text(commercial: bool | None) -> Terms:
    """Whether the terms of the models allow commercial use; None where that is not known."""
    if commercial is None:
        return QCoreApplication.translate("sums", "The terms of its models are not known."), "secondary"
    if commercial:
        return QCoreApplication.translate("sums", "Commercial use is allowed."), "secondary"
    return QCoreApplication.translate("sums", "Not for commercial use."), "warn"


def _names(values: Iterable[str]) -> str:
    """The one name of all of them, or how many there are."""
    names = set(values)
    known = names - {""}
    if len(known) == 1 and len(names) == 1:
        return known.pop()
    if len(known) <= 1:
        return ""
    return QCoreApplication.translate("sums", "{count} different").format(count=QLocale().toString(len(known)))


def _range(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    least, most = likeness.number(min(known)), likeness.number(max(known))
    return (
        least
        if least == most
        else QCoreApplication.translate("sums", "{least} to {most}").format(least=least, most=most)
    )


def _stars(rows: Sequence[PictureRow]) -> str:
    given = sorted({row.rating for row in rows})
    if given in ([], [0]):
        return ""
    if len(given) == 1:
        return "★" * given[0]
    return QCoreApplication.translate("sums", "{least} to {most}").format(least=given[0], most=given[-1])
