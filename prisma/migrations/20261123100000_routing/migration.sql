-- Several connections of a channel: which numbers each serves, and who goes first (lib/domain/routing/order-connections.ts).
-- Prefixes are the first digits of an E.164 number without the plus sign; none: every number. A smaller priority goes first.
ALTER TABLE connection
  ADD COLUMN prefixes text[] NOT NULL DEFAULT '{}'
    CHECK (cardinality(prefixes) <= 300 AND array_to_string(prefixes, ',', '?') ~ '^([1-9][0-9]{0,14}(,[1-9][0-9]{0,14})*)?$'),
  ADD COLUMN priority smallint NOT NULL DEFAULT 10 CHECK (priority BETWEEN 1 AND 100);

-- Connections that could not take this block's members just now: another is asked first. Null: none.
ALTER TABLE block ADD COLUMN tried_connections uuid[];

-- Only by this connection, whatever routing would say: a test of the connection itself.
ALTER TABLE message ADD COLUMN pinned_connection_id uuid;
