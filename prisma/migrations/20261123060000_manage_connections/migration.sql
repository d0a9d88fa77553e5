-- Connections are managed in the desk: edited (version tells two editors apart), paused, deleted.
-- A deleted one keeps its row, so that history keeps its name; its secrets are wiped and its webhook's address changes.
ALTER TABLE connection DROP CONSTRAINT connection_status_check;
ALTER TABLE connection
  ADD CONSTRAINT connection_status_check CHECK (status IN ('active', 'paused', 'deleted')),
  ADD CONSTRAINT connection_deleted_holds_no_secret CHECK (status <> 'deleted' OR length(secrets) = 0),
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN secrets_at timestamptz NOT NULL DEFAULT now(),
  -- when the status last changed: workers hear of it a moment later
  ADD COLUMN status_at timestamptz NOT NULL DEFAULT now();
UPDATE connection SET secrets_at = created_at, status_at = created_at;

-- Whether the carrier has found our webhook; noted at most every few seconds a process. Unlogged: it is a comfort, no evidence.
CREATE UNLOGGED TABLE carrier_call (
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  -- last signed event; last subscription check that passed
  event_at      timestamptz,
  verified_at   timestamptz,
  -- calls with a wrong signature or verify token
  refused_at    timestamptz,
  refused       bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, connection_id),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
);
