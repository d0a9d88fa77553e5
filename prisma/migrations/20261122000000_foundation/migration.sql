-- Kamurj, foundation. Plain SQL: partitions, partial indexes and triggers are beyond Prisma's schema language.
-- docs/architecture.md explains the tables; docs/adr/0002 the dispatch design.

-- ---------------------------------------------------------------- people and accounts

CREATE TABLE account (
  id                      uuid PRIMARY KEY,
  name                    text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  time_zone               text NOT NULL DEFAULT 'UTC',
  currency                text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
  default_country         text NOT NULL DEFAULT 'AM' CHECK (default_country ~ '^[A-Z]{2}$'),
  is_demo                 boolean NOT NULL DEFAULT false,
  -- Where this account's dispatch rows live. Never changed once messages exist.
  shard                   smallint NOT NULL CHECK (shard BETWEEN 0 AND 63),
  sms_fallback_enabled    boolean NOT NULL DEFAULT false,
  sms_fallback_changed_at timestamptz,
  sms_fallback_changed_by uuid,
  -- Grows with every change of the switch or of a wait; decisions name the version they used.
  policy_version          integer NOT NULL DEFAULT 1,
  wait_authentication_s   integer NOT NULL DEFAULT 20 CHECK (wait_authentication_s BETWEEN 5 AND 600),
  wait_utility_s          integer NOT NULL DEFAULT 60 CHECK (wait_utility_s BETWEEN 10 AND 86400),
  wait_marketing_s        integer NOT NULL DEFAULT 90 CHECK (wait_marketing_s BETWEEN 10 AND 604800),
  -- Marketing only: whether a send we cannot account for counts as undelivered (may reach a person twice).
  unknown_is_undelivered  boolean NOT NULL DEFAULT false,
  created_at              timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE app_user (
  id              uuid PRIMARY KEY,
  email           text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  password_hash   text NOT NULL,
  locale          text NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'hy', 'ru')),
  disabled_at     timestamptz,
  last_account_id uuid REFERENCES account (id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (email)
);

CREATE TABLE membership (
  account_id uuid NOT NULL REFERENCES account (id),
  user_id    uuid NOT NULL REFERENCES app_user (id),
  role       text NOT NULL CHECK (role IN ('admin', 'marketer', 'support', 'developer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, user_id)
);
CREATE INDEX membership_user ON membership (user_id);

-- The cookie holds only this id (encrypted). A row that is ended, expired, or whose user is disabled, is no session.
CREATE TABLE session (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES app_user (id),
  account_id   uuid NOT NULL REFERENCES account (id),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  user_agent   text
);
CREATE INDEX session_of_user ON session (user_id) WHERE ended_at IS NULL;

-- key: 'email:<address>' or 'ip:<address>'
CREATE TABLE login_throttle (
  key           text PRIMARY KEY,
  failures      integer NOT NULL,
  last_at       timestamptz NOT NULL,
  blocked_until timestamptz
);

CREATE TABLE api_key (
  account_id   uuid NOT NULL REFERENCES account (id),
  id           uuid NOT NULL,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  prefix       text NOT NULL UNIQUE,
  secret_hash  text NOT NULL,
  created_by   uuid NOT NULL REFERENCES app_user (id),
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at   timestamptz,
  PRIMARY KEY (account_id, id)
);

-- Hash chained per account: hash = sha256(prev_hash || canonical row). Append-only.
CREATE TABLE audit_entry (
  account_id uuid NOT NULL REFERENCES account (id),
  seq        bigint NOT NULL,
  at         timestamptz NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'system')),
  actor_id   uuid,
  actor_name text NOT NULL,
  action     text NOT NULL,
  target     text,
  detail     jsonb NOT NULL DEFAULT '{}',
  prev_hash  text NOT NULL,
  hash       text NOT NULL,
  PRIMARY KEY (account_id, seq)
);

-- ---------------------------------------------------------------- carriers and prices

