"""Settings, This computer: what is computed with, and how its memory is used."""

from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.gpu_runtime import GpuRuntime
from fastface_desktop.state.settings import Settings
from fastface_desktop.translation import translated
from fastface_desktop.ui.preferences.fields import Group, Setting, switch
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.shared.gpu_panel import GpuPanel
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.bind import Bound
from fastface_desktop.ui.widgets.calm_combo import CalmCombo, Choices


class ThisComputer(Section):
    def __init__(self, settings: Settings, engine: EngineState, runtime: GpuRuntime, theme: Theme) -> None:
        super().__init__(
            self.tr("This computer"),
            self.tr("A change takes effect when the pictures in work are done; the model is then loaded again."),
        )
        self._settings, self._engine = settings, engine
        self.device = CalmCombo(
            self.tr("Device"), self.tr("What pictures are computed with (torch device)"), narrow=True
        )
        self.memory = CalmCombo(
            self.tr("Memory"),
            self.tr("What stays on the GPU between pictures"),
            self._memory_choices(),
            narrow=True,
        )
        self.device_setting = Setting(self.tr("Device"), "", self.device)
        self.memory_setting = Setting(self.tr("Memory"), "", self.memory)
        self.gpu = GpuPanel(runtime, theme)
        self.small_decoder = switch(
            self.tr("Decode small"), self.tr("The finished picture comes from the decoder of the previews")
        )
        self.reuse_branch = switch(
            self.tr("Reuse a branch"),
            self.tr("Evaluates the branch without a face (u) in every other step that needs it"),
        )
        quicker = Group(
            Setting(
                self.tr("Small decoder"),
                self.tr(
                    "A quarter quicker with the starter, and less like the person: for drafts. Counts from the next job"
                    " on, where the model has such a decoder; the picture's recipe says so."
                ),
                self.small_decoder,
            ),
            Setting(
                self.tr("Fewer evaluations"),
                self.tr(
                    "A fifth quicker with the starter, and nearly the same picture: where a preset guides by three"
                    " branches, the one without a face is computed half as often. Counts from the next job on; the"
                    " picture's recipe says so."
                ),
                self.reuse_branch,
            ),
        )
        self.add(Group(self.device_setting, self.memory_setting), quicker, self.gpu)
        self._offer_devices()
        bound = Bound(settings, self)
        bound.field("device", self.device)
        bound.field("memory", self.memory)
        bound.field("small_decoder", self.small_decoder)
        bound.field("reuse_branch", self.reuse_branch)
        settings.changed.connect(self._explain)
        engine.changed.connect(self._engine_changed)
        self._explain()

    def shown(self) -> None:
        self.gpu.shown()

    def _memory_choices(self) -> Choices:
        return [
            ("automatic", self.tr("Automatic"), self.tr("Goes by what is free on the GPU")),
            ("saving", self.tr("Save memory"), self.tr("Encoders in main memory, decoding in strips, one at a time")),
            ("fast", self.tr("As fast as possible"), self.tr("Everything stays on the GPU")),
        ]

    def _offer_devices(self) -> None:
        wanted = self._settings.values.device
        choices = [("auto", self.tr("Automatic"), self.tr("The GPU where there is one that works, else the CPU"))]
        choices += [(one.id, one.name, one.id) for one in self._engine.devices]
        known = {value for value, _, _ in choices}
        if wanted == "cuda" and "cuda:0" in known:
            choices.append(("cuda", self.tr("The first NVIDIA GPU"), "cuda"))
        elif wanted not in known:
            choices.append((wanted, {"cpu": "CPU", "mps": "Apple GPU"}.get(wanted, wanted), wanted))
        if self.device.count() != len(choices) or self.device.findData(wanted) < 0:
            self.device.fill(choices)
        self.device.choose(wanted)

    def _engine_changed(self) -> None:
        self._offer_devices()
        self._explain()

    def _explain(self) -> None:
        values, device = self._settings.values, self._engine.device
        if self._engine.status == "failed" and self._engine.error is not None:
            error = self._engine.error
            self.device_setting.say(f"{translated(error.message)} {translated(error.hint)}", "bad")
        elif device is None:
            self.device_setting.say(self.tr("The devices are looked for while the libraries load."))
        else:
            self.device_setting.say(self.tr("In use: {device}").format(device=device.name))
        meanings = {
            "automatic": self.tr(
                "Goes by what is free on the GPU before each load: as much as fits stays there, the rest waits in main"
                " memory until it is needed."
            ),
            "saving": self.tr(
                "The encoders wait in main memory, pictures are decoded in strips and made one at a time. Slower, for"
                " small GPUs or beside other programs."
            ),
            "fast": self.tr("Everything stays on the GPU. Full-size models need 11 GB of it free."),
        }
        self.memory_setting.meaning.setText(meanings[values.memory])
        self.memory_setting.meaning.show()
        if device is not None and device.kind == "cpu":
            self.memory_setting.say(self.tr("Counts on GPUs only."))
        else:
            self.memory_setting.say(translated(device.memory) if device is not None else "")
