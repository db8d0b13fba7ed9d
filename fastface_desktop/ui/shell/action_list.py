"""Every action there is, said once: what it is called, its usual keys, and where it counts.

Shortcuts, tooltips, the palette, the help page and the editor of shortcuts all read this list.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what it gives back has no type in Qt's own stubs

    def QT_TRANSLATE_NOOP(context: str, text: str) -> str: ...
else:
    from PySide6.QtCore import QT_TRANSLATE_NOOP

WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes:
        id: never shown; "create.generate" is part of the page "create".
        title: in English; `Actions.title` gives it in the window's language.
        keys: the usual ones, as Qt writes them for files.
        fixed: the keys belong to a list or a picture that has the focus, and cannot be changed; the action is shown in
            the help alone.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    fixed: bool = False

    @property
    def scope(self) -> str:
        """`WINDOW`, or the name of the page in which it counts."""
        return self.id.partition(".")[0]


ACTIONS: tuple[Action, ...] = (
    Action("window.palette", QT_TRANSLATE_NOOP("actions", "Find an action"), ("Ctrl+K",)),
    Action("window.help", QT_TRANSLATE_NOOP("actions", "Help"), ("F1",)),
    Action("window.queue", QT_TRANSLATE_NOOP("actions", "Show or hide the queue"), ("Ctrl+J",)),
    Action("window.batch", QT_TRANSLATE_NOOP("actions", "Batch: many people, many looks"), ("Ctrl+Shift+B",)),
    Action("window.pause", QT_TRANSLATE_NOOP("actions", "Pause the queue, or go on")),
    Action("window.undo", QT_TRANSLATE_NOOP("actions", "Undo the last change"), ("Ctrl+Z",)),
    Action("window.theme", QT_TRANSLATE_NOOP("actions", "Light or dark")),
    Action("window.larger", QT_TRANSLATE_NOOP("actions", "Larger text"), ("Ctrl+Shift++", "Ctrl+Shift+=")),
    Action("window.smaller", QT_TRANSLATE_NOOP("actions", "Smaller text"), ("Ctrl+Shift+-", "Ctrl+Shift+_")),
    Action("window.menu", QT_TRANSLATE_NOOP("actions", "Open the menu"), ("F10",)),
    Action("window.diagnostics", QT_TRANSLATE_NOOP("actions", "Diagnostics")),
    Action("window.quit", QT_TRANSLATE_NOOP("actions", "Quit"), ("Ctrl+Q", "Ctrl+W")),
    Action("create.generate", QT_TRANSLATE_NOOP("actions", "Make the pictures"), ("Ctrl+Enter", "Ctrl+Return")),
    Action("create.cancel", QT_TRANSLATE_NOOP("actions", "Stop what is being made"), ("Escape",)),
    Action("create.choose_photos", QT_TRANSLATE_NOOP("actions", "Choose photos"), ("Ctrl+O",)),
    Action("create.paste", QT_TRANSLATE_NOOP("actions", "Paste a photo, a picture or a prompt"), ("Ctrl+V",)),
    Action("create.repeat", QT_TRANSLATE_NOOP("actions", "The same with another seed"), ("Ctrl+R",)),
    Action("create.trash", QT_TRANSLATE_NOOP("actions", "Put the picture into the trash")),
    Action("create.use_settings", QT_TRANSLATE_NOOP("actions", "Use the settings of this picture"), ("Ctrl+U",)),
    Action("create.save_as", QT_TRANSLATE_NOOP("actions", "Save a copy of the picture"), ("Ctrl+S",)),
    Action("create.show_in_folder", QT_TRANSLATE_NOOP("actions", "Show the picture in its folder"), ("Ctrl+E",)),
    Action("create.copy", QT_TRANSLATE_NOOP("actions", "Copy the picture"), ("Ctrl+C",), fixed=True),
    Action("create.walk", QT_TRANSLATE_NOOP("actions", "The picture before, the next one"), ("Left", "Right"), True),
    Action("create.zoom", QT_TRANSLATE_NOOP("actions", "Larger, smaller, fit"), ("+", "-", "0"), fixed=True),
    Action("presets.save", QT_TRANSLATE_NOOP("actions", "Save the preset"), ("Ctrl+S",)),
    Action("presets.revert", QT_TRANSLATE_NOOP("actions", "Discard the changes of the preset")),
    Action("presets.redo", QT_TRANSLATE_NOOP("actions", "Redo the change of the preset"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Action("presets.copy", QT_TRANSLATE_NOOP("actions", "Make a copy of the preset"), ("Ctrl+D",)),
    Action("presets.use", QT_TRANSLATE_NOOP("actions", "Use the preset on Create"), ("Ctrl+U",)),
    Action("presets.make_default", QT_TRANSLATE_NOOP("actions", "Begin new pictures with the preset")),
    Action("presets.rename", QT_TRANSLATE_NOOP("actions", "Rename the preset"), ("F2",)),
    Action("presets.import", QT_TRANSLATE_NOOP("actions", "Take a preset over from a file"), ("Ctrl+O",)),
    Action("presets.export", QT_TRANSLATE_NOOP("actions", "Export the preset"), ("Ctrl+E",)),
    Action("presets.effect", QT_TRANSLATE_NOOP("actions", "Show before and after"), ("Ctrl+B",)),
    Action("presets.delete", QT_TRANSLATE_NOOP("actions", "Delete the preset"), ("Delete",), fixed=True),
    Action("people.new", QT_TRANSLATE_NOOP("actions", "New person"), ("Ctrl+N",)),
    Action("people.add_photos", QT_TRANSLATE_NOOP("actions", "Add photos of a person"), ("Ctrl+O",)),
    Action("people.paste", QT_TRANSLATE_NOOP("actions", "Paste a photo of a person"), ("Ctrl+V",)),
    Action("people.search", QT_TRANSLATE_NOOP("actions", "Search names"), ("Ctrl+F",)),
    Action("people.back", QT_TRANSLATE_NOOP("actions", "Close what is open"), ("Escape",)),
    Action("people.lock", QT_TRANSLATE_NOOP("actions", "Lock the people"), ("Ctrl+L",)),
    Action(
        "compare.begin", QT_TRANSLATE_NOOP("actions", "Begin the comparison, or go on"), ("Ctrl+Enter", "Ctrl+Return")
    ),
    Action("compare.stop", QT_TRANSLATE_NOOP("actions", "Stop the comparison, or back to its grid"), ("Escape",)),
    Action("compare.new", QT_TRANSLATE_NOOP("actions", "New comparison"), ("Ctrl+N",)),
    Action("compare.export", QT_TRANSLATE_NOOP("actions", "Save the grid as a picture"), ("Ctrl+Shift+E",)),
    Action("compare.open", QT_TRANSLATE_NOOP("actions", "See the cell large"), ("Enter", "Space"), fixed=True),
    Action("gallery.search", QT_TRANSLATE_NOOP("actions", "Search the gallery"), ("Ctrl+F",)),
    Action("gallery.details", QT_TRANSLATE_NOOP("actions", "Show or hide the details"), ("Ctrl+I",)),
    Action("gallery.larger", QT_TRANSLATE_NOOP("actions", "Larger pictures"), ("Ctrl++", "Ctrl+=")),
    Action("gallery.smaller", QT_TRANSLATE_NOOP("actions", "Smaller pictures"), ("Ctrl+-",)),
    Action("gallery.import", QT_TRANSLATE_NOOP("actions", "Import the pictures of a folder"), ("Ctrl+O",)),
    Action("gallery.export", QT_TRANSLATE_NOOP("actions", "Export the chosen pictures"), ("Ctrl+Shift+E",)),
    Action("gallery.empty_trash", QT_TRANSLATE_NOOP("actions", "Empty the trash"), ()),
    Action("gallery.use_settings", QT_TRANSLATE_NOOP("actions", "Use the settings of the chosen picture"), ("Ctrl+U",)),
    Action(
        "gallery.repeat", QT_TRANSLATE_NOOP("actions", "Make the chosen picture again with another seed"), ("Ctrl+R",)
    ),
    Action("gallery.save_as", QT_TRANSLATE_NOOP("actions", "Save a copy of the chosen picture"), ("Ctrl+S",)),
    Action(
        "gallery.show_in_folder", QT_TRANSLATE_NOOP("actions", "Show the chosen picture in its folder"), ("Ctrl+E",)
    ),
    Action("gallery.copy", QT_TRANSLATE_NOOP("actions", "Copy the chosen pictures"), ("Ctrl+C",), fixed=True),
    Action("gallery.select_all", QT_TRANSLATE_NOOP("actions", "Choose all pictures"), ("Ctrl+A",), fixed=True),
    Action("gallery.open", QT_TRANSLATE_NOOP("actions", "See the picture large"), ("Space", "Enter"), fixed=True),
    Action("gallery.full_screen", QT_TRANSLATE_NOOP("actions", "The picture on the whole screen"), ("F",), fixed=True),
    Action("gallery.compare", QT_TRANSLATE_NOOP("actions", "Compare the chosen pictures"), ("C",), fixed=True),
    Action(
        "gallery.rate", QT_TRANSLATE_NOOP("actions", "Give stars, or none"), ("1", "2", "3", "4", "5", "0"), fixed=True
    ),
    Action("gallery.reject", QT_TRANSLATE_NOOP("actions", "Reject, or take that back"), ("X",), fixed=True),
    Action("gallery.label", QT_TRANSLATE_NOOP("actions", "Give a colour label"), ("6", "7", "8", "9"), fixed=True),
    Action("gallery.take_back", QT_TRANSLATE_NOOP("actions", "No longer rejected"), ("U",), fixed=True),
    Action("gallery.tag", QT_TRANSLATE_NOOP("actions", "Add a tag"), ("T",), fixed=True),
    Action("gallery.album", QT_TRANSLATE_NOOP("actions", "Put into an album"), ("B",), fixed=True),
    Action("gallery.new_album", QT_TRANSLATE_NOOP("actions", "New album")),
    Action("gallery.stack", QT_TRANSLATE_NOOP("actions", "Unfold or fold the stack"), ("S",), fixed=True),
    Action("gallery.stack_together", QT_TRANSLATE_NOOP("actions", "Make a stack of the chosen pictures"), ("Ctrl+G",)),
    Action("gallery.unstack", QT_TRANSLATE_NOOP("actions", "Take the stack apart"), ("Ctrl+Shift+G",)),
    Action("gallery.stacks", QT_TRANSLATE_NOOP("actions", "Stack the pictures of one request, or not")),
    Action("gallery.advance", QT_TRANSLATE_NOOP("actions", "Go on to the next picture after a rating, or stay")),
    Action("gallery.photo", QT_TRANSLATE_NOOP("actions", "The photo beside the large picture"), ("P",), fixed=True),
    Action(
        "gallery.vary",
        QT_TRANSLATE_NOOP("actions", "The same settings on Create, with another seed"),
        ("V",),
        fixed=True,
    ),
    Action("gallery.trash", QT_TRANSLATE_NOOP("actions", "Into the trash"), ("Delete",), fixed=True),
    Action("gallery.restore", QT_TRANSLATE_NOOP("actions", "Out of the trash"), ("R",), fixed=True),
)
