/**
 * Whose turn it is: earlier lanes first; within a lane one group of each account, the account longest not served first, then their
 * second groups, and so on. An account's own groups (its campaigns, its single messages) take turns in the same way.
 *
 * @param servedAt by account and by group: a number that grows with each turn; absent: not served yet
 */
export function orderFairly<Group extends { readonly key: string; readonly lane: number; readonly accountId: string }>(
  groups: readonly Group[],
  servedAt: ReadonlyMap<string, number>,
): Group[] {
  const served = (key: string): number => servedAt.get(key) ?? 0;
  const byAccount = new Map<string, Group[]>();
  for (const group of groups) {
    const key = `${group.lane}:${group.accountId}`;
    const own = byAccount.get(key);
    if (own === undefined) byAccount.set(key, [group]);
    else own.push(group);
  }
  const placed = [...byAccount.values()].flatMap((own) =>
    own.sort((a, b) => served(a.key) - served(b.key)).map((group, round) => ({ group, round })),
  );
  return placed
    .sort(
      (a, b) =>
        a.group.lane - b.group.lane ||
        a.round - b.round ||
        served(a.group.accountId) - served(b.group.accountId) ||
        served(a.group.key) - served(b.group.key),
    )
    .map(({ group }) => group);
}
