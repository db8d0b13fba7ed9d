"""The report as one HTML file that opens offline: nothing in it comes from elsewhere."""

import json
from collections.abc import Iterable, Sequence
from html import escape

from fastface_core import __version__
from fastface_core.counting import counted
from fastface_core.evaluation import measures, plots, sheets, summary
from fastface_core.evaluation.plots import Point
from fastface_core.evaluation.results import EVERYTHING, Entry, Results
from fastface_core.evaluation.summary import Compared, Mean
from fastface_core.evaluation.tuning import Point as Tuned

LISTED = 3000
"""Pictures whose settings stand in the page; all of them are in the CSV file."""

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2330;--soft:#5c6574;--line:#d9dde5;--ground:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#9aa4b5;--line:#353c49;--ground:#14171d}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:1100px;margin:2em auto;
padding:0 1.2em}h1{font-size:1.6em}h2{margin-top:2.2em;font-size:1.25em}h3{margin-top:1.6em;font-size:1em}
p.note{color:var(--soft);max-width:75ch}table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}
th,td{padding:4px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}td.wrap{white-space:normal;text-align:left;min-width:20em}
small{color:var(--soft)}svg{max-width:100%;height:auto;stroke-width:2}svg text{fill:var(--ink);font-size:12px}
svg .tick{fill:var(--soft);font-size:11px}svg .grid{stroke:var(--line);stroke-width:1}
svg .zero{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}
svg .joined{fill:none;stroke:var(--soft);stroke-width:1.5}pre{font-size:12px;overflow-x:auto}
.sheet img{display:block;margin:0}.sheet td,.sheet th{padding:2px;border:0;text-align:left}
"""


def page(
    parts: Sequence[Results],
    title: str,
    sort_by: str | None,
    against: str | None = None,
    curve: tuple[Sequence[Tuned], str, str] | None = None,
) -> str:
    """The whole page; results of different protocols stand one below the other, and are not compared.

    Args:
        sort_by: the measure by which contenders are sorted; None leaves them as they stand.
        against: the contender that the others are compared with; None the first.
        curve: of tuned settings, with the measures of likeness and of following the prompt.
    """
    tuned = _curve(*curve) if curve else ""
    body = tuned + "".join(_part(one, sort_by, against) for one in parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';img-src data:;'
        "style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}"
        f'<p class="note">FastFace {escape(__version__)}</p></body></html>\n'
    )


def _curve(points: Sequence[Tuned], like: str, follow: str) -> str:
    across = [Point(one.name, one.follow.mean, one.follow.low, one.follow.high, n) for n, one in enumerate(points)]
    up = [Point(one.name, one.like.mean, one.like.low, one.like.high, n) for n, one in enumerate(points)]
    titles = measures.of(follow).title, measures.of(like).title
    rows = [
        [escape(one.name), f"\0{escape(one.contender.preset.description or one.contender.preset.title)}",
         _mean(one.follow, follow), _mean(one.like, like)]
        for one in points
    ]  # fmt: skip
    note = "Found on some people and verified on others, whose numbers these are. No settings beat them in both."
    drawing = plots.curve(across, up, titles) if points else ""
    return (
        f'<h2>{titles[1]} against {titles[0]}</h2><p class="note">{note}</p>{drawing}'
        f"{table(['', 'Settings', *titles], rows)}"
    )


def _part(results: Results, sort_by: str | None, against: str | None) -> str:
    found = summary.means(results)
    names = [entry.name for entry in results.entries]
    order = names if sort_by is None else sorted(names, key=lambda one: -_score(found[EVERYTHING], one, sort_by))
    results = Results(results.plan, tuple(_entry(results, name) for name in order))
    if against is None and sort_by is not None and names:
        against = names[0]
    return "".join(
        [
            _about(results),
            *(_means(results, subset, entries) for subset, entries in found.items()),
            _plots(results, found[EVERYTHING]),
            _differences(summary.compared(results, against)),
            _bins(results),
            _strata(results),
            _sheets(results),
            _settings(results),
            _pictures(results),
        ]
    )


def _score(entries: dict[str, dict[str, Mean]], name: str, measure: str) -> float:
    return summary.score_of(entries, name, measure)


def _entry(results: Results, name: str) -> Entry:
    return next(entry for entry in results.entries if entry.name == name)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table; the cells are HTML already."""
    top = "".join(f"<th>{one}</th>" for one in head)
    body = "".join(f"<tr>{''.join(_cell(one) for one in row)}</tr>" for row in rows)
    return f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def _cell(content: str) -> str:
    return f'<td class="wrap">{content[1:]}</td>' if content.startswith("\0") else f"<td>{content}</td>"


