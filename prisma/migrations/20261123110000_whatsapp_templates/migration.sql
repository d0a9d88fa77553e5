-- What WhatsApp says of our templates: read from the business account every hour, on demand, and moved by its webhooks in between.
CREATE TABLE whatsapp_template (
  account_id      uuid NOT NULL,
  connection_id   uuid NOT NULL,
  name            text NOT NULL,
  language        text NOT NULL,
  -- Meta's word, in capitals: APPROVED, PENDING, PAUSED … (lib/domain/template/approval.ts)
  status          text NOT NULL,
  category        text,
  -- ApprovedShape (lib/domain/template/approval.ts); null: known from a webhook alone so far
  shape           jsonb,
  rejected_reason text,
  quality         text,
  -- Time to live, in seconds, as made with the template; null: the category's own
  ttl_s           integer,
  -- Of the newest word on the status, by Meta's clock: a webhook that comes late changes nothing.
  status_at       timestamptz NOT NULL,
  synced_at       timestamptz,
  PRIMARY KEY (account_id, connection_id, name, language),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
);

-- How the last reading went, for each connection with a business account.
CREATE TABLE whatsapp_template_sync (
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- The last that succeeded; null: none yet. Only after one does "not there" mean anything.
  synced_at     timestamptz,
  tried_at      timestamptz NOT NULL,
  -- Why the last failed, as LinkReason (lib/domain/connection/link-verdict.ts); null: it did not
  problem       text,
  PRIMARY KEY (account_id, connection_id),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
);
