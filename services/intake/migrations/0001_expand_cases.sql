-- Tables that intake reads cases from. All of them are derived: the runtime rewrites them from the streams.

CREATE TABLE reports (
    subject uuid PRIMARY KEY,
    report uuid NOT NULL,
    source text NOT NULL,
    reported_by text NOT NULL,
    secured_by text,
    raid uuid,
    siblings uuid,
    siblings_size integer NOT NULL,
    age_years integer,
    sex text NOT NULL,
    found_area text,
    home_area text,
    role text NOT NULL,
    identified_at timestamptz NOT NULL
);
COMMENT ON TABLE reports IS
    'derived: how each case began and what is known of the child, without a name; cleaned when the case is shredded';

CREATE TABLE categories (
    subject uuid NOT NULL,
    assertion uuid NOT NULL,
    category text NOT NULL,
    national_code text,
    asserted_by text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'confirmed', 'withdrawn')),
    PRIMARY KEY (subject, assertion)
);
COMMENT ON TABLE categories IS
    'derived: who says that a child belongs to which category (R10); cleaned when the case is shredded';

CREATE TABLE risks (
    subject uuid PRIMARY KEY,
    risk text NOT NULL,
    assessed_at timestamptz NOT NULL
);
COMMENT ON TABLE risks IS
    'derived: the last assessment of each case (R122); cleaned when the case is shredded';

CREATE TABLE links (
    subject uuid NOT NULL,
    link uuid NOT NULL,
    primary_case uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('linked', 'unlinked')),
    PRIMARY KEY (subject, link)
);
CREATE INDEX links_primary_case ON links (primary_case);
COMMENT ON TABLE links IS
    'derived: cases of one child, which are never merged; cleaned when the case is shredded';

CREATE TABLE closings (
    subject uuid PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('open', 'asked', 'closed')),
    closing uuid,
    outcome text,
    answer_by timestamptz,
    still_open text NOT NULL
);
COMMENT ON TABLE closings IS
    'derived: whether each case is open, and the last closing asked for (R150); cleaned when the case is shredded';
