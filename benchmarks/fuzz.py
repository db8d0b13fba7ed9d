"""Hands every parser a great many inputs that are nearly right, and counts what comes of them.

    python benchmarks/fuzz.py [--executions 1000000] [--processes 2] [--seed 1] [--parser NAME] [--keep FOLDER]
                              [--journal FILE]

An input is read rightly, or refused with an error of ours whose words can be shown to somebody. Anything else is a
finding: another exception, words of a library, a sentence without end, more than a few seconds, or the end of the
process. Findings are written into FOLDER, each with its trace; the exit code is then 1.

The inputs of a seed are the same each time. An execution is one input given to one parser, in one of the processes.
FILE remembers which parts are done, of 10,000 executions each: started again with it, the rest is done.
"""

import argparse
import contextlib
import hashlib
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.errors import FastFaceError

LONGEST_SENTENCE = 1000
_PART = 10_000
LONGEST_TIME, LONGEST_WAIT = 5.0, 120.0
"""Seconds of the processor that one input may take, and seconds of the clock, on a machine that may be busy."""
MEMORY = 4 << 30
"""Bytes of address space that a process may have."""
_OF_LIBRARIES = re.compile(
    r"pydantic|validation error|Input should|Traceback|errno|Errno|<class|object at 0x|Expecting value|codec can't"
)


@dataclass
class Outcome:
    """What came of some executions.

    Attributes:
        counts: by parser and by "right", "refused" or "finding".
        findings: by what they are, the first input of each, with its trace.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    findings: dict[str, tuple[bytes, str]] = field(default_factory=dict[str, tuple[bytes, str]])

    def add(self, other: "Outcome") -> None:
        self.counts += other.counts
        for what, found in other.findings.items():
            self.findings.setdefault(what, found)

    def total(self, word: str) -> int:
        return sum(count for (_, one), count in self.counts.items() if one == word)


class TooLong(Exception):
    """An input takes too long."""


def run(executions: int, seed: int, only: str | None = None, part: int = 0, parts: int = 1) -> Outcome:
    """Executes one part of the inputs of a seed in this process, whose FASTFACE_HOME is a folder for it alone."""
    from benchmarks.fuzz_parsers import parsers

    warnings.simplefilter("ignore")
    chosen = [one for one in parsers(Path(os.environ["FASTFACE_HOME"])) if only in (None, one.name)]
    if not chosen:
        raise SystemExit(f"There is no parser {only}.")
    whole = sum(one.weight for one in chosen)
    outcome = Outcome()
    for parser in chosen:
        wanted = max(round(executions * parser.weight / whole), 1)
        for number in range(part, wanted, parts):
            chance = random.Random(f"{seed} {parser.name} {number}")
            data = parser.mutate(chance, parser.samples)
            word, what, trace = executed(parser.run, parser.known, data)
            outcome.counts[parser.name, word] += 1
            if word == "finding":
                outcome.findings.setdefault(f"{parser.name}: {what}", (data, trace))
    return outcome


def executed(run: Callable[[bytes], object], known: tuple[type[Exception], ...], data: bytes) -> tuple[str, str, str]:
    """Hands an input to a parser.

    Returns:
        "right", "refused" or "finding"; of a finding what it is, and its trace.
    """
    try:
        with _limited():
            run(data)
    except FastFaceError as error:
        wrong = _wrong_words(error)
        return ("finding", wrong, traceback.format_exc()) if wrong else ("refused", "", "")
    except known:
        return "refused", "", ""
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return "finding", f"{type(error).__name__} at {where}", traceback.format_exc()
    return "right", "", ""


def _wrong_words(error: FastFaceError) -> str:
    for text in (error.message, error.hint):
        if len(text) > LONGEST_SENTENCE:
            return "a sentence without end"
        if (found := _OF_LIBRARIES.search(text)) is not None:
            return f"words of a library: {found[0]}"
        if not text.endswith((".", ". ", "?", ":")) or not text.strip():
            return "no sentence"
    return ""


@contextlib.contextmanager
def _limited() -> Generator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise TooLong

    before = [(number, signal.signal(number, stop)) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, LONGEST_TIME)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_WAIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before:
            signal.signal(number, handler)


def _part(job: tuple[int, int, str | None, int, int]) -> tuple[int, Outcome]:
    executions, seed, only, part, parts = job
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as home:
        os.environ["FASTFACE_HOME"] = home
        # What libraries print about damaged files is of no interest.
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 2)
        return part, run(executions, seed, only, part, parts)


class Journal:
    """Which parts of a run are done, and what came of them; kept in a file where one is given.

    Attributes:
        parts: their numbers.
        outcome: of all of them.
    """

    def __init__(self, file: Path | None, of: str) -> None:
        """`of` tells one run from another; lines of others are passed over."""
        self.parts: set[int] = set()
        self.outcome = Outcome()
        self._file, self._of = file, of
        for line in file.read_text(encoding="utf-8").splitlines() if file and file.exists() else ():
            said = json.loads(line)
            if said["of"] == of and said["part"] not in self.parts:
                counts = Counter({(name, word): count for name, word, count in said["counts"]})
                found = {what: (bytes.fromhex(data), trace) for what, data, trace in said["findings"]}
                self._take(said["part"], Outcome(counts, found))

    def add(self, part: int, done: Outcome) -> None:
        """Keeps what came of a part."""
        self._take(part, done)
        if self._file is None:
            return
        line = {
            "of": self._of,
            "part": part,
            "counts": [(*which, count) for which, count in done.counts.items()],
            "findings": [(what, data.hex(), trace) for what, (data, trace) in done.findings.items()],
        }
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _take(self, part: int, done: Outcome) -> None:
        self.parts.add(part)
        self.outcome.add(done)


def _show(outcome: Outcome, keep: Path | None) -> None:
    names = sorted({name for name, _ in outcome.counts})
    for name in names:
        right, refused, found = (outcome.counts[name, word] for word in ("right", "refused", "finding"))
        print(f"{name:<24} {right:>9} right {refused:>9} refused {found:>6} findings")
    for what, (data, trace) in sorted(outcome.findings.items()):
        print(f"finding: {what}")
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            name = hashlib.sha256(what.encode()).hexdigest()[:12]
            (keep / f"{name}.bin").write_bytes(data)
            (keep / f"{name}.txt").write_text(f"{what}\n\n{trace}", encoding="utf-8", errors="backslashreplace")


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executions", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parser", help="this one alone")
    parser.add_argument("--journal", type=Path, help="what is done already, and what came of it")
    parser.add_argument("--keep", type=Path, help="a folder for what was found")
    wanted = parser.parse_args(words)
    start = time.perf_counter()
    parts = max(wanted.executions // _PART, wanted.processes)
    journal = Journal(wanted.journal, f"{wanted.executions} {wanted.seed} {wanted.parser} {parts}")
    outcome = journal.outcome
    jobs = [
        (wanted.executions, wanted.seed, wanted.parser, part, parts)
        for part in range(parts)
        if part not in journal.parts
    ]
    # Each in a new process, so that nothing is left of one in the other.
    with multiprocessing.get_context("spawn").Pool(wanted.processes, maxtasksperchild=1) as pool:
        for part, done in pool.imap_unordered(_part, jobs):
            journal.add(part, done)
    _show(outcome, wanted.keep)
    seconds = time.perf_counter() - start
    print(
        f"{sum(outcome.counts.values())} executions in {seconds:.0f} s: {outcome.total('right')} right,"
        f" {outcome.total('refused')} refused, {outcome.total('finding')} findings"
        f" of {len(outcome.findings)} kinds"
    )
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
