-- What people have said about being written to, word for word: every STOP, also one that changes nothing because another is in force, and
-- every START, which is a wish and lifts nothing (a person of the desk does, with a reason). Append-only evidence.
CREATE TABLE consent_event (
  account_id    uuid NOT NULL REFERENCES account (id),
  id            uuid NOT NULL DEFAULT gen_random_uuid(),
  e164          text NOT NULL,
  wish          text NOT NULL CHECK (wish IN ('stop', 'stop_all', 'start')),
  channel       smallint NOT NULL,
  connection_id uuid NOT NULL,
  -- As they wrote it, without control characters.
  text          text NOT NULL,
  -- The carrier's id of their message; '' where it gives none (SMPP).
  carrier_id    text NOT NULL,
  carrier_at    timestamptz,
  received_at   timestamptz NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE INDEX consent_event_number ON consent_event (account_id, e164, received_at DESC);
-- A carrier that repeats a webhook is heard once.
CREATE UNIQUE INDEX consent_event_once ON consent_event (account_id, connection_id, carrier_id, e164) WHERE carrier_id <> '';

-- When a number was last told that its opt-out has been heard: at most once in 24 hours, whatever answers it.
CREATE TABLE opt_out_reply (
  account_id uuid NOT NULL REFERENCES account (id),
  e164       text NOT NULL,
  replied_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, e164)
);

-- Numbers that a channel has said it does not know, until it is worth asking again (lib/domain/reachability). A row says no more than
-- that: whether a later delivery contradicts it is read from the attempts, so the happy path writes nothing here.
CREATE TABLE reachability (
  account_id  uuid NOT NULL REFERENCES account (id),
  e164        text NOT NULL,
  channel     smallint NOT NULL CHECK (channel BETWEEN 1 AND 3),
  code        text NOT NULL,
  evidence_at timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (account_id, e164, channel)
);
CREATE INDEX reachability_expiry ON reachability (expires_at);

DO $$
BEGIN
  IF current_setting('server_version_num')::integer >= 180000 THEN
    PERFORM pg_restore_relation_stats('schemaname', current_schema()::text, 'relname', 'reachability',
      'relpages', 20000::integer, 'reltuples', 1000000::real);
  END IF;
END $$;

ALTER TABLE account ADD COLUMN skips_unreachable boolean NOT NULL DEFAULT true;

-- The channel was left out because of what is remembered; evidence_at is when that was learnt.
ALTER TABLE fallback_decision DROP CONSTRAINT fallback_decision_trigger_check;
ALTER TABLE fallback_decision ADD CONSTRAINT fallback_decision_trigger_check
  CHECK (trigger IN ('silence', 'failure', 'unknown', 'memory')) NOT VALID;
ALTER TABLE fallback_decision ADD COLUMN evidence_at timestamptz;
