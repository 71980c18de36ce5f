"""One sentence in each language for what a line of Kafka says; by type, with the line's own codes put in."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from string import Formatter
from typing import Final

from deploy.demo.line import Line

_WITA: Final = timezone(timedelta(hours=8))

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "child-identified": (
        "Seorang anak ditemukan; pelapor {reported_by}.",
        "A child was found; reported by {reported_by}.",
    ),
    "category-proposed": ("{by} mengusulkan kategori (tersegel).", "{by} proposes a category (sealed)."),
    "category-confirmed": ("Dinsos menetapkan kategori (tersegel).", "Dinsos confirms the category (sealed)."),
    "risk-assessed": ("Risiko: {risk}.", "Risk: {risk}."),
    "closing-requested": ("Penutupan diajukan: {outcome}.", "Closing asked for: {outcome}."),
    "closing-declined": ("Kasus tetap terbuka.", "The case stays open."),
    "case-closed": ("Kasus ditutup: {outcome}.", "Case closed: {outcome}."),
    "case-reopened": ("Kasus dibuka lagi.", "Case opened again."),
    "case-owned": ("{owner} bertanggung jawab.", "{owner} answers for the case."),
    "referred": (
        "{agency} diminta memberi {service}; jawaban ditunggu sampai {answer_by} (aturan {reason.version}/{reason.row}).",
        "{agency} is asked for {service}; answer due by {answer_by} (rule {reason.version}/{reason.row}).",
    ),
    "referral-received": ("{agency} sudah membaca rujukan.", "{agency} has seen the referral."),
    "referral-accepted": ("{agency} menerima ({by}).", "{agency} accepts ({by})."),
    "referral-declined": ("{agency} menolak: {reason}.", "{agency} declines: {reason}."),
    "referral-withdrawn": ("Rujukan ditarik.", "Referral withdrawn."),
    "referral-expired": ("{agency} tidak menjawab sampai {answer_by}.", "{agency} did not answer by {answer_by}."),
    "referral-escalated": ("{to} harus bertindak: {cause}.", "{to} must act: {cause}."),
    "service-started": ("{agency} memulai layanan.", "{agency} has begun."),
    "referral-completed": ("{agency} selesai: {outcome}.", "{agency} is done: {outcome}."),
    "hearing-scheduled": (
        "Sidang {forum} pada {at}; pendamping ditunjuk paling lambat {companion_by}.",
        "A {forum} hearing at {at}; a companion is due by {companion_by}.",
    ),
    "companion-assigned": ("{agency} mendampingi.", "{agency} accompanies the child."),
    "companion-missing": ("Belum ada pendamping.", "No companion was named."),
    "escorted-to-hearing": (
        "Anak tiba di sidang {forum} bersama {companion}.",
        "The child came to {forum} with {companion}.",
    ),
    "hearing-held": ("Sidang {forum}: {outcome}.", "Hearing {forum}: {outcome}."),
    "returned-from-hearing": ("Anak kembali dari sidang.", "The child is back from the hearing."),
    "child-secured": ("Anak bersama {custodian.party}.", "The child is with {custodian.party}."),
    "handover-offered": (
        "{giver.party} menawarkan serah terima kepada {receiver.party}.",
        "{giver.party} offers the child to {receiver.party}.",
    ),
    "handover-accepted": (
        "Serah terima: anak kini bersama {receiver.party}.",
        "Handed over: the child is now with {receiver.party}.",
    ),
    "handover-declined": ("Serah terima ditolak.", "Hand-over declined."),
    "custody-disputed": ("Pergerakan tidak cocok: {act} oleh {by}.", "A movement does not fit: {act} by {by}."),
    "bed-held": ("Satu tempat tidur disimpan sampai {until}.", "A bed is held until {until}."),
    "waitlisted": ("Anak menunggu tempat tidur.", "The child waits for a bed."),
    "left-waiting-list": ("Anak tidak menunggu lagi.", "The child waits no more."),
    "admitted-to-rpsa": (
        "Anak diterima di RPSA dan dilindungi di sana.",
        "The child is admitted to the RPSA and protected there.",
    ),
    "escort-departed": ("Anak berangkat bersama pengantar {by}.", "The child leaves with its escort of {by}."),
    "escort-arrived": ("Pengantar dan anak tiba.", "Escort and child have arrived."),
    "escort-returned": ("Pengantar dan anak kembali.", "Escort and child are back."),
    "discharged": ("Anak kini bersama {to.kind}: {outcome}.", "The child is now with {to.kind}: {outcome}."),
    "nothing-open-in-routing": ("Routing: tidak ada yang terbuka.", "Routing: nothing is open."),
    "nothing-open-in-shelter": ("Shelter: tidak ada yang terbuka.", "Shelter: nothing is open."),
    "clock-started": (
        "Tenggat {rule.row} mulai: {owner}, paling lambat {due} ({consequence}).",
        "Limit {rule.row} runs: {owner}, by {due} ({consequence}).",
    ),
    "clock-satisfied": ("Tenggat {rule.row} terpenuhi.", "Limit {rule.row} is met."),
    "command-refused": ("{to}, {command_type}: {sentence_id} [{code}]", "{sentence_en}"),
    "command-accepted": ("{to}: {command_type} sudah berlaku.", "{to}: {command_type} took effect."),
}
"""What is not here is shown by its type alone."""

_MOMENTS: Final = frozenset({"answer_by", "at", "companion_by", "until", "due"})


def sentence(line: Line) -> tuple[str, str]:
    """What a line says, in Bahasa Indonesia and in English."""
    text_id, text_en = SENTENCES.get(line.type, (line.type, line.type))
    return _filled(text_id, line), _filled(text_en, line)


def _filled(text: str, line: Line) -> str:
    parts = Formatter().parse(text)
    return "".join(before + (_value(line, name) if name else "") for before, name, _, _ in parts)


def _value(line: Line, name: str) -> str:
    text = line.text(name)
    if name not in _MOMENTS or not text:
        return text or "…"
    return f"{datetime.fromisoformat(text).astimezone(_WITA):%d/%m %H.%M.%S} WITA"
