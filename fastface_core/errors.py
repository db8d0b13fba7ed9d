"""The errors a user can meet: one sentence, and what to do next.

Everything else that is raised is a bug and propagates.
"""


class FastFaceError(Exception):
    """A known problem.

    Args:
        message: one sentence in the user's words, ending with a full stop.
        hint: the next step, one sentence.
    """

    def __init__(self, message: str, hint: str) -> None:
        message, hint = _bounded(message), _bounded(hint)
        super().__init__(message)
        self.message = message
        self.hint = hint


_LONGEST, _END = 1000, 300
"""Letters of a sentence. Names of others stand in some, and can be of any length."""


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - _END - 5]} ... {text[-_END:]}"


class PhotoError(FastFaceError):
    """A photo that cannot be used: unreadable, not an image, or without a usable face."""


class DifferentPeopleError(PhotoError):
    """The photos given for one person show more than one.

    Attributes:
        odd: indices of the photos that show someone else than the others, the one that agrees least first.
    """

    odd: tuple[int, ...] = ()


class PermissionMissingError(FastFaceError):
    """A person of the library of whom no permission is noted, or none that still holds."""


class SettingsError(FastFaceError):
    """A preset, request or configuration with a value that is not allowed; names the field."""


class ModelError(FastFaceError):
    """A model file that is missing, damaged, or made for another architecture."""


class DeviceError(FastFaceError):
    """The computing device failed: out of memory, lost, or not usable with the installed torch."""


class OutOfMemoryError(DeviceError):
    """Memory ran out where it could not be known before."""


class DeviceLostError(DeviceError):
    """The device stopped answering; nothing more can be computed with it in this process."""


class ContentWithheldError(FastFaceError):
    """The content filter holds back all that was made."""

    def __init__(self) -> None:
        super().__init__(
            "The content filter holds this picture back as not safe for work.",
            "Try another prompt or seed. In Settings, or with --no-content-filter, it can be switched off.",
        )

    @staticmethod
    def some(count: int) -> str:
        """What is said where others were made."""
        return (
            f"Held back by the content filter as not safe for work: {count}. Try another prompt or seed, or switch it"
            " off in Settings."
        )


class StorageError(FastFaceError):
    """A folder or disk that cannot be written to, or is full."""


class NetworkError(FastFaceError):
    """The network, the proxy or the hub: not reachable, not willing, or switched off."""
