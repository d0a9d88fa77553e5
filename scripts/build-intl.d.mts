export function bundleIntl(): Promise<string>;
export function buildIntl(): Promise<string>;
