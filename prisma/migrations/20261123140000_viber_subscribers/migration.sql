-- People who have written to a Viber bot. Viber names them by an id of the bot's own; the number is known only where they shared it.
CREATE TABLE viber_subscriber (
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  user_id       text NOT NULL,
  -- as the person claims: Viber does not confirm it
  e164          text CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  name          text,
  subscribed    boolean NOT NULL DEFAULT false,
  -- the carrier's time of the event that last said whether they are subscribed: events come in any order
  subscribed_at timestamptz NOT NULL DEFAULT '-infinity',
  -- they wrote STOP while no number was known that could be suppressed
  stopped_at    timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, connection_id, user_id),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
);
CREATE INDEX viber_subscriber_number ON viber_subscriber (account_id, connection_id, e164) WHERE e164 IS NOT NULL;
