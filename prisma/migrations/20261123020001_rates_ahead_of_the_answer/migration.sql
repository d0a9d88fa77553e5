-- A slice begins when its answer can have come, else a busy machine's slots are over before it knows of them.
DROP FUNCTION lease_rate_slots(uuid, uuid, integer, double precision, boolean);

-- Slots for one worker, from `ahead_ms` on. One row lock for as long as this takes, for a tenth of a second's messages.
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
