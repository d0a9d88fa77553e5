export function bundlePrograms<Name extends string = "worker" | "webhooks" | "sandbox">(
  folder?: string,
  programs?: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, string>>>;
export const PROGRAM_ENV: Readonly<Record<string, string>>;
export const PROGRAM_FLAGS: Readonly<Record<"worker" | "webhooks" | "sandbox", readonly string[]>>;
