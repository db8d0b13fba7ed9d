"""The texts of the help, read from resources/help: a file a language, chapters with topics."""

from dataclasses import dataclass

from fastface_core.paths import resource


@dataclass(frozen=True, slots=True)
class Topic:
    """A question or a word, and what is said about it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    topics: tuple[Topic, ...]


def chapters(language: str) -> tuple[Chapter, ...]:
    """In the order of the file.

    Raises:
        FileNotFoundError: there is no help in that language.
    """
    found: list[Chapter] = []
    title, topics = "", list[Topic]()
    for line in resource("help", f"{language}.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            topics.append(Topic(line[3:], ""))
        elif line.startswith("# "):
            if title:
                found.append(Chapter(title, tuple(topics)))
            title, topics = line[2:], []
        elif line.strip():
            before = topics[-1]
            topics[-1] = Topic(before.title, f"{before.text} {line.strip()}".strip())
    return (*found, Chapter(title, tuple(topics)))
