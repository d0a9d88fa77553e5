export function startEmbeddedDatabase(options: {
  dataDir: string;
  port: number;
  password: string;
  database: string;
}): Promise<{ url: string; socketUrl: string; pid: number; exited: Promise<number | null>; stop: () => Promise<void> }>;
export function freePort(): Promise<number>;
