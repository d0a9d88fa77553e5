-- When a person last wrote to a WhatsApp number of ours: Meta takes free text for 24 hours after that (lib/domain/dispatch/service-window.ts).
-- Written where inbound messages are taken in, read only for messages without a template.
CREATE TABLE service_window (
  account_id    uuid NOT NULL,
  e164          text NOT NULL,
  connection_id uuid NOT NULL,
  -- By Meta's clock, never later than ours.
  inbound_at    timestamptz NOT NULL,
  PRIMARY KEY (account_id, e164, connection_id),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX service_window_expiry ON service_window (inbound_at);

DO $$
BEGIN
  IF current_setting('server_version_num')::integer >= 180000 THEN
    PERFORM pg_restore_relation_stats('schemaname', current_schema()::text, 'relname', 'service_window',
      'relpages', 2000::integer, 'reltuples', 100000::real);
  END IF;
END $$;
