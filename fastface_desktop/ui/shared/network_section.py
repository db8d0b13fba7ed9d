"""How the network is used: the hub's address, a proxy, an access token, and whether that works."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column, filling, row


class _Field(QWidget):
    """A line to write in under its name, with what is wrong with it below."""

    def __init__(self, title: str, tooltip: str, theme: Theme) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setToolTip(tooltip)
        self.edit.setAccessibleName(title)
        self.error = InlineError(theme)
        name = label(title, "strong")
        name.setBuddy(self.edit)
        self.row = row(filling(self.edit), gap=Space.S)
        column(name, label(tooltip, "secondary", wrap=True), self.row, self.error, gap=Space.XS, of=self)


class NetworkSection(QWidget):
    """Keeps each field when it is left or Enter is pressed. What is wrong with one is shown below it."""

    def __init__(self, network: NetworkState, theme: Theme) -> None:
        super().__init__()
        self.network = network
        self._kept = {"endpoint": "", "proxy": ""}
        self.endpoint = _Field(
            self.tr("Mirror"),
            self.tr("Another address for the hub that models come from; empty for the usual one"),
            theme,
        )
        self.endpoint.edit.setPlaceholderText("https://")
        self.proxy = _Field(self.tr("Proxy"), self.tr("The address of a proxy; empty for what the system says"), theme)
        self.proxy.edit.setPlaceholderText("http://")
        self.token = _Field(
            self.tr("Access token"),
            self.tr("For models that are open only to accounts that have accepted their terms. It is never shown."),
            theme,
        )
        self.token.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.forget_button = button(self.tr("Forget"), self.tr("Forget the access token"))
        self.forget_button.clicked.connect(self._forget_token)
        self.token.row.addWidget(self.forget_button)
        self.fields = {"endpoint": self.endpoint, "proxy": self.proxy, "token": self.token}
        self.forced = label(role="warn", wrap=True)
        self.test_button = button(
            self.tr("Test the connection"), self.tr("Ask the hub something small, with mirror, proxy and token")
        )
        self.test_button.clicked.connect(self.test)
        self.answer = label(wrap=True)
        self.error = InlineError(theme)
        self._build()
        self.endpoint.edit.editingFinished.connect(self._keep_endpoint)
        self.proxy.edit.editingFinished.connect(self._keep_proxy)
        self.token.edit.editingFinished.connect(self._keep_token)
        network.changed.connect(self._show)
        network.failed.connect(self._show_error)
        network.reached.connect(self._show_answer)
        network.not_reached.connect(self._show_no_answer)
        if network.seen is not None:
            self._show()
        QTimer.singleShot(0, network.look)

    def _build(self) -> None:
        column(
            *self.fields.values(),
            self.forced,
            row(self.test_button, filling(self.answer), gap=Space.M),
            self.error,
            gap=Space.L,
            of=self,
        )
        self.forced.hide()
        self.forget_button.hide()

    # ---- What it shows

    def _show(self) -> None:
        seen = self.network.seen
        assert seen is not None
        for name, kept in (("endpoint", seen.endpoint), ("proxy", seen.proxy)):
            if name in self.network.changing:
                continue
            self._kept[name] = kept
            edit = self.fields[name].edit
            if not edit.hasFocus() and self.fields[name].error.error is None:
                edit.setText(kept)
        self.token.edit.setPlaceholderText(self.tr("One is kept") if seen.token else "")
        self.forget_button.setVisible(seen.token)
        self.forced.setVisible(bool(seen.forced))
        self.forced.setText(
            self.tr("Set outside of FastFace, and coming first: {names}").format(names=", ".join(seen.forced))
        )

    def _show_error(self, name: str, error: FastFaceError) -> None:
        if name in self.fields:
            self.fields[name].error.show_error(error, copyable=False)
        else:
            self.error.show_error(error)

    def _show_no_answer(self, error: FastFaceError) -> None:
        self.test_button.setEnabled(True)
        self.answer.setText("")
        self.error.show_error(error)

    def _show_answer(self, host: str, with_token: bool) -> None:
        self.test_button.setEnabled(True)
        text = self.tr("{host} answers, and accepts the access token.") if with_token else self.tr("{host} answers.")
        self.answer.setText(text.format(host=host))

    # ---- What the user does

    def _keep_endpoint(self) -> None:
        self._keep("endpoint")

    def _keep_proxy(self) -> None:
        self._keep("proxy")

    def _keep(self, name: str) -> None:
        field = self.fields[name]
        text = field.edit.text().strip()
        if text != self._kept[name] or field.error.error is not None:
            field.error.clear()
            self._say_nothing()
            # Not only once it is on the disk: what is written next is compared with it.
            self._kept[name] = text
            self.network.change(name, text)

    def _keep_token(self) -> None:
        text = self.token.edit.text().strip()
        if text:
            # From here on only the core has it.
            self.token.edit.clear()
            self.token.error.clear()
            self._say_nothing()
            self.network.change("token", text)

    def _forget_token(self) -> None:
        self.token.error.clear()
        self._say_nothing()
        self.network.change("token", "")

    def _say_nothing(self) -> None:
        self.answer.setText("")
        self.error.clear()

    def test(self) -> None:
        """Asks the hub something small; the answer is shown beside the button."""
        self._say_nothing()
        self.answer.setText(self.tr("Asking…"))
        self.test_button.setEnabled(False)
        self.network.test()
