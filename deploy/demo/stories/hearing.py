"""Story 2, the hearing: a boy of 15 is accompanied to diversion and to court, and returned; where he sleeps stays secret."""

from datetime import timedelta

from deploy.demo.agency import of
from deploy.demo.line import Line
from deploy.demo.stage import BARU_ULU, CHILDREN, Stage, now
from deploy.demo.stories.raid import admit, confirm
from shared.contracts import commands
from shared.contracts.commands import ReportedChild
from shared.contracts.model import AboutChild, Forum

BOY = AboutChild(age_years=15, sex="male", found_area=BARU_ULU, home_area=BARU_ULU, role="offender")
HOUR_OF_HEARING = timedelta(minutes=2)
"""From its being set: the companion is due within seconds in policy version `demo`."""


async def tell(stage: Stage) -> None:
    """Tell it from the police to two hearings and back to bed."""
    stage.teller.story(2, "Sidang", "The hearing")
    child = await _report(stage)
    await confirm(stage, child, BOY, {"category": "ABH"})
    await _take_over(stage, child)
    await admit(stage, child)
    await _companion_agreed(stage, child)
    await _investigation(stage, child)
    await _diversion(stage, child)
    await _where_does_he_sleep(stage)
    await _court(stage, child)


async def _report(stage: Stage) -> Line:
    """By HTTP, identity in clear over the wire; intake seals it before anything is stored."""
    stage.teller.says(
        "Penyidik Polresta melapor lewat HTTP: anak laki-laki 15 tahun, diserahkan untuk dilindungi, bukan ditahan.",
        "A police investigator reports by HTTP: a boy of 15, brought to be protected instead of detained.",
    )
    child = ReportedChild(about_child=BOY)
    report = commands.ReportChild(occurred_at=now(), source="police", secured=True, risk="high", children=(child,))
    told = report.model_dump(mode="json", exclude_none=True)["children"][0] | {"identity": CHILDREN["boy"]}
    answer = await stage.officer("polresta").does(report, extra={"children": [told]})
    stage.answered(answer, "report-child")
    return await stage.agency("dinsos").hears("child-identified", lambda line: line.text("source") == "police")


async def _take_over(stage: Stage, child: Line) -> None:
    """Police and Dinsos act both (R87a)."""
    polresta, dinsos = stage.agency("polresta"), stage.agency("dinsos")
    secured = await polresta.hears("child-secured")
    await polresta.sends(commands.OfferHandover(occurred_at=now(), to="dinsos"), secured)
    offered = await dinsos.hears("handover-offered", of(child))
    taken = {"occurred_at": now(), "handover": offered.text("handover")}
    await dinsos.sends(commands.AcceptHandover.model_validate(taken), offered)
    await dinsos.hears("handover-accepted", of(child))


async def _companion_agreed(stage: Stage, child: Line) -> None:
    dinsos = stage.agency("dinsos")
    asked = await dinsos.hears("referred", lambda line: of(child)(line) and line.text("service") == "accompaniment")
    accept = {"occurred_at": now(), "referral": asked.text("referral")}
    await dinsos.sends(commands.AcceptReferral.model_validate(accept), asked)
    await dinsos.hears("referral-accepted", lambda line: line.text("referral") == asked.text("referral"))


async def _investigation(stage: Stage, child: Line) -> None:
    """From here the law counts: what police and probation office owe, and where it can be read in two ways, both."""
    polresta, bapas = stage.agency("polresta"), stage.agency("bapas")
    stage.teller.says(
        "Polresta membuka perkara dan meminta litmas; Bapas menyerahkannya. Undang-undang mulai menghitung.",
        "The police open a matter and ask for a report; the probation office delivers it. The law begins to count.",
    )
    known = await polresta.hears("child-identified")
    matter = commands.OpenMatter(occurred_at=now(), threat="under-7", repeat=False, about_child=BOY)
    await polresta.sends(matter, known)
    opened = await polresta.hears("matter-opened", of(known))
    ask = {"occurred_at": now(), "matter": opened.text("matter"), "kind": "litmas"}
    await polresta.sends(commands.RequestReport.model_validate(ask), opened)
    asked = await bapas.hears("report-requested")
    deliver = {"occurred_at": now(), "report": asked.text("report")}
    await bapas.sends(commands.DeliverReport.model_validate(deliver), asked)
    await stage.limits(child.subject, ("r31-litmas", "r32", "r34-pp", "r34-uu"), until=("r31-litmas", "r32"))


