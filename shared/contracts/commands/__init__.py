"""What agencies and officers may ask for, in a file per stream that answers; each decided by one service."""

from typing import Final

from shared.contracts.commands import cases, deliveries, placements, proceedings, referrals
from shared.contracts.commands.cases import (
    AddIdentity,
    AssessRisk,
    ConfirmCategory,
    LinkSameChild,
    ProposeCategory,
    ReportChild,
    ReportedChild,
    RequestClosing,
    UnlinkSameChild,
    WithdrawCategory,
)
from shared.contracts.commands.deciders import ForIntake, ForNotifications, ForRouting, ForShelter
from shared.contracts.commands.deliveries import ConfirmProcessed
from shared.contracts.commands.placements import (
    AcceptHandover,
    AdmitChild,
    ArriveEscort,
    AskWhereabouts,
    DeclineHandover,
    DepartEscort,
    DischargeChild,
    OfferHandover,
    ReleaseHold,
    ReportMissing,
    ReturnEscort,
)
from shared.contracts.commands.proceedings import AssignCompanion, CancelHearing, RecordHearing, ScheduleHearing
from shared.contracts.commands.referrals import (
    AcceptReferral,
    AcknowledgeReferral,
    CompleteReferral,
    DeclineReferral,
    ReferChild,
    StartService,
    WithdrawReferral,
)

__all__ = [
    "COMMANDS",
    "AcceptHandover",
    "AcceptReferral",
    "AcknowledgeReferral",
    "AddIdentity",
    "AdmitChild",
    "ArriveEscort",
    "AskWhereabouts",
    "AssessRisk",
    "AssignCompanion",
    "CancelHearing",
    "CompleteReferral",
    "ConfirmCategory",
    "ConfirmProcessed",
    "DeclineHandover",
    "DeclineReferral",
    "DepartEscort",
    "DischargeChild",
    "ForIntake",
    "ForNotifications",
    "ForRouting",
    "ForShelter",
    "LinkSameChild",
    "OfferHandover",
    "ProposeCategory",
    "RecordHearing",
    "ReferChild",
    "ReleaseHold",
    "ReportChild",
    "ReportMissing",
    "ReportedChild",
    "RequestClosing",
    "ReturnEscort",
    "ScheduleHearing",
    "StartService",
    "UnlinkSameChild",
    "WithdrawCategory",
    "WithdrawReferral",
]

COMMANDS: Final = (
    *cases.COMMANDS,
    *referrals.COMMANDS,
    *proceedings.COMMANDS,
    *placements.COMMANDS,
    *deliveries.COMMANDS,
)
