"""How well a text fits a few typed letters."""

import unicodedata


def score(wanted: str, text: str) -> float | None:
    """How well `text` fits what was typed, the larger the better; None where it does not.

    The letters have to come in this order. Those at the beginning of words and those that stand together count more.
    """
    letters = [letter for letter in plain(wanted) if not letter.isspace()]
    found = plain(text)
    if not letters:
        return 0.0
    best: float | None = None
    for start, letter in enumerate(found):
        if letter == letters[0] and (one := _from(letters, found, start)) is not None:
            best = one if best is None else max(best, one)
    # What is written just so comes before what merely has the letters.
    return best + len(letters) if best is not None and plain(wanted).strip() in found else best


def _from(letters: list[str], text: str, start: int) -> float | None:
    total, place, before = 0.0, start, start - 2
    for letter in letters:
        place = text.find(letter, place)
        if place < 0:
            return None
        begins = place == 0 or not text[place - 1].isalnum()
        total += 1.0 + (2.0 if begins else 0.0) + (1.5 if place == before + 1 else 0.0)
        before, place = place, place + 1
    return total - 0.01 * len(text) - 0.02 * start


def plain(text: str) -> str:
    """Without case and accents, so that "uber" finds what begins with an umlaut."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
