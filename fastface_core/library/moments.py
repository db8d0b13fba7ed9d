"""Moments as the database keeps them, in milliseconds since 1970, UTC; whatever somebody wrote into a file.

One that is none in some part of the world, as in the year 1 or 9999, can be kept and cannot be shown: the nearest that
can be is taken.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1000
_FIRST, _LAST = (round((datetime(year, 1, 2, tzinfo=UTC) - _EPOCH).total_seconds() * _SECOND) for year in (1900, 9000))
_LATEST_FILE = 2**33
"""Seconds since 1970 up to which the time of a file is believed: the year 2242. Some systems keep any number."""


def milliseconds(moment: datetime) -> int:
    """Since 1970, UTC; a moment without a zone is this computer's."""
    try:
        return round(moment.timestamp() * _SECOND)
    except (ValueError, OverflowError, OSError):
        return _FIRST if moment.year < 1970 else _LAST


def moment_of(milliseconds: int) -> datetime:
    """In this computer's zone."""
    return (_EPOCH + timedelta(milliseconds=min(max(milliseconds, _FIRST), _LAST))).astimezone()


def file_time(path: Path) -> datetime:
    """When a file was last changed; now, where it is gone or says what cannot be."""
    try:
        changed = path.stat().st_mtime
    except OSError:
        return datetime.now().astimezone()
    return moment_of(round(changed * _SECOND)) if abs(changed) < _LATEST_FILE else datetime.now().astimezone()