def _about(results: Results) -> str:
    plan = results.plan
    realistic = sum(prompt.kind == "realistic" for prompt in plan.prompts)
    made = sum(int(sum(one is not None for one in entry.files.ravel())) for entry in results.entries)
    whole = len(plan.people) * len(plan.prompts) * plan.seeds * len(results.entries)
    seeds = counted(plan.seeds, "seed", "seeds")
    people, prompts = counted(len(plan.people), "person", "people"), counted(len(plan.prompts), "prompt", "prompts")
    settings = counted(len(results.entries), "setting", "settings")
    said = (
        f"{people} x {prompts} ({realistic} realistic, {len(plan.prompts) - realistic} stylistic) x {seeds} by"
        f" {settings}: {made} of {whole} pictures. Intervals are of 95 %, by a bootstrap over people and their seeds;"
        " pictures of one person are no independent people."
    )
    if plan.drawn:
        said += " The people are drawings, so a likeness is that of drawings."
    if plan.published:
        said += " Measured with the published code's quirks."
    skipped = {what: why for entry in results.entries for what, why in entry.skipped.items()}
    missing = "".join(f"<li>{escape(what)}: {escape(why)}</li>" for what, why in skipped.items())
    return f'<p class="note">{said}</p>' + (
        f"<p>Not measured, or otherwise than usual:</p><ul>{missing}</ul>" if missing else ""
    )


def _means(results: Results, subset: str, entries: dict[str, dict[str, Mean]]) -> str:
    names = [name for name in results.measures if any(name in of for of in entries.values())]
    prompts = results.subsets()[subset]
    head = ["", *(_title(one) for one in names)]
    rows = [
        [
            escape(entry.name),
            *(_mean(entries[entry.name].get(name), name) for name in names),
            "-" if (missing := summary.without_face(entry, prompts)) is None else str(missing),
            str(len(entry.failed)) if subset == EVERYTHING else "",
        ]
        for entry in results.entries
    ]
    title = "All prompts" if subset == EVERYTHING else f"{subset.capitalize()} prompts"
    note = ""
    if subset == EVERYTHING:
        lines = "".join(
            f"<li>{escape(measures.of(one).title)}: {escape(measures.of(one).meaning)}</li>" for one in names
        )
        note = f"<ul>{lines}</ul>"
    return f"<h2>{title}</h2>{table([*head, 'Without a face', 'Failed' if subset == EVERYTHING else ''], rows)}{note}"


def _title(name: str) -> str:
    one = measures.of(name)
    return f'<span title="{escape(one.meaning)}">{escape(one.title)}</span>'


def _mean(one: Mean | None, name: str) -> str:
    if one is None:
        return "-"
    digits = measures.of(name).digits
    return f"{one.mean:.{digits}f} <small>{one.low:.{digits}f} to {one.high:.{digits}f}</small>"


def _plots(results: Results, entries: dict[str, dict[str, Mean]]) -> str:
    parts = ["<h2>Side by side</h2>"]
    for name in results.measures:
        points = _points(results, entries, name)
        if points:
            parts.append(f"<h3>{escape(measures.of(name).title)}</h3>{plots.rows(points, measures.of(name).digits)}")
    follow = next((one for one in FOLLOWING if one in results.measures), None)
    if follow is not None and "likeness" in results.measures:
        across, up = _points(results, entries, "likeness"), _points(results, entries, follow)
        if across and len(across) == len(up):
            titles = measures.of("likeness").title, measures.of(follow).title
            parts.append(f"<h3>{titles[0]} against {titles[1]}</h3>{plots.scatter(across, up, titles)}")
    return "".join(parts)


FOLLOWING = ("clip_l14", "clip_b32", "expression_followed")
"""What tells how well prompts are followed, the best first."""


def _points(results: Results, entries: dict[str, dict[str, Mean]], measure: str) -> list[Point]:
    found: list[Point] = []
    for number, entry in enumerate(results.entries):
        one = entries[entry.name].get(measure)
        if one is not None:
            found.append(Point(entry.name, one.mean, one.low, one.high, number))
    return found


