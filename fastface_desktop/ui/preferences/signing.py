"""Settings, Pictures for others: the certificate that exported pictures are signed with."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.translation import translated
from fastface_desktop.ui.preferences.fields import Group, Setting, switch
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button, label
from fastface_desktop.ui.widgets.layout import row

_FILES = ("certificate", "certificate_key")


class _File(QWidget):
    """A chosen file by its name; its folder is nobody's business."""

    def __init__(self, title: str, tooltip: str) -> None:
        super().__init__()
        self.name = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.choose = button(self.tr("Choose…"), tooltip)
        self.choose.setAccessibleName(self.tr("Choose: {name}").format(name=title))
        line = row(label(title), gap=Space.S)
        line.addWidget(self.name, 1)
        line.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)

    def show_file(self, path: str) -> None:
        self.name.setText(Path(path).name if path else self.tr("not chosen"))


class Signing(Group):
    """The switch goes on only once a signature with these files was made and read back."""

    def __init__(self, settings: Settings, background: Tasks) -> None:
        super().__init__()
        self.switch = switch(
            self.tr("Sign each picture"), self.tr("Adds content credentials (C2PA) that a change would break")
        )
        self.setting = Setting(
            self.tr("Content credentials"),
            self.tr(
                "Exported pictures are signed with your certificate: a change is then found out, and everybody can"
                " read the name in it. Copies for the archive and pictures in the gallery are not signed."
            ),
            self.switch,
        )
        self.certificate = _File(self.tr("Certificate"), self.tr("A PEM file with the certificate and its chain"))
        self.key = _File(self.tr("Key"), self.tr("A PEM file with the private key, without a passphrase"))
        for part in (self.setting, self.certificate, self.key):
            self.column.addWidget(part)
        self.column.setSpacing(Space.M)
        self._settings, self._background = settings, background
        self.switch.clicked.connect(self._switched)
        self.certificate.choose.clicked.connect(self._choose_certificate)
        self.key.choose.clicked.connect(self._choose_key)
        settings.changed.connect(self._setting_changed)
        self._show()

    def take(self, name: str, file: Path) -> None:
        """Takes the file for "certificate" or "certificate_key", and tries what is there."""
        self._settings.change(**{name: str(file)})
        if all(getattr(self._settings.values, one) for one in _FILES):
            self.check()

    def check(self) -> None:
        """Signs something small; the switch goes on where that works, and off where it does not."""
        files = self._chosen()
        certificate, key = map(Path, files)

        def work() -> str:
            # It brings NumPy, which the page need not wait for.
            from fastface_core.library.credentials import Credentials, Signer

            return Signer(Credentials(certificate, key)).name

        def works(name: str) -> None:
            if self._chosen() == files:
                self._settings.change(signing=True)
                self.setting.say(self.tr("Signs as {name}.").format(name=name), "good")

        def fails(error: FastFaceError) -> None:
            if self._chosen() == files:
                self._settings.change(signing=False)
                self.setting.say(f"{translated(error.message)} {translated(error.hint)}", "bad")

        self._background.run(self, work, works, fails)

    def _chosen(self) -> tuple[str, str]:
        """Certificate and key of now: what others can do is of no interest any more."""
        return self._settings.values.certificate, self._settings.values.certificate_key

    def _switched(self, on: bool) -> None:
        self.setting.say("")
        if not on:
            self._settings.change(signing=False)
            return
        # Not before it has worked.
        self.switch.setChecked(False)
        if all(getattr(self._settings.values, one) for one in _FILES):
            self.check()
        else:
            self.setting.say(self.tr("Choose a certificate and its key first."), "warn")

    def _choose_certificate(self) -> None:
        self._choose("certificate", self.tr("Choose a certificate"))

    def _choose_key(self) -> None:
        self._choose("certificate_key", self.tr("Choose the key"))

    def _choose(self, name: str, title: str) -> None:
        kinds = self.tr("PEM files (*.pem *.crt *.cer *.key);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()), kinds)
        if chosen:
            self.take(name, Path(chosen))

    def _setting_changed(self, name: str) -> None:
        if name in ("signing", *_FILES):
            self._show()

    def _show(self) -> None:
        values = self._settings.values
        self.switch.setChecked(values.signing)
        self.certificate.show_file(values.certificate)
        self.key.show_file(values.certificate_key)


def available() -> bool:
    """Whether pictures can be signed in this installation."""
    from importlib.util import find_spec

    return find_spec("c2pa") is not None
