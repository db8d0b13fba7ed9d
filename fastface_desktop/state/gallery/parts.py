"""What the page Gallery works with. It outlives the page, which is built again in another language."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from fastface_desktop.state.gallery.album_acts import AlbumActs
from fastface_desktop.state.gallery.exporting import Exporter
from fastface_desktop.state.gallery.folder_import import FolderImport
from fastface_desktop.state.gallery.full_images import FullImages
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.marking import Marking
from fastface_desktop.state.gallery.reference import ReferencePhotos
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.jobs.repeating import Repeating
from fastface_desktop.state.library import LibraryState
from fastface_desktop.state.saver import Saver
from fastface_desktop.state.session import Session
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks


@dataclass(frozen=True, slots=True)
class GalleryParts:
    """`importing` takes folders in; the others are named after what they are."""

    gallery: Gallery
    marking: Marking
    exporter: Exporter
    importing: FolderImport
    repeating: Repeating
    images: FullImages
    background: Tasks
    albums: AlbumActs
    references: ReferencePhotos

    @classmethod
    def of(
        cls,
        library: LibraryState,
        queue: JobQueue,
        session: Session,
        background: Tasks,
        settings: Settings,
        saver: Saver,
        parent: QObject,
        *,
        radius: int,
    ) -> "GalleryParts":
        """`radius`: of the corners of the grid's pictures."""
        gallery, marking = Gallery(library, saver, radius=radius, parent=parent), Marking(library, parent)
        repeating = Repeating(queue, session, background, parent)
        return cls(
            gallery=gallery,
            marking=marking,
            albums=AlbumActs(gallery, marking, parent),
            references=ReferencePhotos(library, repeating.files, parent),
            exporter=Exporter(library, settings, saver, parent),
            importing=FolderImport(library, parent),
            repeating=repeating,
            images=FullImages(background, parent),
            background=background,
        )
