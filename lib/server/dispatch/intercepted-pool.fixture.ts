import type pg from "pg";

/** What a test does to the line between the service and the real database. */
export type Interception = {
  /** Called when a statement of a transaction has been answered; by the statement's name, else its text. */
  readonly after?: (statement: string) => Promise<void>;
  /** Called right before a COMMIT is handed over. */
  readonly beforeCommit?: () => Promise<void>;
  /** The commit is carried out, and the line breaks before its answer has come. */
  readonly losesAnswer?: () => boolean;
};

/** The real database, on a line that a test listens in on, and may break. Only transactions go over it; single queries do not. */
export function interceptPool(pool: pg.Pool, interception: Interception): pg.Pool {
  return new Proxy(pool, {
    get(target, key) {
      if (key !== "connect") return bound(target, key);
      return async () => interceptClient(await target.connect(), interception);
    },
  });
}

function interceptClient(client: pg.PoolClient, { after, beforeCommit, losesAnswer }: Interception): pg.PoolClient {
  return new Proxy(client, {
    get(own, key) {
      if (key !== "query") return bound(own, key);
      return async (...query: Parameters<pg.PoolClient["query"]>) => {
        const statement = nameOf(query[0]);
        if (statement === "COMMIT") await beforeCommit?.();
        const result: unknown = await own.query(...query);
        if (statement === "COMMIT" && losesAnswer?.() === true) throw new Error("Connection terminated unexpectedly");
        await after?.(statement);
        return result;
      };
    },
  });
}

function nameOf(query: unknown): string {
  if (typeof query === "string") return query;
  const { name, text } = query as { readonly name?: string; readonly text?: string };
  return name ?? text ?? "";
}

function bound<T extends object>(target: T, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}