async def _diversion(stage: Stage, child: Line) -> None:
    """Set by the police, and told by them how it went."""
    polresta = stage.agency("polresta")
    known = await polresta.hears("child-identified")
    schedule = commands.ScheduleHearing(occurred_at=now(), forum="diversion", at=now() + HOUR_OF_HEARING)
    await polresta.sends(schedule, known)
    arrived = await _there(stage, child, "diversion")
    seen = await polresta.hears("escorted-to-hearing", of(known))
    held = {"occurred_at": now(), "hearing": arrived.text("hearing"), "outcome": "not-agreed"}
    await polresta.sends(commands.RecordHearing.model_validate(held), seen)
    await _back(stage, child, arrived)


async def _court(stage: Stage, child: Line) -> None:
    """The court's letter comes on paper; Dinsos notes what it is told, and the court tells how it went."""
    stage.teller.says(
        "Surat panggilan pengadilan datang di atas kertas; Dinsos mencatatnya.",
        "The court's summons comes on paper; Dinsos notes it.",
    )
    schedule = commands.ScheduleHearing(occurred_at=now(), forum="court", at=now() + HOUR_OF_HEARING)
    await stage.agency("dinsos").sends(schedule, child)
    arrived = await _there(stage, child, "court")
    seen = await stage.agency("pn").hears("escorted-to-hearing")
    held = {"occurred_at": now(), "hearing": seen.text("hearing"), "outcome": "returned-to-parents"}
    await stage.agency("pn").sends(commands.RecordHearing.model_validate(held), seen)
    await _back(stage, child, arrived)


async def _there(stage: Stage, child: Line, forum: Forum) -> Line:
    """Companion named, escort gone and arrived; gives what Dinsos is told of the arrival."""
    dinsos = stage.agency("dinsos")
    set_ = await dinsos.hears("hearing-scheduled", lambda line: of(child)(line) and line.text("forum") == forum)
    hearing = set_.text("hearing")

    def same(line: Line) -> bool:
        return line.text("hearing") == hearing

    name = {"occurred_at": now(), "hearing": hearing, "officer": "peksos-1"}
    await dinsos.sends(commands.AssignCompanion.model_validate(name), set_)
    named = await dinsos.hears("companion-assigned", same)
    depart = {"occurred_at": now(), "hearing": hearing}
    await dinsos.sends(commands.DepartEscort.model_validate(depart), named)
    departed = await dinsos.hears("escort-departed", same)
    arrive = {"occurred_at": now(), "escort": departed.text("escort")}
    await dinsos.sends(commands.ArriveEscort.model_validate(arrive), departed)
    return await dinsos.hears("escorted-to-hearing", same)


async def _back(stage: Stage, child: Line, arrived: Line) -> None:
    dinsos, hearing = stage.agency("dinsos"), arrived.text("hearing")
    held = await dinsos.hears("hearing-held", lambda line: line.text("hearing") == hearing)
    departed = await dinsos.hears("escort-departed", lambda line: line.text("hearing") == hearing)
    back = {"occurred_at": now(), "escort": departed.text("escort")}
    await dinsos.sends(commands.ReturnEscort.model_validate(back), held)
    await dinsos.hears("returned-from-hearing", lambda line: of(child)(line) and line.text("hearing") == hearing)


async def _where_does_he_sleep(stage: Stage) -> None:
    """Police ask, and get a courteous, cited no (R75, R88, R98)."""
    known = await stage.agency("polresta").hears("child-identified")
    stage.teller.says("Polresta bertanya di mana anak itu tidur.", "The police ask where the boy sleeps.")
    answer = await stage.officer("polresta").does(commands.AskWhereabouts(occurred_at=now()), known.subject)
    stage.answered(answer, "ask-whereabouts", code="where-a-child-sleeps")
