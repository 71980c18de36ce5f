"""What each status of intake's nouns means to people: its words, whose move it is, and until when (R10, R150)."""

from collections.abc import Mapping
from typing import Final

from services.intake.domain import approval, category, closing, link
from shared.contracts.directory.entries import Text
from shared.contracts.transitions import Machine, Status, ways

_CARE: Final = Text("selama anak membutuhkan bantuan", "for as long as the child needs help")
_OPINION: Final = Text("sampai Dinas Sosial memutuskan; kasus berjalan terus", "until Dinsos decides; the case goes on")
_STANDS: Final = Text("berlaku sampai ditarik", "stands until it is withdrawn")
_LISTED: Final = Text("tercantum pada meja koordinator", "listed on the coordinator's desk")
_CLOSED: Final = Text("dibuka lagi bila ada yang dimulai", "opened again when something begins")

CASE: Final = Machine(
    Text("Kasus", "Case"),
    "R118, R150",
    ways(closing.TABLE),
    {
        "open": Status(Text("Terbuka", "Open"), "case-owner", (), _CARE),
        "asked": Status(Text("Penutupan diminta", "Closing asked for"), "case-owner", ("answers-by",)),
        "closed": Status(Text("Ditutup", "Closed"), "case-owner", (), _CLOSED),
    },
)
CATEGORY: Final = Machine(
    Text("Kategori", "Category"),
    "R10",
    ways(category.TABLE),
    {
        "proposed": Status(Text("Diusulkan", "Proposed"), "case-owner", (), _OPINION),
        "confirmed": Status(Text("Ditetapkan", "Confirmed"), "case-owner", (), _STANDS),
        "withdrawn": Status(Text("Ditarik", "Withdrawn"), "case-owner"),
    },
)
APPROVAL: Final = Machine(
    Text("Persetujuan", "Approval"),
    "R130, R150",
    ways(approval.TABLE),
    {
        "asked": Status(Text("Diminta", "Asked for"), "coordinator", (), _LISTED),
        "given": Status(Text("Disetujui", "Given"), "case-owner"),
        "refused": Status(Text("Dikembalikan", "Given back"), "case-owner"),
    },
)
LINK: Final = Machine(
    Text("Anak yang sama", "Same child"),
    "R100, R144",
    ways(link.TABLE),
    {
        "linked": Status(Text("Ditautkan", "Linked"), "case-owner", (), _STANDS),
        "unlinked": Status(Text("Dilepas", "Unlinked"), "case-owner"),
    },
)

MACHINES: Final[Mapping[str, Machine]] = {
    "case": CASE,
    "category": CATEGORY,
    "approval": APPROVAL,
    "link": LINK,
}
