#pragma once

namespace kontor::platform::store::postgres {

/// A whole transaction of ours as one statement: it looks whether all versions are as expected and all single-use keys
/// new, and writes only then. A conflict is an answer, no error, so it spoils nothing that shares the transaction.
/// It relies on the turn (`wait_for_turn`): nobody else writes between its look and its writing.
///
///  $1 context           $2 now
///  $3 … $8 puts         kind, id, expected version, codec version, due, body
///  $9 … $11 removes     kind, id, expected version
///  $12 … $18 effects    id, kind, entity, name, body, trace, attempts
///  $19 effects done     $20 effects tried
///  $21, $22 single use  key, expiry
///  $23 … $28 events     name, kind, entity, version, body, actor
///  $29 audit material of each event (empty: not audited)   $30 what stands before a chain's first row
///  $31 channel          $32 origin
///
/// Answers one row: the verdict and the number of the put or remove that it is about.
inline constexpr const char* unit_statement = R"sql(
WITH RECURSIVE
puts AS MATERIALIZED (
  SELECT * FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[])
    WITH ORDINALITY AS p (kind, id, expected, codec_version, due_at, body, n)),
removes AS MATERIALIZED (
  SELECT * FROM unnest($9::text[], $10::text[], $11::bigint[]) WITH ORDINALITY AS r (kind, id, expected, n)),
keys AS MATERIALIZED (
  SELECT * FROM unnest($21::text[], $22::bigint[]) AS k (key, expires_at)),
occurred AS MATERIALIZED (
  SELECT * FROM unnest($23::text[], $24::text[], $25::text[], $26::bigint[], $27::text[], $28::text[])
    WITH ORDINALITY AS o (name, kind, entity, version, body, actor, n)),
problems AS (
  SELECT 1 AS class, 'replayed' AS code, 0::bigint AS n FROM keys k
    WHERE EXISTS (SELECT 1 FROM single_use s WHERE s.context = $1 AND s.key = k.key)
  UNION ALL
  SELECT 1, 'replayed', 0 FROM keys GROUP BY key HAVING count(*) > 1
  UNION ALL
  SELECT 2, CASE p.expected WHEN 0 THEN 'exists' ELSE 'stale put' END, p.n
    FROM puts p LEFT JOIN entities e ON e.context = $1 AND e.kind = p.kind AND e.id = p.id
    WHERE coalesce(e.version, 0) <> p.expected
  UNION ALL
  SELECT 3, 'stale remove', r.n
    FROM removes r LEFT JOIN entities e ON e.context = $1 AND e.kind = r.kind AND e.id = r.id
    WHERE e.version IS DISTINCT FROM r.expected),
verdict AS MATERIALIZED (
  SELECT code, n FROM (SELECT class, code, n FROM problems UNION ALL SELECT 9, 'done', 0) v
    ORDER BY class, n LIMIT 1),
go AS MATERIALIZED (SELECT 1 FROM verdict WHERE code = 'done'),
used AS (
  INSERT INTO single_use (context, key, expires_at) SELECT $1, key, expires_at FROM keys, go),
inserted AS (
  INSERT INTO entities (context, kind, id, version, codec_version, due_at, created_at, updated_at, body)
    SELECT $1, kind, id, 1, codec_version, due_at, $2::bigint, $2::bigint, body::jsonb FROM puts, go
    WHERE expected = 0),
updated AS (
  UPDATE entities e SET version = e.version + 1, codec_version = p.codec_version, due_at = p.due_at,
      updated_at = $2::bigint, body = p.body::jsonb
    FROM puts p, go
    WHERE p.expected > 0 AND e.context = $1 AND e.kind = p.kind AND e.id = p.id AND e.version = p.expected),
deleted AS (
  DELETE FROM entities e USING removes r, go
    WHERE e.context = $1 AND e.kind = r.kind AND e.id = r.id AND e.version = r.expected),
freed AS (
  DELETE FROM quarantine q USING removes r, go WHERE q.context = $1 AND q.kind = r.kind AND q.entity = r.id),
queued AS (
  INSERT INTO outbox (context, id, kind, entity, name, body, trace, attempts)
    SELECT $1, f.id, f.kind, f.entity, f.name, f.body, f.trace, f.attempts
    FROM unnest($12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[])
      WITH ORDINALITY AS f (id, kind, entity, name, body, trace, attempts, n), go
    ORDER BY f.n),
finished AS (
  DELETE FROM outbox x USING unnest($19::text[]) AS d (id), go WHERE x.context = $1 AND x.id = d.id),
tried AS (
  UPDATE outbox x SET attempts = attempts + 1 FROM unnest($20::text[]) AS t (id), go
    WHERE x.context = $1 AND x.id = t.id AND NOT t.id = ANY ($19::text[])),
noted AS (
  INSERT INTO events (context, at, name, kind, entity, version, body, actor)
    SELECT $1, $2::bigint, name, kind, entity, version, body, actor FROM occurred, go ORDER BY n),
chain (n, sequence, previous_hash, hash) AS (
  (SELECT 0::bigint, sequence, ''::text, hash FROM (
    SELECT sequence, hash FROM audit WHERE context = $1 AND cardinality($29::text[]) > 0
    UNION ALL SELECT 0, $30::text) links ORDER BY sequence DESC LIMIT 1)
  UNION ALL
  SELECT m.n, c.sequence + 1, c.hash, encode(sha256(convert_to(
      c.hash || chr(10) || (c.sequence + 1)::text || chr(10) || m.material, 'UTF8')), 'hex')
    FROM chain c JOIN unnest($29::text[]) WITH ORDINALITY AS m (material, n) ON m.n = c.n + 1),
linked AS (
  INSERT INTO audit (context, sequence, at, actor, name, kind, entity, version, body, previous_hash, hash)
    SELECT $1, c.sequence, $2::bigint, o.actor, o.name, o.kind, o.entity, o.version, o.body, c.previous_hash, c.hash
    FROM chain c JOIN occurred o ON o.n = c.n, go WHERE c.n > 0),
told AS (
  SELECT pg_notify($31::text, concat_ws(chr(31), $32::text, $1, kind, id, version::text))
    FROM (SELECT kind, id, expected + 1 AS version FROM puts UNION ALL SELECT kind, id, 0 FROM removes) c, go)
SELECT code, n, (SELECT count(*) FROM told) FROM verdict
)sql";

}  // namespace kontor::platform::store::postgres
