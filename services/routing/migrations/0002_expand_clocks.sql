-- The limits of law that run on a child. Derived: the runtime rewrites it from the streams.

CREATE TABLE clocks (
    subject uuid NOT NULL,
    clock uuid NOT NULL,
    rule text NOT NULL,
    version text NOT NULL,
    topic text NOT NULL,
    thing uuid,
    owner text,
    kind text NOT NULL CHECK (kind IN ('owned', 'observed')),
    status text NOT NULL CHECK (status IN ('running', 'breached', 'satisfied', 'stopped')),
    started_at timestamptz NOT NULL,
    due timestamptz NOT NULL,
    extended boolean NOT NULL,
    percent integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
    consequence text NOT NULL,
    warns_only boolean NOT NULL,
    ended_at timestamptz,
    late boolean NOT NULL,
    PRIMARY KEY (subject, clock)
);
CREATE INDEX clocks_due ON clocks (due, clock) WHERE status IN ('running', 'breached');
COMMENT ON TABLE clocks IS
    'derived: every limit of law that runs or ran on a child, by which row, until when, and what became of it (R59); cleaned when the case is shredded';
