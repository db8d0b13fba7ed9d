"""By what the Gallery can be filtered: a chip for each, with the values of now."""

from PySide6.QtCore import QCoreApplication

from fastface_core.library.labels import LABELS
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.view import Days
from fastface_desktop.ui.gallery.days import days_text
from fastface_desktop.ui.gallery.filter_chip import FilterChip, Options
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.label_dots import label_word

CHOOSE = "choose"
"""In place of days that are still to be chosen."""
LIKENESSES = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
MATCHES = (0.9, 0.8, 0.7, 0.6, 0.5)


def make_chips(gallery: Gallery, theme: Theme) -> dict[str, FilterChip]:
    """By the fields of the view that they are for."""

    def people() -> Options:
        known = [(name, uid) for uid, name in gallery.choices.people.items()]
        return [*known, (QCoreApplication.translate("FilterBar", "Nobody known"), "")] if known else []

    def stars() -> Options:
        return [
            ("★" * number + ("" if number == 5 else QCoreApplication.translate("FilterBar", " and more")), number)
            for number in range(1, 6)
        ]

    def numbers() -> Options:
        text = QCoreApplication.translate("FilterBar", "Likeness ≥ {number}")
        return [(text.format(number=likeness.number(least)), least) for least in LIKENESSES]

    def matches() -> Options:
        text = QCoreApplication.translate("FilterBar", "Match ≥ {number}")
        return [(text.format(number=likeness.number(least)), least) for least in MATCHES]

    def days() -> Options:
        made = gallery.view.made
        own = [(days_text(made), made)] if isinstance(made, Days) else []
        return [
            (QCoreApplication.translate("FilterBar", "Today"), "today"),
            (QCoreApplication.translate("FilterBar", "Last 7 days"), "week"),
            (QCoreApplication.translate("FilterBar", "Last 30 days"), "month"),
            (QCoreApplication.translate("FilterBar", "Last 12 months"), "year"),
            *own,
            (QCoreApplication.translate("FilterBar", "Choose days…"), CHOOSE),
        ]

    def flags() -> Options:
        return [
            (QCoreApplication.translate("FilterBar", "Without rejected"), "without"),
            (QCoreApplication.translate("FilterBar", "Only rejected"), "only"),
        ]

    chips = {
        "person": FilterChip(
            QCoreApplication.translate("FilterBar", "Person"),
            QCoreApplication.translate("FilterBar", "Pictures of one person"),
            people,
            QCoreApplication.translate("FilterBar", "Everybody"),
            theme,
        ),
        "tag": FilterChip(
            QCoreApplication.translate("FilterBar", "Tag"),
            QCoreApplication.translate("FilterBar", "Pictures with a tag"),
            lambda: [(tag, tag) for tag in gallery.choices.tags],
            QCoreApplication.translate("FilterBar", "With or without tags"),
            theme,
        ),
        "label": FilterChip(
            QCoreApplication.translate("FilterBar", "Label"),
            QCoreApplication.translate("FilterBar", "Pictures with a colour label"),
            lambda: [(label_word(label), label) for label in LABELS],
            QCoreApplication.translate("FilterBar", "With or without labels"),
            theme,
        ),
        "rating": FilterChip(
            QCoreApplication.translate("FilterBar", "Stars"),
            QCoreApplication.translate("FilterBar", "Pictures with stars"),
            stars,
            QCoreApplication.translate("FilterBar", "Any number"),
            theme,
        ),
        "likeness": FilterChip(
            QCoreApplication.translate("FilterBar", "Likeness"),
            QCoreApplication.translate(
                "FilterBar", "How like the person it is at least, by the number; the words differ from model to model"
            ),
            numbers,
            QCoreApplication.translate("FilterBar", "Any likeness"),
            theme,
        ),
        "twin_match": FilterChip(
            QCoreApplication.translate("FilterBar", "Match"),
            QCoreApplication.translate(
                "FilterBar", "How near a picture by the starter came to the drawing it was made from; no likeness"
            ),
            matches,
            QCoreApplication.translate("FilterBar", "Any match"),
            theme,
        ),
        "made": FilterChip(
            QCoreApplication.translate("FilterBar", "Date"),
            QCoreApplication.translate("FilterBar", "When the pictures were made"),
            days,
            QCoreApplication.translate("FilterBar", "Any time"),
            theme,
        ),
        "preset": FilterChip(
            QCoreApplication.translate("FilterBar", "Preset"),
            QCoreApplication.translate("FilterBar", "Pictures made with a preset"),
            lambda: [(name, name) for name in gallery.choices.presets],
            QCoreApplication.translate("FilterBar", "Any preset"),
            theme,
        ),
        "checkpoint": FilterChip(
            QCoreApplication.translate("FilterBar", "Model"),
            QCoreApplication.translate("FilterBar", "Pictures made with a checkpoint"),
            lambda: [(name, name) for name in gallery.choices.checkpoints],
            QCoreApplication.translate("FilterBar", "Any model"),
            theme,
        ),
        "rejected": FilterChip(
            QCoreApplication.translate("FilterBar", "Rejected"),
            QCoreApplication.translate("FilterBar", "With or without rejected pictures"),
            flags,
            QCoreApplication.translate("FilterBar", "All of them"),
            theme,
        ),
    }
    for name, chip in chips.items():
        chip.setObjectName(name)
    return chips
