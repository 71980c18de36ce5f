"""Story 4, the mistake: a misspelt command, an act without the right, an acceptance twice, two acceptances at once."""

import asyncio

from deploy.demo.agency import Agency
from deploy.demo.line import Line
from deploy.demo.stage import BARU_ULU, Stage, WrongAnswerError, now
from shared.contracts import commands
from shared.contracts.commands import ReportedChild
from shared.contracts.model import AboutChild

PUPIL = AboutChild(age_years=10, sex="female", found_area=BARU_ULU, home_area=BARU_ULU, category="AT")


async def tell(stage: Stage) -> None:
    """Each mistake gets its answer, in both languages."""
    stage.teller.story(4, "Kekeliruan", "The mistake")
    case = await _report(stage)
    await _misspelt(stage)
    await _without_the_right(stage)
    await asyncio.gather(_twice(stage), _at_once(stage, case))


async def _report(stage: Stage) -> Line:
    report = commands.ReportChild(
        occurred_at=now(), source="teacher", risk="medium", children=(ReportedChild(about_child=PUPIL),)
    )
    await stage.agency("nurul-ilmi").sends(report)
    dinsos = stage.agency("dinsos")
    case = await dinsos.hears("child-identified", lambda line: line.text("source") == "teacher")
    await dinsos.sends(commands.ConfirmCategory(occurred_at=now(), about_child=PUPIL), case)
    return case


async def _misspelt(stage: Stage) -> None:
    stage.teller.says("Perintah salah ketik: `aksept-referral`.", "A misspelt command: `aksept-referral`.")
    disdikbud = stage.agency("disdikbud")
    asked = await disdikbud.hears("referred")
    id_ = await disdikbud.sends(_accept(asked), asked, type_="aksept-referral")
    await _refused(disdikbud, id_, "unknown-type")


async def _without_the_right(stage: Stage) -> None:
    stage.teller.says(
        "Satpol PP menetapkan kategori, padahal itu kewenangan Dinsos.",
        "The public order unit confirms a category, which is for Dinsos to do.",
    )
    satpol = stage.agency("satpol-pp")
    found = await satpol.hears("child-identified")
    confirm = commands.ConfirmCategory(occurred_at=now(), about_child=AboutChild(category="AMPK"))
    await _refused(satpol, await satpol.sends(confirm, found), "not-permitted")


async def _refused(agency: Agency, id_: str, code: str) -> None:
    answer = await agency.outcome(id_)
    if answer.text("code") != code:
        raise WrongAnswerError(f"{id_} was refused with {answer.text('code')}, not with {code}")


async def _twice(stage: Stage) -> None:
    """The same message again gets the same answer, and takes effect once."""
    stage.teller.says("Penerimaan yang sama dikirim dua kali.", "The same acceptance is sent twice.")
    disdikbud = stage.agency("disdikbud")
    asked = await disdikbud.hears("referred")
    id_ = await disdikbud.sends(_accept(asked), asked)
    await disdikbud.sends(_accept(asked), asked, id_=id_)
    await disdikbud.hears("referral-accepted", lambda line: line.envelope.causation == id_)
    await disdikbud.outcome(id_, "command-accepted")


async def _at_once(stage: Stage, case: Line) -> None:
    """Two officers of Dinsos accept at the same moment: one acceptance, one courteous refusal."""
    asked = await stage.agency("dinsos").hears(
        "referred", lambda line: line.subject == case.subject and line.text("service") == "social-assistance"
    )
    stage.teller.says("Dua petugas Dinsos menerima pada saat yang sama.", "Two officers of Dinsos accept at once.")
    officer = stage.officer("dinsos")
    answers = await asyncio.gather(*(officer.does(_accept(asked), case.subject) for _ in range(2)))
    first, second = sorted(answers, key=lambda answer: answer.status)
    stage.answered(first, "accept-referral")
    stage.answered(second, "accept-referral", code="already-accepted")


def _accept(asked: Line) -> commands.AcceptReferral:
    return commands.AcceptReferral.model_validate({"occurred_at": asked.at, "referral": asked.text("referral")})
