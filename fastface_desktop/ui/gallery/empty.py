"""What the Gallery says where there is no picture: why, and what to do next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fastface_desktop.state.gallery.view import GalleryView
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.fan import Fan
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import REST, aligned, column, row
from fastface_desktop.ui.widgets.scrolling import scroller

_EXAMPLES = ("gallery-2", "gallery-1", "gallery-3")


class EmptyGallery(QWidget):
    """One sentence, one button."""

    create_wanted = Signal()
    import_wanted = Signal()
    clear_wanted = Signal()
    pictures_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.icon = IconLabel("gallery", "disabled", theme, size=Space.XXL)
        self.examples = Fan(_EXAMPLES, self.tr("Pictures of three people, each in another style"), theme)
        self.credit = label(self.tr("Examples, drawn by the starter"), "caption")
        self.credit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label(role="display", wrap=True)
        self.text = label(role="lead", wrap=True)
        self.create_button = button(self.tr("Make the first one"), self.tr("Go to Create"), "big")
        self.import_button = button(
            self.tr("Import a folder…"), self.tr("Take in pictures that are there already"), "large"
        )
        self.clear_button = button(self.tr("Show all pictures"), self.tr("Without words and filters"))
        self.pictures_button = button(self.tr("Back to the pictures"), self.tr("All pictures outside of the trash"))
        for one, signal in (
            (self.create_button, self.create_wanted),
            (self.import_button, self.import_wanted),
            (self.clear_button, self.clear_wanted),
            (self.pictures_button, self.pictures_wanted),
        ):
            one.clicked.connect(signal)
        line = row(
            REST, self.create_button, self.import_button, self.clear_button, self.pictures_button, REST, gap=Space.S
        )
        content = QWidget()
        content.setProperty("kind", "scrolled")
        whole = column(
            REST,
            self.examples,
            aligned(self.icon, Qt.AlignmentFlag.AlignCenter),
            margins=(Space.XL, Space.XL, Space.XL, Space.XL),
            gap=Space.S,
            of=content,
        )
        for text in (self.title, self.text):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            text.setMaximumWidth(theme.px(Size.SENTENCE))
            middle = QHBoxLayout()
            middle.addStretch(1)
            middle.addWidget(text, 100)
            middle.addStretch(1)
            whole.addLayout(middle)
        whole.addSpacing(Space.L)
        whole.addLayout(line)
        whole.addSpacing(Space.L)
        whole.addWidget(self.credit)
        whole.addStretch()
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        # Large text in a small window.
        outside.addWidget(scroller(content))

    def explain(self, view: GalleryView) -> None:
        """Why nothing is shown."""
        buttons = {self.create_button, self.import_button, self.clear_button, self.pictures_button}
        if view.filtered:
            self.icon.show_icon("search", "disabled")
            self.title.setText(self.tr("No picture is like that"))
            self.text.setText(self.tr("Search for fewer words, or take a filter away."))
            shown = {self.clear_button}
        elif view.in_trash:
            self.icon.show_icon("trash", "disabled")
            self.title.setText(self.tr("The trash is empty"))
            self.text.setText(self.tr("What you throw away stays here for 30 days and can be put back."))
            shown = {self.pictures_button}
        elif view.place == "duplicates":
            self.icon.show_icon("copy", "disabled")
            self.title.setText(self.tr("There are no duplicates"))
            self.text.setText(self.tr("No two pictures have the same pixels."))
            shown = {self.pictures_button}
        else:
            self.icon.show_icon("gallery", "disabled")
            self.title.setText(self.tr("Your pictures will be here"))
            self.text.setText(
                self.tr(
                    "Rate them, put them in albums, export them. They are plain files in your pictures folder, "
                    "with all that made them inside."
                )
            )
            shown = {self.create_button, self.import_button}
        first = self.import_button in shown and bool(self.examples.images)
        self.examples.setVisible(first)
        self.credit.setVisible(first)
        self.icon.setVisible(not first)
        for one in buttons:
            one.setVisible(one in shown)
