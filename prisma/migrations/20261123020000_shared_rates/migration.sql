-- What the workers of one connection share: its rate, its breaker, and who was written to a moment ago.

-- The slots of a connection, in the order of time. The rule is lib/domain/dispatch/rate-slots.ts; a test holds the two together.
-- Unlogged: a row lives for seconds, and PostgreSQL's restart takes longer than any slice.
CREATE UNLOGGED TABLE connection_rate (
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- From here on nobody has a slot yet.
  next_at       timestamptz NOT NULL DEFAULT '-infinity',
  -- Of the configured rate, right after the carrier last asked to slow down; grows back from slowed_at on.
  share         double precision NOT NULL DEFAULT 1,
  slowed_at     timestamptz NOT NULL DEFAULT '-infinity',
  paused_until  timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (account_id, connection_id),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE FUNCTION rate_share(share double precision, slowed_at timestamptz, at timestamptz)
  RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT least(1, share + CASE WHEN slowed_at = '-infinity' THEN 1
                           ELSE greatest(0, extract(epoch FROM at - slowed_at)::float8 * 1000) / 20000 END) $$;

-- Slots for one worker, from `ahead_ms` on: a slice begins when its answer can have come, else a busy machine's slots are over before it
-- knows of them. One row lock for as long as this takes, for a tenth of a second's messages.
CREATE FUNCTION lease_rate_slots(account uuid, connection_ uuid, wanted integer, pressure double precision, urgent boolean,
                                 ahead_ms double precision)
  RETURNS TABLE (first_ms double precision, slots integer, interval_ms double precision, lead_ms double precision,
                 paused_ms double precision, now_ms double precision) LANGUAGE plpgsql AS
$$
DECLARE
  held connection_rate;
  rate integer;
  at timestamptz;
  next_ms double precision;
  horizon_ms double precision;
BEGIN
  SELECT c.rate_per_second INTO rate FROM connection c WHERE c.account_id = account AND c.id = connection_;
  IF rate IS NULL THEN RETURN; END IF;
  SELECT * INTO held FROM connection_rate r WHERE r.account_id = account AND r.connection_id = connection_ FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO connection_rate (account_id, connection_id) VALUES (account, connection_) ON CONFLICT DO NOTHING;
    SELECT * INTO held FROM connection_rate r WHERE r.account_id = account AND r.connection_id = connection_ FOR UPDATE;
  END IF;
  -- After the lock: before it, another may have moved on.
  at := clock_timestamp();
  now_ms := extract(epoch FROM at)::float8 * 1000;
  interval_ms := 1000 / greatest(0.1, rate * 0.99 * rate_share(held.share, held.slowed_at, at) * pressure);
  paused_ms := CASE WHEN held.paused_until > at THEN extract(epoch FROM held.paused_until - at)::float8 * 1000 ELSE 0 END;
  next_ms := CASE WHEN held.next_at = '-infinity' OR held.next_at > at + interval '60 seconds' THEN now_ms
             ELSE extract(epoch FROM held.next_at)::float8 * 1000 END;
  first_ms := greatest(now_ms + ahead_ms, next_ms);
  lead_ms := first_ms - now_ms;
  horizon_ms := ahead_ms + greatest(300, interval_ms) * CASE WHEN urgent THEN 2 ELSE 1 END;
  IF paused_ms > 0 OR lead_ms >= horizon_ms THEN
    slots := 0;
  ELSE
    slots := greatest(1, least(wanted, floor(least((horizon_ms - lead_ms) / 2, 150) / interval_ms)::integer));
    UPDATE connection_rate r SET next_at = to_timestamp((first_ms + slots * interval_ms) / 1000)
    WHERE r.account_id = account AND r.connection_id = connection_;
  END IF;
  RETURN NEXT;
END $$;

-- The carrier asked to slow down: nothing for so long, then half the pace. Reports of one second are one.
CREATE FUNCTION slow_down_connection(account uuid, connection_ uuid, for_ms double precision) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
  held connection_rate;
  at timestamptz;
  until timestamptz;
BEGIN
  INSERT INTO connection_rate (account_id, connection_id) VALUES (account, connection_) ON CONFLICT DO NOTHING;
  SELECT * INTO held FROM connection_rate r WHERE r.account_id = account AND r.connection_id = connection_ FOR UPDATE;
  at := clock_timestamp();
  until := greatest(held.paused_until, at + for_ms * interval '1 millisecond');
  UPDATE connection_rate r SET
    share = CASE WHEN held.share = 1 OR at >= held.slowed_at + interval '1 second'
              THEN greatest(1.0 / 64, rate_share(held.share, held.slowed_at, at) / 2) ELSE held.share END,
    slowed_at = greatest(held.slowed_at, until),
    paused_until = until
  WHERE r.account_id = account AND r.connection_id = connection_;
END $$;

-- A rest that is over is not yet health: one worker sends one message to see (trial_until), the others wait for what it finds.
-- opens: rests in a row, each longer than the last. since: when the first of them began.
ALTER TABLE connection
  ADD COLUMN breaker_opens integer NOT NULL DEFAULT 0,
  ADD COLUMN breaker_since timestamptz,
  ADD COLUMN breaker_trial_until timestamptz;

-- When each person may be written to again by a number, and who waits for it: WhatsApp takes one message in six seconds (131056).
-- Unlogged: it spares a refusal, no more.
CREATE UNLOGGED TABLE pair_slot (
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  e164          text NOT NULL,
  next_at       timestamptz NOT NULL,
  -- by message, when its turn is (milliseconds since the epoch)
  turns         jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (account_id, connection_id, e164)
) WITH (fillfactor = 50);
CREATE INDEX pair_slot_over ON pair_slot (next_at);

-- Ready blocks by who they are of, so that a claim hops from one account and campaign to the next, however many blocks each has.
DROP INDEX block_ready;
CREATE INDEX block_ready ON block
  (shard, lane, account_id, coalesce(campaign_id, '00000000-0000-0000-0000-000000000000'::uuid), step, available_at, id)
  WHERE state = 0;

-- When it is each message's turn, six seconds after the one before to the same person. Asked again, a message keeps its turn.
-- In the order of the people, so that two workers never wait for each other.
CREATE FUNCTION reserve_pair_turns(account uuid, connection_ uuid, people text[], messages text[], now_ms double precision, gap_ms integer)
  RETURNS TABLE (message text, at_ms double precision) LANGUAGE plpgsql AS
$$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT * FROM unnest(people, messages) WITH ORDINALITY AS x(e164, message, place) ORDER BY x.e164, x.place LOOP
    INSERT INTO pair_slot AS p (account_id, connection_id, e164, next_at, turns)
    VALUES (account, connection_, one.e164, to_timestamp((now_ms + gap_ms) / 1000), jsonb_build_object(one.message, now_ms))
    ON CONFLICT (account_id, connection_id, e164) DO UPDATE SET
      next_at = CASE WHEN p.turns ? one.message THEN p.next_at
                ELSE to_timestamp((greatest(extract(epoch FROM p.next_at)::float8 * 1000, now_ms) + gap_ms) / 1000) END,
      turns = CASE WHEN p.turns ? one.message THEN p.turns
              ELSE CASE WHEN p.next_at < to_timestamp(now_ms / 1000) - interval '1 minute' THEN '{}'::jsonb ELSE p.turns END
                || jsonb_build_object(one.message, greatest(extract(epoch FROM p.next_at)::float8 * 1000, now_ms)) END
    RETURNING one.message, (p.turns ->> one.message)::float8 INTO message, at_ms;
    RETURN NEXT;
  END LOOP;
END $$;
