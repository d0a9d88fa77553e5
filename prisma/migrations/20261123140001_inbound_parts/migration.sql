-- Parts of long messages that people write by SMS: each is stored before the carrier is told that we have it. Kept for a day, so that a
-- part that comes again is known.
CREATE TABLE inbound_part (
  account_id    uuid NOT NULL,
  connection_id uuid NOT NULL,
  sender        text NOT NULL,
  recipient     text NOT NULL,
  -- '8:17', '16:4711' or 'sar:4711': the kinds of references count apart
  reference     text NOT NULL,
  total         smallint NOT NULL CHECK (total BETWEEN 2 AND 255),
  sequence      smallint NOT NULL CHECK (sequence BETWEEN 1 AND total),
  -- UTF-16, little endian: half a pair may end a part, which text does not take
  content       bytea NOT NULL,
  received_at   timestamptz NOT NULL DEFAULT now(),
  -- the whole was taken in
  joined_at     timestamptz,
  PRIMARY KEY (account_id, connection_id, sender, recipient, reference, total, sequence),
  FOREIGN KEY (account_id, connection_id) REFERENCES connection (account_id, id) ON DELETE CASCADE
);
CREATE INDEX inbound_part_received ON inbound_part (received_at);
