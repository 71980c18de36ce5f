"""Story 3, the toddler: one agency declines, the next accepts, one stays silent; and routing is killed in the middle."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from deploy.demo.agency import of
from deploy.demo.line import Line
from deploy.demo.stage import BARU_ULU, WITA, Stage, now
from shared.contracts import commands
from shared.contracts.commands import ReportedChild
from shared.contracts.model import AboutChild

TODDLER = AboutChild(age_years=2, sex="female", found_area=BARU_ULU, home_area=BARU_ULU, category="ABT")


@dataclass(frozen=True, slots=True)
class Silence:
    """A referral that nobody answers: Dinsos's notice of the case, and when the referral was made."""

    case: Line
    asked: Line
    begun: float


async def tell(stage: Stage) -> Silence:
    """Tell it up to the acceptance; what expires meanwhile is awaited by `escalated`."""
    stage.teller.story(3, "Balita", "The toddler")
    case = await _report(stage)
    peksos = stage.agency("sakti-peksos")
    asked = await peksos.hears("referred", lambda line: line.text("service") == "child-care")
    silent = await stage.agency("dinkes").hears("referred")
    silence = Silence(case, silent, monotonic())
    stage.teller.says(
        f"Versi kebijakan `demo`: jawaban diminta dalam hitungan detik (paling lambat {hour(silent)}). "
        "Dinkes diam; sakti-peksos menolak karena penuh.",
        f"Policy version `demo`: answers are due in seconds (by {hour(silent)}). "
        "Dinkes stays silent; sakti-peksos declines for lack of capacity.",
    )
    declined = {"occurred_at": now(), "referral": asked.text("referral"), "reason": "no-capacity"}
    await peksos.sends(commands.DeclineReferral.model_validate(declined), asked)
    next_ = await stage.agency("dp3akb").hears("referred")
    await _crash(stage, next_)
    return silence


async def _report(stage: Stage) -> Line:
    stage.teller.says(
        "Komunitas KOPPAJA melaporkan seorang anak balita terlantar; identitasnya tersegel untuk intake saja.",
        "The community KOPPAJA reports a neglected child of two; her identity is sealed, for intake alone.",
    )
    child = ReportedChild(about_child=TODDLER, identity=stage.sealed("toddler"))
    report = commands.ReportChild(occurred_at=now(), source="community", risk="high", children=(child,))
    await stage.agency("koppaja").sends(report)
    dinsos = stage.agency("dinsos")
    case = await dinsos.hears("child-identified", lambda line: line.text("about_child.age_years") == "2")
    await dinsos.sends(commands.ConfirmCategory(occurred_at=now(), about_child=TODDLER), case)
    return case


async def _crash(stage: Stage, asked: Line) -> None:
    """Kill routing, tell on while it is dead, start it again: what was told meanwhile is answered."""
    stage.teller.says("kill -9: routing mati di tengah jalan.", "kill -9: routing dies in the middle.")
    await asyncio.to_thread(stage.city.kill, "routing")
    accept = {"occurred_at": now(), "referral": asked.text("referral")}
    await stage.agency("dp3akb").sends(commands.AcceptReferral.model_validate(accept), asked)
    assess = commands.ProposeCategory(occurred_at=now(), about_child=AboutChild(category="AMPK"))
    dp3akb = stage.agency("dp3akb")
    await dp3akb.sends(assess, asked)
    await stage.agency("dinsos").hears("category-proposed", lambda line: line.text("by") == "dp3akb")
    stage.teller.says(
        "DP3AKB tetap menerima rujukan, intake tetap menjawab; routing dihidupkan lagi.",
        "DP3AKB accepts all the same, intake answers all the same; routing is started again.",
    )
    begun = monotonic()
    stage.city.launch("routing")
    await dp3akb.hears("referral-accepted", of(asked), seconds=40)
    stage.teller.says(
        f"Tidak ada yang hilang: penerimaan itu dijawab {monotonic() - begun:.1f} detik kemudian.",
        f"Nothing is missing: that acceptance was answered {monotonic() - begun:.1f} s later.",
    )


async def escalated(stage: Stage, silence: Silence) -> None:
    """Wait until the silent agency's referral has expired and stands before Dinsos (R145, R148)."""
    stage.teller.story(3, "Balita: batas waktu lewat", "The toddler: a time limit passes")
    await stage.agency("dinkes").hears("referral-expired", of(silence.asked), seconds=45)
    await stage.agency("dinsos").hears("referral-escalated", of(silence.case))
    stage.teller.says(
        f"Dinkes tidak menjawab: rujukan kedaluwarsa dan naik ke Dinsos, {monotonic() - silence.begun:.0f} detik setelah diminta.",
        f"Dinkes did not answer: the referral expired and went up to Dinsos, {monotonic() - silence.begun:.0f} s after it was made.",
    )


def hour(line: Line) -> str:
    """Until when the answer is due, as people in Balikpapan read it."""
    return datetime.fromisoformat(line.text("answer_by")).astimezone(WITA).strftime("%H.%M.%S WITA")
