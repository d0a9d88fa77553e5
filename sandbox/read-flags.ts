/** Each flag and the setting it stands for; a flag comes before the environment. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ["--host", "SANDBOX_HOST"],
  ["--http-port", "SANDBOX_HTTP_PORT"],
  ["--smpp-port", "SANDBOX_SMPP_PORT"],
  ["--seed", "SANDBOX_SEED"],
  ["--data-dir", "SANDBOX_DATA_DIR"],
  ["--subscriptions-file", "SANDBOX_SUBSCRIPTIONS_FILE"],
  ["--speed", "SANDBOX_SPEED"],
  ["--hold-ms", "SANDBOX_HOLD_MS"],
  ["--webhook-batch", "SANDBOX_WEBHOOK_BATCH"],
  ["--webhook-connections", "SANDBOX_WEBHOOK_CONNECTIONS"],
  ["--smpp-window", "SANDBOX_SMPP_WINDOW"],
  ["--webhook-fill-ms", "SANDBOX_WEBHOOK_FILL_MS"],
]);

export const help = `Usage: npm run sandbox -- [flags]

${[...FLAGS].map(([flag, name]) => `  ${`${flag} <value>`.padEnd(30)} or ${name}`).join("\n")}

docs/sandbox.md says what each one means and what it is when left out.
`;

/**
 * `--speed 100` or `--speed=100`, as settings.
 *
 * @throws Error naming what is no flag
 */
export function readFlags(words: readonly string[]): Readonly<Record<string, string>> | "help" {
  const settings: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 1) {
    const [flag = "", ...rest] = (words[at] ?? "").split("=");
    if (flag === "--help" || flag === "-h") return "help";
    const name = FLAGS.get(flag);
    const value = rest.length > 0 ? rest.join("=") : words[(at += 1)];
    if (name === undefined) throw new Error(`${flag} is no flag of the sandbox. --help names them all.`);
    if (value === undefined || value === "") throw new Error(`${flag} needs a value.`);
    settings[name] = value;
  }
  return settings;
}
