"""What is to be compared: two axes, the seeds, how many pictures that makes and how long they take."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from fastface_core.compare.axes import Setting
from fastface_core.compare.grid import Grid
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import MAX_SEED
from fastface_core.errors import FastFaceError, SettingsError
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.engine import CheckpointChoice
from fastface_desktop.state.people.permission import Permission
from fastface_desktop.state.session import Session
from fastface_desktop.translation import translated
from fastface_desktop.ui.compare.axis_editor import AxisEditor
from fastface_desktop.ui.compare.starts import PRESETS
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button, label
from fastface_desktop.ui.widgets.consent_question import ConsentQuestion
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import InlineError

_WEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0)
_MODELS = 4
"""What ready-made comparisons compare: so many models, or the best with each face adapter where those are more."""
_DEBOUNCE = 150
"""Milliseconds after which the expected time follows a change."""
_FOLLOWED = ("prompt", "preset", "own_preset", "checkpoint", "aspect", "width", "height", "photos", "person", "steps")


class Setup(QWidget):
    """`foot`, which says what is missing and begins, is below the scrolled part."""

    create_wanted = Signal()
    """What does not vary is to be changed on Create."""

    def __init__(
        self,
        *,
        theme: Theme,
        comparisons: Comparisons,
        session: Session,
        permission: Permission,
    ) -> None:
        super().__init__()
        self._comparisons, self._session = comparisons, session
        self._permission = permission
        self._models: list[str] = []
        """Names of those that are compared side by side."""
        self.base = ElidedLabel(role="secondary")
        self.prompt = ElidedLabel(role="secondary")
        self.create_button = button(
            self.tr("Change on Create"),
            self.tr("Person, prompt and all that does not vary are those of Create"),
            "link",
        )
        self.create_button.clicked.connect(self.create_wanted)
        first: Setting = "identity_weight"
        self.columns = AxisEditor(self.tr("From left to right"), theme, optional=False, setting=first)
        self.rows = AxisEditor(self.tr("From top to bottom"), theme, optional=True, setting="adapter_strength")
        self.seeds = QLineEdit("1")
        self.seeds.setAccessibleName(self.tr("Seeds"))
        self.seeds.setToolTip(self.tr("Each cell has a picture of each seed: 1, or several like 1, 2, 3"))
        self.error = InlineError(theme)
        self.consent = ConsentQuestion()
        self.summary = label(role="secondary", wrap=True)
        self.begin_button = button(self.tr("Begin"), self.tr("Make the pictures of the comparison"), "primary")
        bind_action(self.begin_button, "compare.begin")
        self._build()
        self._debounce = Debounce(_DEBOUNCE, self._expect, self)
        for editor in (self.columns, self.rows):
            editor.edited.connect(self._edited)
        self.seeds.textEdited.connect(self._edited)
        self.begin_button.clicked.connect(self.begin)
        self.consent.answered.connect(self._answered)
        session.changed.connect(self._session_changed)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        lead = label(self.tr("One or two settings vary, all else stays as on Create."), "secondary", wrap=True)
        for part in (lead, self.base, self.prompt):
            column.addWidget(part)
        column.addWidget(self.create_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(Space.S)
        column.addWidget(self.columns)
        column.addSpacing(Space.M)
        column.addWidget(self.rows)
        column.addSpacing(Space.M)
        column.addWidget(label(self.tr("Seeds"), "strong"))
        column.addWidget(self.seeds)
        self.foot = QFrame()
        self.foot.setProperty("kind", "foot")
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(Space.XL, Space.M, Space.XL, Space.FIELD)
        foot.setSpacing(Space.S)
        for part in (self.error, self.consent, self.summary, self.begin_button):
            foot.addWidget(part)

    def offer(self, presets: Sequence[Preset], checkpoints: Sequence[CheckpointChoice]) -> None:
        """What there is to choose from."""
        try:
            steps = self._session.preset().steps
        except FastFaceError:
            steps = 1  # said when a comparison begins
        self._models = _side_by_side(checkpoints)
        for editor in (self.columns, self.rows):
            editor.offer(presets, [(one.name, one.title) for one in checkpoints], steps)
        self._show_base()
        self._expect()

    def grid(self) -> Grid:
        """What is chosen.

        Raises:
            FastFaceError: something is missing or makes no sense.
        """
        columns = self.columns.axis()
        assert columns is not None
        return self._comparisons.plan.grid(columns, self.rows.axis(), self._read_seeds())

    def set_up(self, start: str) -> None:
        """A ready-made comparison; see `Starts`."""
        if start == "weights":
            self.columns.choose("text_weight", _WEIGHTS)
            self.rows.choose("identity_weight", _WEIGHTS)
        elif start == "presets":
            self.columns.choose("preset", PRESETS)
            self.rows.choose(None)
        else:
            self.columns.choose("checkpoint", self._models)
            self.rows.choose(None)
        self.seeds.setText("1" if start != "models" else "1, 2, 3, 4")
        self._edited()
        self.begin_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def cost(self, start: str) -> tuple[str, str]:
        """What a ready-made comparison costs, in words, and why it cannot be begun; empty where it can."""
        models = len(self._models)
        count = {"weights": len(_WEIGHTS) ** 2, "presets": len(PRESETS)}.get(start, models * 4)
        if start == "models" and models < 2:
            return self.tr("1 model is here"), self.tr("There is one model alone: get another one in Models.")
        words = self.tr("{count} pictures").format(count=self.locale().toString(count))
        seconds = self._comparisons.plan.seconds_of_one()
        if seconds is None:
            return words, ""
        return self.tr("{pictures}, about {time}").format(pictures=words, time=duration(seconds * count)), ""

    def begin(self) -> None:
        """Begins the comparison, or says what is missing for it."""
        self._begin(asked=False)

    def _begin(self, *, asked: bool) -> None:
        self.error.clear()
        try:
            grid = self.grid()
            if not (asked or self._permission.holds_for_chosen()):
                self.consent.ask()
                return
            self._comparisons.begin(grid)
        except FastFaceError as error:
            self.error.show_error(error, copyable=False)
            self._expect()

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _answered(self, yes: bool) -> None:
        if yes:
            self._permission.give_for_chosen(self, self._permission_kept)

    def _permission_kept(self, error: FastFaceError | None) -> None:
        if error is not None:
            self.error.show_error(error)
        else:
            # The list of people hears of it a moment later, and would have the question asked again.
            self._begin(asked=True)

    def _read_seeds(self) -> tuple[int, ...]:
        words = [word.strip() for word in self.seeds.text().split(",") if word.strip()]
        if not words or not all(word.isascii() and word.isdigit() and int(word) <= MAX_SEED for word in words):
            raise SettingsError("Seeds are whole numbers.", "Write one, or several with commas between them.")
        return tuple(int(word) for word in words)

    def _edited(self) -> None:
        self.error.clear()
        self.consent.hide()
        self._debounce.start()

    def _session_changed(self, name: str) -> None:
        if name in _FOLLOWED:
            self._show_base()
            self._edited()

    def _show_base(self) -> None:
        values = self._session.values
        self.prompt.setText(values.prompt.strip() or self.tr("No prompt yet"))
        try:
            words = [translated(self._session.preset().title)]
            if self._session.checkpoint is not None:
                words.append(self._session.checkpoint)
        except FastFaceError as error:
            words = [translated(error.message)]
        self.base.setText(" · ".join(words))

    def _expect(self) -> None:
        """How many pictures, and how long they take, while something is chosen; nothing where it makes no sense yet."""
        if not self.isVisible():
            return  # asked again when it is shown
        try:
            plan, grid = self._comparisons.plan, self.grid()
            seconds = plan.expected_seconds(grid.shots(plan.sampling_of, plan.adapter_of))
        except FastFaceError as error:
            # Said once: where Begin was pressed, it is above.
            self.summary.setText("" if self.error.isVisible() else translated(error.message))
            self.summary.setVisible(bool(self.summary.text()))
            self.begin_button.setText(self.tr("Begin"))
            return
        columns, rows = grid.size
        words = self.tr("1 picture") if grid.pictures == 1 else self.tr("{count} pictures").format(count=grid.pictures)
        text = f"{columns} × {rows}, {words}"  # noqa: RUF001
        self.summary.setText(text)
        self.summary.show()
        self.begin_button.setText(self.tr("Begin") if seconds is None else f"{self.tr('Begin')}   ~{duration(seconds)}")


def _side_by_side(checkpoints: Sequence[CheckpointChoice]) -> list[str]:
    """The names of the best with each face adapter, and of others up to a few, in the order that they are in."""
    first: dict[AdapterKind, str] = {}
    for one in checkpoints:
        first.setdefault(one.adapter, one.name)
    chosen = list(first.values())
    chosen += [one.name for one in checkpoints if one.name not in chosen][: max(_MODELS - len(chosen), 0)]
    return [one.name for one in checkpoints if one.name in chosen]
