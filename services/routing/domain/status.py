"""What each status of routing's nouns means to people: its words, whose move it is, and until when (R59, R145)."""

from collections.abc import Mapping
from typing import Final

from services.routing.domain import clock, detention, diversion, hearing, matter, order, referral, report
from shared.contracts.directory.entries import Text
from shared.contracts.transitions import Machine, Status, ways

_OVER: Final = Text("sudah berakhir, tidak ada lagi yang ditunggu", "over, nothing is waited for")
_SERVES: Final = Text("selama layanan berlangsung", "for as long as the service lasts")
_TOLD: Final = Text("koordinator sudah diberi tahu", "the coordinator has been told")
_TOLD_ALL: Final = Text("semua yang terkait sudah diberi tahu", "all who are concerned have been told")
_DAY: Final = Text("sampai hari sidang", "until the day of the hearing")
_NEXT: Final = Text("instansi berikutnya atau koordinator sudah diminta", "the next agency or the coordinator is asked")
_STAGES: Final = ("r47", "r48", "r49", "r50", "r51")

REFERRAL: Final = Machine(
    Text("Rujukan", "Referral"),
    "R145",
    ways(referral.TABLE),
    {
        "referred": Status(Text("Diminta", "Asked"), "agency-asked", ("answer-by",)),
        "received": Status(Text("Sudah dibaca", "Seen"), "agency-asked", ("answer-by",)),
        "accepted": Status(Text("Diterima", "Accepted"), "agency-asked", unlimited=_SERVES),
        "started": Status(Text("Layanan berjalan", "Service under way"), "agency-asked", unlimited=_SERVES),
        "overdue": Status(Text("Tempat tidur masih ditunggu", "A bed is still awaited"), "coordinator", (), _TOLD),
        "declined": Status(Text("Ditolak instansi", "Declined"), "coordinator", (), _NEXT),
        "expired": Status(Text("Tidak dijawab", "Not answered"), "coordinator", (), _TOLD),
        "escalated": Status(Text("Di tangan koordinator", "With the coordinator"), "coordinator"),
        "completed": Status(Text("Layanan diberikan", "Service given"), "case-owner"),
        "failed": Status(Text("Layanan tidak jadi", "Service failed"), "case-owner", (), _OVER),
        "withdrawn": Status(Text("Ditarik kembali", "Withdrawn"), "case-owner"),
    },
)
MATTER: Final = Machine(
    Text("Perkara", "Proceeding"),
    "R19, R24, R27, R71",
    ways(matter.TABLE),
    {
        "open": Status(
            Text("Berjalan", "Open"), "polresta", ("r29", "r30", "r31-litmas", "r31-social-report", "r34-pp")
        ),
        "diverted": Status(Text("Diselesaikan dengan diversi", "Diverted"), "pn", ("r42", "r43", "r44")),
        "ended": Status(Text("Berakhir", "Ended"), "case-owner"),
        "decided": Status(Text("Diputuskan bersama", "Decided jointly"), "polresta", ("r55", "r56-report", "r56-end")),
    },
)
DETENTION: Final = Machine(
    Text("Penahanan", "Detention"),
    "R47-R52, R60",
    ways(detention.TABLE),
    {
        "detained": Status(Text("Ditahan", "Detained"), "lapas", _STAGES),
        "extended": Status(Text("Diperpanjang", "Extended"), "lapas", _STAGES),
        "passed-on": Status(Text("Beralih ke tahap berikut", "Passed on to the next stage"), "lapas"),
        "released": Status(Text("Dibebaskan", "Released"), "lapas"),
    },
)
DIVERSION: Final = Machine(
    Text("Diversi", "Diversion"),
    "R20, R24, R27, R36, R38, R41",
    ways(diversion.TABLE),
    {
        "tried": Status(Text("Diupayakan", "Tried"), "polresta", ("r36", "r38", "r41")),
        "agreed": Status(Text("Disepakati", "Agreed"), "bapas", ("r42",)),
        "failed": Status(Text("Gagal; perkara dilanjutkan", "Failed; the matter goes on"), "polresta"),
    },
)
HEARING: Final = Machine(
    Text("Sidang atau pertemuan diversi", "Hearing or diversion meeting"),
    "R22, R64, R69",
    ways(hearing.TABLE),
    {
        "scheduled": Status(Text("Dijadwalkan, belum ada pendamping", "Set, without companion"), "case-owner",
                            ("companion-by",)),
        "unaccompanied": Status(Text("Pendamping terlambat", "Companion overdue"), "coordinator", (), _TOLD),
        "accompanied": Status(Text("Pendamping ditunjuk", "Companion named"), "pn", (), _DAY),
        "held": Status(Text("Sudah berlangsung", "Held"), "pn"),
        "cancelled": Status(Text("Dibatalkan", "Cancelled"), "pn"),
    },
)  # fmt: skip
ORDER: Final = Machine(
    Text("Tindak lanjut kesepakatan", "Order of an agreement"),
    "R25, R26",
    ways(order.TABLE),
    {
        "made": Status(Text("Harus dilaksanakan", "To be carried out"), "bapas", ("order-by",)),
        "overdue": Status(Text("Lewat waktu; diawasi Bapas", "Overdue; Bapas must look"), "bapas", (), _TOLD_ALL),
        "carried-out": Status(Text("Dilaksanakan", "Carried out"), "bapas"),
        "not-carried-out": Status(Text("Tidak dilaksanakan", "Not carried out"), "polresta", ("r45",)),
        "void": Status(Text("Gugur bersama kesepakatannya", "Void with its agreement"), "polresta"),
    },
)
REPORT: Final = Machine(
    Text("Litmas dan laporan sosial", "Reports"),
    "R31-R33",
    ways(report.TABLE),
    {
        "requested": Status(Text("Diminta", "Asked for"), "bapas", ("r32", "r33")),
        "delivered": Status(Text("Diserahkan", "Delivered"), "polresta"),
    },
)
CLOCK: Final = Machine(
    Text("Tenggat hukum", "Clock"),
    "R59",
    ways(clock.TABLE),
    {
        "running": Status(Text("Berjalan", "Running"), "case-owner", ("look-at",)),
        "breached": Status(Text("Terlewati", "Breached"), "coordinator", (), _TOLD),
        "satisfied": Status(Text("Dipenuhi", "Kept"), "case-owner", (), _OVER),
        "stopped": Status(Text("Berhenti", "Stopped"), "case-owner", (), _OVER),
    },
)

MACHINES: Final[Mapping[str, Machine]] = {
    "referral": REFERRAL,
    "matter": MATTER,
    "hearing": HEARING,
    "detention": DETENTION,
    "diversion": DIVERSION,
    "order": ORDER,
    "report": REPORT,
    "clock": CLOCK,
}
