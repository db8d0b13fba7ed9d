"""How long something takes: in words, and as a clock shows it."""

from PySide6.QtCore import QLocale


def duration(seconds: float) -> str:
    """In the largest unit that says enough: "6 s", "2 min", "1.5 h"."""
    locale = QLocale()
    if seconds < 90:
        return f"{locale.toString(max(1, round(seconds)))} s"
    if seconds < 90 * 60:
        return f"{locale.toString(round(seconds / 60))} min"
    return f"{locale.toString(seconds / 3600, 'f', 1)} h"


def clock(seconds: float) -> str:
    """Minutes and seconds as 00:42, hours in front where there are any."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes:02}:{whole % 60:02}"
