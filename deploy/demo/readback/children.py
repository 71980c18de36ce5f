"""What must hold for the children, told from the facts alone."""

from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from deploy.demo.line import Line
from deploy.demo.readback.check import Check, checked
from deploy.demo.readback.log import Log, by
from shared.contracts.model import AboutChild, Sealed
from shared.contracts.sealing import open_sealed

_NOBODY: Final = "unknown//"


def children(log: Log) -> Iterator[Check]:
    """All of them."""
    yield _custodians(log)
    yield _acceptances(log)
    yield _owners(log)
    yield _siblings(log)
    yield _raids(log)


def _custodians(log: Log) -> Check:
    """Each movement takes the child from the one who has it."""
    wrong: list[str] = []
    moved = 0
    for case, facts in log.cases.items():
        held, origin = _NOBODY, _NOBODY
        for fact in (line for line in facts if line.topic == "placements"):
            move = _movement(fact, held)
            if move is None:
                continue
            moved += 1
            giver, held = move
            wrong += [f"{case[:8]} {fact.where} {fact.type}"] * (giver != origin)
            origin = held
    return Check("satu pemegang anak pada setiap saat", "one custodian per child at every instant", moved, wrong)


def _movement(fact: Line, held: str) -> tuple[str, str] | None:
    """From whom a fact takes the child, as it says itself where it does; and who has the child then."""
    match fact.type:
        case "child-secured":
            return _NOBODY, _who(fact, "custodian")
        case "handover-accepted":
            return _who(fact, "giver"), _who(fact, "receiver")
        case "admitted-to-rpsa" | "placed":
            return held, f"house//{fact.text('house')}"
        case "escort-departed":
            return _who(fact, "origin"), f"escort/{fact.text('by')}/"
        case "escort-returned":
            return (held if held.startswith("escort/") else "an escort"), _who(fact, "custodian")
        case "left-placement":
            return _who(fact, "last"), _NOBODY
        case "discharged":
            return held, _who(fact, "to")
    return None


def _who(fact: Line, field: str) -> str:
    return "/".join(fact.text(f"{field}.{part}") for part in ("kind", "party", "house"))


def _acceptances(log: Log) -> Check:
    asked = by(log.of("referred"), "referral")
    times = Counter(line.text("referral") for line in log.of("referral-accepted"))
    wrong = [f"{referral[:8]} ×{count}" for referral, count in times.items() if count > 1 or referral not in asked]
    return checked("satu penerimaan per rujukan", "one acceptance per referral", asked, wrong)


def _owners(log: Log) -> Check:
    closed = {line.subject for line in log.of("case-closed")} - {line.subject for line in log.of("case-reopened")}
    open_ = {line.subject for line in log.of("child-identified")} - closed
    owned = {line.subject for line in log.of("case-owned")}
    wrong = [case[:8] for case in open_ - owned]
    return checked("penanggung jawab untuk setiap kasus terbuka", "an owner for each open case", open_, wrong)


def _siblings(log: Log) -> Check:
    """All siblings of a report are admitted, into the same house (R84)."""
    groups = by(log.of("child-identified"), "siblings.id")
    houses = {line.subject: line.text("house") for line in log.of("admitted-to-rpsa", "placed")}
    apart = [id_[:8] for id_, group in groups.items() if len({houses.get(line.subject, "") for line in group}) != 1]
    small = [id_[:8] for id_, group in groups.items() if str(len(group)) != group[0].text("siblings.size")]
    none = [id_[:8] for id_, group in groups.items() if not all(line.subject in houses for line in group)]
    return checked("saudara kandung bersama", "siblings together", groups, [*apart, *small, *none])


def _raids(log: Log) -> Check:
    """No child of a raid is recorded as an offender, in a sealed field or by a hearing (R87b)."""
    raids = {line.subject for line in log.of("child-identified") if line.text("source") == "raid"}
    told = [line for line in log.facts if line.subject in raids and line.text("about_child.box")]
    opened = {line.where: _opened(log, line) for line in told}
    bad = [where for where, about in opened.items() if about.role == "offender" or about.category == "ABH"]
    hearings = [line.where for line in log.facts if line.subject in raids and line.topic == "proceedings"]
    return checked("tidak ada catatan pelaku dari razia", "no offender record from a raid", opened, [*bad, *hearings])


def _opened(log: Log, line: Line) -> AboutChild:
    """What is sealed, with the key of the case: only the four services may read that topic in a real city."""
    issued = next(key for key in log.once if key.topic == "case-keys" and key.subject == line.subject)
    key = urlsafe_b64decode(issued.text("key") + "=")
    sealed = Sealed(kid=line.text("about_child.kid"), box=line.text("about_child.box"))
    return open_sealed(UUID(line.subject), line.envelope.id, key, sealed)
