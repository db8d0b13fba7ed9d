"""What variables of the environment say about the network: as true as they are, or in a sentence that names them."""

import os
import ssl
import stat
import urllib.request
from pathlib import Path
from typing import Any

import httpx2

from fastface_core.bounded import read_bytes, shortened
from fastface_core.errors import SettingsError
from fastface_core.models.hub.settings import access_token, proxy_address

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_KEY_LOG = "SSLKEYLOGFILE"
_LARGEST_TOKEN = 1 << 12


def transport(proxy: str | None) -> httpx2.HTTPTransport:
    """The way to servers, with the certificates that the system, or the environment, has.

    Raises:
        SettingsError: SSL_CERT_FILE, SSL_CERT_DIR or SSLKEYLOGFILE names what cannot be used, or the kind of the proxy
            is not supported.
    """
    for name in _CERTIFICATES:
        _check_certificates(name)
    _check_key_log()
    try:
        return httpx2.HTTPTransport(
            proxy=proxy, limits=httpx2.Limits(max_connections=None, max_keepalive_connections=8)
        )
    except (OSError, ssl.SSLError) as error:
        for name in (_KEY_LOG, *_CERTIFICATES):
            if os.environ.get(name):
                raise _unusable(name) from error
        raise SettingsError(
            "The certificates of this computer cannot be read.", "Let SSL_CERT_FILE name a file with certificates."
        ) from error
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        raise SettingsError(
            "The kind of proxy that is set is not supported.",
            "Use one whose address begins with http:// or https://.",
        ) from error


def _check_certificates(name: str) -> None:
    """A pipe would be waited for; of several variables the one that is wrong is named."""
    said = os.environ.get(name)
    if not said:
        return
    try:
        mode = Path(said).stat().st_mode
    except (OSError, ValueError) as error:
        raise _unusable(name) from error
    if not (stat.S_ISREG(mode) if name == "SSL_CERT_FILE" else stat.S_ISDIR(mode)):
        raise _unusable(name)
    if name == "SSL_CERT_FILE":
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=said)
        except (OSError, ValueError) as error:
            raise _unusable(name) from error


def _check_key_log() -> None:
    said = os.environ.get(_KEY_LOG)
    if said and (not Path(said).parent.is_dir() or (Path(said).exists() and not Path(said).is_file())):
        raise _unusable(_KEY_LOG)


def _unusable(name: str) -> SettingsError:
    said = shortened(os.environ.get(name, ""), 200)
    if name == _KEY_LOG:
        return SettingsError(f"{name} names {said}, which cannot be written to.", f"Correct {name}, or unset it.")
    return SettingsError(
        f"{name} names {said}, where there are no certificates.", f"Unset {name}, or let it name some in PEM form."
    )


def proxy_for(url: httpx2.URL) -> str | None:
    """The proxy that the system says for an address.

    Raises:
        SettingsError: its address is none; nothing of it is in the sentence, since a password may be.
    """
    if urllib.request.proxy_bypass(url.host):
        return None
    found = urllib.request.getproxies()
    kind = url.scheme if found.get(url.scheme) else "all"
    said = found.get(kind)
    try:
        return proxy_address(said)
    except ValueError as error:
        name = f"{kind}_proxy"
        if name not in os.environ:
            name = name.upper() if name.upper() in os.environ else "the system's proxy"
        raise SettingsError(
            f"The proxy in {name} is not possible: {error}.", f"Correct {name}, or unset it."
        ) from error


def kept_token() -> str | None:
    """What `hf auth login` has kept; what cannot be read is none."""
    from huggingface_hub import constants

    try:
        return access_token(read_bytes(Path(constants.HF_TOKEN_PATH), _LARGEST_TOKEN).decode())
    except (OSError, ValueError):
        return None


def hub_library() -> Any:
    """huggingface_hub, imported only when it is needed, since it takes a while; `Any`: its types are unknown in part.

    Raises:
        SettingsError: it fails at a variable of the environment.
    """
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    try:
        import huggingface_hub
        from huggingface_hub import constants
    except ValueError as error:
        names = [name for name in os.environ if name.startswith("HF_") and not os.environ[name].isdecimal()]
        numbers = [name for name in names if name.endswith("_TIMEOUT")]
        said = " or ".join(sorted(numbers or names)) or "A variable that begins with HF_"
        raise SettingsError(
            f"{said} is not possible: it has to be a whole number.", "Correct it, or unset it."
        ) from error
    # Another library may have imported it before.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    return huggingface_hub
