/**
 * The quick start of /docs as it is pasted into a shell. tests/api/quick-start.int.test.ts runs these very lines, so they stay true.
 * Each goes on from what the ones before have set: run them in one shell.
 */
export type Snippet = {
  /** Key of its heading in the catalogue `docs`, under `quickStart.steps`. */
  readonly key: "settings" | "send" | "read" | "retry";
  /** POSIX shell with curl. */
  readonly shell: string;
  /** Status of the answer; null: it asks for nothing. */
  readonly status: number | null;
};

const SEND = `curl --silent --show-error --write-out '\\n%{http_code}\\n' "$KAMURJ_URL/api/v1/messages" \\
  --header "Authorization: Bearer $KAMURJ_KEY" \\
  --header "Content-Type: application/json" \\
  --header "Idempotency-Key: quick-start-1" \\
  --data '{
    "to": "+37477123456",
    "route": "viber-sms",
    "category": "utility",
    "content": { "text": "Your order 1042 is ready." }
  }'`;

export const QUICK_START: readonly Snippet[] = [
  { key: "settings", status: null, shell: `KAMURJ_URL="{{base_url}}"\nKAMURJ_KEY="{{api_key}}"` },
  { key: "send", status: 202, shell: SEND },
  {
    key: "read",
    status: 200,
    shell: `MESSAGE_ID="{{message_id}}"
curl --silent --show-error --write-out '\\n%{http_code}\\n' "$KAMURJ_URL/api/v1/messages/$MESSAGE_ID" \\
  --header "Authorization: Bearer $KAMURJ_KEY"`,
  },
  { key: "retry", status: 200, shell: SEND },
];

export type SnippetValues = { readonly baseUrl: string; readonly apiKey: string; readonly messageId: string };

export function fillSnippet(snippet: Snippet, values: SnippetValues): string {
  return snippet.shell
    .replaceAll("{{base_url}}", values.baseUrl)
    .replaceAll("{{api_key}}", values.apiKey)
    .replaceAll("{{message_id}}", values.messageId);
}
