"""Story 1, the night raid: four children, one of them from Samarinda, two of them siblings (R87)."""

import asyncio
from datetime import timedelta

from deploy.demo.agency import of
from deploy.demo.line import Line
from deploy.demo.stage import BARU_ULU, SAMARINDA, Stage, now
from shared.contracts import commands
from shared.contracts.commands import ReportedChild
from shared.contracts.model import AboutChild, Custodian

ELDER = AboutChild(age_years=9, sex="male", found_area=BARU_ULU, home_area=BARU_ULU)
YOUNGER = AboutChild(age_years=8, sex="male", found_area=BARU_ULU, home_area=BARU_ULU)
GIRL = AboutChild(age_years=11, sex="female", found_area=BARU_ULU, home_area=BARU_ULU)
GUEST = AboutChild(age_years=13, sex="male", found_area=BARU_ULU, home_area=SAMARINDA)
STREET_DWELLER = {"category": "AMPK", "national_code": "AJ"}
STREET_WORKER = {"category": "AT", "national_code": "AJ"}


async def tell(stage: Stage) -> None:
    """Tell it from the street to four safe ends."""
    stage.teller.story(1, "Razia malam", "The night raid")
    await _raid(stage)
    dinsos = stage.agency("dinsos")
    found = await dinsos.hears_all("child-identified", 4, lambda line: line.text("source") == "raid")
    by_age = {line.text("about_child.age_years"): line for line in found}
    await asyncio.gather(*(_hand_over(stage, line) for line in found))
    await asyncio.gather(
        _shelter(stage, by_age["9"], ELDER),
        _shelter(stage, by_age["8"], YOUNGER),
        _community(stage, by_age["11"]),
        _home(stage, by_age["13"]),
    )


async def _raid(stage: Stage) -> None:
    stage.teller.says(
        "22.00: Satpol PP mengamankan empat anak jalanan di Baru Ulu, dua di antaranya bersaudara, satu dari Samarinda.",
        "22:00: the public order unit secures four street children in Baru Ulu, two of them siblings, one from Samarinda.",
    )
    report = commands.ReportChild(
        occurred_at=stage.night,
        source="raid",
        secured=True,
        risk="medium",
        children=(
            ReportedChild(about_child=ELDER, siblings=1, identity=stage.sealed("elder")),
            ReportedChild(about_child=YOUNGER, siblings=1, identity=stage.sealed("younger")),
            ReportedChild(about_child=GIRL),
            ReportedChild(about_child=GUEST),
        ),
    )
    await stage.agency("satpol-pp").sends(report)


async def _hand_over(stage: Stage, child: Line) -> None:
    """Both sides act before morning: offered at 04:30, taken over at 05:00 (R87a)."""
    satpol, dinsos = stage.agency("satpol-pp"), stage.agency("dinsos")
    age = child.text("about_child.age_years")
    found = await satpol.hears("child-identified", lambda line: line.text("about_child.age_years") == age)
    secured = await satpol.hears("child-secured", of(found))
    await satpol.sends(commands.OfferHandover(occurred_at=stage.night + timedelta(hours=6.5), to="dinsos"), secured)
    offered = await dinsos.hears("handover-offered", of(child))
    taken = commands.AcceptHandover.model_validate(
        {"occurred_at": stage.night + timedelta(hours=7), "handover": offered.text("handover")}
    )
    await dinsos.sends(taken, offered)
    await satpol.hears("handover-accepted", of(found))


async def confirm(stage: Stage, child: Line, about: AboutChild, category: dict[str, str]) -> None:
    """Dinsos confirms which category the child belongs to (R10)."""
    known = AboutChild.model_validate(about.model_dump() | category)
    await stage.agency("dinsos").sends(commands.ConfirmCategory(occurred_at=now(), about_child=known), child)


async def _shelter(stage: Stage, child: Line, about: AboutChild) -> None:
    """The siblings go to the RPSA together (R84)."""
    await confirm(stage, child, about, STREET_DWELLER)
    await admit(stage, child)


async def admit(stage: Stage, child: Line) -> Line:
    """A bed is held, and the child admitted into it; gives the notice of it."""
    dinsos = stage.agency("dinsos")
    held = await dinsos.hears("bed-held", of(child))
    await dinsos.sends(commands.AdmitChild.model_validate({"occurred_at": now(), "stay": held.text("stay")}), held)
    return await dinsos.hears("admitted-to-rpsa", of(child))


async def _community(stage: Stage, child: Line) -> None:
    """The girl goes to the community of the kelurahan where she was found (R105, R152)."""
    dinsos, papb = stage.agency("dinsos"), stage.agency("papb")
    await confirm(stage, child, GIRL, STREET_WORKER)
    asked = await papb.hears("referred")
    await papb.sends(_about(commands.AcknowledgeReferral, asked), asked)
    received = await papb.hears("referral-received", of(asked))
    await papb.sends(_about(commands.AcceptReferral, asked), received)
    accepted = await dinsos.hears("referral-accepted", of(child))
    await dinsos.sends(commands.OfferHandover(occurred_at=now(), to="papb"), accepted)
    offered = await papb.hears("handover-offered")
    taken = commands.AcceptHandover.model_validate({"occurred_at": now(), "handover": offered.text("handover")})
    await papb.sends(taken, offered)
    given = await papb.hears("handover-accepted")
    await papb.sends(_about(commands.StartService, asked), given)
    await dinsos.hears("service-started", of(child))


async def _home(stage: Stage, child: Line) -> None:
    """The boy from Samarinda goes home, and his case is closed (R87c, R150)."""
    dinsos = stage.agency("dinsos")
    await confirm(stage, child, GUEST, STREET_WORKER)
    asked = await dinsos.hears("referred", of(child))
    await dinsos.sends(_about(commands.AcceptReferral, asked), asked)
    accepted = await dinsos.hears("referral-accepted", of(child))
    home = commands.DischargeChild(occurred_at=now(), to=Custodian(kind="family"), outcome="returned-to-origin")
    await dinsos.sends(home, accepted)
    gone = await dinsos.hears("discharged", of(child))
    done = {"occurred_at": now(), "referral": asked.text("referral"), "outcome": "service-given"}
    await dinsos.sends(commands.CompleteReferral.model_validate(done), gone)
    completed = await dinsos.hears("referral-completed", of(child))
    await dinsos.sends(commands.RequestClosing(occurred_at=now(), outcome="returned-to-origin"), completed)
    await dinsos.hears("case-closed", of(child))


def _about(
    command: type[commands.AcceptReferral | commands.AcknowledgeReferral | commands.StartService], asked: Line
) -> commands.AcceptReferral | commands.AcknowledgeReferral | commands.StartService:
    return command.model_validate({"occurred_at": now(), "referral": asked.text("referral")})
