"""All the SQL of intake's own tables: the vault's, and what its pages read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from services.intake.domain.approval import ApprovalRow
from services.intake.domain.assignment import AssignmentRow
from services.intake.domain.category import CategoryRow
from services.intake.domain.closing import ClosingRow
from services.intake.domain.link import LinkRow
from services.intake.domain.phase import PhaseRow
from services.intake.domain.report import ReportRow
from services.intake.domain.risk import RiskRow
from shared.runtime.books import Connection

_KEYS: Final = "SELECT subject, kid, wrapped FROM vault_keys WHERE subject = ANY($1)"
_KIDS: Final = """
SELECT coalesce((SELECT array_agg(DISTINCT kid) FROM vault_keys), '{}') AS wrapping,
       coalesce((SELECT array_agg(DISTINCT kid) FROM vault_marks), '{}') AS marking"""
_FIELDS: Final = """
SELECT f.field, f.sealed FROM vault_statements s JOIN vault_fields f USING (subject, agency, statement)
WHERE s.subject = $1 ORDER BY s.stored_at, s.agency, s.statement"""
_MARK: Final = """
INSERT INTO vault_marks (subject, kind, kid, mark) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"""
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('intake.vault_marks', 0))"
_PAIRS: Final = """
INSERT INTO possible_duplicates (subject, other, kind)
SELECT pair.subject, pair.other, new.kind
FROM vault_marks new JOIN vault_marks old USING (kind, kid, mark)
CROSS JOIN LATERAL (VALUES (new.subject, old.subject), (old.subject, new.subject)) AS pair (subject, other)
WHERE new.subject = ANY($1) AND new.subject <> old.subject
ON CONFLICT DO NOTHING"""
_DUPLICATES: Final = """
SELECT d.other, array_agg(d.kind ORDER BY d.kind) AS kinds, min(d.found_at) AS found_at,
       EXISTS (SELECT FROM links l WHERE l.status = 'linked'
               AND (l.subject, l.primary_case) IN ((d.subject, d.other), (d.other, d.subject))) AS linked
FROM possible_duplicates d WHERE d.subject = $1 GROUP BY d.subject, d.other ORDER BY found_at, d.other"""
_WARNINGS: Final = """
SELECT DISTINCT unnest(warnings) AS warning FROM vault_statements WHERE subject = $1 ORDER BY warning"""
_REPORT: Final = "SELECT * FROM reports WHERE subject = $1"
_CATEGORIES: Final = "SELECT * FROM categories WHERE subject = $1 ORDER BY status, category, assertion"
_RISK: Final = "SELECT * FROM risks WHERE subject = $1"
_ASSIGNMENT: Final = "SELECT * FROM assignments WHERE subject = $1"
_PHASE: Final = "SELECT * FROM phases WHERE subject = $1"
_WORK: Final = """
SELECT p.subject, p.phase, a.agency, a.role, a.worker,
       least(a.take_by, p.assess_by, p.plan_by, p.follow_up_by) AS due
FROM phases p JOIN assignments a USING (subject)
WHERE $1 = '' OR a.worker = $1 AND a.agency = $2 ORDER BY due NULLS LAST, p.subject"""
_APPROVALS: Final = "SELECT * FROM approvals WHERE subject = $1 ORDER BY status, of, approval"
_APPROVALS_WAITING: Final = "SELECT * FROM approvals WHERE status = 'asked' ORDER BY subject, approval"
_CASELOADS: Final = """
SELECT agency, worker, count(*) AS cases FROM assignments WHERE worker <> ''
GROUP BY agency, worker ORDER BY cases DESC, agency, worker"""
_LINKS: Final = "SELECT * FROM links WHERE subject = $1 ORDER BY status, link"
_CLOSING: Final = "SELECT * FROM closings WHERE subject = $1"


class KeyRow(NamedTuple):
    """Table `vault_keys`: the key of a case, wrapped under `kid`."""

    subject: UUID
    kid: str
    wrapped: bytes


class StatementRow(NamedTuple):
    """Table `vault_statements`, but for the time, which is the database's."""

    subject: UUID
    agency: str
    statement: str
    warnings: Sequence[str]


class FieldRow(NamedTuple):
    """Table `vault_fields`: one field of a statement, sealed."""

    subject: UUID
    agency: str
    statement: str
    field: str
    sealed: bytes


class MarkRow(NamedTuple):
    """Table `vault_marks`: a keyed hash that equal identities share."""

    subject: UUID
    kind: str
    kid: str
    mark: bytes


class WorkRow(NamedTuple):
    """An open case, whose it is, and when the next thing must be done in it."""

    subject: UUID
    phase: str
    agency: str
    role: str
    worker: str
    due: datetime | None


class Caseload(NamedTuple):
    """How many open cases a worker has."""

    agency: str
    worker: str
    cases: int


