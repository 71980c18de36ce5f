"""`python -m tests.routing.law_page`: writes docs/law.md, every limit of the law with its source."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from services.routing.law import Law
from services.routing.law.rules import Rule

PAGE: Final = Path("docs/law.md")
DAY: Final = date(2026, 11, 2)
_CITED: Final = re.compile(r"\bR\d+[a-z]?\b")

_UNITS: Final = {"elapsed-hours": "hours", "calendar-days": "days", "working-days": "work days",
                 "calendar-months": "months"}  # fmt: skip
_HEAD: Final = """# The law in Senandung

Written by `python -m tests.routing.law_page` from the tables; a test fails where it is out of date. Which code and
which test each rule has stands in [rules](rules.md).

The limits are rows of `services/routing/law/tables/`. Each has its rule, where it is written and how sure that is:
*seen* in a public text, background knowledge (*BK-H*, *BK-M*, *BK-L*), or a proposal (*DESIGN*). What is less than
*seen* only warns until counsel has confirmed it in `confirmed_by`. *Counted*: `exact` from the very moment,
`inclusive` with the day of the start as the first, `day-after` from the next day; days end at 23:59:59 of the city's
time (R159).

`senandung law list | show ROW | at DAY | diff | export | import` reads and reviews them. `senandung rehearse FILE`
plays commands through all four services in virtual time, by these tables or with `--law FOLDER` by others;
`tests/rehearsals` holds ten invented children, each with a sheet on which every time was reckoned by hand.
"""


def page() -> str:
    """Return the whole page."""
    rules = sorted(Law.load().on(DAY), key=lambda rule: (_number(rule.ground.rule), rule.id))
    parts = [_HEAD, "## Limits that run\n", *_running([rule for rule in rules if rule.active])]
    parts += ["\n## Limits that are listed, and run for nobody yet\n", *_listed([r for r in rules if not r.active])]
    return "\n".join(parts) + "\n"


def _running(rules: list[Rule]) -> Iterator[str]:
    yield "| row | what | limit, counted | starts with | kept by | stopped by | whose | sure | written in |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for rule in rules:
        ends = (_words(rule.satisfied_by), _words(rule.stopped_by))
        ground = (rule.ground.certainty, rule.ground.citation or "—")
        what = (f"`{rule.topic}/{rule.id}`", rule.title.en, _limit(rule), _words(rule.starts))
        cells = (*what, *ends, _whose(rule), *ground)
        yield f"| {' | '.join(cells)} |"


def _listed(rules: list[Rule]) -> Iterator[str]:
    yield "| row | what | why nothing starts it |"
    yield "| --- | --- | --- |"
    for rule in rules:
        yield f"| `{rule.topic}/{rule.id}` | {rule.title.en} | {rule.ground.note} |"


def _limit(rule: Rule) -> str:
    assert rule.span
    unit = _UNITS[rule.span.unit]
    more = (
        f" (+{rule.extension.limit} by {rule.extension.party or 'the court of that stage'})" if rule.extension else ""
    )
    return f"{rule.span.limit} {unit}{more}, {rule.span.counting}"


def _words(tokens: tuple[object, ...]) -> str:
    return " ".join(f"`{token}`" for token in tokens) or "—"


def _whose(rule: Rule) -> str:
    return f"{rule.owner or '—'}, {rule.kind}"


def _number(rule: str) -> tuple[int, str]:
    first = _CITED.findall(rule)[0]
    return int(re.sub(r"\D", "", first)), first


if __name__ == "__main__":
    PAGE.write_text(page())
