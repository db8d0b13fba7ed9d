"""How pictures were exported last, and the export itself."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Annotated, Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QImage

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import FastFaceError
from fastface_core.files import make_folder
from fastface_core.library import contact_sheets, export, finishing
from fastface_core.library.credentials import Credentials
from fastface_core.library.library import Library
from fastface_core.progress import CancelToken, Report
from fastface_core.settings import Line
from fastface_core.validation import FilePath
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.long_task import LongTask
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Failed

LARGEST = export.LARGEST
MOST_SAVED = 50
"""Ways of exporting that are kept under a name."""
_PREFERRED = ("disclosure", "creator", "rights")
"""What is said in Settings as well."""
_ASKED = 50
"""Pictures whose licences are named."""


class ExportChoices(BaseModel):
    """What the export panel is filled with; frozen. See `ExportSettings`.

    Attributes:
        density: 0 notes none.
        side: 0 keeps the size.
        patterns: the naming pattern of each profile where it is not the usual one.
        folder: None takes a folder "Export" next to the pictures.
        watermark: which of the two it is; both are kept.
        watermark_size, watermark_opacity: percent.
        disclosure, creator, rights: those of Settings, and kept there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    profile: export.Profile = "share"
    form: export.ExportForm | None = None
    density: Annotated[int, Field(ge=0, le=export.DENSITIES[1])] = 0
    colours: export.Colours = "srgb"
    side: Annotated[int, Field(ge=0, le=LARGEST)] = 0
    quality: Annotated[int, Field(ge=1, le=100)] = 92
    patterns: dict[export.Profile, Annotated[str, Field(max_length=200)]] = {}
    disclosure: bool = True
    creator: Line = ""
    rights: Line = ""
    folder: FilePath | None = None
    sharpening: finishing.Sharpening | None = None
    watermark: Literal["text", "picture"] | None = None
    watermark_text: Annotated[str, Field(max_length=finishing.MOST_LETTERS)] = ""
    watermark_picture: FilePath | None = None
    watermark_place: finishing.Place = "bottom-right"
    watermark_size: Annotated[int, Field(ge=5, le=100)] = 30
    watermark_opacity: Annotated[int, Field(ge=5, le=100)] = 70
    by_person: bool = False
    sheet: bool = False
    sheet_columns: Annotated[int, Field(ge=contact_sheets.COLUMNS[0], le=contact_sheets.COLUMNS[1])] = 4
    sheet_title: Annotated[str, Field(max_length=contact_sheets.MOST_LETTERS)] = ""
    saved: dict[Annotated[str, Field(min_length=1, max_length=60)], dict[str, object]] = Field(
        default={}, max_length=MOST_SAVED
    )
    """What was kept under a name: values of this, without the ones of Settings."""

    @property
    def pattern(self) -> str:
        return self.patterns.get(self.profile) or export.PATTERNS[self.profile]

    @property
    def target(self) -> Path:
        return self.folder or paths.pictures_folder() / "Export"

    def settings(self) -> export.ExportSettings:
        client, archive = self.profile == "client", self.profile == "archive"
        return export.ExportSettings(
            profile=self.profile,
            # The archive keeps what was made as it is.
            form=None if archive and self.form == "tiff" else self.form,
            density=self.density or None,
            colours="srgb" if archive else self.colours,
            side=max(self.side, export.SMALLEST) if self.side else None,
            pattern=self.pattern,
            quality=self.quality,
            disclosure=self.disclosure,
            creator=self.creator.strip() or None if client else None,
            rights=self.rights.strip() or None if client else None,
            sharpening=None if archive else self.sharpening,
            watermark=None if archive else self._mark(),
            by_person=self.by_person,
            sheet=self._sheet(said=self.disclosure and not archive) if self.sheet else None,
        )

    def _mark(self) -> finishing.Watermark | None:
        if self.watermark is None:
            return None
        text = self.watermark == "text"
        return finishing.Watermark(
            self.watermark_text.strip() if text else None,
            None if text else self.watermark_picture,
            self.watermark_place,
            self.watermark_size / 100,
            self.watermark_opacity / 100,
        )

    def _sheet(self, *, said: bool) -> contact_sheets.SheetSettings:
        note = QCoreApplication.translate("contact sheet", "Made by a trained model.") if said else ""
        return contact_sheets.SheetSettings(self.sheet_columns, self.sheet_title.strip(), note)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known before an export.

    Attributes:
        example: the name that the first file will have.
        error: what is wrong with the pattern.
        marked: the first picture with the watermark; null where there is none.
        mark_error: what is wrong with the watermark.
    """

    example: str
    warning: export.TermsWarning
    error: FastFaceError | None
    marked: QImage
    mark_error: FastFaceError | None = None


class Exporter(QObject):
    """Keeps the choices, looks ahead, and exports in the background."""

    changed = Signal()
    exported = Signal(export.Exported)
    """The task is done; otherwise `task.failed` or `task.cancelled` is emitted."""

    def __init__(self, library: LibraryState, settings: Settings, saver: Saver, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library, self._settings, self._saver = library, settings, saver
        self._file = paths.data_folder() / "export.json"
        self.values = read_choices(self._file).model_copy(update=self._preferred())
        self.task = LongTask(library, self)
        settings.changed.connect(self._setting_changed)

    def change(self, **values: object) -> None:
        """
        Raises:
            pydantic.ValidationError: a value is not allowed; nothing is changed.
        """
        before, after = self.values, ExportChoices.model_validate({**dict(self.values), **values})
        if after == before:
            return
        self.values = after
        self._saver.put(self._file, after.model_dump_json(exclude=set(_PREFERRED), indent=2).encode())
        self._settings.change(**{name: getattr(after, name) for name in _PREFERRED})
        self.changed.emit()

    def save_as(self, name: str) -> None:
        """Keeps what is chosen now under a name, in the place of what had it.

        Raises:
            pydantic.ValidationError: the name is empty or too long, or there are too many already.
        """
        values = self.values.model_dump(mode="json", exclude={"saved", *_PREFERRED})
        self.change(saved={**self.values.saved, " ".join(name.split()): values})

    def use_saved(self, name: str) -> None:
        """Chooses what was kept under a name; nothing where it can no longer be read."""
        values = self.values.saved.get(name)
        if values is not None:
            with contextlib.suppress(ValidationError):
                self.change(**{key: value for key, value in values.items() if key not in ("saved", *_PREFERRED)})

    def forget_saved(self, name: str) -> None:
        self.change(saved={key: value for key, value in self.values.saved.items() if key != name})

    def _export_settings(self) -> export.ExportSettings:
        values = self._settings.values
        signs = values.signing and values.certificate and values.certificate_key
        own = Credentials(Path(values.certificate), Path(values.certificate_key)) if signs else None
        return replace(self.values.settings(), credentials=own)

    def _preferred(self) -> dict[str, object]:
        return {name: getattr(self._settings.values, name) for name in _PREFERRED}

    def _setting_changed(self, name: str) -> None:
        after = self.values.model_copy(update=self._preferred())
        if after != self.values:
            self.values = after
            self.changed.emit()

    def look_ahead(self, owner: QObject, ids: Sequence[int], done: Callable[[Outlook], object], failed: Failed) -> None:
        """Finds out what an export would mean; the callbacks as of `Tasks.run`."""
        settings = self._export_settings()
        if self._library.library is not None:
            self._library.run(owner, lambda library: _outlook(library, tuple(ids), settings), done, failed)

    def export(self, ids: Sequence[int]) -> None:
        """Writes the copies; emits `exported`."""
        settings, folder = self._export_settings(), self.values.target

        def work(library: Library, report: Report, cancel: CancelToken) -> export.Exported:
            export.check(settings)
            make_folder(folder)
            library.writes_to(folder)
            names = library.people.names()
            return export.export(library.gallery, tuple(ids), folder, settings, names, report, cancel)

        self.task.run(work, self.exported.emit)


def _outlook(library: Library, ids: tuple[int, ...], settings: export.ExportSettings) -> Outlook:
    warning = _warning(library, ids)
    marked, mark_error = _marked(library, ids[0], settings.watermark)
    try:
        details = library.gallery.details(ids[0])
        unmarked = replace(settings, watermark=None)
        name = export.file_name(details, unmarked, len(ids), library.people.names())
        return Outlook(name, warning, None, marked, mark_error)
    except FastFaceError as error:
        return Outlook("", warning, error, marked, mark_error)


def _marked(
    library: Library, picture: int, watermark: finishing.Watermark | None
) -> tuple[QImage, FastFaceError | None]:
    """The small picture, marked as the copy will be."""
    if watermark is None:
        return QImage(), None
    try:
        stamp = finishing.stamp(watermark)
    except FastFaceError as error:
        return QImage(), error
    try:
        (row,) = library.gallery.rows([picture])
        data = library.thumbnails.get(row)
    except (FastFaceError, ValueError):
        return QImage(), None  # the export itself says what is wrong with it
    with Image.open(BytesIO(data)) as thumbnail:
        image = thumbnail.convert("RGB")
    stamp(image)
    shown = QImage(image.tobytes(), *image.size, 3 * image.width, QImage.Format.Format_RGB888)
    return shown.copy(), None


def _warning(library: Library, ids: tuple[int, ...]) -> export.TermsWarning:
    """As `export.terms_warning`, from the rows: it is asked for again with every choice, for any number of pictures."""
    rows = library.gallery.rows(ids)
    forbidden = tuple(row.id for row in rows if row.commercial is False)
    some = export.terms_warning(library.gallery, forbidden[:_ASKED])
    return export.TermsWarning(forbidden, tuple(row.id for row in rows if row.commercial is None), some.licences)


def read_choices(file: Path) -> ExportChoices:
    try:
        return ExportChoices.model_validate_json(read_bytes(file))
    except (OSError, ValidationError):
        return ExportChoices()
