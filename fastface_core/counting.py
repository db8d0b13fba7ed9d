"""A count and what is counted, in words."""


def counted(count: int, one: str, several: str) -> str:
    """A count and what is counted: "1 row", "2 rows"."""
    return f"{count} {one if count == 1 else several}"
