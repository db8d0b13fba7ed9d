"""What can go wrong between the hub and this computer, as sentences with a next step, and what is worth another try."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2

from fastface_core.errors import FastFaceError, ModelError, NetworkError
from fastface_core.models.hub.settings import HUB

_KEPT = "What has arrived is kept: try again later to go on from there."
_LONGEST_WAIT = 86_400.0
"""Seconds that a hub is believed to ask for."""
_PASSING = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Place:
    """What was asked of whom, for sentences.

    Attributes:
        file: "" where it is about the repository.
        proxy: what the request went through.
        with_token: whether an access token went along.
    """

    repo: str
    file: str
    endpoint: str
    proxy: str | None = None
    with_token: bool = False

    @property
    def host(self) -> str:
        return httpx2.URL(self.endpoint).netloc.decode("ascii")

    @property
    def page(self) -> str:
        """The repository's page at the hub itself: a mirror has neither accounts nor terms."""
        return f"{HUB}/{self.repo}"

    @property
    def what(self) -> str:
        return f"{self.file} of {self.repo}" if self.file else self.repo


class AnswerTooLongError(httpx2.RequestError):
    """An answer is longer than it could be, or is packed as nobody asked for."""


class AnswerTooLateError(httpx2.RequestError):
    """An answer comes so slowly that it would never end."""


class TransientError(Exception):
    """A fault that may be over in a moment.

    Attributes:
        error: what is said when it is not.
        wait: seconds that the hub asks to wait; None where it says nothing.
    """

    def __init__(self, error: FastFaceError, wait: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait = wait


def error_from_response(response: httpx2.Response, place: Place) -> FastFaceError | TransientError:
    """What an answer that is not the content means."""
    status = response.status_code
    code = response.headers.get("X-Error-Code", "")
    if status == 401 and place.with_token:
        return NetworkError(
            f"The access token is not accepted by {place.host}.",
            "Put a valid one into Settings, or run: fastface network token.",
        )
    if status == 403 and code == "GatedRepo":
        return NetworkError(
            f"{place.repo} is open only to accounts that have accepted its terms.",
            f"Accept them at {place.page} with the account of your access token, then try again.",
        )
    if status == 401:
        return NetworkError(
            f"{place.repo} is open only to those who have an access token.",
            f"Make one on {HUB}, put it into Settings or run: fastface network token. Then try again.",
        )
    if status == 403:
        return NetworkError(
            f"{place.host} does not allow the download of {place.what}.",
            "Check the access token and its permissions; in a company network, ask whether the address is blocked.",
        )
    if status == 407:
        return NetworkError(
            "The proxy asks for a name and a password.",
            "Put them into the proxy's address: http://NAME:PASSWORD@HOST:PORT.",
        )
    if status in (404, 410):
        return not_there(place)
    if status == 416:
        return TransientError(
            NetworkError(f"{place.host} cannot go on with {place.what} in the middle.", _KEPT), wait=None
        )
    if status == 429:
        wait = _asked_to_wait(response)
        when = f"in {_minutes(wait)}" if wait else "in some minutes"
        return TransientError(
            NetworkError(
                f"{place.host} has had too many requests from here.",
                f"What has arrived is kept: try again {when}. With an access token more is allowed.",
            ),
            wait,
        )
    if status in _PASSING or status >= 500:
        return TransientError(
            NetworkError(f"{place.host} is out of order at the moment.", _KEPT), _asked_to_wait(response)
        )
    return not_understood(place)


def error_from_exception(
    error: httpx2.RequestError | httpx2.InvalidURL | OSError, place: Place, silence: float
) -> FastFaceError | TransientError:
    """What a connection that failed means; `silence` is how many seconds nothing has come."""
    causes = list(_causes(error))
    through = f"the proxy {_bare(place.proxy)}" if place.proxy else place.host
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return NetworkError(
            f"The connection to {place.host} is not secure: its certificate is not accepted.",
            "Check this computer's date. In a company network, install its certificate or set SSL_CERT_FILE.",
        )
    match error:
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | httpx2.TooManyRedirects():
            return NetworkError(
                f"{place.host} leads to an address that cannot be used.",
                "Check the mirror's address, and try again.",
            )
        case AnswerTooLongError():
            return NetworkError(
                f"{place.host} answers about {place.what} with more than that can be.",
                "Check the mirror's address, or choose another mirror in Settings.",
            )
        case AnswerTooLateError():
            return NetworkError(
                f"{place.host} takes too long to answer about {place.what}.",
                "What has arrived is kept: try again later, or choose another mirror in Settings.",
            )
        case httpx2.ProxyError():
            return TransientError(
                NetworkError(f"The proxy {_bare(place.proxy)} refuses.", "Check the proxy in Settings.")
            )
        case httpx2.ReadTimeout():
            return TransientError(
                NetworkError(f"{place.host} has sent nothing for {max(1, round(silence))} seconds.", _KEPT)
            )
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            if any(isinstance(cause, socket.gaierror) for cause in causes):
                sentence = f"The address of {through} is not found."
            else:
                sentence = f"There is no connection to {through}."
            step = "Check the internet connection, and the mirror and proxy in Settings. What has arrived is kept."
            return TransientError(NetworkError(sentence, step))
        case _:
            return TransientError(NetworkError(f"The connection to {place.host} breaks again and again.", _KEPT))


def not_there(place: Place) -> NetworkError:
    return NetworkError(
        f"{place.host} does not have {place.what}.",
        "Check the mirror's address if you have set one; otherwise look for a newer version of FastFace.",
    )


def not_understood(place: Place) -> NetworkError:
    return NetworkError(
        f"The answer of {place.host} about {place.what} is not understood.",
        "If this network asks for a log-in in the browser, do that first; else check the mirror and the proxy.",
    )


def wrong_length(place: Place) -> NetworkError:
    return NetworkError(
        f"{place.what} comes from {place.host} in another length than it should have.",
        "What has arrived is kept. Try again later, or choose another mirror in Settings.",
    )


def other_content(place: Place) -> ModelError:
    """The hub itself says that the file is another one."""
    return ModelError(
        f"{place.what} is another file at {place.host} than the one FastFace knows.",
        "Check the mirror's address if you have set one; otherwise look for a newer version of FastFace.",
    )


def damaged(place: Place) -> ModelError:
    return ModelError(
        f"{place.what} arrived damaged twice.",
        "Something between the hub and this computer changes it: try another network or mirror.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _asked_to_wait(response: httpx2.Response) -> float | None:
    """Seconds, from `Retry-After` or the hub's own `RateLimit` header."""
    from huggingface_hub.utils import parse_ratelimit_headers

    try:
        limit = parse_ratelimit_headers(response.headers)
    except ValueError:  # numbers without end
        limit = None
    told = response.headers.get("Retry-After", "").strip()
    if limit is not None and limit.remaining == 0:
        wait = limit.reset_in_seconds + 1.0
    else:
        wait = float(told) if told.isascii() and told.isdigit() and len(told) < 10 else None
    # Nobody means to be away for longer than a day.
    return None if wait is None or wait > _LONGEST_WAIT else wait


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return "a minute" if seconds > 30 else f"{max(2, round(seconds))} seconds"
    return f"{minutes} minutes"


def _bare(address: str | None) -> str:
    """Without the name and the password that may be in it."""
    return httpx2.URL(address).netloc.decode("ascii") if address else ""
