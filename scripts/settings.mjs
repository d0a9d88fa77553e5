/**
 * Settings of this installation: what the environment (or .env) says, else what the first start made up. Secrets and the
 * embedded database's password are made once and kept in <home>/settings.json, readable by its owner only.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { portProblem } from "./checks.mjs";
import { embeddedUrl } from "./embedded-database.mjs";
import { Problem, root } from "./setup.mjs";

export function loadSettings() {
  loadDotEnv();
  const source = process.env;
  const home = resolve(source.KAMURJ_HOME || join(root, ".kamurj"));
  const kept = keptSecrets(home);
  const ports = {
    web: port("PORT", source.PORT || "3000"),
    postgres: port("KAMURJ_POSTGRES_PORT", source.KAMURJ_POSTGRES_PORT || "54318"),
    sandboxHttp: port("SANDBOX_HTTP_PORT", source.SANDBOX_HTTP_PORT || "4010"),
    sandboxSmpp: port("SANDBOX_SMPP_PORT", source.SANDBOX_SMPP_PORT || "2775"),
  };
  const embedded = !source.DATABASE_URL;
  const host = source.KAMURJ_HOST || "127.0.0.1";
  const env = {
    DATABASE_URL: embedded
      ? embeddedUrl({
          ...{ dataDir: join(home, "postgres"), port: ports.postgres },
          ...{ password: kept.postgresPassword, database: "kamurj" },
        })
      : source.DATABASE_URL,
    NEXTAUTH_SECRET: source.NEXTAUTH_SECRET || kept.authSecret,
    NEXTAUTH_URL: source.NEXTAUTH_URL || `http://localhost:${ports.web}`,
    KAMURJ_SECRET_KEY: source.KAMURJ_SECRET_KEY || kept.secretKey,
    ...secretKeys(source, kept, join(home, "settings.json")),
    KAMURJ_DEMO: source.KAMURJ_DEMO || "1",
    SANDBOX_URL: source.SANDBOX_URL || `http://127.0.0.1:${ports.sandboxHttp}`,
    SANDBOX_HTTP_PORT: String(ports.sandboxHttp),
    SANDBOX_SMPP_PORT: String(ports.sandboxSmpp),
    SANDBOX_DATA_DIR: source.SANDBOX_DATA_DIR || join(home, "sandbox"),
    SANDBOX_SUBSCRIPTIONS_FILE: source.SANDBOX_SUBSCRIPTIONS_FILE || join(home, "sandbox-subscriptions.json"),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  return { home, ports, host, embedded, postgresPassword: kept.postgresPassword, env };
}

/** Former keys open what they sealed; the file is read again while keys are changed. Only where the key is the file's own. */
function secretKeys(source, kept, file) {
  if (source.KAMURJ_SECRET_KEY && source.KAMURJ_SECRET_KEY !== kept.secretKey) return {};
  const retired = kept.retiredSecretKeys ?? [];
  return { KAMURJ_SETTINGS_FILE: file, ...(retired.length > 0 && { KAMURJ_RETIRED_SECRET_KEYS: retired.join(",") }) };
}

function port(name, value) {
  const problem = portProblem(name, value);
  if (problem !== null) throw new Problem(problem);
  return Number(value);
}

function loadDotEnv() {
  const file = join(root, ".env");
  if (!existsSync(file)) return;
  // What is set already wins over the file, as everywhere else.
  process.loadEnvFile(file);
}

function keptSecrets(home) {
  const file = join(home, "settings.json");
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      throw new Problem(
        `${file} is damaged. Restore it from a backup: it holds the key to the stored carrier credentials.`,
      );
    }
  }
  const made = {
    postgresPassword: randomBytes(18).toString("hex"),
    authSecret: randomBytes(32).toString("hex"),
    secretKey: randomBytes(32).toString("hex"),
  };
  mkdirSync(home, { recursive: true, mode: 0o755 });
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}
