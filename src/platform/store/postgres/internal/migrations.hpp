#pragma once

#include <array>

namespace kontor::platform::store::postgres {

/// What each version of the schema adds; released ones never change. Times are microseconds since 1970, texts compare
/// byte by byte. `{app}` and `{system}` stand for the working role and for the one that looks across contexts.
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
  PRIMARY KEY (context, kind, id)
);
CREATE UNIQUE INDEX entities_by_kind ON entities (kind, context, id);
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
  attempts bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX outbox_by_id ON outbox (context, id);

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
CREATE INDEX events_by_context ON events (context);

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
  attempts bigint NOT NULL,
  since bigint NOT NULL,
  PRIMARY KEY (context, kind, entity)
);

CREATE TABLE leases (
  name text COLLATE "C" PRIMARY KEY,
  owner text NOT NULL,
  fence bigint NOT NULL,
  expires_at bigint NOT NULL
);

CREATE FUNCTION kontor_instant(value jsonb) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
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

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['entities', 'outbox', 'events', 'audit', 'single_use', 'quarantine'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_context ON %I USING (context = current_setting(''kontor.context'', true)) '
                   'WITH CHECK (context = current_setting(''kontor.context'', true))', name);
  END LOOP;
END $$;
)sql",
};

/// What the roles may do, said again at each start, because their names come from the configuration. The audit chain
/// only grows: nobody may change or delete its rows.
inline constexpr const char* grants = R"sql(
GRANT USAGE ON SCHEMA {schema} TO {app}, {system};
GRANT SELECT ON schema_version TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON entities, outbox, quarantine TO {app};
GRANT SELECT, INSERT, DELETE ON single_use, events TO {app};
GRANT SELECT, INSERT ON audit TO {app};
GRANT SELECT ON entities, outbox, quarantine, single_use, events TO {system};
GRANT DELETE ON single_use, events TO {system};
GRANT SELECT, INSERT, UPDATE ON leases TO {system};
DROP POLICY IF EXISTS all_contexts ON entities;
DROP POLICY IF EXISTS all_contexts ON outbox;
DROP POLICY IF EXISTS all_contexts ON quarantine;
DROP POLICY IF EXISTS all_contexts ON single_use;
DROP POLICY IF EXISTS all_contexts ON events;
CREATE POLICY all_contexts ON entities FOR SELECT TO {system} USING (true);
CREATE POLICY all_contexts ON outbox FOR SELECT TO {system} USING (true);
CREATE POLICY all_contexts ON quarantine FOR SELECT TO {system} USING (true);
CREATE POLICY all_contexts ON single_use TO {system} USING (true) WITH CHECK (false);
CREATE POLICY all_contexts ON events TO {system} USING (true) WITH CHECK (false);
)sql";

}  // namespace kontor::platform::store::postgres