class Duplicate(NamedTuple):
    """Another case that may be of the same child: by which marks, since when, and whether it is linked already."""

    other: UUID
    kinds: Sequence[str]
    found_at: datetime
    linked: bool


async def case_keys(sql: Connection, subjects: Iterable[UUID]) -> Mapping[UUID, KeyRow]:
    """Which of these cases have a key, and the key as it lies there."""
    rows = await sql.fetch(_KEYS, list(subjects))
    return {row["subject"]: KeyRow(*row) for row in rows}


async def kids(sql: Connection) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the keys that wrap keys of cases, and of those that made marks."""
    row = await sql.fetchrow(_KIDS)
    assert row is not None
    return frozenset(row["wrapping"]), frozenset(row["marking"])


async def keep_keys(sql: Connection, rows: Sequence[KeyRow]) -> None:
    """Keep the keys of cases that had none."""
    await sql.copy_records_to_table("vault_keys", records=rows, columns=KeyRow._fields)


async def keep_statements(sql: Connection, rows: Sequence[StatementRow], fields: Sequence[FieldRow]) -> None:
    """Keep what was told of identities."""
    await sql.copy_records_to_table("vault_statements", records=rows, columns=StatementRow._fields)
    await sql.copy_records_to_table("vault_fields", records=fields, columns=FieldRow._fields)


async def keep_marks(sql: Connection, rows: Sequence[MarkRow]) -> None:
    """Keep marks, and note which other cases have an equal one.

    Only one turn at a time does so: of two that keep the same mark at once, neither would see the other's.
    """
    await sql.execute(_ONE_AT_A_TIME)
    await sql.executemany(_MARK, rows)
    await sql.execute(_PAIRS, list({row.subject for row in rows}))


async def fields(sql: Connection, subject: UUID) -> list[tuple[str, bytes]]:
    """All fields ever told of a case, sealed, the latest last."""
    return [(row["field"], row["sealed"]) for row in await sql.fetch(_FIELDS, subject)]


async def report(sql: Connection, subject: UUID) -> ReportRow | None:
    """How a case began; None where there is none."""
    row = await sql.fetchrow(_REPORT, subject)
    return ReportRow(**row) if row else None


async def categories(sql: Connection, subject: UUID) -> list[CategoryRow]:
    """Every assertion ever made of a case."""
    return [CategoryRow(**row) for row in await sql.fetch(_CATEGORIES, subject)]


async def risk(sql: Connection, subject: UUID) -> RiskRow | None:
    """How soon somebody must act, as last assessed."""
    row = await sql.fetchrow(_RISK, subject)
    return RiskRow(**row) if row else None


async def assignment(sql: Connection, subject: UUID) -> AssignmentRow | None:
    """Who has a case; None for one that is closed."""
    row = await sql.fetchrow(_ASSIGNMENT, subject)
    return AssignmentRow(**row) if row else None


async def phase(sql: Connection, subject: UUID) -> PhaseRow | None:
    """How far the work on a case has come."""
    row = await sql.fetchrow(_PHASE, subject)
    return PhaseRow(**row) if row else None


async def work(sql: Connection, worker: str, agency: str) -> list[WorkRow]:
    """Open cases of a worker, or of everybody where none is named, what is due first."""
    return [WorkRow(*row) for row in await sql.fetch(_WORK, worker, agency)]


async def approvals(sql: Connection, subject: UUID) -> list[ApprovalRow]:
    """Every approval that was asked for in a case."""
    return [ApprovalRow(**row) for row in await sql.fetch(_APPROVALS, subject)]


async def approvals_waiting(sql: Connection) -> list[ApprovalRow]:
    """Every approval that is waited for, of all cases."""
    return [ApprovalRow(**row) for row in await sql.fetch(_APPROVALS_WAITING)]


async def caseloads(sql: Connection) -> list[Caseload]:
    """How many open cases each worker has, the most first."""
    return [Caseload(*row) for row in await sql.fetch(_CASELOADS)]


async def links(sql: Connection, subject: UUID) -> list[LinkRow]:
    """Every link ever made from a case to another."""
    return [LinkRow(**row) for row in await sql.fetch(_LINKS, subject)]


async def closing(sql: Connection, subject: UUID) -> ClosingRow | None:
    """Whether a case is open, and the last closing asked for."""
    row = await sql.fetchrow(_CLOSING, subject)
    return ClosingRow(**row) if row else None


async def possible_duplicates(sql: Connection, subject: UUID) -> list[Duplicate]:
    """Cases with a mark equal to one of this case, the first found first."""
    return [Duplicate(*row) for row in await sql.fetch(_DUPLICATES, subject)]


async def warnings(sql: Connection, subject: UUID) -> list[str]:
    """Where a NIK told of this case differs from what else was told with it (R99)."""
    return [row["warning"] for row in await sql.fetch(_WARNINGS, subject)]
