"""The codes of the directory as types, light enough for every contract to import.

Each set equals the codes of one data file beside this one, for all dates; a test compares them. A code is never
removed, because events that carry it are kept for ever: the row in the data file is closed instead. Reasons stand in
`reason_codes` and are named again here (`as`), so that contracts import one module.
"""

from typing import Literal, TypeAlias

from shared.contracts.directory.reason_codes import DeclineReason as DeclineReason  # noqa: PLC0414
from shared.contracts.directory.reason_codes import DiscardReason as DiscardReason  # noqa: PLC0414
from shared.contracts.directory.reason_codes import NoFamilyReason as NoFamilyReason  # noqa: PLC0414
from shared.contracts.directory.reason_codes import ReasonCode as ReasonCode  # noqa: PLC0414
from shared.contracts.directory.reason_codes import ReasonKind as ReasonKind  # noqa: PLC0414
from shared.contracts.directory.reason_codes import RefusalCode as RefusalCode  # noqa: PLC0414
from shared.contracts.directory.reason_codes import ReturnReason as ReturnReason  # noqa: PLC0414
from shared.contracts.directory.reason_codes import WaiverReason as WaiverReason  # noqa: PLC0414
from shared.contracts.directory.reason_codes import WithdrawalReason as WithdrawalReason  # noqa: PLC0414

AgencyCode: TypeAlias = Literal[
    "dinsos",
    "bappeda",
    "disdukcapil",
    "dinkes",
    "dp3akb",
    "disdikbud",
    "disnaker",
    "dkumkmp",
    "disporapar",
    "satpol-pp",
    "polresta",
    "bnnk",
    "kemenag",
    "pn",
    "kejari",
    "lapas",
    "bapas",
    "advokat",
    "sakti-peksos",
]
"""The 19 agencies of the programme."""

CommunityCode: TypeAlias = Literal["sekolah-rakyat", "nurul-ilmi", "koppaja", "papb"]
"""The 4 communities of PANJI BERBAKAT (R105, R152)."""

PartyCode: TypeAlias = Literal[AgencyCode, CommunityCode]
"""Whoever has a mailbox: the 19 agencies and the 4 communities."""

KeyHolder: TypeAlias = Literal[PartyCode, "intake"]
"""Whoever others may seal identity to: the parties, and intake, which keeps the vault."""

PartyKind: TypeAlias = Literal["agency", "community"]

Certainty: TypeAlias = Literal["seen", "BK-H", "BK-M", "BK-L", "DESIGN"]
"""How sure a row is: seen in a public text, background knowledge (high, medium, low), or a proposal."""

CommunityBasis: TypeAlias = Literal["kelurahan", "kecamatan", "nearest"]
"""Why a kelurahan has its community: it lies there, in the same kecamatan, or is the nearest (a proposal)."""

Profile: TypeAlias = Literal[
    "A",
    "A-shared",
    "A-assigned",
    "B",
    "B-min",
    "B-parent",
    "C",
    "C-plan",
    "C-client",
    "D",
    "E",
    "S",
    "K",
]
"""What a party may see of a case it takes part in."""

AreaLevel: TypeAlias = Literal["province", "city", "kecamatan", "kelurahan"]
"""The four levels of a Kemendagri code PP.CC.KK.DDDD (R103); `city` stands for a regency too."""

AREA_CODE_PATTERN = r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$"

Category: TypeAlias = Literal["ABT", "AT", "ABH", "AMPK", "ADS", "AKTK", "NAPZA"]
"""The programme's seven categories of children (R1-R3, R6, R7, R9)."""

NationalCode: TypeAlias = Literal[
    "ABT",
    "AT",
    "ABH",
    "AJ",
    "ADK",
    "AKTK",
    "AMPK",
    "NAPZA",
    "AMPK-1",
    "AMPK-2",
    "AMPK-3",
    "AMPK-4",
    "AMPK-5",
    "AMPK-6",
    "AMPK-7",
    "AMPK-8",
    "AMPK-9",
    "AMPK-10",
    "AMPK-11",
    "AMPK-12",
    "AMPK-13",
    "AMPK-14",
    "AMPK-15",
]
"""The national child codes (R1-R9) and the 15 groups of AMPK (R8)."""

Risk: TypeAlias = Literal["emergency", "high", "medium", "low"]
"""How soon somebody must act (R122, R146)."""

Source: TypeAlias = Literal[
    "raid",
    "punk",
    "self",
    "family",
    "community",
    "teacher",
    "police",
    "uptd-ppa",
    "hospital",
    "ngo",
    "hotline",
    "other-agency",
    "other-house",
    "other-city",
]
"""By which way a child came to be known (R78); `raid` and `punk` are ways, never categories (R11)."""

Service: TypeAlias = Literal[
    "shelter-rpsa",
    "community-coaching",
    "return-to-family",
    "return-to-origin",
    "social-report",
    "accompaniment",
    "case-response",
    "social-assistance",
    "child-care",
    "protection",
    "psychosocial",
    "health",
    "mental-health",
    "rehabilitation-napza",
    "schooling",
    "training",
    "child-labour-removal",
    "family-economy",
    "civil-registration",
    "religious-guidance",
    "youth-activities",
    "legal-aid",
    "police-report",
    "litmas",
]
"""What a referral asks for."""

CustodianKind: TypeAlias = Literal["family", "agency", "house", "community", "hospital", "escort", "unknown"]
"""Who has the child, by kind."""

HouseKind: TypeAlias = Literal["rpsa", "other"]

ReferralOutcome: TypeAlias = Literal[
    "service-given",
    "service-partly-given",
    "referred-on",
    "child-did-not-come",
    "child-or-caregiver-stopped",
    "service-not-possible",
]
"""How an accepted referral ended: completed or failed (R145)."""

DischargeOutcome: TypeAlias = Literal[
    "returned-to-family",
    "returned-to-origin",
    "kinship-care",
    "moved-to-institution",
    "handed-to-agency",
    "moved-to-hospital",
    "left-on-own",
    "died",
]
"""Where a child went when a stay in a house ended."""

ClosingOutcome: TypeAlias = Literal[
    "returned-to-family",
    "returned-to-origin",
    "kinship-care",
    "moved-to-institution",
    "moved-to-another-city",
    "independent",
    "came-of-age",
    "justice-concluded",
    "no-need-found",
    "reported-in-error",
    "continued-in-linked-case",
    "not-found",
    "died",
]
"""How a case ended (R150)."""

Outcome: TypeAlias = Literal[ReferralOutcome, DischargeOutcome, ClosingOutcome]

OutcomeOf: TypeAlias = Literal["referral", "discharge", "closing"]
"""What an outcome is the end of."""

Who: TypeAlias = Literal[
    "anyone",
    "agency-asked",
    "sender",
    "case-owner",
    "custodian",
    "receiver",
    "coordinator",
    "house-staff",
    "operator",
]
"""Who could do what was refused, where it depends on the case rather than on the agency."""

Lang: TypeAlias = Literal["id", "en"]
"""Languages of texts for people: Bahasa Indonesia first, English second."""