CREATE TABLE connection (
  account_id      uuid NOT NULL REFERENCES account (id),
  id              uuid NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('whatsapp_cloud', 'viber_business', 'smpp')),
  channel         smallint NOT NULL CHECK (channel BETWEEN 1 AND 3),
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  -- Not secret: base URL, phone number id, service id, host, port, window … (lib/schemas/connection.ts)
  config          jsonb NOT NULL,
  -- AES-256-GCM; account and row are the associated data (lib/server/secrets)
  secrets         bytea NOT NULL,
  webhook_token   text NOT NULL UNIQUE,
  rate_per_second integer NOT NULL DEFAULT 80 CHECK (rate_per_second BETWEEN 1 AND 10000),
  status          text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
  breaker_until   timestamptz,
  breaker_reason  text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, id)
);
CREATE INDEX connection_channel ON connection (account_id, channel);

CREATE TABLE price (
  account_id   uuid NOT NULL REFERENCES account (id),
  id           uuid NOT NULL,
  channel      smallint NOT NULL CHECK (channel BETWEEN 1 AND 3),
  country      text NOT NULL CHECK (country = '*' OR country ~ '^[A-Z]{2}$'),
  -- micros of the account's currency, per SMS segment or per delivered WhatsApp/Viber message
  price_micros bigint NOT NULL CHECK (price_micros >= 0),
  valid_from   timestamptz NOT NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE (account_id, channel, country, valid_from)
);

-- ---------------------------------------------------------------- templates

CREATE TABLE template (
  account_id      uuid NOT NULL REFERENCES account (id),
  id              uuid NOT NULL,
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  category        text NOT NULL CHECK (category IN ('authentication', 'utility', 'marketing')),
  language        text NOT NULL,
  current_version integer NOT NULL CHECK (current_version >= 1),
  archived_at     timestamptz,
  created_by      uuid,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX template_name ON template (account_id, lower(name)) WHERE archived_at IS NULL;

-- Immutable: what a message said stays readable. content is TemplateContent (lib/domain/template-content.ts).
CREATE TABLE template_version (
  account_id  uuid NOT NULL,
  template_id uuid NOT NULL,
  version     integer NOT NULL CHECK (version >= 1),
  content     jsonb NOT NULL,
  created_by  uuid,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, template_id, version),
  FOREIGN KEY (account_id, template_id) REFERENCES template (account_id, id)
);

-- ---------------------------------------------------------------- people we write to

CREATE TABLE contact (
  account_id uuid NOT NULL REFERENCES account (id),
  id         uuid NOT NULL DEFAULT gen_random_uuid(),
  e164       text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  country    text NOT NULL,
  name       text,
  language   text,
  -- Everything a template may use: first_name, last_name, city …; values are strings.
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, id),
  UNIQUE (account_id, e164)
);

CREATE TABLE audience (
  account_id  uuid NOT NULL REFERENCES account (id),
  id          uuid NOT NULL,
  name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  archived_at timestamptz,
  created_by  uuid,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX audience_name ON audience (account_id, lower(name)) WHERE archived_at IS NULL;

CREATE TABLE audience_member (
  account_id  uuid NOT NULL,
  audience_id uuid NOT NULL,
  contact_id  uuid NOT NULL,
  added_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, audience_id, contact_id),
  FOREIGN KEY (account_id, audience_id) REFERENCES audience (account_id, id),
  FOREIGN KEY (account_id, contact_id) REFERENCES contact (account_id, id)
);
CREATE INDEX audience_member_contact ON audience_member (account_id, contact_id);

-- A file on its way in. Rows are staged and merged in one transaction: all or nothing.
-- uploaded -> queued -> running -> completed | failed | cancelled
CREATE TABLE contact_import (
  account_id     uuid NOT NULL REFERENCES account (id),
  id             uuid NOT NULL,
  audience_id    uuid,
  file_name      text NOT NULL,
  file           bytea,
  file_bytes     integer NOT NULL,
  status         text NOT NULL DEFAULT 'uploaded'
                 CHECK (status IN ('uploaded', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  dialect        jsonb NOT NULL,
  mapping        jsonb,
  total_rows     integer NOT NULL DEFAULT 0,
  processed_rows integer NOT NULL DEFAULT 0,
  imported       integer NOT NULL DEFAULT 0,
  updated        integer NOT NULL DEFAULT 0,
  duplicates     integer NOT NULL DEFAULT 0,
  refused        integer NOT NULL DEFAULT 0,
  error_key      text,
  created_by     uuid,
  created_at     timestamptz NOT NULL DEFAULT now(),
  started_at     timestamptz,
  heartbeat_at   timestamptz,
  finished_at    timestamptz,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, audience_id) REFERENCES audience (account_id, id)
);

-- Rows that were refused or were duplicates, for the report. kind: 'refused' | 'duplicate'
CREATE TABLE import_issue (
  account_id uuid NOT NULL,
  import_id  uuid NOT NULL,
  row_number integer NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('refused', 'duplicate')),
  reason     text NOT NULL,
  value      text NOT NULL,
  PRIMARY KEY (account_id, import_id, row_number),
  FOREIGN KEY (account_id, import_id) REFERENCES contact_import (account_id, id)
);

