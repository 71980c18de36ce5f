-- $1 cases that each have heard one fact and said one. Ids follow from numbers, so that any program can know them.
INSERT INTO subjects (key, lane, doc, next_due)
SELECT md5(n::text)::uuid, n % 12,
       $2::bytea || uuid_send(md5('f' || n)::uuid) || $3::bytea || uuid_send(md5('g' || n)::uuid) || $4::bytea,
       $5::timestamptz
FROM generate_series(0, $1::int - 1) AS n;
