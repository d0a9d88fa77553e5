import { hash, verify } from "@node-rs/argon2";

/** OWASP's minimum for argon2id: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The longest password taken: beyond it hashing is a way to keep a server busy. */
export const PASSWORD_MAX_LENGTH = 200;
export const PASSWORD_MIN_LENGTH = 10;

export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

let underWay = 0;
const waiting: (() => void)[] = [];

/**
 * Whether it is the right password. At most two run at once in a process, so that a flood of sign-ins cannot take every core and
 * all memory; the rest wait in line.
 */
export async function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  if (password.length > PASSWORD_MAX_LENGTH) return false;
  if (underWay >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
  else underWay += 1;
  try {
    return await verify(passwordHash, password);
  } catch {
    return false;
  } finally {
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next();
  }
}
