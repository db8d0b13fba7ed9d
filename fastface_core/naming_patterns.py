"""Names of files made from a pattern such as "{person}-{seed}"."""

import re
import string
from collections.abc import Collection

from fastface_core.errors import SettingsError

_LONGEST = 150
_MOST_BYTES = 200
"""Of a name in UTF-8; file systems allow 255, of which an ending and a number want some."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]')
"""What some system has no name for, and what would show a name otherwise than it is."""
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\..*)?", re.IGNORECASE)


def fields_of(pattern: str, allowed: Collection[str]) -> set[str]:
    """The fields in braces.

    Raises:
        SettingsError: a brace is not closed, or a field is not among `allowed` or has a format.
    """
    hint = f"Use these: {', '.join('{' + field + '}' for field in allowed)}."
    try:
        parsed = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise SettingsError("The naming pattern has a brace that is not closed.", hint) from error
    fields = {field for _, field, _, _ in parsed if field is not None}
    if unknown := sorted(fields - set(allowed)):
        raise SettingsError(f'The naming pattern has an unknown field "{unknown[0]}".', hint)
    if any(form or conversion for _, _, form, conversion in parsed):
        raise SettingsError("The naming pattern has a format that is not allowed.", hint)
    return fields


def clean(text: str, instead: str = "picture") -> str:
    """A text as a name of a file or folder that every system allows; `instead` where nothing of it is left."""
    letters = _FORBIDDEN.sub("_", text).strip(" .")[:_LONGEST].encode("utf-8", "ignore")[:_MOST_BYTES]
    stem = letters.decode("utf-8", "ignore").rstrip(" .") or instead
    return f"_{stem}" if _RESERVED.fullmatch(stem) else stem