-- Who must not be written to. channel NULL: on every channel; category NULL: of every category.
-- Whoever inserts one takes the account's permission lock first (see the function permission_lock_key).
CREATE TABLE suppression (
  account_id    uuid NOT NULL REFERENCES account (id),
  id            uuid NOT NULL DEFAULT gen_random_uuid(),
  e164          text NOT NULL,
  channel       smallint,
  category      text,
  reason        text NOT NULL CHECK (reason IN ('stop', 'carrier_opt_out', 'blocked', 'manual')),
  evidence      jsonb NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  lifted_at     timestamptz,
  lifted_by     uuid,
  lifted_reason text,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX suppression_active
  ON suppression (account_id, e164, coalesce(channel, 0), coalesce(category, '')) WHERE lifted_at IS NULL;

-- ---------------------------------------------------------------- campaigns

-- draft -> running <-> paused -> completed | cancelled (lib/domain/campaign/campaign-states.ts).
-- Everything but status and planning is fixed once launched: messages refer to it instead of repeating it.
CREATE TABLE campaign (
  account_id       uuid NOT NULL REFERENCES account (id),
  id               uuid NOT NULL,
  name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  status           text NOT NULL DEFAULT 'draft'
                   CHECK (status IN ('draft', 'running', 'paused', 'completed', 'cancelled')),
  category         text NOT NULL CHECK (category IN ('authentication', 'utility', 'marketing')),
  template_id      uuid NOT NULL,
  template_version integer NOT NULL,
  audience_id      uuid NOT NULL,
  route            text NOT NULL CHECK (route IN ('whatsapp-sms', 'viber-sms', 'whatsapp-viber-sms', 'sms')),
  wait_s           integer NOT NULL CHECK (wait_s BETWEEN 5 AND 604800),
  fallback_mode    text NOT NULL DEFAULT 'inherit' CHECK (fallback_mode IN ('inherit', 'on', 'off')),
  estimate         jsonb,
  -- Planning: messages are written in slices of the audience, in the order of contact_id, from the cursor on.
  plan_cursor      uuid,
  planned_at       timestamptz,
  planned_count    integer NOT NULL DEFAULT 0,
  excluded_count   integer NOT NULL DEFAULT 0,
  paused_reason    text,
  created_by       uuid,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  launched_by      uuid,
  launched_at      timestamptz,
  finished_at      timestamptz,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, template_id, template_version)
    REFERENCES template_version (account_id, template_id, version),
  FOREIGN KEY (account_id, audience_id) REFERENCES audience (account_id, id)
);
CREATE INDEX campaign_recent ON campaign (account_id, created_at DESC);
CREATE INDEX campaign_live ON campaign (status) WHERE status IN ('running', 'paused');

-- ---------------------------------------------------------------- dispatch
-- Every table carries the shard first in its key, and every hot query names it.
--
-- Ids are 63 bits, ordered by time: milliseconds since 2020-01-01 UTC (41) | shard (6) | sequence (6) | ordinal (10).
-- A block's id has ordinal 0; the messages planned with it are id + 0 … id + size - 1 (size <= 1000). So an id names its
-- time, its shard and its first block, and a range of ids is a range of time: partitions are ranges of ids.

CREATE SEQUENCE dispatch_seq AS bigint;

