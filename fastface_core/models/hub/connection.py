"""One question to the hub, to see whether mirror, proxy and token work."""

from dataclasses import dataclass

import httpx2

from fastface_core.bounded import parsed
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub import errors as faults
from fastface_core.models.hub.client import Network, because, client

_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Reached:
    """The hub has answered as a hub does.

    Attributes:
        host: who has.
        with_token: an access token went along, and was accepted.
    """

    host: str
    with_token: bool


def reach(network: Network | None = None) -> Reached:
    """Asks for what the smallest repository of the catalogue holds, as a download does first.

    Args:
        network: the user's, where none is given.

    Raises:
        NetworkError: the hub cannot be reached or refuses, or the network is switched off.
        SettingsError: a setting of the network is not possible.
    """
    network = network or Network.of_user()
    component = min(Catalogue.load().components, key=lambda one: one.bytes_total)
    url = f"{network.endpoint}/api/models/{component.repo}/revision/{component.revision}"
    headers = {"Authorization": f"Bearer {network.token}"} if network.token else {}
    proxy = network.proxy_for(httpx2.URL(network.endpoint))
    place = faults.Place(component.repo, "", network.endpoint, proxy, bool(network.token))
    with because("A test of the connection"), client(network) as asking:
        try:
            response = asking.get(url, headers=headers, timeout=_PATIENCE)
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise _said(faults.error_from_exception(error, place, _PATIENCE)) from error
    if response.status_code != 200:
        raise _said(faults.error_from_response(response, place))
    try:
        said = parsed(response.content)
    except ValueError:
        said = None
    understood = isinstance(said, dict) and "siblings" in said
    if not understood:
        raise faults.not_understood(place)
    return Reached(place.host, network.token is not None)


def _said(fault: Exception) -> Exception:
    """What is said of a fault that is not waited for."""
    return fault.error if isinstance(fault, faults.TransientError) else fault
