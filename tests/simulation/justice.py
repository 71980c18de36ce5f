"""What police, court and those who note it do in a matter of law: in order, out of order, late, twice."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

from shared.contracts import commands, proceedings
from shared.contracts.diversions import OrderKind
from shared.contracts.model import AboutChild, Activity, Fact, MatterOutcome, Role, Stage
from tests.simulation.agencies import Act

if TYPE_CHECKING:
    from tests.simulation.habits import Me

TELLERS: Final = frozenset({"polresta", "kejari", "pn", "dinsos"})
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
STEPS: Final = get_args(commands.Step)


def opens(me: "Me") -> Iterator[Act]:
    """Somebody investigates; what the child is in it is known or not."""
    if me.code in TELLERS and me.likely(0.4):
        role: Role = me.chance.choice(("offender", "offender", "offender", "offender", "victim", "witness"))
        yield me.act(
            commands.OpenMatter, threat=me.chance.choice(("under-7", "7-or-more", "7-or-more", "unknown")),
            repeat=me.chance.choice((None, False, True)), occurred_at=before(me),
            suspect=me.chance.choice(("unknown", "unknown", "parent")),
            about_child=AboutChild(role=role, age_years=me.chance.choice((None, 10, 13, 14, 15, 16, 17))),
        )  # fmt: skip


def opened(me: "Me") -> Iterator[Act]:
    """Steps in any order, some of them twice and of different times; arrest, detention, diversion, reports."""
    if me.code not in TELLERS:
        return
    matter = me.body.matter
    for _ in range(me.chance.randint(0, 3)):
        yield me.act(commands.RecordStep, matter=matter, step=me.chance.choice(STEPS), occurred_at=before(me))
    if me.code == "dinsos" and me.likely(0.4):
        kind = me.chance.choice(get_args(Activity))
        yield me.act(commands.LogActivity, kind=kind, officer="peksos-1", matter=matter)
    if me.likely(0.1):
        yield me.act(commands.EndMatter, matter=matter, why="not-pursued")
    if me.likely(0.4):
        yield me.act(commands.RequestReport, matter=matter, kind=me.chance.choice(("litmas", "social-report")))
    if me.likely(0.3):
        yield me.act(commands.RecordArrest, matter=matter)
    if me.likely(0.8):
        yield detention(me, "investigation")
    if me.likely(0.4):
        yield me.act(commands.OpenDiversion, matter=matter, stage=me.chance.choice(STAGES[:3]))
    if me.likely(0.3):
        three = me.chance.choice((("polresta", "bapas", "dinsos"), ("polresta", "dinsos")))
        yield me.act(
            commands.DecideJointly,
            matter=matter,
            decision=me.chance.choice(("return-to-parents", "programme")),
            decided_by=three,
        )


def before(me: "Me") -> datetime:
    """When it was: just now, or so long ago that a limit may have passed meanwhile."""
    return me.now - timedelta(hours=me.chance.choice((0, 0, 0, 1, 5, 80, 400)))


def detention(me: "Me", stage: Stage) -> Act:
    place = me.chance.choice(("lapas", "lapas", "lapas", "dinsos"))
    return me.act(commands.RecordDetention, matter=me.body.matter, stage=stage, held_by=place, occurred_at=before(me))


def requested(me: "Me") -> Iterator[Act]:
    if me.code in {"bapas", "dinsos"} and me.likely(0.7):
        yield me.act(commands.DeliverReport, report=me.body.report, times=me.chance.choice((1, 1, 2)))


def arrested(me: "Me") -> Iterator[Act]:
    if me.code == "dinsos" and me.likely(0.5):
        yield me.act(commands.RecordRelease, matter=me.body.matter, why="not-needed")


def detained(me: "Me") -> Iterator[Act]:
    """Extended, too, too late or too long; released, or on to the next stage."""
    if me.code not in TELLERS:
        return
    it = me.body
    if me.likely(0.8):
        days = me.chance.choice((1, 5, 7, 8, 40))
        yield me.act(commands.RecordExtension, detention=it.detention, days=days, times=me.chance.choice((1, 2)))
    if me.likely(0.3):
        yield me.act(commands.RecordRelease, matter=it.matter, why="limit-reached", occurred_at=before(me))
    if me.likely(0.4) and it.stage != STAGES[-1]:
        yield detention(me, STAGES[STAGES.index(it.stage) + 1])


def tried(me: "Me") -> Iterator[Act]:
    if me.code == "dinsos" and me.likely(0.8):
        yield told(me, me.chance.choice(("agreed", "agreed", "not-agreed", "not-carried-out")))


def agreed(me: "Me") -> Iterator[Act]:
    if me.code == "dinsos" and me.likely(0.2):
        yield told(me, "not-carried-out")
    if me.code == "dinsos" and me.likely(0.3):
        yield me.act(commands.EndMatter, matter=me.body.matter, why=me.chance.choice(get_args(MatterOutcome)))


def ordered(me: "Me") -> Iterator[Act]:
    """Carried out, or not, or nobody tells until its time has passed."""
    if me.code == "dinsos" and me.likely(0.7):
        outcome = me.chance.choice(("carried-out", "not-carried-out"))
        yield me.act(commands.RecordOrder, order=me.body.order, outcome=outcome, times=me.chance.choice((1, 1, 2)))


def told(me: "Me", outcome: str) -> Act:
    """Now and then without a consent, or with more than the law lets it ask for."""
    orders = [
        {"kind": me.chance.choice(get_args(OrderKind)), "through": "dinsos", "days": me.chance.choice((1, 30, 60, 200))}
        for _ in range(me.chance.randint(0, 2))
    ]
    consents = me.chance.choice((("child", "parent", "victim"), ("child", "social-worker", "victim"), ("child",)))
    return me.act(
        commands.RecordDiversion, diversion=me.body.diversion, outcome=outcome, consents=consents, orders=orders
    )


HABITS: Final[Mapping[type[Fact], Any]] = {
    proceedings.MatterOpened: opened,
    proceedings.ReportRequested: requested,
    proceedings.ChildArrested: arrested,
    proceedings.ChildDetained: detained,
    proceedings.DiversionOpened: tried,
    proceedings.DiversionAgreed: agreed,
    proceedings.OrderMade: ordered,
}
