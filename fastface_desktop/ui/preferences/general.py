"""Settings, General: language, appearance and text size. All of it changes at once."""

from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.preferences.fields import Group, Setting
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.shell.menu import TEXT_SCALES
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo


class General(Section):
    def __init__(self, settings: Settings) -> None:
        super().__init__(self.tr("General"))
        self.language = CalmCombo(
            self.tr("Language"),
            self.tr("What the program speaks"),
            [
                ("system", self.tr("As the system"), self.tr("The system's language, where FastFace speaks it")),
                ("en", "English", ""),
                ("de", "Deutsch", ""),
            ],
            narrow=True,
        )
        self.theme = CalmCombo(
            self.tr("Appearance"),
            self.tr("Light or dark"),
            [
                ("system", self.tr("As the system"), self.tr("Light or dark with the system, also when it changes")),
                ("light", self.tr("Light"), ""),
                ("dark", self.tr("Dark"), ""),
            ],
            narrow=True,
        )
        self.text_scale = CalmCombo(
            self.tr("Text size"),
            self.tr("How large text is, on top of what the system says"),
            [(scale, f"{scale * 100:.0f} %", "") for scale in TEXT_SCALES],
            narrow=True,
        )
        self.add(
            Group(
                Setting(self.tr("Language"), self.tr("Changes at once; what is written stays."), self.language),
                Setting(self.tr("Appearance"), "", self.theme),
                Setting(self.tr("Text size"), self.tr("Buttons and fields grow with it."), self.text_scale),
            )
        )
        bound = Bound(settings, self)
        bound.field("language", self.language)
        bound.field("theme", self.theme)
        bound.field("text_scale", self.text_scale)
