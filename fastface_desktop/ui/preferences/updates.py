"""Settings, Network: which version this is, and a newer one when it is asked for."""

from PySide6.QtCore import QDate, QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices

from fastface_core import __version__
from fastface_core.errors import FastFaceError
from fastface_desktop.state.updates import Updates
from fastface_desktop.ui.preferences.fields import Group, Setting
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, row
from fastface_desktop.ui.widgets.sizes import size_text


class UpdatesGroup(Group):
    """Nothing is checked until the button is pressed."""

    def __init__(self, updates: Updates, language: str, theme: Theme) -> None:
        """`language`: of what is new, "en" or "de"."""
        super().__init__()
        self._updates, self._language = updates, language
        self.check_button = button(
            self.tr("Check for updates"), self.tr("Ask for the newest version; nothing about this computer is sent")
        )
        self.check_button.clicked.connect(self._check)
        self.setting = Setting(
            self.tr("Updates"),
            self.tr("This is version {version}. FastFace never looks for another one by itself.").format(
                version=__version__
            ),
            self.check_button,
        )
        self.news = label(wrap=True)
        self.install_button = button(
            self.tr("Install"), self.tr("Install it beside this version; the next start takes it"), "primary"
        )
        self.install_button.clicked.connect(self._install)
        self.page_button = button(
            self.tr("Open the page"), self.tr("Open the page with newer versions in the browser"), "link"
        )
        self.page_button.clicked.connect(self._open_page)
        self.work = WorkLine(self.tr("Progress of the update"))
        self.work.stop_wanted.connect(updates.pause)
        self.error = InlineError(theme)
        self.column.addWidget(self.setting)
        self.column.addWidget(self.news)
        self.column.addLayout(row(self.install_button, self.page_button, REST, gap=Space.S))
        self.column.addWidget(self.work)
        self.column.addWidget(self.error)
        updates.seen.connect(self._show)
        updates.checked.connect(self._show)
        updates.work_changed.connect(self._show_work)
        updates.failed.connect(self._show_error)
        self._show()

    def shown(self) -> None:
        """It has come into view."""
        self._updates.look()

    # ---- What it shows

    def _show(self) -> None:
        installed, newest = self._updates.installed, self._updates.newest
        newer = newest is not None and newest.is_newer
        text, tone = self._state()
        self.setting.say(text, tone)
        self.news.setText(self._news() if newer else "")
        self.news.setVisible(bool(newer and self.news.text()))
        pending = bool(installed and installed.pending)
        self.check_button.setEnabled(bool(installed and installed.has_server) and self._updates.doing is None)
        self.install_button.setVisible(bool(self._updates.size) and not pending)
        self.install_button.setEnabled(self._updates.doing is None)
        self.page_button.setVisible(newer)

    def _state(self) -> tuple[str, str]:
        """What is known of newer versions, and its tone."""
        installed, newest = self._updates.installed, self._updates.newest
        if installed is None:
            return "", ""
        if installed.pending:
            return self.tr("Version {version} is installed; the next start takes it.").format(
                version=installed.pending
            ), "good"
        if installed.failed:
            return self.tr("Version {version} did not open its window; this one is in use again.").format(
                version=installed.failed
            ), "warn"
        if not installed.has_server:
            return self.tr("This copy is updated in the way in which it was installed: with its packages or git."), ""
        if newest is None:
            return "", ""
        if not newest.is_newer:
            return self.tr("This is the newest version."), "good"
        published = QDate.fromString(newest.published, Qt.DateFormat.ISODate)
        day = QLocale().toString(published, QLocale.FormatType.ShortFormat)
        found = self.tr("Version {version} is there, of {day}.").format(version=newest.release, day=day)
        if self._updates.size:
            found += " " + self.tr("{size} are to be fetched.").format(size=size_text(self._updates.size))
        elif not installed.can_install:
            found += " " + self.tr("Update it in the way in which it was installed.")
        return found, ""

    def _news(self) -> str:
        newest = self._updates.newest
        assert newest is not None
        notes = newest.notes.get(self._language) or newest.notes.get("en", ())
        return "\n".join(f"• {line}" for line in notes)

    def _show_work(self, _: str) -> None:
        doing = self._updates.doing
        before = self.work.isHidden()
        self.work.show_work(doing)
        if self.work.isHidden() != before:
            self._show()

    def _show_error(self, _: str, error: FastFaceError) -> None:
        self.error.show_error(error)

    # ---- What the user does

    def _check(self) -> None:
        self.error.clear()
        self._updates.check()

    def _install(self) -> None:
        self.error.clear()
        self._updates.install()

    def _open_page(self) -> None:
        if self._updates.newest is not None:
            QDesktopServices.openUrl(QUrl(self._updates.newest.page))
