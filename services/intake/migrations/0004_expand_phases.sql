-- How far the work on each case has come, and what must be done by when.

CREATE TABLE phases (
    subject uuid PRIMARY KEY,
    phase text NOT NULL,
    assessment uuid,
    care text NOT NULL,
    plan uuid,
    goal text NOT NULL,
    visits integer NOT NULL,
    found text NOT NULL,
    assess_by timestamptz,
    plan_by timestamptz,
    follow_up_by timestamptz
);
COMMENT ON TABLE phases IS
    'derived: how far each case has come, and what must be done by when (R118, R122); cleaned when the case is shredded';
