export function startEmbeddedDatabase(options: {
  dataDir: string;
  port: number;
  password: string;
  database: string;
}): Promise<{ url: string; socketUrl: string; pid: number; exited: Promise<number | null>; stop: () => Promise<void> }>;
export function freePort(): Promise<number>;
export function socketDirectory(dataDir: string): string | null;
export function embeddedUrl(options: {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly database: string;
}): string;
