"""The agencies of a journey: each reads its own mailbox and nothing else, and what it does depends on that alone."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from deploy.demo.line import Line
from shared.contracts import commands
from shared.contracts.codec import encode
from shared.contracts.commands import ReportedChild
from shared.contracts.envelope import Envelope, Headers, headers_of
from shared.contracts.model import AboutChild, Command, Custodian

BARU_ULU: Final = "64.71.02.1003"
CATEGORY: Final = {
    "community": {"category": "ABT"},
    "raid": {"category": "AMPK", "national_code": "AJ"},
    "police": {"category": "ABH", "role": "offender"},
}
"""What Dinsos makes of a child, by the way it was found."""
SERVICES: Final = {
    "community": {"child-care", "health"},
    "raid": {"shelter-rpsa"},
    "police": {"shelter-rpsa", "accompaniment"},
}
"""What must be done for a child before its case can close."""
MAY_DECLINE: Final = {"sakti-peksos": 0.5, "dp3akb": 0.3}
"""How often whoever is asked for a toddler's care has no room; Dinsos, the last in the row, always has."""


class Act(NamedTuple):
    """A command that an agency will send; `key` names it among what it sends about `subject`."""

    agency: str
    command: Command
    key: str
    subject: str = ""
    after: str = ""

    @property
    def id(self) -> str:
        """The same act has the same id, however often its reason is read."""
        return f"{self.agency}-{self.key}"


@dataclass(slots=True)
class Party:
    """What an agency has noted of each child, by the id under which it knows it; its clock may be off by weeks."""

    code: str
    seed: int
    off: timedelta = timedelta()
    silent: bool = False
    """Whether it answers no referral."""
    notes: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def chance(self, *of: object) -> float:
        """From 0 to 1, the same for the same child in every run of a seed."""
        digest = hashlib.sha256(f"{self.seed}/{self.code}/{'/'.join(map(str, of))}".encode()).digest()
        return int.from_bytes(digest[:4], "big") / 2**32


class Me:
    """A party with a notice before it."""

    def __init__(self, party: Party, line: Line) -> None:
        self.party, self.line, self.note = party, line, party.notes[line.subject]

    def is_(self, field_: str) -> bool:
        """Whether the notice names us there."""
        return self.line.text(field_) == self.party.code

    def does(self, kind: type[Command], about: str = "", **fields: Any) -> Act:
        """`about`: the field of the notice that names what is acted upon."""
        named = {about: UUID(self.line.text(about))} if about else {}
        key = f"{kind.type}-{self.line.text(about) or self.line.subject}"
        command = kind.model_validate({"occurred_at": self.party.now(), **named, **fields})
        return Act(self.party.code, command, key, self.line.subject, self.line.envelope.token)


Habit: TypeAlias = Callable[[Me], Iterator[Act]]


def identified(me: Me) -> Iterator[Act]:
    """Dinsos confirms what a child is to be helped as."""
    if me.party.code != "dinsos":
        return
    me.note["source"] = me.line.text("source")
    known = {name: me.line.text(f"about_child.{name}") for name in ("age_years", "sex", "found_area", "home_area")}
    yield me.does(commands.ConfirmCategory, about_child=AboutChild.model_validate(known | CATEGORY[me.note["source"]]))


def asked(me: Me) -> Iterator[Act]:
    """A referral is accepted, or declined for lack of room, so that the next is asked."""
    if not me.is_("agency") or me.line.text("service") == "shelter-rpsa" or me.party.silent:
        return
    me.note["source"] = me.note.get("source", "community")
    child = (me.line.text("about_child.age_years"), me.line.text("about_child.sex"), me.line.text("service"))
    if me.party.chance(*child) < MAY_DECLINE.get(me.party.code, 0):
        yield me.does(commands.DeclineReferral, "referral", reason="no-capacity")
    else:
        yield me.does(commands.AcceptReferral, "referral")


def accepted(me: Me) -> Iterator[Act]:
    if me.is_("agency") and me.line.text("by") == "agency":
        yield me.does(commands.StartService, "referral")


def started(me: Me) -> Iterator[Act]:
    """A toddler's care is given at once; a boy's companion is needed until he is home."""
    if not me.is_("agency") or me.note["asked"][me.line.text("referral")] == "shelter-rpsa":
        return
    me.note["accompaniment"] = me.line
    if me.note.get("source") != "police":
        yield me.does(commands.CompleteReferral, "referral", outcome="service-given")
    else:
        yield from accompanied(me)


def secured(me: Me) -> Iterator[Act]:
    if me.is_("custodian.party") and me.party.code != "dinsos":
        yield me.does(commands.OfferHandover, to="dinsos")


def offered(me: Me) -> Iterator[Act]:
    if me.is_("receiver.party"):
        yield me.does(commands.AcceptHandover, "handover")


def taken(me: Me) -> Iterator[Act]:
    """Dinsos brings the child to its bed; the police, who gave it, set the hearing."""
    if me.party.code == "polresta" and me.is_("giver.party"):
        at = datetime.now(UTC) + timedelta(hours=30)
        yield me.does(commands.ScheduleHearing, forum="diversion", at=at)
    if me.is_("receiver.party"):
        me.note["here"] = True
        yield from admission(me)


def held(me: Me) -> Iterator[Act]:
    if me.party.code == "dinsos":
        me.note["bed"] = me.line
        yield from admission(me)


