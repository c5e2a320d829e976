#pragma once

#include <array>

namespace kontor::platform::store::postgres {

/// What each version of the schema adds; released ones never change. Times are microseconds since 1970, texts
/// compare byte by byte. `{app}` and `{system}` stand for the working role and for the one that looks across
/// contexts.
///
/// `kontor_commit` is a whole transaction of ours: it looks whether all versions are as expected and all
/// single-use keys new, and writes only then. A conflict is an answer, no error, so it spoils nothing that
/// shares the database's transaction. It relies on the turn (`wait_for_turn`): nobody else writes between its
/// look and its writing. It goes row by row on purpose: each step enters its table through one index,
/// whatever the planner believes of its size.
///
/// Indexed fields are copied out of the body into slots, plain columns that all kinds share; `field_slots`
/// says which field of a kind has which, and `kontor_slots` (made from it, schema.cpp) fills them, whatever
/// program writes. Slots and not indexes on expressions: under row-level security an index on an expression
/// is used only when its functions are leakproof, which those of jsonb are not; and an index a kind and field
/// would slow every write down.
///
/// Row-level security binds every role, the owner too: a row is reached by whoever has set its context
/// (`kontor.context`, for one transaction), or by the system role.
inline constexpr std::array migrations{
    R"sql(
CREATE TABLE entities (
  context text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  codec_version bigint NOT NULL,
  due_at bigint,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  body jsonb NOT NULL,
  text_1 text COLLATE "C", text_2 text COLLATE "C", text_3 text COLLATE "C",
  text_4 text COLLATE "C", text_5 text COLLATE "C", text_6 text COLLATE "C",
  number_1 double precision, number_2 double precision,
  instant_1 bigint, instant_2 bigint,
  PRIMARY KEY (context, kind, id)
);
CREATE UNIQUE INDEX entities_by_kind ON entities (kind, context, id);
CREATE INDEX entities_by_text_1 ON entities (context, kind, text_1, id) WHERE text_1 IS NOT NULL;
CREATE INDEX entities_by_text_2 ON entities (context, kind, text_2, id) WHERE text_2 IS NOT NULL;
CREATE INDEX entities_by_text_3 ON entities (context, kind, text_3, id) WHERE text_3 IS NOT NULL;
CREATE INDEX entities_by_text_4 ON entities (context, kind, text_4, id) WHERE text_4 IS NOT NULL;
CREATE INDEX entities_by_text_5 ON entities (context, kind, text_5, id) WHERE text_5 IS NOT NULL;
CREATE INDEX entities_by_text_6 ON entities (context, kind, text_6, id) WHERE text_6 IS NOT NULL;
CREATE INDEX entities_by_number_1 ON entities (context, kind, number_1, id) WHERE number_1 IS NOT NULL;
CREATE INDEX entities_by_number_2 ON entities (context, kind, number_2, id) WHERE number_2 IS NOT NULL;
CREATE INDEX entities_by_instant_1 ON entities (context, kind, instant_1, id) WHERE instant_1 IS NOT NULL;
CREATE INDEX entities_by_instant_2 ON entities (context, kind, instant_2, id) WHERE instant_2 IS NOT NULL;

CREATE TABLE field_slots (
  kind text COLLATE "C" NOT NULL,
  path text COLLATE "C" NOT NULL,
  slot text COLLATE "C" NOT NULL,
  PRIMARY KEY (kind, slot),
  UNIQUE (kind, path, slot)
);
CREATE INDEX entities_due ON entities (kind, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  context text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  entity text COLLATE "C" NOT NULL,
  name text NOT NULL,
  body text NOT NULL,
  trace text NOT NULL,
  attempts bigint NOT NULL DEFAULT 0,
  carrier text COLLATE "C" NOT NULL,
  handed_over boolean NOT NULL
);
CREATE UNIQUE INDEX outbox_by_id ON outbox (context, id);
CREATE INDEX outbox_by_entity ON outbox (context, kind, entity, sequence);

CREATE TABLE events (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  context text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  entity text NOT NULL,
  version bigint NOT NULL,
  body text NOT NULL,
  actor text NOT NULL
);
CREATE INDEX events_by_context ON events (context, sequence);

CREATE TABLE audit (
  context text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  entity text NOT NULL,
  version bigint NOT NULL,
  body text NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (context, sequence)
);

CREATE TABLE single_use (
  context text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (context, key)
);
CREATE INDEX single_use_by_expiry ON single_use (expires_at);

CREATE TABLE quarantine (
  context text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  entity text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  effect text NOT NULL,
  attempts bigint NOT NULL,
  since bigint NOT NULL,
  PRIMARY KEY (kind, context, entity)
);
CREATE INDEX quarantine_by_context ON quarantine (context);

CREATE TABLE leases (
  name text COLLATE "C" PRIMARY KEY,
  owner text NOT NULL,
  fence bigint NOT NULL,
  expires_at bigint NOT NULL
);

CREATE FUNCTION kontor_instant(value jsonb) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  STRICT AS $$
BEGIN
  IF jsonb_typeof(value) = 'number' THEN
    RETURN CASE WHEN abs(value::numeric) <= 253402300799999 THEN floor(value::numeric)::bigint * 1000 END;
  ELSIF jsonb_typeof(value) = 'string' AND length(value #>> '{}') <= 64 AND value #>> '{}' ~
    '^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,18})?([Zz]|[+-](0\d|1[0-4]):[0-5]\d)$' THEN
    RETURN extract(epoch FROM regexp_replace(value #>> '{}', '(\.\d{6})\d+', '\1')::timestamptz) * 1000000;
  END IF;
  RETURN NULL;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

CREATE FUNCTION kontor_slots(in_kind text, body jsonb, OUT text_1 text, OUT text_2 text, OUT text_3 text,
  OUT text_4 text, OUT text_5 text, OUT text_6 text, OUT number_1 double precision, OUT number_2 double
    precision,
  OUT instant_1 bigint, OUT instant_2 bigint) LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN END $$;

CREATE FUNCTION kontor_commit(
  in_context text, in_now bigint,
  put_kinds text[], put_ids text[], put_expected bigint[], put_codecs bigint[], put_due bigint[],
    put_bodies text[],
  remove_kinds text[], remove_ids text[], remove_expected bigint[],
  effect_ids text[], effect_kinds text[], effect_entities text[], effect_names text[], effect_bodies text[],
  effect_traces text[], effect_attempts bigint[], done_ids text[], tried_ids text[],
  key_names text[], key_expiries bigint[],
  event_names text[], event_kinds text[], event_entities text[], event_versions bigint[], event_bodies text[],
  event_actors text[], audit_materials text[], audit_genesis text, in_carrier text,
  channel text, origin text, OUT verdict text, OUT verdict_at bigint)
LANGUAGE plpgsql AS $$
DECLARE
  stored bigint;
  holder text;
  strange boolean;
  document jsonb;
  s record;
  link bigint;
  link_hash text;
  next_hash text;
BEGIN
  verdict_at := 0;
  verdict := 'replayed';
  FOR i IN 1 .. cardinality(key_names) LOOP
    IF key_names[i] = ANY (key_names[: i - 1]) THEN RETURN; END IF;
    PERFORM 1 FROM single_use WHERE context = in_context AND key = key_names[i];
    IF FOUND THEN RETURN; END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(put_ids) LOOP
    SELECT version INTO stored FROM entities WHERE context = in_context AND kind = put_kinds[i] AND id =
      put_ids[i];
    IF coalesce(stored, 0) <> put_expected[i] THEN
      verdict := CASE put_expected[i] WHEN 0 THEN 'exists' ELSE 'stale put' END;
      verdict_at := i;
      RETURN;
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(remove_ids) LOOP
    SELECT version INTO stored FROM entities
      WHERE context = in_context AND kind = remove_kinds[i] AND id = remove_ids[i];
    IF stored IS DISTINCT FROM remove_expected[i] THEN
      verdict := 'stale remove';
      verdict_at := i;
      RETURN;
    END IF;
  END LOOP;

  verdict := 'done';
  FOR i IN 1 .. cardinality(key_names) LOOP
    INSERT INTO single_use (context, key, expires_at) VALUES (in_context, key_names[i], key_expiries[i]);
  END LOOP;
  FOR i IN 1 .. cardinality(put_ids) LOOP
    document := put_bodies[i];
    s := kontor_slots(put_kinds[i], document);
    IF put_expected[i] = 0 THEN
      INSERT INTO entities (context, kind, id, version, codec_version, due_at, created_at, updated_at, body,
          text_1, text_2, text_3, text_4, text_5, text_6, number_1, number_2, instant_1, instant_2)
        VALUES (in_context, put_kinds[i], put_ids[i], 1, put_codecs[i], put_due[i], in_now, in_now, document,
          s.text_1, s.text_2, s.text_3, s.text_4, s.text_5, s.text_6, s.number_1, s.number_2,
            s.instant_1, s.instant_2);
    ELSE
      UPDATE entities SET version = version + 1, codec_version = put_codecs[i], due_at = put_due[i],
          updated_at = in_now, body = document, text_1 = s.text_1, text_2 = s.text_2, text_3 = s.text_3,
          text_4 = s.text_4, text_5 = s.text_5, text_6 = s.text_6, number_1 = s.number_1, number_2 =
            s.number_2,
          instant_1 = s.instant_1, instant_2 = s.instant_2
        WHERE context = in_context AND kind = put_kinds[i] AND id = put_ids[i];
    END IF;
    PERFORM pg_notify(channel, concat_ws(chr(31), origin, 'entity', in_context, put_kinds[i], put_ids[i],
      put_expected[i] + 1, coalesce(put_due[i]::text, '')));
  END LOOP;
  FOR i IN 1 .. cardinality(remove_ids) LOOP
    DELETE FROM entities WHERE context = in_context AND kind = remove_kinds[i] AND id = remove_ids[i];
    DELETE FROM quarantine WHERE context = in_context AND kind = remove_kinds[i] AND entity = remove_ids[i];
    PERFORM pg_notify(channel, concat_ws(chr(31), origin, 'entity', in_context, remove_kinds[i],
      remove_ids[i], 0, ''));
  END LOOP;
  FOR i IN 1 .. cardinality(effect_ids) LOOP
    SELECT min(carrier), bool_or(handed_over) INTO holder, strange FROM outbox
      WHERE context = in_context AND kind = effect_kinds[i] AND entity = effect_entities[i];
    holder := coalesce(holder, in_carrier);
    INSERT INTO outbox (context, id, kind, entity, name, body, trace, attempts, carrier, handed_over)
      VALUES (in_context, effect_ids[i], effect_kinds[i], effect_entities[i], effect_names[i],
        effect_bodies[i],
              effect_traces[i], effect_attempts[i], holder, holder <> in_carrier);
    IF strange OR holder <> in_carrier THEN verdict_at := 1; END IF;
    IF holder <> in_carrier THEN
      PERFORM pg_notify(channel, concat_ws(chr(31), origin, 'effects', in_context, effect_kinds[i],
        effect_entities[i], holder));
    END IF;
    PERFORM 1 FROM quarantine WHERE kind = effect_kinds[i] AND context = in_context
      AND entity = effect_entities[i];
    IF FOUND THEN verdict_at := 1; END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(done_ids) LOOP
    DELETE FROM outbox WHERE context = in_context AND id = done_ids[i];
  END LOOP;
  FOR i IN 1 .. cardinality(tried_ids) LOOP
    UPDATE outbox SET attempts = attempts + 1 WHERE context = in_context AND id = tried_ids[i];
  END LOOP;
  FOR i IN 1 .. cardinality(event_names) LOOP
    INSERT INTO events (context, at, name, kind, entity, version, body, actor)
      VALUES (in_context, in_now, event_names[i], event_kinds[i], event_entities[i], event_versions[i],
              event_bodies[i], event_actors[i]);
  END LOOP;

  IF cardinality(audit_materials) = 0 THEN RETURN; END IF;
  SELECT sequence, hash INTO link, link_hash FROM audit WHERE context = in_context ORDER BY sequence DESC
    LIMIT 1;
  link := coalesce(link, 0);
  link_hash := coalesce(link_hash, audit_genesis);
  FOR i IN 1 .. cardinality(audit_materials) LOOP
    link := link + 1;
    next_hash := encode(sha256(convert_to(concat_ws(chr(10), link_hash, link, audit_materials[i]),
      'UTF8')), 'hex');
    INSERT INTO audit (context, sequence, at, actor, name, kind, entity, version, body, previous_hash, hash)
      VALUES (in_context, link, in_now, event_actors[i], event_names[i], event_kinds[i], event_entities[i],
              event_versions[i], event_bodies[i], link_hash, next_hash);
    link_hash := next_hash;
  END LOOP;
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['entities', 'outbox', 'events', 'audit', 'single_use', 'quarantine'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_context ON %I USING (context = current_setting(''kontor.context'',
      true)) '
                   'WITH CHECK (context = current_setting(''kontor.context'', true))', name);
  END LOOP;
END $$;
)sql",
};

/// What the roles may do, said again whenever this text or a role is another: their names come from the
/// configuration. The audit chain only grows: nobody may change or delete its rows.
inline constexpr const char* grants = R"sql(
GRANT USAGE ON SCHEMA {schema} TO {app}, {system};
GRANT SELECT ON schema_version, field_slots TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON entities, outbox, quarantine TO {app};
GRANT SELECT, INSERT, DELETE ON single_use, events TO {app};
GRANT SELECT, INSERT ON audit TO {app};
GRANT SELECT ON entities, outbox, quarantine, single_use, events TO {system};
GRANT DELETE ON single_use, events TO {system};
GRANT UPDATE (carrier, handed_over) ON outbox TO {system};
GRANT SELECT, INSERT, UPDATE ON leases TO {system};
DROP POLICY IF EXISTS all_contexts ON entities;
DROP POLICY IF EXISTS all_contexts ON outbox;
DROP POLICY IF EXISTS all_carriers ON outbox;
DROP POLICY IF EXISTS all_contexts ON quarantine;
DROP POLICY IF EXISTS all_contexts ON single_use;
DROP POLICY IF EXISTS all_contexts ON events;
CREATE POLICY all_contexts ON entities FOR SELECT TO {system} USING (true);
CREATE POLICY all_contexts ON outbox FOR SELECT TO {system} USING (true);
CREATE POLICY all_carriers ON outbox FOR UPDATE TO {system} USING (true);
CREATE POLICY all_contexts ON quarantine FOR SELECT TO {system} USING (true);
CREATE POLICY all_contexts ON single_use TO {system} USING (true) WITH CHECK (false);
CREATE POLICY all_contexts ON events TO {system} USING (true) WITH CHECK (false);
)sql";

}  // namespace kontor::platform::store::postgres
