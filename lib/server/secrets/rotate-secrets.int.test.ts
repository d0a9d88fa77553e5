import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { connectionAssociatedData, insertConnection } from "../connections/save-connection";
import { beginRotation, endRotation } from "./kept-keys-file";
import { keptKeys, type KeyRing } from "./key-ring";
import { rotateSecrets } from "./rotate-secrets";
import { isSealedWith, seal, unseal } from "./seal";

const OLD = Buffer.alloc(32, 0);
const NEW = randomBytes(32);
const RING: KeyRing = [NEW, OLD];
Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: OLD.toString("hex"),
});

const database = useTestDatabase();

async function connect(name: string): Promise<{ readonly id: string; readonly associated: string }> {
  const { accountId } = await createTestAccount(database);
  const details = {
    kind: "smpp" as const,
    config: { host: "smsc.example", port: 2775, systemId: "desk", sourceAddr: "KAMURJ" },
    secrets: { password: name },
  };
  const { id } = await database.db.$transaction((tx) => insertConnection(tx, accountId, name, details, 10));
  return { id, associated: connectionAssociatedData(accountId, id) };
}

async function secretsOf(id: string): Promise<Buffer> {
  const { rows } = await database.sql.query("SELECT secrets FROM connection WHERE id = $1", [id]);
  return rows[0].secrets as Buffer;
}

const clear = () => database.sql.query("DELETE FROM connection");

afterEach(clear);

describe("rotateSecrets", () => {
  it("seals every secret with the new key, which alone then opens it; once more changes nothing", async () => {
    const made = await Promise.all(["one", "two", "three"].map(connect));
    expect(await rotateSecrets(database.sql, RING)).toEqual({ resealed: 3, unreadable: [] });
    for (const { id, associated } of made) {
      const sealed = await secretsOf(id);
      expect(unseal(sealed, associated, NEW)).toMatch(/^{"password":"(one|two|three)"}$/);
      expect(() => unseal(sealed, associated, OLD)).toThrow();
    }
    expect(await rotateSecrets(database.sql, RING)).toEqual({ resealed: 0, unreadable: [] });
  });

  it("interrupted anywhere leaves every secret readable by the two keys, and the next run ends it", async () => {
    const made = await Promise.all(["a", "b", "c", "d"].map(connect));
    let writes = 0;
    const breaking = new Proxy(database.sql, {
      get(target, name) {
        if (name !== "query") return Reflect.get(target, name) as unknown;
        return (text: string, values: unknown[]) => {
          if (text.startsWith("UPDATE") && ++writes > 2) throw new Error("the power is gone");
          return target.query(text, values);
        };
      },
    });
    await expect(rotateSecrets(breaking, RING)).rejects.toThrow("the power is gone");
    const keys = await Promise.all(made.map(async ({ id }) => isSealedWith(await secretsOf(id), NEW)));
    expect(keys.filter(Boolean)).toHaveLength(2);
    for (const { id, associated } of made) expect(unseal(await secretsOf(id), associated, RING)).toContain("password");
    expect(await rotateSecrets(database.sql, RING)).toMatchObject({ resealed: 2 });
  });

  it("does not put back a secret that was changed while it ran", async () => {
    const { id, associated } = await connect("before");
    let isFirst = true;
    const racing = new Proxy(database.sql, {
      get(target, name) {
        if (name !== "query") return Reflect.get(target, name) as unknown;
        return async (text: string, values: unknown[]) => {
          if (text.startsWith("UPDATE") && isFirst) {
            isFirst = false;
            const after = seal('{"password":"after"}', associated, OLD);
            await target.query("UPDATE connection SET secrets = $2 WHERE id = $1", [id, after]);
          }
          return target.query(text, values);
        };
      },
    });
    expect(await rotateSecrets(racing, RING)).toMatchObject({ resealed: 1 });
    expect(unseal(await secretsOf(id), associated, NEW)).toBe('{"password":"after"}');
  });

  it("twice at once seals each secret once", async () => {
    await Promise.all(["a", "b", "c"].map(connect));
    const runs = await Promise.all([rotateSecrets(database.sql, RING), rotateSecrets(database.sql, RING)]);
    expect(runs.reduce((sum, run) => sum + run.resealed, 0)).toBe(3);
  });

  it("names what opens with no key, leaves it as it is, and does the rest", async () => {
    const [lost, fine] = [await connect("lost"), await connect("fine")];
    const foreign = seal("x", lost.associated, randomBytes(32));
    await database.sql.query("UPDATE connection SET secrets = $2 WHERE id = $1", [lost.id, foreign]);
    const { resealed, unreadable } = await rotateSecrets(database.sql, RING);
    expect(resealed).toBe(1);
    expect(unreadable).toMatchObject([{ id: lost.id, name: "lost" }]);
    expect(Buffer.from(foreign).equals(await secretsOf(lost.id))).toBe(true);
    expect(isSealedWith(await secretsOf(fine.id), NEW)).toBe(true);
  });
});

