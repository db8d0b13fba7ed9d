"""Which model draws the face, chosen by what is wanted of it: most alike, free for business, the photo's pose."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fastface_core.domain.adapter_traits import TRAITS, WORDS, meant
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.errors import FastFaceError
from fastface_core.models import installed
from fastface_desktop.state.engine import CheckpointChoice
from fastface_desktop.state.session import Session
from fastface_desktop.translation import translated
from fastface_desktop.ui.create.controls import field
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label, restyle
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.layout import column


class FaceWish(QWidget):
    models_wanted = Signal()
    """The page of the models, for one that is not installed."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._checkpoints: tuple[CheckpointChoice, ...] = ()
        self._named: dict[str, str] = {}
        """By the words that an installed checkpoint serves, its name."""
        self._missing: FastFaceError | None = None
        texts = {
            "most-alike": self.tr("Most alike"),
            "free-for-business": self.tr("Free for business"),
            "pose-from-photo": self.tr("Pose from the photo"),
        }
        self.choice = CalmCombo(
            self.tr("What matters about the face"),
            self.tr("Chooses the model by its face adapter; Advanced has all models by name"),
            [(None, self.tr("As the model is chosen"), ""), *((word, texts.get(word, word), "") for word in WORDS)],
            narrow=True,
        )
        self.choice.picked.connect(self._chosen)
        self.said = label(role="caption", wrap=True)
        self.models_button = button(self.tr("To the models"), self.tr("Get a model that does this"), "link")
        self.models_button.clicked.connect(self.models_wanted)
        column(
            field(self.tr("What matters about the face"), self.choice),
            self.said,
            self.models_button,
            gap=Space.XS,
            of=self,
        )
        session.changed.connect(self._session_changed)

    def offer(self, checkpoints: tuple[CheckpointChoice, ...]) -> None:
        """Other checkpoints are installed now."""
        self._checkpoints = checkpoints
        full = [one for one in checkpoints if not one.is_starter]
        self._named = {
            # As `installed.with_adapter` chooses, from what was looked up already.
            word: fitting[0].name
            for word in WORDS
            if (fitting := [one for kind in meant(word) for one in full if one.adapter == kind])
        }
        self._missing = None
        self._show()

    def _chosen(self, word: str | None) -> None:
        self._missing = None
        if word is None:
            self._session.change(checkpoint=None)
        elif word in self._named:
            self._session.change(checkpoint=self._named[word])
        else:
            try:
                self._session.change(checkpoint=installed.with_adapter(word).name)
            except FastFaceError as error:
                self._missing = error
        self._show(word)

    def _session_changed(self, name: str) -> None:
        if name in ("checkpoint", "preset", "own_preset"):
            self._missing = None
            self._show()

    def _show(self, wanted: str | None = None) -> None:
        chosen = self._session.checkpoint
        if self._missing is None:
            fitting = [word for word, name in self._named.items() if name == chosen]
            wanted = wanted if wanted in fitting else next(iter(fitting), None)
        self.choice.choose(wanted, otherwise=0)
        self.models_button.setVisible(self._missing is not None)
        restyle(self.said, "tone", "warn" if self._missing is not None else "")
        self.said.setText(self._words())

    def _words(self) -> str:
        """What the face adapter of now is good for, and its terms; or what is missing."""
        if self._missing is not None:
            return f"{translated(self._missing.message)} {translated(self._missing.hint)}"
        chosen = next((one for one in self._checkpoints if one.name == self._session.checkpoint), None)
        now = chosen or next(iter(self._checkpoints), None)
        if now is None:
            return ""
        if now.is_starter:
            return self.tr("The starter draws from the face's measures. Full-size models have face adapters.")
        terms = {
            True: self.tr("Commercial use is allowed."),
            False: self.tr("Not for commercial use."),
            None: self.tr("Whether commercial use is allowed is not known."),
        }
        text = self.tr("{model}, with {adapter}: {good_for}.").format(
            model=translated(now.title), adapter=TRAITS[now.adapter].title, good_for=self._good_for(now.adapter)
        )
        return f"{text} {terms[now.commercial]}"

    def _good_for(self, kind: AdapterKind) -> str:
        match kind:
            case "faceid-plus-v2":
                return self.tr("likeness and expression")
            case "faceid":
                return self.tr("likeness in any style")
            case "faceid-portrait":
                return self.tr("several photos of a person")
            case "plus-face":
                return self.tr("free for business")
            case "instantid":
                return self.tr("likeness, and the pose from the photo")
            case "pulid-v1":
                return self.tr("style and scene as without a face")
            case "pulid-v1.1":
                return self.tr("most alike, scene as without a face")
