"""The codes of reasons: why something was declined, withdrawn, discarded or refused."""

from typing import Literal, TypeAlias

DeclineReason: TypeAlias = Literal[
    "outside-mandate",
    "no-capacity",
    "outside-area",
    "incomplete-information",
    "duplicate",
    "child-or-caregiver-declined",
    "safety-conflict",
    "other",
]
"""Why an agency asked cannot take a referral (R147)."""

WithdrawalReason: TypeAlias = Literal[
    "need-met",
    "sent-by-mistake",
    "consent-withdrawn",
    "another-agency-serves-better",
    "situation-changed",
    "child-not-found",
    "child-left-the-city",
    "case-closing",
    "other",
]
"""Why the sender takes a referral back (R145)."""

DiscardReason: TypeAlias = Literal[
    "corrected-by-owner",
    "said-twice",
    "said-in-error",
    "overtaken",
    "never-readable",
]
"""Why an operator discards a message that cannot be applied."""

ReturnReason: TypeAlias = Literal[
    "incomplete",
    "family-not-considered",
    "child-not-heard",
    "not-in-the-childs-interest",
    "not-yet",
]
"""Why the coordinator gives back what was done (R130)."""

NoFamilyReason: TypeAlias = Literal[
    "no-family-known",
    "family-is-a-danger",
    "family-cannot-care",
    "child-does-not-want-it",
    "court-decided-otherwise",
]
"""Why a plan's goal is not the child's family (R84)."""

WaiverReason: TypeAlias = Literal["declined-by-child", "seen-by-another", "no-contact-possible"]
"""Why a child need not be seen again before its case closes (R150)."""

RefusalCode: TypeAlias = Literal[
    # the message itself
    "malformed",
    "unknown-type",
    "unsupported-version",
    "wrong-service",
    "wrong-source",
    "same-key-other-body",
    "key-required",
    "too-large",
    "nul-in-text",
    "not-in-directory",
    "occurs-in-the-future",
    "identity-not-readable",
    "not-ready",
    # who asks
    "not-signed-in",
    "not-permitted",
    # the case
    "unknown-case",
    "case-closed",
    "case-still-open",
    "nothing-to-close",
    "unknown-category",
    "category-not-proposed",
    "already-proposed",
    "no-offender-by-raid",
    "not-a-possible-duplicate",
    "already-linked",
    "unknown-link",
    "closing-already-asked",
    "already-assigned",
    "approval-already-asked",
    "unknown-approval",
    "four-eyes",
    "assessment-missing",
    "family-first",
    "plan-missing",
    "child-not-safe",
    "follow-up-due",
    "case-not-closed",
    "consent-missing",
    "where-a-child-sleeps",
    # referrals
    "unknown-referral",
    "referral-not-open",
    "referral-not-accepted",
    "already-accepted",
    "duplicate-acceptance",
    "already-referred",
    "not-the-agency-asked",
    "not-the-sender",
    "service-not-given",
    "transfer-not-allowed",
    # hearings
    "unknown-hearing",
    "hearing-not-open",
    "no-diversion-under-12",
    "companion-excluded",
    # matters of law
    "unknown-matter",
    "not-an-offender",
    "not-eligible-for-diversion",
    "not-under-12",
    "joint-decision-incomplete",
    "unknown-report",
    "report-not-open",
    "no-detention-under-14",
    "threat-too-low-for-detention",
    "child-is-guaranteed",
    "no-place-of-detention",
    "stage-not-next",
    "unknown-detention",
    "detention-not-open",
    "already-extended",
    "extension-too-long",
    "extension-too-late",
    "unknown-diversion",
    "diversion-not-open",
    "participants-missing",
    "not-all-consented",
    "order-too-long",
    "unknown-order",
    "order-not-open",
    "matter-not-open",
    "still-detained",
    # houses and custody
    "unknown-house",
    "no-bed",
    "no-hold",
    "with-adults",
    "siblings-together",
    "stay-not-open",
    "already-admitted",
    "unknown-handover",
    "handover-not-open",
    "not-the-custodian",
    "not-the-receiver",
    "escort-not-open",
    "already-offered",
    "handover-needed",
    "escort-under-way",
    # notices
    "unknown-notice",
    "already-processed",
]
"""Why a command was refused."""

ReasonCode: TypeAlias = Literal[
    DeclineReason,
    WithdrawalReason,
    DiscardReason,
    ReturnReason,
    NoFamilyReason,
    WaiverReason,
    RefusalCode,
]

ReasonKind: TypeAlias = Literal["decline", "withdrawal", "discard", "return", "no-family", "waiver", "refusal"]