CREATE FUNCTION dispatch_id_floor(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (floor(extract(epoch FROM at) * 1000)::bigint - 1577836800000) << 22 $$;

CREATE FUNCTION dispatch_id_time(id bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT to_timestamp(((id >> 22) + 1577836800000) / 1000.0) $$;

-- A fresh block id. More than 64 in one millisecond of one shard would collide: the primary key then refuses and the
-- transaction is retried.
CREATE FUNCTION next_block_id(shard smallint) RETURNS bigint LANGUAGE sql VOLATILE AS
$$ SELECT dispatch_id_floor(clock_timestamp()) | (shard::bigint << 16) | ((nextval('dispatch_seq') & 63) << 10) $$;

-- The lock that orders permission against sending, one an account. Whoever withdraws permission (switch off, STOP, pause,
-- cancel) takes pg_advisory_xact_lock on it; whoever commits an intent to send or a fallback decision takes the shared form
-- first and then reads the switch, the campaign and the suppressions. So after a withdrawal has committed, nothing moves.
CREATE FUNCTION permission_lock_key(account_id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT hashtextextended('permission:' || account_id::text, 0) $$;

-- One for each recipient; immutable. A campaign's message takes route, template, wait and fallback from its campaign; one
-- from the API carries its own (the nullable columns).
CREATE TABLE message (
  shard            smallint NOT NULL,
  id               bigint NOT NULL,
  account_id       uuid NOT NULL,
  campaign_id      uuid,
  contact_id       uuid,
  e164             text NOT NULL,
  country          text NOT NULL,
  vars             jsonb,
  api_key_id       uuid,
  category         text,
  route            text,
  template_id      uuid,
  template_version integer,
  -- TemplateContent of a message sent as plain text
  content          jsonb,
  wait_s           integer,
  fallback_mode    text,
  PRIMARY KEY (shard, id)
) PARTITION BY RANGE (id);
CREATE INDEX message_account ON message (shard, account_id, id);
-- Exact and by last digits: reverse(e164) = … or LIKE '…%'
CREATE INDEX message_number ON message (shard, account_id, reverse(e164) text_pattern_ops, id);

-- One for each send: inserted with its outcome, folded by receipts in place (HOT: no index but the key, room in the page).
CREATE TABLE attempt (
  shard           smallint NOT NULL,
  message_id      bigint NOT NULL,
  step            smallint NOT NULL,
  try             smallint NOT NULL,
  status          smallint NOT NULL,
  channel         smallint NOT NULL,
  -- negative evidence (refused, failed, expired) seen, whatever the status says; contradiction = negative and delivered
  negative        boolean NOT NULL DEFAULT false,
  -- delivered although a later step had already been started
  double_reach    boolean NOT NULL DEFAULT false,
  parts           smallint NOT NULL DEFAULT 1,
  segments        smallint NOT NULL DEFAULT 0,
  -- bit n: part n (from 0) has that evidence
  parts_delivered integer NOT NULL DEFAULT 0,
  parts_failed    integer NOT NULL DEFAULT 0,
  account_id      uuid NOT NULL,
  campaign_id     uuid,
  connection_id   uuid NOT NULL,
  country         text NOT NULL,
  category        smallint NOT NULL,
  price_micros    bigint NOT NULL DEFAULT 0,
  cost_micros     bigint NOT NULL DEFAULT 0,
  sent_at         timestamptz NOT NULL,
  outcome_at      timestamptz,
  delivered_at    timestamptz,
  read_at         timestamptz,
  failed_at       timestamptz,
  error_code      text,
  carrier_id      text,
  detail          text,
  PRIMARY KEY (shard, message_id, step, try)
) PARTITION BY RANGE (message_id);

-- Evidence, append-only, as it came. carrier_at is 'epoch' where the carrier sent no time.
CREATE TABLE receipt (
  shard         smallint NOT NULL,
  message_id    bigint NOT NULL,
  step          smallint NOT NULL,
  try           smallint NOT NULL,
  kind          text NOT NULL,
  part          smallint NOT NULL,
  carrier_at    timestamptz NOT NULL,
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  carrier_id    text NOT NULL,
  code          text,
  received_at   timestamptz NOT NULL,
  raw           text,
  PRIMARY KEY (shard, message_id, step, try, kind, part, carrier_at)
) PARTITION BY RANGE (message_id);

-- The carrier's id to ours, for carriers whose receipts do not carry our reference. One row a part.
CREATE TABLE carrier_ref (
  shard         smallint NOT NULL,
  connection_id uuid NOT NULL,
  carrier_id    text NOT NULL,
  message_id    bigint NOT NULL,
  step          smallint NOT NULL,
  try           smallint NOT NULL,
  part          smallint NOT NULL,
  PRIMARY KEY (shard, connection_id, carrier_id, message_id)
) PARTITION BY RANGE (message_id);

-- The answer to "shall this go on by the next channel?": at most one for each (message, step left).
CREATE TABLE fallback_decision (
  shard          smallint NOT NULL,
  message_id     bigint NOT NULL,
  step           smallint NOT NULL,
  account_id     uuid NOT NULL,
  campaign_id    uuid,
  allowed        boolean NOT NULL,
  trigger        text NOT NULL CHECK (trigger IN ('silence', 'failure', 'unknown')),
  denial         text,
  error_code     text,
  policy_version integer NOT NULL,
  -- where the permission came from: 'account' (inherited) or 'campaign' | 'message' (own setting)
  policy_source  text NOT NULL,
  wait_s         integer,
  due_at         timestamptz,
  receipt_lag_ms integer,
  decided_at     timestamptz NOT NULL,
  PRIMARY KEY (shard, message_id, step)
) PARTITION BY RANGE (message_id);

-- A send that did not take place because permission had gone (opt-out between planning and sending).
CREATE TABLE skipped_send (
  shard      smallint NOT NULL,
  message_id bigint NOT NULL,
  step       smallint NOT NULL,
  account_id uuid NOT NULL,
  reason     text NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (shard, message_id, step)
) PARTITION BY RANGE (message_id);

-- The unit of coordination: up to 1,000 messages of one campaign (or lane) at one step.
-- state: 0 ready, 1 leased, 2 done, 3 held (campaign paused), 4 cancelled
-- members: NULL = the range first_id … first_id + size - 1; else the ids themselves.
-- cursor: members before it have had their intent committed. in_flight: those of them without a stored outcome.
-- A crash leaves a leased block whose lease ran out: in_flight is unknown, by id; what lies beyond the cursor is untouched.
CREATE TABLE block (
  shard        smallint NOT NULL,
  id           bigint NOT NULL,
  account_id   uuid NOT NULL,
  campaign_id  uuid,
  step         smallint NOT NULL,
  try          smallint NOT NULL DEFAULT 0,
  lane         smallint NOT NULL,
  state        smallint NOT NULL DEFAULT 0,
  available_at timestamptz NOT NULL,
  first_id     bigint NOT NULL,
  size         integer NOT NULL CHECK (size BETWEEN 1 AND 1000),
  members      bigint[],
  cursor       integer NOT NULL DEFAULT 0,
  in_flight    bigint[] NOT NULL DEFAULT '{}',
  owner        uuid,
  epoch        integer NOT NULL DEFAULT 0,
  lease_until  timestamptz,
  -- By which connection its members go out: what recovery writes into the attempts it must call unknown.
  connection_id uuid,
  PRIMARY KEY (shard, id)
) WITH (fillfactor = 50);
CREATE INDEX block_ready ON block (shard, lane, available_at, id) WHERE state = 0;
CREATE INDEX block_leased ON block (shard, lease_until) WHERE state = 1;
CREATE INDEX block_campaign ON block (shard, campaign_id, step, id);

-- The wait before fallback, for a sub-batch. When due, those members still undelivered become a block of the next step.
CREATE TABLE fallback_timer (
  shard       smallint NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  account_id  uuid NOT NULL,
  campaign_id uuid,
  step        smallint NOT NULL,
  trigger     text NOT NULL DEFAULT 'silence',
  wait_s      integer NOT NULL,
  due_at      timestamptz NOT NULL,
  held        boolean NOT NULL DEFAULT false,
  members     bigint[] NOT NULL,
  PRIMARY KEY (shard, id)
);
CREATE INDEX fallback_timer_due ON fallback_timer (shard, due_at) WHERE NOT held;
CREATE INDEX fallback_timer_campaign ON fallback_timer (shard, campaign_id);

-- Receipts that no attempt answers to yet; matched when the outcome commits; kept 7 days, never thrown away before.
CREATE TABLE orphan_receipt (
  shard         smallint NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  carrier_id    text NOT NULL,
  kind          text NOT NULL,
  carrier_at    timestamptz NOT NULL,
  code          text,
  received_at   timestamptz NOT NULL,
  raw           text,
  PRIMARY KEY (shard, id),
  UNIQUE (shard, connection_id, carrier_id, kind, carrier_at)
);

-- How far behind receipts are, by source ('web:<host>', 'smpp:<connection>'). No fallback timer of a channel fires unless
-- its source has beaten within the last seconds, and due times are extended by lag_ms.
CREATE TABLE receipt_intake (
  source  text PRIMARY KEY,
  channel smallint,
  beat_at timestamptz NOT NULL,
  lag_ms  integer NOT NULL DEFAULT 0,
  backlog integer NOT NULL DEFAULT 0
);

CREATE TABLE api_request (
  account_id   uuid NOT NULL REFERENCES account (id),
  key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash text NOT NULL,
  shard        smallint NOT NULL,
  message_id   bigint NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, key)
);

-- ---------------------------------------------------------------- rollups
-- kind: 'message' (recipients, by the hour they were queued, under the route's first channel), an attempt status (attempts that stand there now, by the hour
-- they were sent), 'fallback' (code = trigger), 'fallback_denied' (code = denial), 'double_reach', 'skipped'.
-- code: error code of refused/failed, latency bucket of delivered/read (lib/domain/dispatch/latency-bucket.ts), else ''.
-- Deltas are appended by the transaction that changes the rows counted, and folded into rollup_hour by a task; readers sum
-- both, so charts are never behind. Exactly reconstructible from message, attempt and fallback_decision.

CREATE TABLE rollup_delta (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id  uuid NOT NULL,
  hour        timestamptz NOT NULL,
  campaign_id uuid NOT NULL,
  channel     smallint NOT NULL,
  step        smallint NOT NULL,
  country     text NOT NULL,
  kind        text NOT NULL,
  code        text NOT NULL DEFAULT '',
  n           integer NOT NULL,
  segments    integer NOT NULL DEFAULT 0,
  cost_micros bigint NOT NULL DEFAULT 0
);
CREATE INDEX rollup_delta_account ON rollup_delta (account_id, hour);

CREATE TABLE rollup_hour (
  account_id  uuid NOT NULL,
  hour        timestamptz NOT NULL,
  campaign_id uuid NOT NULL,
  channel     smallint NOT NULL,
  step        smallint NOT NULL,
  country     text NOT NULL,
  kind        text NOT NULL,
  code        text NOT NULL,
  n           bigint NOT NULL,
  segments    bigint NOT NULL,
  cost_micros bigint NOT NULL,
  PRIMARY KEY (account_id, hour, campaign_id, channel, step, country, kind, code)
);
CREATE INDEX rollup_hour_campaign ON rollup_hour (account_id, campaign_id);

CREATE VIEW rollup AS
  SELECT account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros FROM rollup_hour
  UNION ALL
  SELECT account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros FROM rollup_delta;

-- ---------------------------------------------------------------- what is written once stays as it is

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME; END $$;

CREATE TRIGGER message_immutable BEFORE UPDATE ON message FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_immutable BEFORE UPDATE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER template_version_immutable BEFORE UPDATE ON template_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_immutable BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------- partitions by month
-- A table that was never analysed makes the planner believe it empty, and batched updates dozens of times slower, so each
-- new partition starts with the statistics of a full one (PostgreSQL 18; older servers rely on ANALYZE).

CREATE FUNCTION ensure_dispatch_partitions(first_month date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  base text;
  month date;
  child text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ensure_dispatch_partitions', 0));
  FOR offset_months IN 0 .. months - 1 LOOP
    month := (date_trunc('month', first_month::timestamp) + make_interval(months => offset_months))::date;
    FOREACH base IN ARRAY ARRAY['message', 'attempt', 'receipt', 'carrier_ref', 'fallback_decision', 'skipped_send'] LOOP
      child := base || '_' || to_char(month, 'YYYY_MM');
      CONTINUE WHEN to_regclass(child) IS NOT NULL;
      EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)%s', child, base,
        dispatch_id_floor(month::timestamp AT TIME ZONE 'UTC'),
        dispatch_id_floor((month + interval '1 month')::timestamp AT TIME ZONE 'UTC'),
        CASE WHEN base = 'attempt' THEN ' WITH (fillfactor = 70)' ELSE '' END);
      IF current_setting('server_version_num')::integer >= 180000 THEN
        PERFORM pg_restore_relation_stats(
          'schemaname', current_schema()::text, 'relname', child,
          'relpages', 20000::integer, 'reltuples', 1000000::real);
      END IF;
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

SELECT ensure_dispatch_partitions((now() - interval '2 months')::date, 6);
