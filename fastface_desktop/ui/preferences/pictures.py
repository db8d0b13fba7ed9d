"""Settings, Pictures for others: what exported pictures say about themselves, and what is not shown."""

import sys
from functools import partial

from pydantic import ValidationError
from PySide6.QtWidgets import QLineEdit

from fastface_core.settings import MAX_LINE
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.ui.preferences.fields import Group, Setting, switch
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.preferences.signing import Signing, available
from fastface_desktop.ui.widgets.bind import Bound


class PicturesForOthers(Section):
    def __init__(self, settings: Settings, background: Tasks) -> None:
        super().__init__(
            self.tr("Pictures for others"),
            self.tr("What an exported picture says about itself. It counts from the next export on."),
        )
        self.disclosure = switch(
            self.tr("Written into each file"), self.tr("Writes the IPTC digital source type into the file")
        )
        self.content_filter = switch(
            self.tr("Look at each picture"),
            self.tr("Looks at each finished picture with a classifier on this computer"),
        )
        self.creator = self._line(self.tr("Creator"), self.tr("The name of a person or studio (dc:creator)"))
        self.rights = self._line(self.tr("Copyright"), self.tr("For example: © 2031 Studio North (dc:rights)"))
        self.creator_setting = Setting(
            self.tr("Creator"), self.tr("Written into pictures exported for a client, and nowhere else."), self.creator
        )
        self.rights_setting = Setting(
            self.tr("Copyright"), self.tr("Written into pictures exported for a client, and nowhere else."), self.rights
        )
        disclosure = Setting(
            self.tr("Made by a model"),
            self.tr(
                "Exported pictures say in their metadata that a trained model made them, as the IPTC standard asks."
                " Pictures in the gallery always say so."
            ),
            self.disclosure,
        )
        content = Setting(
            self.tr("Content filter"),
            self.tr(
                "Pictures that are not safe for work are not saved, and the job says so. Works where its model is"
                " installed."
            ),
            self.content_filter,
        )
        self.signing = Signing(settings, background) if available() else None
        missing = Setting(
            self.tr("Content credentials"),
            self.tr(
                "Pictures can be signed with your own certificate where the package c2pa-python is installed:"
                " pip install c2pa-python."
            ),
        )
        self.add(Group(disclosure), Group(self.creator_setting, self.rights_setting))
        if self.signing is not None:
            self.add(self.signing)
        elif not getattr(sys, "frozen", False):  # nothing can be installed into a bundle
            self.add(Group(missing))
        self.add(Group(content))
        bound = Bound(settings, self)
        bound.field("disclosure", self.disclosure)
        bound.field("content_filter", self.content_filter)
        for name, line, setting in (
            ("creator", self.creator, self.creator_setting),
            ("rights", self.rights, self.rights_setting),
        ):
            bound.field(name, line, kept=str.strip, refused=partial(self._say_problem, setting))

    def _line(self, title: str, tooltip: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(title)
        made.setToolTip(tooltip)
        return made

    def _say_problem(self, setting: Setting, error: ValidationError | None) -> None:
        """A text can only be too long."""
        setting.say(self.tr("Too long: {most} characters at most.").format(most=MAX_LINE) if error else "", "bad")