describe("the keys that npm start keeps", () => {
  function withFile(work: (file: string) => void): void {
    const folder = mkdtempSync(join(tmpdir(), "kamurj-keys-"));
    try {
      const file = join(folder, "settings.json");
      writeFileSync(file, JSON.stringify({ postgresPassword: "p", authSecret: "a", secretKey: OLD.toString("hex") }));
      work(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const read = (file: string) => keptKeys.parse(JSON.parse(readFileSync(file, "utf8")));

  it("get a new one in front, once, however often a rotation is begun; the former goes when it is ended", () => {
    withFile((file) => {
      const first = beginRotation(file);
      expect(first.slice(1)).toEqual([OLD]);
      expect(first[0].equals(OLD)).toBe(false);
      expect(beginRotation(file)).toEqual(first);
      expect(statSync(file).mode & 0o077).toBe(0);
      endRotation(file);
      expect(read(file)).toEqual({
        ...{ postgresPassword: "p", authSecret: "a", retiredSecretKeys: [] },
        secretKey: first[0].toString("hex"),
      });
    });
  });
});

describe("npm run secrets:rotate", () => {
  it("makes a key, seals with it, and forgets the former one when told that all is done", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kamurj-rotate-"));
    const file = join(folder, "settings.json");
    const keep = (keys: object): void => writeFileSync(file, JSON.stringify(keys));
    const kept = () => keptKeys.parse(JSON.parse(readFileSync(file, "utf8")));
    const run = async (...args: string[]): Promise<string> => {
      const { secretKey, retiredSecretKeys } = kept();
      const env = {
        ...process.env,
        ...{ DATABASE_URL: database.url, KAMURJ_SETTINGS_FILE: file, KAMURJ_SECRET_KEY: secretKey },
        KAMURJ_RETIRED_SECRET_KEYS: retiredSecretKeys.join(","),
      };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--import", "tsx", "scripts/rotate-secrets.ts", ...args],
        { env },
      );
      return stdout;
    };
    try {
      keep({ secretKey: OLD.toString("hex") });
      const [first, second] = [await connect("one"), await connect("two")];
      expect(await run()).toContain("2 connections were sealed");
      const made = Buffer.from(kept().secretKey, "hex");
      expect(unseal(await secretsOf(first.id), first.associated, made)).toContain("one");
      // A process that was not started anew yet still seals with the former key.
      const late = seal('{"password":"late"}', second.associated, OLD);
      await database.sql.query("UPDATE connection SET secrets = $2 WHERE id = $1", [second.id, late]);
      expect(await run("--finish")).toContain("1 connection was sealed");
      expect(kept()).toEqual({ secretKey: made.toString("hex"), retiredSecretKeys: [] });
      expect(unseal(await secretsOf(second.id), second.associated, made)).toContain("late");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