def _differences(found: Sequence[Compared]) -> str:
    if not found:
        return ""
    rows: list[list[str]] = []
    for one in found:
        of, digits = one.difference, measures.of(one.measure).digits
        sure = one.corrected is not None and one.corrected < 0.05
        text = f"{of.mean:+.{digits}f} <small>{of.interval[0]:+.{digits}f} to {of.interval[1]:+.{digits}f}</small>"
        rows.append(
            [
                f"{escape(one.one)} - {escape(one.other)}",
                escape(one.subset),
                escape(measures.of(one.measure).title),
                f"<b>{text}</b>" if sure else text,
                _p(of.p),
                _p(one.corrected),
                str(of.people),
                *(_people(one.needed.get(part, 0)) for part in ("all", "half")),
                "-" if one.smallest is None else f"{one.smallest:.{digits}f}",
            ]
        )
    head = [
        "",
        "Prompts",
        "Measure",
        "Difference",
        "p",
        "p, corrected",
        "People",
        "Needed",
        "For half of it",
        "Smallest",
    ]
    note = (
        "The same people, prompts and seeds in both. p is that of a sign-flip test over people; corrected by Holm over"
        f" all {len(found)} differences of this table, and bold below 0.05. Needed: people with whom a difference of"
        " this size, or of half of it, is found in 4 of 5 evaluations at the level that so many questions leave;"
        " smallest: what the people measured here find as often."
    )
    return f'<h2>Differences</h2><p class="note">{note}</p>{table(head, rows)}'


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _people(value: int | None) -> str:
    return "over 100,000" if value is None else str(value) if value else "-"


def _bins(results: Results) -> str:
    rows: list[list[str]] = []
    for entry in results.entries:
        for one in summary.bins(entry):
            likeness = "-" if one.likeness is None else f"{one.likeness:.3f}"
            rows.append([escape(entry.name), f"{one.ratio:.3f}", likeness, str(one.missing), str(one.count)])
    if not rows:
        return ""
    note = f"Pictures sorted by the size of the face, {summary.BIN} in each bin, as published."
    head = ["", "Mean face size", "Likeness", "Without likeness", "Pictures"]
    return f'<h2>Likeness by face size</h2><p class="note">{note}</p>{table(head, rows)}'


def _strata(results: Results) -> str:
    names = [one for one in ("likeness", "likeness_second", "face_found") if one in results.measures]
    parts: list[str] = []
    for label, values in summary.strata(results, names).items():
        rows = [
            [escape(value), escape(name), *(_mean(of.get(one), one) for one in names)]
            for value, entries in values.items()
            for name, of in entries.items()
        ]
        head = [escape(label), "", *(escape(measures.of(one).title) for one in names)]
        parts.append(f"<h3>{escape(label)}</h3>{table(head, rows)}")
    if not parts:
        return ""
    note = "By the labels that were given with the photos; none was guessed."
    return f'<h2>Groups of people</h2><p class="note">{note}</p>{"".join(parts)}'


def _sheets(results: Results) -> str:
    parts = [f"<h3>{escape(name)}</h3>{table(head, rows, 'sheet')}" for name, head, rows in sheets.sheets(results)]
    return f"<h2>Pictures</h2>{''.join(parts)}" if parts else ""


def _settings(results: Results) -> str:
    parts: list[str] = []
    for entry in results.entries:
        content = entry.contender.model_dump(mode="json", exclude_none=True)
        text = escape(json.dumps(content, indent=1, ensure_ascii=False))
        parts.append(f"<details><summary>{escape(entry.name)}</summary><pre>{text}</pre></details>")
    return f"<h2>Settings</h2>{''.join(parts)}"


def _pictures(results: Results) -> str:
    plan = results.plan
    rows: list[list[str]] = []
    for entry in results.entries:
        for (person, prompt, seed), path in _made(entry):
            if len(rows) < LISTED:
                number = plan.first_seed(person, prompt) + seed
                name = escape(plan.people[person].name)
                rows.append(
                    [escape(entry.name), name, str(number), escape(path), f"\0{escape(plan.prompts[prompt].text)}"]
                )
    said = "" if len(rows) < LISTED else f" The first {LISTED}; all are in pictures.csv."
    head = ["", "Person", "Seed", "File", "Prompt"]
    content = f"<details><summary>Settings of each picture.{said}</summary>{table(head, rows)}</details>"
    return f"<h2>Every picture</h2>{content}"


def _made(entry: Entry) -> Iterable[tuple[tuple[int, int, int], str]]:
    people, prompts, seeds = entry.files.shape
    for person in range(people):
        for prompt in range(prompts):
            for seed in range(seeds):
                path = entry.files[person, prompt, seed]
                if path is not None:
                    yield (person, prompt, seed), f"{path.parent.name}/{path.name}"
