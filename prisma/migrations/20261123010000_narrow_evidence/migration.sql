-- What a message costs the write-ahead log is mostly its attempts and receipts. So: what a receipt changes lies side by side in the
-- attempt (an update logs from the first changed byte to the last), pages of attempts have room for a whole page of updates within one
-- transaction (they stay HOT), a receipt keeps only what its attempt does not say already, and raw payloads are kept by the batch,
-- compressed.

CREATE FUNCTION pg_temp.set_aside(base text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part record;
BEGIN
  EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', base, base || '_pkey');
  EXECUTE format('ALTER TABLE %I RENAME TO %I', base, 'old_' || base);
  FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ('old_' || base)::regclass LOOP
    EXECUTE format('ALTER TABLE %I RENAME TO %I', part.relname, 'old_' || part.relname);
  END LOOP;
END $$;

-- The same months as the old table has, with the statistics of a full one (see ensure_dispatch_partitions).
CREATE FUNCTION pg_temp.make_partitions(base text, pattern text, options text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part record;
  child text;
BEGIN
  FOR part IN SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = pattern::regclass LOOP
    child := base || right(part.relname, 8);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I %s %s', child, base, part.bound, options);
    IF current_setting('server_version_num')::integer >= 180000 THEN
      PERFORM pg_restore_relation_stats('schemaname', current_schema()::text, 'relname', child,
        'relpages', 20000::integer, 'reltuples', 1000000::real);
    END IF;
  END LOOP;
END $$;

SELECT pg_temp.set_aside('attempt');
SELECT pg_temp.set_aside('receipt');

CREATE TABLE attempt (
  message_id      bigint NOT NULL,
  account_id      uuid NOT NULL,
  campaign_id     uuid,
  connection_id   uuid NOT NULL,
  price_micros    bigint NOT NULL DEFAULT 0,
  sent_at         timestamptz NOT NULL,
  outcome_at      timestamptz,
  shard           smallint NOT NULL,
  step            smallint NOT NULL,
  try             smallint NOT NULL,
  channel         smallint NOT NULL,
  category        smallint NOT NULL,
  parts           smallint NOT NULL DEFAULT 1,
  segments        smallint NOT NULL DEFAULT 0,
  -- what receipts change, from here …
  status          smallint NOT NULL,
  -- bit n: part n (from 0) has that evidence
  parts_delivered integer NOT NULL DEFAULT 0,
  parts_failed    integer NOT NULL DEFAULT 0,
  cost_micros     bigint NOT NULL DEFAULT 0,
  delivered_at    timestamptz,
  read_at         timestamptz,
  failed_at       timestamptz,
  -- negative evidence (refused, failed, expired) seen, whatever the status says; contradiction = negative and delivered
  negative        boolean NOT NULL DEFAULT false,
  -- delivered although a later step had already been started
  double_reach    boolean NOT NULL DEFAULT false,
  error_code      text,
  -- … to here
  country         text NOT NULL,
  carrier_id      text,
  detail          text,
  PRIMARY KEY (shard, message_id, step, try)
) PARTITION BY RANGE (message_id);
SELECT pg_temp.make_partitions('attempt', 'old_attempt', 'WITH (fillfactor = 50)');
INSERT INTO attempt (message_id, account_id, campaign_id, connection_id, price_micros, sent_at, outcome_at, shard, step, try, channel,
    category, parts, segments, status, parts_delivered, parts_failed, cost_micros, delivered_at, read_at, failed_at, negative,
    double_reach, error_code, country, carrier_id, detail)
  SELECT message_id, account_id, campaign_id, connection_id, price_micros, sent_at, outcome_at, shard, step, try, channel,
    category, parts, segments, status, parts_delivered, parts_failed, cost_micros, delivered_at, read_at, failed_at, negative,
    double_reach, error_code, country, carrier_id, detail
  FROM old_attempt ORDER BY message_id;

-- Raw payloads of the receipts that shared a commit: a JSON array of texts, deflated by us (or, of rows older than this table, plain).
-- The id is a block id of the moment, so that pages are dropped by age like everything else.
CREATE TABLE receipt_page (
  shard   smallint NOT NULL,
  id      bigint NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (shard, id)
) PARTITION BY RANGE (id);
SELECT pg_temp.make_partitions('receipt_page', 'old_receipt', '');

-- Evidence, append-only, as it came. carrier_at is 'epoch' where the carrier sent no time.
-- kind: 1 accepted, 2 sent, 3 delivered, 4 read, 5 failed, 6 expired (RECEIPT_KIND_CODE)
-- account and, where null, connection and carrier's id are those of the attempt.
CREATE TABLE receipt_evidence (
  message_id    bigint NOT NULL,
  carrier_at    timestamptz NOT NULL,
  received_at   timestamptz NOT NULL,
  -- place of the raw payload
  page_id       bigint,
  shard         smallint NOT NULL,
  step          smallint NOT NULL,
  try           smallint NOT NULL,
  kind          smallint NOT NULL,
  part          smallint NOT NULL,
  page_item     smallint,
  connection_id uuid,
  code          text,
  carrier_id    text,
  PRIMARY KEY (shard, message_id, step, try, kind, part, carrier_at)
) PARTITION BY RANGE (message_id);
SELECT pg_temp.make_partitions('receipt_evidence', 'old_receipt', '');
CREATE TRIGGER receipt_evidence_immutable BEFORE UPDATE ON receipt_evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_page_immutable BEFORE UPDATE ON receipt_page FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TEMPORARY TABLE paged ON COMMIT DROP AS
  SELECT r.*, (row_number() OVER w - 1) / 500 AS chunk, ((row_number() OVER w - 1) % 500)::smallint AS page_item
  FROM old_receipt r WINDOW w AS (PARTITION BY shard ORDER BY message_id, step, try, kind, part, carrier_at);
-- One millisecond each, backwards from now: no two pages of a shard share an id.
INSERT INTO receipt_page (shard, id, payload)
  SELECT shard, dispatch_id_floor(now() - chunk * interval '1 millisecond') | (shard::bigint << 16),
    convert_to(jsonb_agg(coalesce(raw, '') ORDER BY page_item)::text, 'UTF8')
  FROM paged GROUP BY shard, chunk;
INSERT INTO receipt_evidence (message_id, carrier_at, received_at, page_id, shard, step, try, kind, part, page_item, connection_id, code, carrier_id)
  SELECT message_id, carrier_at, received_at, dispatch_id_floor(now() - chunk * interval '1 millisecond') | (shard::bigint << 16),
    shard, step, try, array_position(ARRAY['accepted', 'sent', 'delivered', 'read', 'failed', 'expired'], kind), part, page_item,
    connection_id, code, carrier_id
  FROM paged ORDER BY message_id;

DROP TABLE old_attempt;
DROP TABLE old_receipt;

-- For people and tools: a receipt with all that it says, wherever that is kept.
CREATE VIEW receipt AS
  SELECT e.shard, e.message_id, e.step, e.try,
    (ARRAY['accepted', 'sent', 'delivered', 'read', 'failed', 'expired'])[e.kind] AS kind, e.part, e.carrier_at,
    a.account_id, coalesce(e.connection_id, a.connection_id) AS connection_id, coalesce(e.carrier_id, a.carrier_id) AS carrier_id,
    e.code, e.received_at, e.page_id, e.page_item
  FROM receipt_evidence e
  JOIN attempt a ON a.shard = e.shard AND a.message_id = e.message_id AND a.step = e.step AND a.try = e.try;
