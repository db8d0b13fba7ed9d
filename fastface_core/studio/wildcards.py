"""Choices in a prompt: `{red|blue}` stands for one of them, `__colours__` for a line of a list of the user's.

`{3::red|blue}` takes red three times as often, `{2$$a|b|c}` two of the three, `{1-2$$ and $$a|b|c}` one or two with
"and" between them.

Which one it is follows from the picture's seed alone, so that a job that goes on, and a picture that is made again,
choose the same. A list is a text file, an entry in each line, in the folder `wildcards` of the program's data. What
came of it is the prompt that the picture's recipe holds.
"""

import random
import re
from functools import partial
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.domain.request import MAX_PROMPT, PortraitRequest
from fastface_core.errors import SettingsError
from fastface_core.paths import data_folder

LARGEST_LIST, MOST_ENTRIES = 1 << 20, 10_000
"""Bytes and entries of a list."""
MOST_LISTS = 200
_DEEPEST = 8
"""Choices within choices, and lists named by entries of lists."""
_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
_SOME = re.compile(r"\s*(\d{1,2})(?:-(\d{1,2}))?\$\$(?:([^$|]{0,20})\$\$)?")
_SHARE = re.compile(r"\s*(\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})::")
_NAME = r"[A-Za-z0-9][A-Za-z0-9 _-]{0,60}?"
_LIST = re.compile(f"__({_NAME})__")
_MAYBE = re.compile(r"\{[^{}]*\||__[A-Za-z0-9]")


def folder() -> Path:
    """The folder of the lists; it need not exist."""
    return data_folder() / "wildcards"


def lists() -> tuple[str, ...]:
    """The names of the lists that a prompt can name, in order; at most `MOST_LISTS`."""
    try:
        names = sorted(file.stem for file in folder().glob("*.txt"))
    except OSError:
        return ()
    return tuple(name for name in names if re.fullmatch(_NAME, name))[:MOST_LISTS]


def has_choices(prompt: str) -> bool:
    """Whether anything in a prompt is chosen; costs next to nothing."""
    return _MAYBE.search(prompt) is not None


def resolved(prompt: str, seed: int) -> str:
    """The prompt of the picture of a seed.

    Raises:
        SettingsError: there is no such list, or it is no text; or lists name one another without end.
    """
    if not has_choices(prompt):
        return prompt
    # A generator of its own: nothing that is drawn elsewhere changes what is chosen.
    chance = random.Random(seed)
    for _ in range(_DEEPEST):
        if not (_CHOICE.search(prompt) or _LIST.search(prompt)):
            # Without the double spaces that an empty choice leaves.
            return re.sub(r" {2,}", " ", prompt).strip() or prompt
        # From the inside out: what was chosen may hold another choice.
        prompt = _LIST.sub(partial(_entry, chance), _CHOICE.sub(partial(_one_of, chance), prompt))
        if len(prompt) > MAX_PROMPT:
            raise SettingsError(
                f"The prompt becomes longer than {MAX_PROMPT} letters.", "Choose shorter entries of its lists."
            )
    raise SettingsError(
        "The prompt's choices lie too deep in one another.", f"Use at most {_DEEPEST} levels, and no list in itself."
    )


def for_seed(request: PortraitRequest, seed: int) -> PortraitRequest:
    """The request as it is for the picture of a seed; raises as `resolved`."""
    prompt, negative = resolved(request.prompt, seed), resolved(request.negative_prompt, seed)
    if (prompt, negative) == (request.prompt, request.negative_prompt):
        return request
    return request.model_copy(update={"prompt": prompt, "negative_prompt": negative})


def first_part(request: PortraitRequest) -> PortraitRequest:
    """As many of a request's pictures, from its first, as have the same prompt; raises as `resolved`."""
    if not (has_choices(request.prompt) or has_choices(request.negative_prompt)):
        return request
    seeds = request.seeds
    first = for_seed(request, seeds[0])
    words = first.prompt, first.negative_prompt
    count = 1
    for seed in seeds[1:]:
        other = for_seed(request, seed)
        if (other.prompt, other.negative_prompt) != words:
            break
        count += 1
    return first.model_copy(update={"count": count})


def _one_of(chance: random.Random, match: re.Match[str]) -> str:
    some = _SOME.match(match[1])
    options = match[1][some.end() if some else 0 :].split("|")
    if some is None and not any(map(_SHARE.match, options)):
        return chance.choice(options).strip()
    shares = [float(found[1]) if (found := _SHARE.match(option)) else 1.0 for option in options]
    options = [_SHARE.sub("", option, count=1).strip() for option in options]
    if some is None:
        return chance.choices(options, shares if any(shares) else None)[0]
    least, most = sorted((int(some[1]), int(some[2] or some[1])))
    left, chosen = list(range(len(options))), list[str]()
    for _ in range(min(chance.randint(least, most), len(options))):
        weights = [shares[place] for place in left]
        (place,) = chance.choices(left, weights if any(weights) else None)
        left.remove(place)
        chosen.append(options[place])
    return (", " if some[3] is None else some[3]).join(chosen)


def _entry(chance: random.Random, match: re.Match[str]) -> str:
    return chance.choice(_entries(match[1]))


def _entries(name: str) -> list[str]:
    path = folder() / f"{name}.txt"
    try:
        text = read_bytes(path, LARGEST_LIST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f'There is no list named "{name}", or it is no text.',
            f"Put {name}.txt with one entry in each line into {folder()}.",
        ) from error
    lines = (line.strip() for line in text.splitlines()[:MOST_ENTRIES])
    entries = [line for line in lines if line and not line.startswith("#")]
    if not entries:
        raise SettingsError(f'The list "{name}" is empty.', f"Write one entry in each line of {path}.")
    return entries
