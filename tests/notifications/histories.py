"""Random histories of a case: facts of every type, about few parties and few matters, in no particular order."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from shared.contracts import cases, casework, clocks, placements, proceedings, referrals
from shared.contracts.casework import Duty
from shared.contracts.model import UNSEALED, Custodian, Fact, Reason
from shared.contracts.topics import FACTS
from tests.harness import CASE, NIGHT
from tests.notifications.city import HOUSE, RAID, SIBLINGS, id_of, with_agency

SOME = ("dinsos", "dp3akb", "sakti-peksos", "dinkes", "kemenag", "dkumkmp", "polresta", "kejari", "bapas", "advokat",
        "bappeda", "disdukcapil", "satpol-pp", "koppaja", "papb")  # fmt: skip
"""At least one party of every profile."""
LATER = NIGHT + timedelta(days=1)
parties: st.SearchStrategy[Any] = st.sampled_from(SOME)
custodians = st.one_of(
    parties.map(with_agency), st.just(Custodian(kind="house", house=HOUSE)), st.just(Custodian(kind="family"))
)


def names(of: str) -> st.SearchStrategy[Any]:
    """Ids of two matters of one kind; no two kinds share one, as in life."""
    return st.sampled_from([id_of(f"{of} 1"), id_of(f"{of} 2")])


groups = st.sampled_from([None, SIBLINGS])

FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "occurred_at": st.just(NIGHT),
    "about_child": st.just(UNSEALED),
    "report": st.just(id_of("report")),
    "source": st.just("community"),
    "reported_by": parties,
    "secured_by": st.one_of(st.none(), parties),
    "raid": st.sampled_from([None, RAID]),
    "siblings": groups,
    "by": parties,
    "risk": st.just("high"),
    "primary": st.just(CASE),
    "outcome": st.just("returned-to-family"),
    "still_open": st.just(("referral",)),
    "open": st.just(()),
    "cause": st.just("identified"),
    "cause_type": st.just("referred"),
    "owner": st.sampled_from(["dinsos", "dp3akb"]),
    "service": st.just("psychosocial"),
    "answer_by": st.just(LATER),
    "reason": st.just("no-capacity"),
    "suggested": st.none(),
    "previous": st.sampled_from([None, id_of("earlier")]),
    "house_kind": st.just("rpsa"),
    "to": st.just("dinsos"),
    "forum": st.sampled_from(["diversion", "court"]),
    "at": st.just(LATER),
    "companion_by": st.just(LATER),
    "companion": parties,
    "officer": st.just("peksos-7"),
    "arrived_at": st.just(LATER),
    "companion_present": st.booleans(),
    "custodian": custodians,
    "giver": custodians,
    "receiver": custodians,
    "held": custodians,
    "claimed": custodians,
    "origin": custodians,
    "last": custodians,
    "act": st.just("report-missing"),
    "house": st.just(HOUSE),
    "bed": st.just(3),
    "until": st.just(LATER),
    "siblings_by": st.none(),
    "threat": st.just("unknown"),
    "repeat": st.none(),
    "step": st.just("judge-appointed"),
    "of": parties,
    "held_by": parties,
    "stage": st.just("trial"),
    "days": st.just(8),
    "next": st.just(id_of("detention 2")),
    "detention": st.sampled_from([id_of("detention 1"), id_of("detention 2")]),
    "decision": st.just("programme"),
    "closed": st.booleans(),
    "attendance": st.just(()),
    "complete": st.booleans(),
    "suspect": st.just("parent"),
    "consents": st.just(("child",)),
    "without_victim": st.just("victimless"),
    "order": st.sampled_from([id_of("order 1"), id_of("order 2")]),
    "through": parties,
    "supervised_by": parties,
    "activity": st.just(id_of("activity")),
    "kind": st.just("owned"),
    "why": st.just("not-agreed"),
    "rule": st.just(Reason(table="detention", version="1", row="r47")),
    "told": st.lists(parties, max_size=2, unique=True).map(tuple),
    "thing": st.none(),
    "started_at": st.just(NIGHT),
    "due": st.just(LATER),
    "was": st.just(LATER),
    "warn_at": st.just((80,)),
    "consequence": st.just("must-release"),
    "warns_only": st.booleans(),
    "percent": st.just(80),
    "late": st.booleans(),
    "escalated_to": st.just("dinsos"),
    "duty": st.just(Duty(agency="dinsos", role="coordinator")),
    "take_by": st.just(LATER),
    "worker": st.just("peksos-7"),
    "assess_by": st.just(LATER),
    "plan_by": st.just(LATER),
    "follow_up_by": st.just(LATER),
    "waived": st.none(),
    "assessment": st.just(id_of("assessment")),
    "plan": st.just(id_of("plan")),
    "care": st.just("parents"),
    "needs": st.just(("health",)),
    "goal": st.just("reunification"),
    "services": st.just(("health",)),
    "found": st.just("safe"),
    "approval": st.just(id_of("approval")),
    **{
        of: names(of)
        for of in (
            "assertion",
            "closing",
            "handover",
            "stay",
            "escort",
            "hearing",
            "link",
            "matter",
            "diversion",
            "clock",
        )
    },
}
OF_TYPE: Mapping[type[Fact], Mapping[str, st.SearchStrategy[Any]]] = {
    referrals.Referred: {
        "reason": st.just(Reason(table="referrals", version="2026-1", row="row-1")),
        "house_kind": st.none(),
    },
    referrals.ReferralWithdrawn: {"reason": st.just("need-met")},
    referrals.ReferralAccepted: {"by": st.just("agency")},
    referrals.ReferralCompleted: {"outcome": st.just("service-given")},
    referrals.ReferralFailed: {"outcome": st.just("service-not-possible")},
    proceedings.HearingHeld: {"outcome": st.just("agreed")},
    placements.Discharged: {"to": custodians},
    cases.CategoryProposed: {"by": parties},
    casework.PlanMade: {"why": st.none()},
    casework.ApprovalAsked: {"of": st.just("closing"), "by": st.just("peksos-7")},
    casework.ApprovalRefused: {"reason": st.just("not-yet")},
    casework.WorkOverdue: {"step": st.just("take")},
    proceedings.ReportRequested: {"kind": st.just("litmas"), "report": names("report")},
    proceedings.ReportDelivered: {"report": names("report")},
    proceedings.ChildReleased: {"detention": st.sampled_from([None, id_of("detention 1"), id_of("detention 2")])},
    proceedings.OrderMade: {"kind": st.just("community-service")},
    proceedings.MatterEnded: {"why": st.just("judged")},
    proceedings.ActivityLogged: {"kind": st.just("listening")},
    clocks.ClockStarted: {"of": st.just("matter")},
    **{type_: {"owner": st.one_of(st.none(), parties)} for type_ in clocks.CLOCKS[1:]},
}


def of_type(type_: type[Fact]) -> st.SearchStrategy[Fact]:
    """A fact of a type; a referral's id tells whom it asks, as it does in life."""
    more = OF_TYPE.get(type_, {})
    needed = [name for name in type_.model_fields if name not in {"referral", "agency", "attempt"}]
    fields = {name: more[name] if name in more else FIELDS[name] for name in needed}

    def built(values: dict[str, Any], agency: Any) -> Fact:
        asks = {"referral": id_of(agency), "agency": agency}
        return type_(**values, **{name: value for name, value in asks.items() if name in type_.model_fields})

    return st.builds(built, st.fixed_dictionaries(fields), parties)


LATER_FACTS: dict[type[Fact], st.SearchStrategy[Fact]] = {
    type_: of_type(type_) for type_ in FACTS if type_ is not cases.ChildIdentified
}


def few(types: list[type[Fact]]) -> st.SearchStrategy[list[Fact]]:
    """Facts of a few types only, so that they have more to do with one another."""
    return st.lists(st.one_of(*[LATER_FACTS[type_] for type_ in types]), min_size=4, max_size=20)


histories = st.builds(
    lambda first, rest: [first, *rest],
    of_type(cases.ChildIdentified),
    st.lists(st.sampled_from(list(LATER_FACTS)), min_size=2, max_size=7, unique=True).flatmap(few),
)
"""A case begins with its child; what follows may come in any order at all."""
