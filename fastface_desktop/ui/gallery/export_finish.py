"""The last touch of an export, folded: sharpening, the watermark as it will look, folders of people, contact sheet."""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QLineEdit, QSizePolicy, QSpinBox, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.library import contact_sheets, finishing
from fastface_desktop.state.gallery.exporting import ExportChoices, Exporter
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button, label
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.files import pictures_of_the_user
from fastface_desktop.ui.widgets.fold import Fold
from fastface_desktop.ui.widgets.layout import column, filling, row

_PREVIEW = 200
"""Highest that the first picture is shown with its mark."""


class FinishFields(QWidget):
    def __init__(self, exporter: Exporter, theme: Theme) -> None:
        super().__init__()
        self._exporter = exporter
        tooltip = self.tr("Sharpening, watermark, folders of people and a contact sheet")
        self.fold = Fold(self.tr("Finish"), tooltip, theme)
        self._make_parts(theme)
        self._build()
        self._bound = Bound(exporter, self)
        for name, editor in {
            "watermark_text": self.text,
            "watermark_place": self.place,
            "watermark_size": self.size_box,
            "watermark_opacity": self.opacity,
            "by_person": self.by_person,
            "sheet": self.sheet,
            "sheet_columns": self.columns,
            "sheet_title": self.title,
        }.items():
            self._bound.field(name, editor)
        for name, combo in (("sharpening", self.sharpening), ("watermark", self.watermark)):
            self._bound.field(name, combo, shown=self._on_paper)
        self.watermark.picked.connect(self._watermark_chosen)
        exporter.changed.connect(self._show_choices)
        self._show_choices()

    def _make_parts(self, theme: Theme) -> None:
        self.sharpening = CalmCombo(
            self.tr("Sharpening"),
            self.tr("Sharpens the brightness at the size of the copy; paper takes away some of it"),
            [
                (None, self.tr("None"), ""),
                ("screen", self.tr("Screen"), ""),
                ("glossy", self.tr("Glossy paper"), ""),
                ("matte", self.tr("Matte paper"), ""),
            ],
        )
        self.watermark = CalmCombo(
            self.tr("Watermark"),
            self.tr("A mark on every copy, of whose it is"),
            [
                (None, self.tr("None"), ""),
                ("text", self.tr("Text"), ""),
                ("picture", self.tr("Picture"), ""),
            ],
        )
        self._tooltips = {one: one.toolTip() for one in (self.sharpening, self.watermark)}
        self.text = QLineEdit()
        self.text.setMaxLength(finishing.MOST_LETTERS)
        self.text.setPlaceholderText(self.tr("For example © Studio"))
        self.text.setAccessibleName(self.tr("Text of the watermark"))
        self.text.setToolTip(self.tr("White, with a soft shadow: seen on every picture"))
        self.picture = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.picture_button = button(self.tr("Choose…"), self.tr("A logo, best a PNG with transparency"))
        self.picture_button.clicked.connect(self.choose_picture)
        words = {
            "bottom-right": self.tr("Bottom right"),
            "bottom-left": self.tr("Bottom left"),
            "top-right": self.tr("Top right"),
            "top-left": self.tr("Top left"),
            "centre": self.tr("Middle"),
        }
        places = [(one, words[one], "") for one in finishing.PLACES]
        self.place = CalmCombo(self.tr("Place"), self.tr("Where the mark lies"), places)
        self.size_box = _percent(self.tr("Size"), self.tr("How much of the picture's width it takes at most"))
        self.opacity = _percent(self.tr("Opacity"), self.tr("How much the mark covers"))
        self.preview = _Preview(theme, self.tr("The first picture with the watermark"))
        self.problem = label(role="bad", wrap=True)
        self.by_person = QCheckBox(self.tr("A folder for each person"))
        self.by_person.setToolTip(self.tr("The folders have the people's names; the files say no more than before"))
        self.sheet = QCheckBox(self.tr("Contact sheet (PDF)"))
        self.sheet.setToolTip(self.tr("All copies small, with their names, on pages of one file to choose from"))
        for box in (self.by_person, self.sheet):
            box.setAccessibleName(box.text())
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.columns = QSpinBox()
        self.columns.setRange(*contact_sheets.COLUMNS)
        self.columns.setAccessibleName(self.tr("Beside each other"))
        self.columns.setToolTip(self.tr("Pictures in a row of the contact sheet"))
        self.columns.lineEdit().setTextMargins(Space.S, 0, 0, 0)
        self.columns.setMinimumWidth(0)
        self.title = QLineEdit()
        self.title.setMaxLength(contact_sheets.MOST_LETTERS)
        self.title.setPlaceholderText(self.tr("Title of the contact sheet"))
        self.title.setAccessibleName(self.title.placeholderText())
        self.title.setToolTip(self.tr("At the head of each page; may be empty"))

    def _build(self) -> None:
        self.fold.column.setSpacing(Space.S)
        self._of_picture = QWidget()
        row(filling(self.picture), self.picture_button, gap=Space.S, of=self._of_picture)
        self._of_mark = QWidget()
        mark = _grid([self.place, self.size_box, self.opacity])
        column(self.text, self._of_picture, mark, self.preview, self.problem, gap=Space.S, of=self._of_mark)
        self._of_sheet = QWidget()
        column(_grid([self.columns]), self.title, gap=Space.S, of=self._of_sheet)
        first = _grid([self.sharpening, self.watermark])
        for part in (first, self._of_mark, self.by_person, self.sheet, self._of_sheet):
            self.fold.column.addWidget(part)
        column(self.fold, of=self)

    # ---- Showing

    def _on_paper(self, value: str | None) -> str | None:
        """The archive has neither."""
        return None if self._exporter.values.profile == "archive" else value

    def _show_choices(self) -> None:
        choices = self._exporter.values
        whole = choices.profile == "archive"
        marked = choices.watermark is not None and not whole
        for name in ("sharpening", "watermark"):
            self._bound.show_field(name)
        for combo, tooltip in self._tooltips.items():
            combo.setEnabled(not whole)
            combo.setToolTip(self.tr("The archive keeps pictures as they are made") if whole else tooltip)
        self._of_mark.setVisible(marked)
        self.text.setVisible(choices.watermark == "text")
        self._of_picture.setVisible(choices.watermark == "picture")
        self.picture.setText(str(choices.watermark_picture or self.tr("No picture yet")))
        self._of_sheet.setVisible(choices.sheet)
        if not marked:
            self.show_mark(QImage(), None)
        self.fold.set_state(self._said(choices, marked))

    def _said(self, choices: ExportChoices, marked: bool) -> str:
        words = [self.watermark.accessibleName()] if marked else []
        words += [self.sharpening.currentText()] if self.sharpening.currentData() else []
        words += [self.tr("by person")] if choices.by_person else []
        words += [self.tr("contact sheet")] if choices.sheet else []
        return ", ".join(words) or self.tr("nothing")

    def show_mark(self, first: QImage, wrong: FastFaceError | None) -> None:
        """The first picture with its mark, null where there is none, and what is wrong with the mark."""
        self.preview.show_image(first)
        self.problem.setText(f"{translated(wrong.message)} {translated(wrong.hint)}" if wrong is not None else "")
        self.problem.setVisible(wrong is not None)

    # ---- Choosing

    def choose_picture(self) -> None:
        before = self._exporter.values.watermark_picture
        start = str(before.parent) if before is not None else pictures_of_the_user()
        kinds = self.tr("Pictures ({suffixes})").format(suffixes="*.png *.webp *.jpg *.jpeg *.tif *.tiff")
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a picture as the watermark"), start, kinds)
        if file:
            self._exporter.change(watermark_picture=Path(file))

    def _watermark_chosen(self, kind: str | None) -> None:
        if kind == "text":
            self.text.setFocus()
        elif kind == "picture" and self._exporter.values.watermark_picture is None:
            self.choose_picture()


class _Preview(QWidget):
    """A picture as wide as there is room."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._image = theme, QImage()
        self.setAccessibleName(name)
        self.hide()

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.setVisible(not image.isNull())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_PREVIEW, self._theme.px(_PREVIEW))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRectF(QPointF(0, 0), size)
        shape = QPainterPath()
        shape.addRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        painter.setClipPath(shape)
        painter.drawImage(area, self._image)


def _percent(name: str, tooltip: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(round(finishing.SIZES[0] * 100), round(finishing.SIZES[1] * 100))
    box.setSingleStep(5)
    box.setSuffix(" %")
    box.setAccessibleName(name)
    box.setToolTip(tooltip)
    box.lineEdit().setTextMargins(Space.S, 0, 0, 0)
    box.setMinimumWidth(0)
    return box


def _grid(fields: list[QWidget]) -> QWidget:
    """Names beside their fields, both as wide."""
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(Space.S)
    for place, field in enumerate(fields):
        grid.addWidget(label(field.accessibleName(), wrap=True), place, 0)
        grid.addWidget(field, place, 1)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return part
