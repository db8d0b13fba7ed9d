"""Which comparison is in view: a new one, or one of those that were begun before."""

from PySide6.QtCore import QDateTime, QLocale, Signal

from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.ui.shared.comparison_words import grid_title
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.calm_combo import CalmCombo


class ComparisonChoice(CalmCombo):
    new_wanted = Signal()

    def __init__(self, comparisons: Comparisons, theme: Theme) -> None:
        super().__init__()
        self._comparisons, self._theme = comparisons, theme
        self.setAccessibleName(self.tr("Comparison"))
        self.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setToolTip(self.tr("Begin a new comparison, or look at an earlier one"))
        self.activated.connect(self._chosen)
        comparisons.list.changed.connect(self.offer)
        comparisons.changed.connect(self.show_current)

    def offer(self) -> None:
        """Lists the comparisons there are."""
        self.clear()
        self.addItem(self.tr("New comparison"), None)
        for one in self._comparisons.list.kept:
            begun = QDateTime.fromSecsSinceEpoch(int(one.created.timestamp()))
            day = QLocale().toString(begun, QLocale.FormatType.ShortFormat)
            self.addItem(f"{grid_title(one.grid)} · {day}", one.id)
        # Each line of the list is to be read as a whole.
        width = self.view().sizeHintForColumn(0) + 2 * Space.L
        self.view().setMinimumWidth(min(width, 2 * self._theme.px(Size.CONTROLS)))
        self.show_current()

    def show_current(self) -> None:
        """Shows which comparison is open."""
        opened = self._comparisons.current
        index = self.findData(opened.comparison.id) if opened else 0
        self.setCurrentIndex(max(index, 0))
        self.setEnabled(not self._comparisons.busy)

    def _chosen(self, index: int) -> None:
        number = self.itemData(index)
        if number is None:
            self.new_wanted.emit()
        else:
            self._comparisons.open(number)
