INSERT INTO said (stream, subject, sequence, id, owner, lane, partition, headers, data)
SELECT 'referrals', md5(n::text)::uuid, 1, md5('g' || n)::uuid, md5(n::text)::uuid, n % 12, n % 12, $2::bytea, $3::bytea
FROM generate_series(0, $1::int - 1) AS n;
