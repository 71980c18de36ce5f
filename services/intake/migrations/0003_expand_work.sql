-- Who works on each case, and what the coordinator was asked to approve.

CREATE TABLE assignments (
    subject uuid PRIMARY KEY,
    agency text NOT NULL,
    role text NOT NULL,
    worker text NOT NULL,
    take_by timestamptz,
    overdue boolean NOT NULL
);
CREATE INDEX assignments_worker ON assignments (agency, worker);
COMMENT ON TABLE assignments IS
    'derived: who has each open case, a worker or whoever is on duty (R123, R127); cleaned when the case is shredded';

CREATE TABLE approvals (
    subject uuid NOT NULL,
    approval uuid NOT NULL,
    of text NOT NULL,
    thing uuid,
    outcome text,
    asked_by text NOT NULL,
    status text NOT NULL CHECK (status IN ('asked', 'given', 'refused')),
    PRIMARY KEY (subject, approval)
);
CREATE INDEX approvals_waiting ON approvals (subject) WHERE status = 'asked';
COMMENT ON TABLE approvals IS
    'derived: what the coordinator was asked to approve, and the answer (R130, R150); cleaned when the case is shredded';