def admission(me: Me) -> Iterator[Act]:
    """Once the child is here and a bed is held."""
    if me.note.get("here") and me.note.get("bed"):
        yield Me(me.party, me.note["bed"]).does(commands.AdmitChild, "stay")


def admitted(me: Me) -> Iterator[Act]:
    if me.party.code != "dinsos":
        return
    me.note["admitted"] = True
    if me.note.get("source") == "raid":
        yield home(me)
    else:
        yield from departure(me)


def home(me: Me) -> Act:
    return me.does(commands.DischargeChild, to=Custodian(kind="family"), outcome="returned-to-family")


def scheduled(me: Me) -> Iterator[Act]:
    if me.party.code == "dinsos":
        yield me.does(commands.AssignCompanion, "hearing", officer="pendamping-1")


def named(me: Me) -> Iterator[Act]:
    if me.party.code == "dinsos":
        me.note["hearing"] = me.line
        yield from departure(me)


def departure(me: Me) -> Iterator[Act]:
    """Once the boy sleeps in the house and his companion is named."""
    if me.note.get("admitted") and me.note.get("hearing"):
        yield Me(me.party, me.note["hearing"]).does(commands.DepartEscort, "hearing")


def departed(me: Me) -> Iterator[Act]:
    if me.is_("by"):
        me.note["escort"] = me.line
        yield me.does(commands.ArriveEscort, "escort")


def there(me: Me) -> Iterator[Act]:
    if me.party.code == "polresta":
        yield me.does(commands.RecordHearing, "hearing", outcome="agreed")


def heard(me: Me) -> Iterator[Act]:
    if me.party.code == "dinsos":
        yield Me(me.party, me.note["escort"]).does(commands.ReturnEscort, "escort")


def back(me: Me) -> Iterator[Act]:
    if me.party.code == "dinsos":
        yield home(me)


def discharged(me: Me) -> Iterator[Act]:
    if me.party.code == "dinsos" and me.note.get("source") == "police":
        me.note["home"] = True
        yield from accompanied(me)


def accompanied(me: Me) -> Iterator[Act]:
    """Once the boy is home and the companion had begun."""
    if me.note.get("home") and me.note.get("accompaniment"):
        yield Me(me.party, me.note["accompaniment"]).does(
            commands.CompleteReferral, "referral", outcome="service-given"
        )


def referred(me: Me) -> Iterator[Act]:
    """Dinsos sees each referral of its children, and notes for what."""
    me.note.setdefault("asked", {})[me.line.text("referral")] = me.line.text("service")
    yield from asked(me)


def completed(me: Me) -> Iterator[Act]:
    """Once all is done for a child, its case is to close."""
    if me.party.code != "dinsos":
        return
    done = me.note.setdefault("done", set())
    done.add(me.note["asked"][me.line.text("referral")])
    if done >= SERVICES[me.note["source"]]:
        yield me.does(commands.RequestClosing, outcome="returned-to-family")


HABITS: Final[Mapping[str, Habit]] = {
    "child-identified": identified,
    "referred": referred,
    "referral-accepted": accepted,
    "service-started": started,
    "child-secured": secured,
    "handover-offered": offered,
    "handover-accepted": taken,
    "bed-held": held,
    "admitted-to-rpsa": admitted,
    "hearing-scheduled": scheduled,
    "companion-assigned": named,
    "escort-departed": departed,
    "escorted-to-hearing": there,
    "hearing-held": heard,
    "returned-from-hearing": back,
    "discharged": discharged,
    "referral-completed": completed,
}


def react(party: Party, line: Line) -> Iterator[Act]:
    """All that a party does upon a notice."""
    habit = HABITS.get(line.type)
    yield from habit(Me(party, line)) if habit else ()


def reports(journey: str, children: int) -> Iterator[Act]:
    """The children of a journey, in reports of one or, for siblings, two: the same for the same numbers."""
    number = 0
    while number < children:
        kind = number % 4
        many = 2 if kind == 1 and number + 2 <= children else 1
        yield _report(journey, number, kind, many)
        number += many


def _report(journey: str, number: int, kind: int, many: int) -> Act:
    agency, source = (("koppaja", "community"), ("satpol-pp", "raid"), ("satpol-pp", "raid"), ("polresta", "police"))[
        kind
    ]
    years = {"community": range(6), "raid": range(6, 18), "police": range(14, 18)}[source]
    children = tuple(
        ReportedChild(
            about_child=AboutChild(
                age_years=years[(number + each) % len(years)],
                sex="female" if number % 3 else "male",
                found_area=BARU_ULU,
                home_area=BARU_ULU,
            ),
            siblings=1 if many > 1 else None,
        )
        for each in range(many)
    )
    risk = {"community": "high", "raid": "medium", "police": "high"}[source]
    report = commands.ReportChild.model_validate(
        {"occurred_at": datetime.now(UTC), "source": source, "secured": source != "community", "risk": risk,
         "children": children}
    )  # fmt: skip
    return Act(agency, report, f"{journey}-{number}")


def headers(act: Act, now: datetime) -> Headers:
    """What an agency's system writes around a command."""
    envelope = Envelope(
        id=act.id, type=act.command.type, version=act.command.version, source=f"/agencies/{act.agency}", time=now,
        subject=act.subject or None, token=act.after,
    )  # fmt: skip
    return headers_of(envelope)


def value(act: Act) -> bytes:
    """The command's data."""
    return encode(act.command)
