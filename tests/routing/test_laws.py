"""What holds whatever happens: any commands, facts and times, in any order (R127, R145, R148)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.domain import State, hearing, referral
from shared.contracts import cases, commands, placements
from shared.contracts.message import Message, Say
from shared.contracts.model import AboutChild, Body, Command, Custodian, Fact
from shared.contracts.proceedings import HearingScheduled
from shared.contracts.referrals import ReferralAccepted, ReferralWithdrawn, Referred
from shared.contracts.transitions import Table, final
from tests.harness import Desk
from tests.routing.city import (
    BARU_ULU,
    NOBODY,
    OFFENDER,
    SAMARINDA,
    STREET_DWELLER,
    STREET_WORKER,
    TODDLER,
    Case,
    routing,
)

DOMAIN = routing()
CHILDREN = (TODDLER, OFFENDER, STREET_WORKER, STREET_DWELLER, AboutChild(), AboutChild(category="AKTK", age_years=7),
            AboutChild(category="AT", age_years=10, home_area=SAMARINDA, found_area=BARU_ULU))  # fmt: skip
AGENCIES = ("dinsos", "sakti-peksos", "dp3akb", "dinkes", "polresta", "pn", "papb")
COMMANDS: tuple[type[Command], ...] = (
    commands.AcknowledgeReferral, commands.AcceptReferral, commands.DeclineReferral, commands.WithdrawReferral,
    commands.StartService, commands.CompleteReferral, commands.ReferChild, commands.ScheduleHearing,
    commands.AssignCompanion, commands.RecordHearing, commands.CancelHearing,
)  # fmt: skip
HOUSE: tuple[type[Fact], ...] = (
    placements.BedHeld, placements.Waitlisted, placements.AdmittedToRpsa, placements.HoldExpired,
    placements.HoldReleased, placements.LeftWaitingList, placements.LeftPlacement, placements.Discharged,
    placements.EscortArrived, placements.EscortReturned,
)  # fmt: skip
INTAKE: tuple[type[Fact], ...] = (
    cases.CategoryConfirmed, cases.CategoryProposed, cases.CategoryWithdrawn, cases.RiskAssessed,
    cases.ClosingRequested, cases.CaseClosed, cases.CaseReopened,
)  # fmt: skip
FIELDS: dict[str, Any] = {
    "about_child": {"kid": "none", "box": "AA"}, "assertion": NOBODY, "by": "dinsos", "closing": NOBODY,
    "outcome": "independent", "cause": "some-event", "cause_type": "referred", "stay": NOBODY, "house": "rpsa-1",
    "bed": 1, "house_kind": "rpsa", "last": Custodian(kind="house", house="rpsa-1"), "escort": NOBODY,
    "custodian": Custodian(kind="house", house="rpsa-1"), "to": Custodian(kind="family"), "reason": "no-capacity",
    "officer": "peksos-1", "agency": "dinkes", "service": "health",
}  # fmt: skip
OUTCOMES = {
    "complete-referral": ["service-given", "child-did-not-come"],
    "record-hearing": ["agreed", "adjourned"],
    "discharged": ["returned-to-family", "left-on-own"],
}


class Watched(Case):
    """A case whose every step is held against the laws."""

    def __init__(self) -> None:
        super().__init__(DOMAIN)
        self.journal: list[Message] = []

    def _evolve(self, message: Message) -> None:
        if isinstance(message.body, Fact):
            self.journal.append(message)
            self._must_fit(message.body)
        super()._evolve(message)

    def _must_fit(self, fact: Fact) -> None:
        """No fact is said that its table does not know: so nothing leads out of a final status."""
        id_ = getattr(fact, "referral", None)
        if type(fact) in {each for _, each in referral.TABLE} and id_:
            was = self.state.referrals.by_id.get(id_)
            assert ((was.status if was else ""), type(fact)) in referral.TABLE
        id_ = getattr(fact, "hearing", None)
        if type(fact) in {each for _, each in hearing.TABLE} and id_:
            was = self.state.proceedings.by_id.get(id_)
            assert ((was.status if was else ""), type(fact)) in hearing.TABLE

    def _say(self, said: Sequence[Say | Fact]) -> None:
        bodies = [each.body if isinstance(each, Say) else each for each in said]
        begun = [body for body in bodies if isinstance(body, Referred | HearingScheduled)]
        assert not (begun and self.state.cases.closed), "nothing begins in a closed case (R150)"
        super()._say(said)

    def laws(self) -> None:
        accepted = [each.referral for each in self.all(ReferralAccepted)]
        assert len(accepted) == len(set(accepted)), "one acceptance per referral"
        assert self.state.cases.source is None or self.state.referrals.owner, "no case without owner (R148)"
        awaited = {id_ for id_, each in self.state.referrals.by_id.items() if each.status in referral.AWAITING}
        due = {each.referral for each in self.domain.deadlines(self.state) if isinstance(each, referral.AnswerBy)}
        assert awaited == due, "each awaited answer has its deadline, and nothing else has"
        assert all(at > self.now for at in self.domain.deadlines(self.state).values()), "what is due has been decided"
        asked = [(each.agency, each.service) for each in self.state.referrals.by_id.values() if _open(each)]
        assert len(asked) == len(set(asked)), "nobody is asked twice for the same"

    # -- steps -------------------------------------------------------------------------------------------------

    def hear(self, data: st.DataObject, types: tuple[type[Fact], ...], stream: str) -> None:
        type_: type[Fact] = data.draw(st.sampled_from(types))
        fact = type_.model_validate(self._fields(data, type_))
        self.hears(fact, stream, data.draw(st.sampled_from(CHILDREN)) if "about_child" in type_.model_fields else None)

    def command(self, data: st.DataObject) -> None:
        type_: type[Command] = data.draw(st.sampled_from(COMMANDS))
        role = data.draw(st.sampled_from(["system", "coordinator", "companion"]))
        fields = self._fields(data, type_)
        id_ = fields.get("referral")
        was = self.state.referrals.by_id.get(id_)
        agency = was.agency if was and data.draw(st.booleans()) else data.draw(st.sampled_from(AGENCIES))
        self.takes(type_.model_validate(fields), agency, role)

    def _fields(self, data: st.DataObject, type_: type[Body]) -> dict[str, object]:
        """Fields that fit, with referral and hearing among those that there are, or none at all."""
        drawn: dict[str, object] = {
            "occurred_at": self.now,
            "at": self.now + timedelta(hours=data.draw(st.sampled_from([2, 30, 90]))),
            "until": self.now + timedelta(hours=12),
            "risk": data.draw(st.sampled_from(["emergency", "high", "medium", "low"])),
            "forum": data.draw(st.sampled_from(["diversion", "court"])),
            "referral": data.draw(st.sampled_from([NOBODY, *self.state.referrals.by_id])),
            "hearing": data.draw(st.sampled_from([NOBODY, *self.state.proceedings.by_id])),
        }
        drawn["outcome"] = data.draw(st.sampled_from(OUTCOMES.get(type_.type, ["independent"])))
        if type_ is commands.WithdrawReferral:
            drawn["reason"] = "need-met"
        if type_ is commands.ReferChild:
            drawn["house_kind"] = None
        return {name: value for name, value in {**FIELDS, **drawn}.items() if name in type_.model_fields}


def _open(each: referral.Referral) -> bool:
    return each.status in referral.OPEN


STEPS = st.lists(st.sampled_from(["intake"] * 2 + ["house"] * 2 + ["command"] * 3 + ["time"]), max_size=30)


def lived(steps: list[str], data: st.DataObject) -> Watched:
    """A case through which all this has gone, with the laws held after every step."""
    case = Watched()
    case.is_identified(data.draw(st.sampled_from(CHILDREN)), source=data.draw(st.sampled_from(["raid", "police"])))
    case.is_at_risk("high").is_confirmed(data.draw(st.sampled_from(CHILDREN)))
    for step in steps:
        match step:
            case "intake":
                case.hear(data, INTAKE, "cases")
            case "house":
                case.hear(data, HOUSE, "placements")
            case "command":
                case.command(data)
            case _:
                case.waits(timedelta(hours=data.draw(st.sampled_from([1, 13, 40, 200]))))
        case.laws()
    return case


@settings(max_examples=120)
@given(STEPS, st.data())
def test_whatever_happens_the_laws_hold(steps: list[str], data: st.DataObject) -> None:
    case = lived(steps, data)

    case.waits(timedelta(days=400))
    case.laws()
    assert case.domain.deadlines(case.state) == {}, "in the end every answer was given, or its silence told"


@settings(max_examples=40)
@given(STEPS, st.data(), st.randoms(use_true_random=False))
def test_any_interleaving_of_the_streams_gives_the_same_state(
    steps: list[str], data: st.DataObject, chance: Any
) -> None:
    case = lived(steps, data)
    streams: dict[str, list[Message]] = {}
    for message in case.journal:
        streams.setdefault(message.stream, []).append(message)

    again = Desk(DOMAIN)
    while streams:
        stream = chance.choice(sorted(streams))
        again._evolve(streams[stream].pop(0))
        streams = {name: left for name, left in streams.items() if left}

    assert again.state == case.state


@settings(max_examples=40)
@given(STEPS, st.data())
def test_a_state_that_was_stored_is_the_same_when_it_is_read(steps: list[str], data: st.DataObject) -> None:
    case = lived(steps, data)

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(case.state), type=State) == case.state
    assert set(case.domain.rows(case.subject, case.state)) == set(case.domain.rows(case.subject, case.state))


def test_every_status_of_a_referral_that_is_awaited_can_be_answered_withdrawn_and_missed() -> None:
    for status in referral.AWAITING:
        facts = {fact.__name__ for was, fact in referral.TABLE if was == status}
        assert {"ReferralAccepted", "ReferralDeclined", "ReferralExpired", "ReferralWithdrawn"} <= facts


def test_whatever_is_open_can_be_withdrawn() -> None:
    assert {was for was, fact in referral.TABLE if fact is ReferralWithdrawn} == referral.OPEN


def test_nothing_leads_out_of_a_final_status_and_no_open_one_is_final() -> None:
    assert final(referral.TABLE) == {"completed", "withdrawn", "escalated"}
    assert final(hearing.TABLE) == {"held", "cancelled"}
    assert not (final(referral.TABLE) & referral.OPEN)
    assert not (final(hearing.TABLE) & hearing.OPEN)


def _reached(table: Table) -> set[str]:
    reached = {""}
    while more := {then for (was, _), then in table.items() if was in reached} - reached:
        reached |= more
    return reached


def test_every_status_is_reached_from_the_beginning() -> None:
    for table in (referral.TABLE, hearing.TABLE):
        assert {was for was, _ in table} <= _reached(table)
        assert set(table.values()) <= _reached(table)
