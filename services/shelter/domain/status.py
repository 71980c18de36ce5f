"""What each status of shelter's nouns means to people: its words, whose move it is, and until when (R80, R87a)."""

from collections.abc import Mapping
from typing import Final

from services.shelter.domain import custody, escort, handover, stay, wait
from shared.contracts.directory.entries import Text
from shared.contracts.placements import HandoverAccepted
from shared.contracts.transitions import Machine, Status, ways

_SLEEPS: Final = Text("selama anak tinggal; kasus tidak ditutup", "for as long as the child stays; no case closes")
_LINE: Final = Text("sampai ada tempat tidur", "until there is a bed")
_ANSWER: Final = Text("anak tetap pada yang menawarkan", "the child stays with whoever offers it")
_WAY: Final = Text("selama perjalanan; kasus tidak ditutup", "for as long as the way lasts; no case closes")
_SETTLED: Final = Text("anak tidak sedang berpindah", "the child is not on its way")
_LOOK: Final = Text("Dinas Sosial mencari", "Dinsos looks for the child")

STAY: Final = Machine(
    Text("Penempatan", "Placement"),
    "R74-R76, R80",
    ways(stay.TABLE),
    {
        "held": Status(Text("Tempat tidur disimpan", "Bed held"), "house-staff", ("admit-by",)),
        "admitted": Status(Text("Tinggal di rumah", "Living there"), "house-staff", unlimited=_SLEEPS),
        "expired": Status(Text("Tidak diantar pada waktunya", "Not brought in time"), "coordinator"),
        "released": Status(Text("Tidak dibutuhkan lagi", "No longer needed"), "house-staff"),
        "discharged": Status(Text("Keluar", "Discharged"), "custodian"),
        "left": Status(Text("Pergi tanpa diketahui", "Gone"), "coordinator"),
    },
)
WAIT: Final = Machine(
    Text("Daftar tunggu", "Waiting list"),
    "R84",
    ways(wait.TABLE),
    {
        "waiting": Status(Text("Menunggu", "Waiting"), "house-staff", (), _LINE),
        "served": Status(Text("Dapat tempat tidur", "Has a bed"), "house-staff"),
        "left": Status(Text("Keluar dari daftar", "Left the line"), "coordinator"),
    },
)
CUSTODY: Final = Machine(
    Text("Penguasaan anak", "Custody"),
    "R87a, R148",
    {(was, fact): move.enters for fact, move in custody.MOVES.items() for was in sorted(move.leaves)},
    {
        "unknown": Status(Text("Tidak diketahui", "Not known"), "coordinator", (), _LOOK),
        "agency": Status(Text("Pada instansi", "With an agency"), "custodian", (), _SETTLED),
        "community": Status(Text("Pada komunitas", "With a community"), "custodian", (), _SETTLED),
        "house": Status(Text("Di rumah perlindungan", "In a house"), "house-staff", (), _SETTLED),
        "family": Status(Text("Pada keluarga", "With its family"), "custodian", (), _SETTLED),
        "hospital": Status(Text("Di rumah sakit", "In hospital"), "custodian", (), _SETTLED),
        "escort": Status(Text("Dalam pengantaran", "On its way with an escort"), "custodian", (), _WAY),
    },
)
HANDOVER: Final = Machine(
    Text("Serah terima", "Hand-over"),
    "R87a",
    {
        **ways(handover.LAPSE),
        **ways(handover.TABLE),
        ("offered", HandoverAccepted): frozenset({"accepted", "lapsed"}),  # one of two offers, and so not the other
    },
    {
        "offered": Status(Text("Ditawarkan", "Offered"), "receiver", (), _ANSWER),
        "accepted": Status(Text("Diterima", "Accepted"), "receiver"),
        "declined": Status(Text("Ditolak", "Declined"), "custodian"),
        "lapsed": Status(Text("Gugur; anak sudah berpindah", "Lapsed; the child has moved"), "custodian"),
    },
)
ESCORT: Final = Machine(
    Text("Pengantaran", "Escort"),
    "R69",
    ways(escort.TABLE),
    {
        "departed": Status(Text("Berangkat", "On its way"), "custodian", (), _WAY),
        "arrived": Status(Text("Tiba", "There"), "custodian", (), _WAY),
        "returned": Status(Text("Kembali", "Back"), "custodian"),
        "ended": Status(Text("Berakhir di jalan", "Ended on the way"), "custodian"),
    },
)

MACHINES: Final[Mapping[str, Machine]] = {
    "placement": STAY,
    "waiting-list": WAIT,
    "custody": CUSTODY,
    "handover": HANDOVER,
    "escort": ESCORT,
}
