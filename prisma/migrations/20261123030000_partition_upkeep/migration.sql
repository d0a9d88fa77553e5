-- Partitions by month for every table of the dispatch service that is partitioned by ranges of ids, whichever they are: a table that
-- a later migration partitions is kept without another word here.

CREATE FUNCTION dispatch_partitioned_tables() RETURNS TABLE (base name) LANGUAGE sql STABLE AS $$
  SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND p.partstrat = 'r'
    AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'shard' AND NOT a.attisdropped)
  ORDER BY c.relname $$;

-- One row a partition; low and high are ids, high not included.
CREATE FUNCTION dispatch_partitions() RETURNS TABLE (base name, child name, low bigint, high bigint) LANGUAGE sql STABLE AS $$
  SELECT b.base, c.relname, bound.ids[1]::bigint, bound.ids[2]::bigint
  FROM dispatch_partitioned_tables() b
  JOIN pg_class p ON p.relname = b.base AND p.relnamespace = current_schema()::regnamespace
  JOIN pg_inherits i ON i.inhparent = p.oid AND NOT i.inhdetachpending
  JOIN pg_class c ON c.oid = i.inhrelid,
  LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$FROM \('?(-?\d+)'?\) TO \('?(-?\d+)'?\)$re$) AS bound(ids) $$;

-- Made beside the parent and attached then: CREATE TABLE … PARTITION OF would lock out every reader and writer of the parent, ATTACH
-- lets them go on. Storage parameters are those of the newest sibling. The statistics of a full month keep the first ANALYZE of
-- autovacuum from running on a handful of rows (analyse-new-partitions.ts does it at the right moment).
CREATE OR REPLACE FUNCTION ensure_dispatch_partitions(first_month date, months integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  parent name;
  month timestamp;
  child text;
  options text;
  low bigint;
  high bigint;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ensure_dispatch_partitions', 0));
  FOR offset_months IN 0 .. months - 1 LOOP
    month := date_trunc('month', first_month::timestamp) + make_interval(months => offset_months);
    low := dispatch_id_floor(month AT TIME ZONE 'UTC');
    high := dispatch_id_floor((month + interval '1 month') AT TIME ZONE 'UTC');
    FOR parent IN SELECT t.base FROM dispatch_partitioned_tables() t LOOP
      child := parent || '_' || to_char(month, 'YYYY_MM');
      CONTINUE WHEN to_regclass(quote_ident(child)) IS NOT NULL;
      SELECT array_to_string(c.reloptions, ', ') INTO options
        FROM dispatch_partitions() p JOIN pg_class c ON c.relname = p.child AND c.relnamespace = current_schema()::regnamespace
        WHERE p.base = parent ORDER BY p.low DESC LIMIT 1;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)%s', child, parent,
        CASE WHEN options IS NULL THEN '' ELSE ' WITH (' || options || ')' END);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, child, low, high);
      IF current_setting('server_version_num')::integer >= 180000 THEN
        PERFORM pg_restore_relation_stats(
          'schemaname', current_schema()::text, 'relname', child,
          'relpages', 20000::integer, 'reltuples', 1000000::real);
      END IF;
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
