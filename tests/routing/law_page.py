"""`python -m tests.routing.law_page`: writes docs/law.md, each rule with its data, its code and its tests."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from services.routing.law import Law
from services.routing.law.rules import Rule

PAGE: Final = Path("docs/law.md")
DAY: Final = date(2026, 11, 2)
RANGE: Final = (*(f"R{number}" for number in range(29, 74)), "R19", "R20", "R20a", "R75", "R76", "R77", "R87a", "R94",
                "R95", "R122", "R146", "R150", "R153", "R159")  # fmt: skip
_CITED: Final = re.compile(r"\bR\d+[a-z]?\b")

LEFT_OUT: Final[Mapping[str, str]] = {
    "R62": "knowledge of the city, not a rule",
    "R63": "how a hearing is conducted is the court's; nothing of it passes through here",
    "R66": "what a litmas holds and when it is read is between probation office and court",
    "R67": "how a witness is heard is the court's",
    "R68": "no message holds an identity at all",
    "R70": "referrals carry it: hospital, protection and LPSK are asked as services",
    "R72": "which measure a court orders is not recorded yet",
    "R73": "after a sentence the probation office goes on; not recorded yet",
}
"""Rules of the range that no row and no decision of routing rests on, each with the reason."""

_UNITS: Final = {"elapsed-hours": "hours", "calendar-days": "days", "working-days": "work days",
                 "calendar-months": "months"}  # fmt: skip
_HEAD: Final = """# The law in Senandung

Written by `python -m tests.routing.law_page` from the tables and the tests; a test fails where it is out of date.

The limits are rows of `services/routing/law/tables/`. Each has its rule, where it is written and how sure that is:
*seen* in a public text, background knowledge (*BK-H*, *BK-M*, *BK-L*), or a proposal (*DESIGN*). What is less than
*seen* only warns until counsel has confirmed it in `confirmed_by`. *Counted*: `exact` from the very moment,
`inclusive` with the day of the start as the first, `day-after` from the next day; days end at 23:59:59 of the city's
time (R159). None of these rules lets a limit pause: what a fact cannot stop or extend runs on.

`senandung law list | show ROW | at DAY | diff | export | import` reads and reviews them. `senandung rehearse FILE`
plays commands through all four services in virtual time, by these tables or with `--law FOLDER` by others, and with
`--compare` tells which children another law or policy would send elsewhere, later, or let a limit pass;
`tests/rehearsals` holds ten invented children, each with a sheet on which every time was reckoned by hand.
"""


def page() -> str:
    """Return the whole page."""
    rules = sorted(Law.load().on(DAY), key=lambda rule: (_number(rule.ground.rule), rule.id))
    parts = [_HEAD, "## Limits that run\n", *_running([rule for rule in rules if rule.active])]
    parts += ["\n## Limits that are listed, and run for nobody yet\n", *_listed([r for r in rules if not r.active])]
    parts += ["\n## Rule by rule\n", *_rules(rules)]
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


def _rules(rules: list[Rule]) -> Iterator[str]:
    code = _citing(Path("services/routing"), "*.py")
    tests = _citing(Path("tests/routing"), "test_*.py")
    for rule, sheets in _citing(Path("tests/rehearsals"), "*.csv").items():
        tests[rule] = [*tests.get(rule, []), *sheets]
    yield "| rule | data | code | test |"
    yield "| --- | --- | --- | --- |"
    for cited in sorted(RANGE, key=_number):
        rows = [f"`{rule.id}`" for rule in rules if cited in rule.ground.rule.split()]
        where = [" ".join(rows), _files(code.get(cited, ())), _files(tests.get(cited, ()))]
        if not any(where):
            where = [f"left out: {LEFT_OUT[cited]}", "", ""]
        yield f"| {cited} | {' | '.join(where)} |"


def _citing(folder: Path, files: str) -> dict[str, list[str]]:
    """Which files cite each rule; a row's id in a test cites its rule."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder.rglob(files)):
        text = re.sub(r"\br(\d+[a-z]?)\b", r"R\1", file.read_text())
        for rule in sorted(set(_CITED.findall(text))):
            found.setdefault(rule, []).append(file.name)
    return found


def _files(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


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
