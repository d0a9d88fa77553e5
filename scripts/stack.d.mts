export type Stack = {
  url: string;
  sandboxUrl: string;
  env: Record<string, string>;
  home: string;
  stop: () => Promise<number | null>;
};
export function startStack(extraEnv?: Record<string, string>): Promise<Stack>;
