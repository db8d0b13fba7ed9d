"""Asked before the first picture of a person, or before a batch: whether there is permission."""

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.question import Ask


class PermissionQuestion(Ask):
    """One plain question with its reason."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "inset")
        question, why, yes = self.words()
        self.question = label(question, "strong", wrap=True)
        self.build(
            self.question,
            label(why, "secondary", wrap=True),
            yes=button(yes, self.tr("Keep this answer, and begin")),
            no=button(self.tr("No"), self.tr("Make nothing"), "quiet"),
            margins=(Space.M, Space.M, Space.M, Space.M),
        )

    def words(self) -> tuple[str, str, str]:
        """The question, why it is asked, and the word of the button that says yes."""
        raise NotImplementedError

    def ask(self) -> None:
        self.open(self.question.text(), self.yes)


class ConsentQuestion(PermissionQuestion):
    """Of one person, before their first picture."""

    def words(self) -> tuple[str, str, str]:
        return (
            self.tr("Do you have this person's permission?"),
            self.tr("A portrait can look like a photo. Your answer is kept on this computer, with today's date."),
            self.tr("Yes, make the picture"),
        )

    def ask(self, name: str = "") -> None:
        """`name`: of whom it is asked, where several are in the picture."""
        text = self.tr("Do you have the permission of {name}?").format(name=name)
        self.question.setText(text if name else self.words()[0])
        super().ask()
