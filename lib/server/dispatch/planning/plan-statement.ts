/**
 * One slice: its messages, their block, and the count of them. Only variables that the template uses are kept with a message; an attribute
 * goes before the contact's field of the same name.
 *
 * `next` starts right behind the cursor, whatever plan is cached: a slice costs the same at the start and at the end of a million.
 * `fresh` is read in every branch, so its id is drawn once.
 *
 * @param variables how many names follow the tenth parameter
 */
export function planStatement(variables: number): { readonly name: string; readonly text: string } {
  return { name: `plan-slice-${variables}`, text: PLAN.replace("VARS", varsOf(variables)) };
}

/** Said out for each variable: a lateral query that takes an object apart and puts it together costs as much as the message's row. */
function varsOf(variables: number): string {
  const pairs = Array.from({ length: variables }, (_, i) => {
    const name = `$${i + 11}::text`;
    return `${name}, coalesce(k.attributes ->> ${name}, CASE WHEN ${name} = 'name' THEN coalesce(k.name, '') END)`;
  });
  // A call takes at most a hundred arguments.
  const objects = Array.from(
    { length: Math.ceil(pairs.length / 40) },
    (_, i) => `jsonb_build_object(${pairs.slice(i * 40, i * 40 + 40).join(", ")})`,
  );
  return objects.length === 0 ? "NULL::jsonb" : `jsonb_strip_nulls(${objects.join(" || ")})`;
}

const PLAN = `
  WITH next AS MATERIALIZED (
    SELECT m.contact_id FROM audience_member m
    WHERE m.account_id = $2 AND m.audience_id = $4 AND m.added_at <= $6
      AND m.contact_id > coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')
    ORDER BY m.contact_id LIMIT $7),
  members AS MATERIALIZED (
    SELECT c.id, c.e164, c.country, c.name, c.attributes,
      EXISTS (SELECT 1 FROM suppression s WHERE s.account_id = $2 AND s.e164 = c.e164 AND s.lifted_at IS NULL
        AND s.channel IS NULL AND (s.category IS NULL OR s.category = $8)) AS excluded
    FROM next JOIN contact c ON c.account_id = $2 AND c.id = next.contact_id),
  fresh AS MATERIALIZED (SELECT next_block_id($1::smallint) AS id),
  written AS (
    INSERT INTO message (shard, id, account_id, campaign_id, contact_id, e164, country, vars)
    SELECT $1::smallint, fresh.id + row_number() OVER () - 1, $2, $3, k.id, k.e164, k.country, VARS
    FROM (SELECT * FROM members WHERE NOT excluded ORDER BY id) k, fresh
    RETURNING country),
  queued AS (
    INSERT INTO block (shard, id, account_id, campaign_id, step, lane, available_at, first_id, size)
    SELECT $1::smallint, fresh.id, $2, $3, 0, $9, clock_timestamp(), fresh.id, kept.n
    FROM fresh, (SELECT count(*)::integer AS n FROM members WHERE NOT excluded) kept WHERE kept.n > 0),
  counted AS (
    INSERT INTO rollup_delta (account_id, hour, campaign_id, channel, step, country, kind, n)
    SELECT $2, date_trunc('hour', dispatch_id_time((SELECT id FROM fresh)), 'UTC'), $3, $10, 0, country, 'message', count(*)
    FROM written GROUP BY country)
  SELECT (SELECT count(*) FROM members) AS seen, (SELECT count(*) FROM members WHERE NOT excluded) AS messages,
    (SELECT id FROM members ORDER BY id DESC LIMIT 1) AS last`;
