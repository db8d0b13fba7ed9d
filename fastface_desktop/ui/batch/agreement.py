"""Asked once before a batch of photos: whether everybody in them agreed."""

from fastface_desktop.ui.widgets.consent_question import PermissionQuestion


class Agreement(PermissionQuestion):
    def words(self) -> tuple[str, str, str]:
        return (
            self.tr("Do you have the permission of everybody in these photos?"),
            self.tr("A portrait can look like a photo. Your answer is kept with the batch, with today's date."),
            self.tr("Yes, of everybody"),
        )
