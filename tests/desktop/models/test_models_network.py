"""Mirror, proxy and token: kept when they are right, refused below their field, and tried against a real hub."""

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from fastface_core.errors import NetworkError
from fastface_core.models.hub import settings as network_settings
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.connection import reach
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.hub.settings import change_settings, read_settings
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.ui.shared.network_section import NetworkSection
from fastface_desktop.ui.theme.theme import Theme
from tests.core.downloads import online as online
from tests.desktop.models_hub import PATIENCE, click
from tests.desktop.models_hub import hub as hub
from tests.desktop.models_hub import repositories as repositories
from tests.hub import Hub

pytestmark = pytest.mark.usefixtures("online")
SECRET = "hf_0123456789abcdefABCDEF"


@pytest.fixture
def section(qapp: QApplication, qtbot: QtBot) -> Generator[NetworkSection]:
    background = Tasks()
    network = NetworkState(background)
    section = NetworkSection(network, Theme(qapp, "dark"))
    qtbot.addWidget(section)
    section.resize(700, 600)
    section.show()
    # It asks only in the next moment; what comes then would take the place of what is written in a field.
    qtbot.waitUntil(lambda: network.seen is not None, timeout=PATIENCE)
    yield section
    background.close()


def write(edit: QLineEdit, text: str, qtbot: QtBot) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text) if text else edit.clear()
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_a_field_is_not_set_back_while_it_is_being_kept(section: NetworkSection, qtbot: QtBot) -> None:
    shown: list[str] = []
    section.network.changed.connect(lambda: shown.append(section.proxy.edit.text()))
    write(section.endpoint.edit, "https://mirror.example", qtbot)
    write(section.proxy.edit, "http://localhost:9", qtbot)
    section.test_button.setFocus()
    qtbot.waitUntil(lambda: not section.network.changing, timeout=PATIENCE)
    assert shown == ["http://localhost:9"] * 2
    assert read_settings().proxy == "http://localhost:9"


def test_an_address_is_kept_and_a_wrong_one_is_refused_below_its_field(section: NetworkSection, qtbot: QtBot) -> None:
    for name in ("endpoint", "proxy"):
        field = section.fields[name]
        write(field.edit, "ftp://nowhere", qtbot)
        qtbot.waitUntil(field.error.isVisible, timeout=PATIENCE)
        assert name in field.error.message.text()
        assert "http://" in field.error.message.text()
        assert getattr(read_settings(), name) is None
        # It stays there to be corrected.
        assert field.edit.text() == "ftp://nowhere"
        write(field.edit, "http://localhost:8080/", qtbot)
        qtbot.waitUntil(lambda name=name: getattr(read_settings(), name) == "http://localhost:8080", timeout=PATIENCE)
        assert not field.error.isVisible()
        write(field.edit, "", qtbot)
        qtbot.waitUntil(lambda name=name: getattr(read_settings(), name) is None, timeout=PATIENCE)


def test_a_token_is_never_shown_and_can_be_forgotten(section: NetworkSection, qtbot: QtBot) -> None:
    field = section.token
    assert not section.forget_button.isVisible()
    write(field.edit, "two words", qtbot)
    qtbot.waitUntil(field.error.isVisible, timeout=PATIENCE)
    write(field.edit, SECRET, qtbot)
    qtbot.waitUntil(section.forget_button.isVisible, timeout=PATIENCE)
    kept = read_settings().token
    assert kept is not None
    assert kept.get_secret_value() == SECRET
    assert field.edit.text() == ""
    assert field.edit.placeholderText() == "One is kept"
    assert field.edit.echoMode() == QLineEdit.EchoMode.Password
    shown = [one.text() for one in section.findChildren(QLineEdit)]
    shown += [str(one) for one in vars(section).values()]
    assert not any(SECRET in text for text in shown)
    click(section.forget_button, qtbot)
    qtbot.waitUntil(lambda: read_settings().token is None, timeout=PATIENCE)


def test_the_connection_is_tried_with_what_is_set(hub: Hub, section: NetworkSection, qtbot: QtBot) -> None:
    click(section.test_button, qtbot)
    qtbot.waitUntil(section.test_button.isEnabled, timeout=PATIENCE)
    assert section.answer.text().endswith("answers.")
    assert not section.error.isVisible()
    (asked,) = hub.asked
    assert asked.token is None
    assert [one.why for one in NetworkLog().read()] == ["A test of the connection"]

    change_settings(token=SECRET)
    click(section.test_button, qtbot)
    qtbot.waitUntil(lambda: "accepts the access token" in section.answer.text(), timeout=PATIENCE)
    assert hub.asked[-1].token == SECRET

    change_settings(proxy="http://localhost:9")
    click(section.test_button, qtbot)
    qtbot.waitUntil(section.error.isVisible, timeout=PATIENCE)
    assert "proxy" in section.error.message.text()
    assert section.answer.text() == ""


def test_offline_is_said_instead_of_asked(hub: Hub, section: NetworkSection, qtbot: QtBot) -> None:
    network_settings.change_settings(offline=True)
    click(section.test_button, qtbot)
    qtbot.waitUntil(section.error.isVisible, timeout=PATIENCE)
    assert section.error.message.text() == "The network is switched off for FastFace."
    assert hub.asked == []


def test_what_the_environment_says_is_said(
    hub: Hub, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    background = Tasks()
    section = NetworkSection(NetworkState(background), Theme(qapp, "dark"))
    qtbot.addWidget(section)
    section.show()
    qtbot.waitUntil(section.forced.isVisible, timeout=PATIENCE)
    assert "HF_ENDPOINT" in section.forced.text()
    background.close()


def test_a_page_that_is_no_hub_is_known(hub: Hub) -> None:
    found = reach(Network(endpoint=hub.endpoint, token=SECRET))
    assert found.with_token
    with pytest.raises(NetworkError, match=r"not understood|does not have"):
        reach(Network(endpoint=f"{hub.endpoint}/somewhere"))
