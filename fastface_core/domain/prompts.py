"""How a prompt is written: weights, as other programs have them, and what of those programs has no meaning here.

`(word)` counts 1.1 times, `((word))` 1.21 times, `[word]` 1.1 times less, `(word:1.3)` 1.3 times; a backslash before a
bracket makes it one to be read. A bracket without its partner is read too. Weights go from 0 to 3. A prompt without
brackets is what it was.
"""

import re
from dataclasses import dataclass

MORE = 1.1
"""What a pair of brackets weighs by itself."""
LARGEST_WEIGHT = 3.0
_DEEPEST = 100
_SHOWN = 5
_LONGEST_SHOWN = 40

_BRACKETS = re.compile(r"[()\[\]]")
_WEIGHT = re.compile(r":\s*([+-]?(?:\d{1,6}(?:\.\d*)?|\.\d+))\s*$")
_TAG = re.compile(r"<\s*(?:lora|lyco|loha|lokr|hypernet|hypernetwork|ti|embedding)\s*:[^<>\n]{1,300}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it is read.

    Attributes:
        text: without what weighs its words.
        places: of each letter of the text, its index in the prompt.
        weights: of each letter of the text; None where nothing is weighed.
    """

    text: str
    places: tuple[int, ...] | range
    weights: tuple[float, ...] | None

    def weight(self, start: int, end: int) -> float:
        """Of the word or piece from `start` to before `end` in the text: that of its first letter that is no blank."""
        if self.weights is None or start >= end:
            return 1.0
        first = next((place for place in range(start, end) if not self.text[place].isspace()), start)
        return self.weights[first]


def parse(prompt: str) -> Prompt:
    """A prompt with its weights. What names a LoRA or the like in angle brackets is no word, and is left out."""
    left_out = [match.span() for match in _TAG.finditer(prompt)]
    if not left_out and _BRACKETS.search(prompt) is None:
        return Prompt(prompt, range(len(prompt)), None)
    gone = {place for start, end in left_out for place in range(start, end)}
    opening: dict[int, float] = {}
    closing: set[int] = set()
    for start, end in _pairs(prompt):
        if start in gone or end in gone:
            continue
        factor, words_end = _factor(prompt, start, end)
        if factor is not None:
            gone.update((start, *range(words_end, end + 1)))
            opening[start] = factor
            closing.add(end)
    opened, places, weights = [1.0], list[int](), list[float]()
    for place in range(len(prompt)):
        if place in opening:
            opened.append(opened[-1] * opening[place])
        elif place in closing:
            opened.pop()
        elif place not in gone and not _escapes(prompt, place):
            places.append(place)
            weights.append(min(opened[-1], LARGEST_WEIGHT))
    text = "".join(prompt[place] for place in places)
    weighed = any(weight != 1.0 for weight in weights)
    return Prompt(text, tuple(places), tuple(weights) if weighed else None)


def _pairs(prompt: str) -> list[tuple[int, int]]:
    """The brackets that have a partner, each by its two places, the inner ones first."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    left = {"(": 0, "[": 0}
    for match in _BRACKETS.finditer(prompt):
        place, bracket = match.start(), match[0]
        if _escaped(prompt, place):
            continue
        if bracket in left:
            opened.append(place)
            left[bracket] += 1
            continue
        partner = "(" if bracket == ")" else "["
        if not left[partner]:
            continue
        # One that was opened within and never closed is a letter.
        while True:
            start = opened.pop()
            left[prompt[start]] -= 1
            if prompt[start] == partner:
                break
        if len(opened) < _DEEPEST:
            found.append((start, place))
    return found


def _factor(prompt: str, start: int, end: int) -> tuple[float | None, int]:
    """What a pair weighs, and where the words in it end; None for one that means something else elsewhere."""
    inner = prompt[start + 1 : end]
    if prompt[start] == "[":
        return (None if _changes(inner) else 1 / MORE), end
    weight = _WEIGHT.search(inner)
    if weight is None:
        return MORE, end
    return max(float(weight[1]), 0.0), start + 1 + weight.start()


def _changes(inner: str) -> bool:
    """Whether square brackets say what is to change while a picture is made: [from:to:when], [one|other]."""
    return "|" in inner or re.search(r":\s*\d*\.?\d+\s*$", inner) is not None


def _escaped(prompt: str, place: int) -> bool:
    """Whether an odd number of backslashes precedes a place."""
    before = place
    while before and prompt[before - 1] == "\\":
        before -= 1
    return (place - before) % 2 == 1


def _escapes(prompt: str, place: int) -> bool:
    """Whether this is the backslash that makes the bracket after it one to be read."""
    after = prompt[place + 1 : place + 2]
    return prompt[place] == "\\" and after != "" and after in "()[]" and not _escaped(prompt, place)


# What other programs understand in a prompt, besides weights.
_NAMES_OF_EMBEDDINGS = (
    "easynegative", "easynegativev2", "badhandv4", "bad-hands-5", "bad_prompt_version2", "bad_prompt", "negative_hand",
    "ng_deepnegative_v1_75t", "verybadimagenegative_v1.3", "badhandsv5-neg", "bad-artist", "bad-artist-anime",
    "bad-image-v2-39000", "bad-picture-chill-75v", "unaestheticxl", "unaestheticxlv31", "negativexl_d", "baddream",
    "unrealisticdream", "fastnegativev2", "fastnegativeembedding", "deepnegative", "zpdxl2", "zxl", "ac_neg1",
)  # fmt: skip
_UNKNOWN = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (_TAG.pattern, re.IGNORECASE),
        (r"<[A-Za-z][\w-]{1,60}(?:\[[^\[\]<>]{0,100}\])?(?::[^<>\n]{0,300})?>", 0),
        (r"<\|\w{1,40}\|>", 0),
        (r"\A\s*/imagine\b(?:\s+prompt:?)?", re.IGNORECASE),
        (r"\bembedding:[\w.\-]+(?:\.(?:pt|safetensors|bin))?", re.IGNORECASE),
        (r"(?<![\w-])(?:" + "|".join(map(re.escape, _NAMES_OF_EMBEDDINGS)) + r")(?![\w-])", re.IGNORECASE),
        (r"(?<!\w)__[\w*/.\- ]{1,60}?__(?!\w)", 0),
        (r"\$\{[^{}]{1,200}\}", 0),
        (r"\{{1,4}[^{}]{0,300}(?:\{[^{}]{0,300}\}[^{}]{0,300}){0,20}\}{1,4}", 0),
        (r"\[[^\[\]|]{0,300}\|[^\[\]]{0,300}\]", 0),
        (r"\[[^\[\]]{0,300}:\s{0,9}\d{0,9}\.?\d{1,9}\s{0,9}\]", 0),
        (r"\)\.(?:swap|blend|and)\s*\([^()]{0,100}\)", 0),
        (r"(?<=[\w)])(?<!\bC)(?:\+{1,5}|-{2,5})(?=[\s,.;)]|$)", 0),
        (r"\)\d*\.?\d+(?=[\s,;]|$)", 0),
        (r"(?<=\w)\s?::\s?-?\d*\.?\d+", 0),
        (
            r"(?<!\S)--(?:ar|aspect|v|version|niji|no|s|stylize|style|q|quality|c|chaos|seed|iw|cref|sref|cw|sw|w|weird|"
            r"tile|stop|raw|hd|test|testp|neg|steps|cfg|profile|p|turbo|fast|relax)\b(?:[ =][\w:.]+)?",
            0,
        ),
    )
)
_WORDS = re.compile(r"(?<![\w-])(?:BREAK|AND_SALT|AND_PERP|AND|ADDROW|ADDCOL|ADDCOMM|ADDBASE|TOPP)(?![\w-])")


def without_meaning(prompt: str) -> list[str]:
    """What a prompt holds of other programs' ways to write that does nothing here, in its own letters and order."""
    found: list[tuple[int, int]] = []
    patterns = list(_UNKNOWN)
    # In a prompt that is all in capitals these are words like the others.
    if re.search(r"[a-z]", _WORDS.sub("", prompt)):
        patterns.append(_WORDS)
    for pattern in patterns:
        for match in pattern.finditer(prompt):
            # A bracket that is to be read means nothing anywhere.
            if not _escaped(prompt, match.start()) and not any(s < match.end() and match.start() < e for s, e in found):
                found.append(match.span())
    return list(dict.fromkeys(prompt[start:end].strip() for start, end in sorted(found)))


def syntax_notice(prompt: str, negative_prompt: str) -> str | None:
    """One sentence on what has no meaning here in either prompt; None where all of both is read as it was meant."""
    found = list(dict.fromkeys([*without_meaning(prompt), *without_meaning(negative_prompt)]))
    if not found:
        return None
    shown = ", ".join(shortened(one, _LONGEST_SHOWN) for one in found[:_SHOWN])
    if len(found) > _SHOWN:
        shown += ", …"
    return (
        f"Other programs give a meaning to {shown} in a prompt; here it has none, and only weights such as (word:1.3)"
        " are known."
    )


def unread_notice(prompt: str, unread: int | None) -> str | None:
    """What is said of a prompt whose end, from the place `unread` on, is not read."""
    return None if unread is None else f'The prompt is too long: "{end_of(prompt, unread)}" is not read.'


def unread_negative_notice(prompt: str, unread: int | None) -> str | None:
    """The same of a negative prompt."""
    return None if unread is None else f'The negative prompt is too long: "{end_of(prompt, unread)}" is not read.'


_LONGEST_END = 80


def end_of(prompt: str, place: int) -> str:
    """The end of a prompt in the person's own words, shortened: from the first whole word that is not read."""
    start = place
    if cut := 0 < place < len(prompt) and _one_word(prompt[place - 1], prompt[place]):
        while start < len(prompt) and _one_word(prompt[start - 1], prompt[start]):
            start += 1
    while start < len(prompt) and not prompt[start].isalnum():
        start += 1
    if start == len(prompt):
        # No whole word is left, so that it is said of the one that is cut.
        start = place
        while cut and start > 0 and place - start < _LONGEST_SHOWN and _one_word(prompt[start - 1], prompt[start]):
            start -= 1
    return shortened(prompt[start:], _LONGEST_END)


def _one_word(first: str, second: str) -> bool:
    """Whether two letters side by side belong to the same word: Chinese and Japanese ones are words of their own."""
    return all((one.isalnum() or one in "_'\u2019-") and not "\u2e80" <= one <= "\u9fff" for one in (first, second))


def shortened(text: str, longest: int) -> str:
    """On one line, and cut between words where it is too long."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut[: cut.rfind(" ")] if " " in cut[longest // 2 :] else cut).rstrip(" ,;") + " …"
