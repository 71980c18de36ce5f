-- Tables that routing reads from. All of them are derived: the runtime rewrites them from the streams.
-- The unique key beyond the primary ones is a backstop: the decisions keep it, and the database would refuse a turn that did not.

CREATE TABLE owners (
    subject uuid PRIMARY KEY,
    owner text NOT NULL,
    cause text NOT NULL,
    owned_at timestamptz NOT NULL,
    closed boolean NOT NULL
);
COMMENT ON TABLE owners IS
    'derived: which agency answers for each case, and since when (R148); cleaned when the case is shredded';

CREATE TABLE referrals (
    subject uuid NOT NULL,
    referral uuid NOT NULL,
    agency text NOT NULL,
    service text NOT NULL,
    status text NOT NULL CHECK (status IN (
        'referred', 'received', 'overdue', 'accepted', 'started', 'completed', 'failed', 'declined', 'expired',
        'escalated', 'withdrawn'
    )),
    answer_by timestamptz NOT NULL,
    referred_at timestamptz NOT NULL,
    answered_at timestamptz,
    attempt integer NOT NULL CHECK (attempt > 0),
    previous uuid,
    house_kind text,
    policy_version text NOT NULL,
    policy_table text NOT NULL,
    policy_row text NOT NULL,
    declined text,
    suggested text,
    withdrawn text,
    outcome text,
    escalated_to text,
    reminded integer NOT NULL,
    PRIMARY KEY (subject, referral)
);
CREATE INDEX referrals_due ON referrals (answer_by, referral) WHERE status IN ('referred', 'received');
CREATE UNIQUE INDEX referrals_asked_once ON referrals (subject, agency, service)
    WHERE status IN ('referred', 'received', 'overdue', 'accepted', 'started');
COMMENT ON TABLE referrals IS
    'derived: who was asked for what under which row of policy, until when, and what became of it (R145, R146); cleaned when the case is shredded';

CREATE TABLE hearings (
    subject uuid NOT NULL,
    hearing uuid NOT NULL,
    forum text NOT NULL CHECK (forum IN ('diversion', 'court')),
    status text NOT NULL CHECK (status IN ('scheduled', 'accompanied', 'unaccompanied', 'held', 'cancelled')),
    at timestamptz NOT NULL,
    set_by text NOT NULL,
    companion_by timestamptz NOT NULL,
    companion text,
    officer text,
    outcome text,
    companion_present boolean,
    arrived_at timestamptz,
    returned_at timestamptz,
    PRIMARY KEY (subject, hearing)
);
CREATE INDEX hearings_due ON hearings (companion_by, hearing) WHERE status = 'scheduled';
COMMENT ON TABLE hearings IS
    'derived: meetings and hearings, their companion, and the child''s way there and back (R64, R69); cleaned when the case is shredded';
