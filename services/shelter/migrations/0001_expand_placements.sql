-- Tables that shelter reads children's places from. All of them are derived: the runtime rewrites them from the streams.
-- The unique keys beyond the primary ones are a backstop: the decisions keep them, and the database would refuse a turn that did not.

CREATE TABLE stays (
    subject uuid NOT NULL,
    stay uuid NOT NULL,
    house text NOT NULL,
    bed integer NOT NULL CHECK (bed > 0),
    house_kind text NOT NULL CHECK (house_kind IN ('rpsa', 'other')),
    status text NOT NULL CHECK (status IN ('held', 'admitted')),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    siblings uuid,
    PRIMARY KEY (subject, stay),
    CONSTRAINT stays_one_child_a_bed UNIQUE (house, bed)
);
CREATE UNIQUE INDEX stays_one_bed_a_child ON stays (subject, house_kind);
CREATE UNIQUE INDEX stays_one_place_to_sleep ON stays (subject) WHERE status = 'admitted';
COMMENT ON TABLE stays IS
    'derived: open holds and stays, and nothing else, so that what is not here is free (R76); an ended one is deleted by its turn';

CREATE TABLE waits (
    subject uuid NOT NULL,
    referral uuid NOT NULL,
    house_kind text NOT NULL CHECK (house_kind IN ('rpsa', 'other')),
    siblings uuid,
    size integer NOT NULL CHECK (size > 0),
    siblings_by timestamptz,
    risk text NOT NULL,
    since timestamptz NOT NULL,
    sex text NOT NULL,
    age integer,
    PRIMARY KEY (subject, referral)
);
CREATE UNIQUE INDEX waits_one_place_in_each_line ON waits (subject, house_kind);
COMMENT ON TABLE waits IS
    'derived: children without a bed, and what their place in the line depends on (R84, R122); a child that waits no more is deleted by its turn';

CREATE TABLE custody (
    subject uuid NOT NULL,
    number integer NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz CHECK (since <= until),
    kind text NOT NULL,
    party text,
    house text,
    act text NOT NULL,
    rule text NOT NULL,
    PRIMARY KEY (subject, number)
);
CREATE UNIQUE INDEX custody_one_custodian ON custody (subject) WHERE until IS NULL;
COMMENT ON TABLE custody IS
    'derived: who had each child when, by which act and rule (R87a); the row without an end is now; cleaned when the case is shredded';

CREATE TABLE disputes (
    subject uuid NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    held_kind text NOT NULL,
    held_party text NOT NULL,
    claimed_kind text NOT NULL,
    claimed_party text NOT NULL,
    act text NOT NULL,
    by_party text NOT NULL,
    settled timestamptz,
    PRIMARY KEY (subject, number)
);
CREATE INDEX disputes_open ON disputes (at) WHERE settled IS NULL;
COMMENT ON TABLE disputes IS
    'derived: movements that were reported and did not fit who had the child; cleaned when the case is shredded';

CREATE TABLE handovers (
    subject uuid NOT NULL,
    handover uuid NOT NULL,
    giver_kind text NOT NULL,
    giver_party text NOT NULL,
    receiver_kind text NOT NULL,
    receiver_party text NOT NULL,
    status text NOT NULL CHECK (status IN ('offered', 'accepted', 'declined', 'lapsed')),
    offered timestamptz NOT NULL,
    ended timestamptz,
    PRIMARY KEY (subject, handover)
);
COMMENT ON TABLE handovers IS
    'derived: both sides'' acts of each hand-over (R87a); cleaned when the case is shredded';

CREATE TABLE escorts (
    subject uuid NOT NULL,
    escort uuid NOT NULL,
    hearing uuid NOT NULL,
    by_party text NOT NULL,
    origin_kind text NOT NULL,
    origin_party text NOT NULL,
    status text NOT NULL CHECK (status IN ('departed', 'arrived', 'returned', 'ended')),
    departed timestamptz NOT NULL,
    arrived timestamptz,
    ended timestamptz,
    PRIMARY KEY (subject, escort)
);
COMMENT ON TABLE escorts IS
    'derived: journeys to hearings and back (R69); their times are confidential (R88); cleaned when the case is shredded';
