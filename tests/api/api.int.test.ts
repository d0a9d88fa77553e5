import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ATTEMPT_STATUS_CODE, CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { REQUEST_EXAMPLES } from "@/lib/schemas/api/examples";
import type { MessageResource } from "@/lib/schemas/api/message-resource";
import { openApiDocument } from "@/lib/schemas/api/openapi-document";
import type { Problem } from "@/lib/schemas/api/problems";
import { RATE_LIMIT } from "@/lib/server/api/take-token";
import { createApiKey } from "@/lib/server/api-keys/create-api-key";
import { revokeApiKey } from "@/lib/server/api-keys/revoke-api-key";
import * as unknownRoute from "@/app/api/v1/[[...rest]]/route";
import * as messageRoute from "@/app/api/v1/messages/[id]/route";
import * as messagesRoute from "@/app/api/v1/messages/route";
import * as reachabilityRoute from "@/app/api/v1/reachability/route";
import { rememberUnreachable } from "@/lib/server/reachability/remember-unreachable";
import type { ReachabilityResource } from "@/lib/schemas/api/reachability-resource";
import * as openApiRoute from "@/app/api/v1/openapi.json/route";
import { content } from "@/lib/server/messages/message.fixture";
import { createTestAccount, useTestDatabase, type TestAccount } from "../int/harness";
import { findMismatches, type Schema } from "./json-schema";

const database = useTestDatabase();
const document = openApiDocument() as unknown as Schema;

beforeAll(() => {
  // The routes take the process's own pool, as they do under Next.
  Object.assign(globalThis, { kamurjPool: database.sql, kamurjPrisma: database.db });
});

type Caller = { readonly account: TestAccount; readonly key: string };

async function createCaller(): Promise<Caller> {
  const account = await createTestAccount(database);
  for (const channel of Object.values(CHANNEL_CODE)) {
    await database.db.connection.create({
      data: {
        accountId: account.accountId,
        kind: "smpp",
        channel,
        name: "C",
        config: {},
        secrets: new Uint8Array([1]),
        webhookToken: randomUUID(),
      },
    });
  }
  const { key } = await createApiKey(account.as("admin"), { name: "Test" });
  return { account, key };
}

const good = REQUEST_EXAMPLES.text.value;
const url = "http://localhost/api/v1/messages";
const noParams = { params: Promise.resolve({}) };

function post(caller: Caller, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const all = {
    authorization: `Bearer ${caller.key}`,
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== "");
  const raw = typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  return messagesRoute.POST(new Request(url, { method: "POST", headers: given, body: raw }), noParams);
}

function get(caller: Caller, id: string): Promise<Response> {
  const headers = { authorization: `Bearer ${caller.key}` };
  return messageRoute.GET(new Request(`${url}/x`, { headers }), { params: Promise.resolve({ id }) });
}

type Operation = "post" | "get" | "reach";

const ADDRESS = {
  post: "/api/v1/messages",
  get: "/api/v1/messages/{id}",
  reach: "/api/v1/reachability",
} as const satisfies Record<Operation, string>;

/** The answer as one of those that the document promises for this operation and status. */
async function bodyOf<T>(response: Response, operation: Operation = "post"): Promise<T> {
  const body: unknown = await response.json();
  const at = ADDRESS[operation];
  const paths = document.paths as Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: Schema }> }> }>
  >;
  const promised = paths[at]?.[operation === "reach" ? "get" : operation]?.responses[String(response.status)]?.content;
  const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const schema = promised?.[type]?.schema;
  expect(schema, `${response.status} ${type} is documented`).toBeDefined();
  expect(findMismatches(document, schema ?? {}, body)).toEqual([]);
  return body as T;
}

async function problemOf(response: Response, operation: Operation = "post"): Promise<Problem> {
  const problem = await bodyOf<Problem>(response, operation);
  expect(problem.status).toBe(response.status);
  return problem;
}

const countMessages = async ({ account }: Caller) =>
  (
    await database.sql.query("SELECT 1 FROM message WHERE shard = $1 AND account_id = $2", [
      account.shard,
      account.accountId,
    ])
  ).rowCount;

describe("POST /api/v1/messages", () => {
  it("queues a text, and GET reads it back", async () => {
    const caller = await createCaller();
    const response = await post(caller, good);
    expect(response.status).toBe(202);
    const message = await bodyOf<MessageResource>(response);
    expect(message).toMatchObject({
      status: "queued",
      to: good.to,
      route: "viber-sms",
      category: "utility",
      template: null,
      fallback: { mode: "inherit", wait_seconds: 60 },
      attempts: [],
      timeline: [{ kind: "queued" }],
      cost: { amount: "0.000000", currency: "EUR" },
    });
    expect(response.headers.get("location")).toBe(`/api/v1/messages/${message.id}`);
    const read = await get(caller, message.id);
    expect(read.status).toBe(200);
    expect(await bodyOf<MessageResource>(read, "get")).toEqual(message);
    const { rows } = await database.sql.query("SELECT lane, size FROM block WHERE account_id = $1", [
      caller.account.accountId,
    ]);
    expect(rows).toEqual([{ lane: 1, size: 1 }]);
  });

  it("puts a verification code on the fast lane, with the account's own wait", async () => {
    const caller = await createCaller();
    const { wait_seconds: _wait, ...code } = REQUEST_EXAMPLES.code.value;
    expect(await bodyOf<MessageResource>(await post(caller, code))).toMatchObject({
      fallback: { mode: "on", wait_seconds: 20 },
    });
    const { rows } = await database.sql.query("SELECT lane FROM block WHERE account_id = $1", [
      caller.account.accountId,
    ]);
    expect(rows).toEqual([{ lane: 0 }]);
  });

  it("sends a template by name, whatever the case, in its current version", async () => {
    const caller = await createCaller();
    const { accountId } = caller.account;
    const id = randomUUID();
    await database.db.template.create({
      data: { accountId, id, name: "Autumn Offer", category: "marketing", language: "en", currentVersion: 2 },
    });
    for (const version of [1, 2])
      await database.db.templateVersion.create({ data: { accountId, templateId: id, version, content } });
    const byName = {
      to: good.to,
      route: "viber-sms",
      template: { name: "autumn offer", variables: { first_name: "Ani" } },
    };
    expect(await bodyOf<MessageResource>(await post(caller, byName))).toMatchObject({
      template: { id, name: "Autumn Offer", version: 2 },
      category: "marketing",
    });
    const unknown = { ...byName, template: { id, variables: { frist_name: "Ani" } } };
    expect(await problemOf(await post(caller, unknown))).toMatchObject({
      errors: [{ pointer: "/template/variables/frist_name" }],
    });
    const other = await createCaller();
    expect(await problemOf(await post(other, { ...byName, template: { id } }))).toMatchObject({
      type: "/docs/problems/template-not-found",
    });
    const wrong = await post(caller, { ...byName, category: "utility" });
    expect(await problemOf(wrong)).toMatchObject({ errors: [{ pointer: "/category" }] });
  });

  it("takes the same request once, however often and however written it comes", async () => {
    const caller = await createCaller();
    const headers = { "idempotency-key": "order-1042" };
    const first = await post(caller, good, headers);
    const again = await post(caller, JSON.stringify({ ...good, fallback: "inherit" }, null, 3), headers);
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await bodyOf<MessageResource>(again)).id).toBe((await bodyOf<MessageResource>(first)).id);
    const other = await post(caller, { ...good, to: "+37477123457" }, headers);
    expect(await problemOf(other)).toMatchObject({ type: "/docs/problems/idempotency-key-reused", status: 422 });
    expect(await countMessages(caller)).toBe(1);
  });

  it("writes one message when the same request comes ten times at once", async () => {
    const caller = await createCaller();
    const headers = { "idempotency-key": "once" };
    const all = await Promise.all(Array.from({ length: 10 }, () => post(caller, good, headers)));
    expect(all.map((one) => one.status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 200, 202]);
    const ids = await Promise.all(all.map(async (one) => (await bodyOf<MessageResource>(one)).id));
    expect(new Set(ids).size).toBe(1);
    expect(await countMessages(caller)).toBe(1);
  });

  it("gives each of many requests at once a message of its own", async () => {
    const caller = await createCaller();
    const all = await Promise.all(Array.from({ length: 40 }, () => post(caller, good)));
    expect(new Set(all.map((one) => one.status))).toEqual(new Set([202]));
    expect(await countMessages(caller)).toBe(40);
  });

  it("keeps the keys of two accounts apart", async () => {
    const [one, other] = [await createCaller(), await createCaller()];
    const headers = { "idempotency-key": "same" };
    expect((await post(one, good, headers)).status).toBe(202);
    expect((await post(other, { ...good, to: "+37477123457" }, headers)).status).toBe(202);
  });

  it("lets a refused request use its key again", async () => {
    const caller = await createCaller();
    const headers = { "idempotency-key": "mended" };
    expect((await post(caller, { ...good, to: "12" }, headers)).status).toBe(422);
    expect((await post(caller, good, headers)).status).toBe(202);
  });

  it("does not write to someone who has opted out", async () => {
    const caller = await createCaller();
    const { accountId } = caller.account;
    await database.db.suppression.create({ data: { accountId, e164: good.to, category: "marketing", reason: "stop" } });
    expect((await post(caller, good)).status).toBe(202);
    const refused = await post(caller, { ...good, category: "marketing" });
    expect(await problemOf(refused)).toMatchObject({ type: "/docs/problems/recipient-opted-out" });
    await database.db.suppression.create({
      data: { accountId, e164: good.to, channel: CHANNEL_CODE.viber, reason: "blocked" },
    });
    expect((await post(caller, good)).status).toBe(422);
    expect((await post(caller, { ...good, route: "sms" })).status).toBe(202);
  });

  it("refuses a route for which the account has no connection", async () => {
    const caller = await createCaller();
    await database.sql.query("DELETE FROM connection WHERE account_id = $1 AND channel = 2", [
      caller.account.accountId,
    ]);
    expect(await problemOf(await post(caller, good))).toMatchObject({ errors: [{ pointer: "/route" }] });
  });

  const long = "x".repeat(1_001);
  it.each<[string, unknown, string, string | undefined]>([
    ["a landline", { ...good, to: "+37410520000" }, "recipient-not-mobile", "/to"],
    ["a word for a number", { ...good, to: "Ani" }, "recipient-not-mobile", "/to"],
    ["an unknown field", { ...good, From: "x" }, "invalid-request", "/From"],
    ["a field with a slash", { ...good, "a/b~c": "x" }, "invalid-request", "/a~1b~0c"],
    ["no recipient", { ...good, to: undefined }, "invalid-request", "/to"],
    ["a number for a text", { ...good, to: 37477123456 }, "invalid-request", "/to"],
    ["an unknown route", { ...good, route: "fax" }, "invalid-request", "/route"],
    ["neither text nor template", { ...good, content: undefined }, "invalid-request", ""],
    ["both", { ...good, template: { name: "a" } }, "invalid-request", ""],
    ["no category", { ...good, category: undefined }, "invalid-request", "/category"],
    ["a wait too short", { ...good, wait_seconds: 1 }, "invalid-request", "/wait_seconds"],
    ["a wait that is no number", { ...good, wait_seconds: 1e400 }, "invalid-request", "/wait_seconds"],
    ["an empty text", { ...good, content: { text: "   " } }, "invalid-request", "/content/text"],
    ["a text too long", { ...good, content: { text: long } }, "invalid-request", "/content/text"],
    ["a variable in a text", { ...good, content: { text: "Hi {{name}}" } }, "invalid-request", "/content/text"],
    [
      "a script for a link",
      { ...good, content: { text: "a", button: { label: "b", url: "javascript:alert(1)" } } },
      "invalid-request",
      "/content/button/url",
    ],
    [
      "a picture without https",
      { ...good, content: { text: "a", image_url: "http://example.com/a.png" } },
      "invalid-request",
      "/content/image_url",
    ],
    ["a zero byte", { ...good, content: { text: "a\u0000b" } }, "invalid-request", "/content/text"],
    [
      "half a surrogate pair",
      JSON.stringify({ ...good, content: { text: "a" } }).replace('"a"', '"\\ud800"'),
      "invalid-request",
      "/content/text",
    ],
    [
      "a hostile variable name",
      { ...good, content: undefined, template: { name: "a", variables: { "'; --": "x" } } },
      "invalid-request",
      "/template/variables/'; --",
    ],
    [
      "an unknown template",
      { to: good.to, route: "sms", template: { name: "nope" } },
      "template-not-found",
      "/template/name",
    ],
    ["an id that is none", { to: good.to, route: "sms", template: { id: "1" } }, "invalid-request", "/template/id"],
    ["an array", [good], "malformed-json", undefined],
    ["nothing", "", "malformed-json", undefined],
    ["broken JSON", "{", "malformed-json", undefined],
    ["broken UTF-8", new Uint8Array([123, 0xff, 125]), "malformed-json", undefined],
    ["deep nesting", `{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, "malformed-json", undefined],
    ["a prototype", '{"__proto__":{"to":"+37477123456"}}', "invalid-request", undefined],
    ["65 KB", { ...good, content: { text: "x".repeat(66_000) } }, "payload-too-large", undefined],
  ])("refuses %s and sends nothing", async (_name, body, problem, pointer) => {
    const caller = await createCaller();
    const answer = await problemOf(await post(caller, body));
    expect(answer.type).toBe(`/docs/problems/${problem}`);
    if (pointer !== undefined) expect(answer.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(await countMessages(caller)).toBe(0);
  });

  it.each<[string, Record<string, string>, number]>([
    ["no idempotency key", { "idempotency-key": "" }, 400],
    ["a key too long", { "idempotency-key": "k".repeat(256) }, 400],
    ["a key with a space", { "idempotency-key": "a b" }, 400],
    ["another media type", { "content-type": "text/plain" }, 415],
    ["no API key", { authorization: "" }, 401],
    ["a wrong API key", { authorization: `Bearer kmr_live_aaaaaaaaaa_${"a".repeat(43)}` }, 401],
  ])("refuses a request with %s", async (_name, headers, status) => {
    const response = await post(await createCaller(), good, headers);
    expect(await problemOf(response)).toMatchObject({ status });
  });

  it("refuses a key from the moment it is revoked", async () => {
    const { account, key } = await createCaller();
    const [row] = await database.db.apiKey.findMany({ where: { accountId: account.accountId } });
    await revokeApiKey(account.as("admin"), { keyId: row?.id ?? "" });
    expect((await post({ account, key }, good)).status).toBe(401);
  });

  it("slows down a key that asks too often, and says for how long", async () => {
    const caller = await createCaller();
    const other = await createCaller();
    const all = await Promise.all(Array.from({ length: RATE_LIMIT.burst * 2 }, () => get(caller, "msg_1")));
    const refused = all.filter((one) => one.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    expect((await get(other, "msg_1")).status).toBe(404);
  });

  it("never answers 500, whatever the JSON", async () => {
    const caller = await createCaller();
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          to: fc.oneof(fc.constant(good.to), fc.string({ unit: "binary" })),
          route: fc.oneof(fc.constant("sms"), fc.string()),
          category: fc.constant("utility"),
          content: fc.oneof(fc.record({ text: fc.string({ unit: "binary", maxLength: 300 }) }), fc.jsonValue()),
        }),
        async (body) => {
          // A full bucket for each, since this is not about the rate.
          (globalThis as { kamurjApiBuckets?: Map<string, unknown> }).kamurjApiBuckets?.clear();
          const response = await post(caller, JSON.stringify(body));
          expect([202, 400, 413, 422]).toContain(response.status);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("GET /api/v1/messages/{id}", () => {
  it("does not find another account's message, nor what is no id", async () => {
    const [caller, other] = [await createCaller(), await createCaller()];
    const { id } = await bodyOf<MessageResource>(await post(caller, good));
    for (const one of [id, "msg_1", "1", "msg_0", `msg_${"9".repeat(19)}`, "msg_9'--", `msg_${"9".repeat(5_000)}`]) {
      expect(await problemOf(await get(other, one), "get")).toMatchObject({
        status: 404,
        type: "/docs/problems/not-found",
      });
    }
  });
});

describe("GET /api/v1/reachability", () => {
  const E164 = "+37477123456";
  const ask = (caller: Caller, query: string): Promise<Response> =>
    reachabilityRoute.GET(
      new Request(`http://localhost/api/v1/reachability${query}`, {
        headers: { authorization: `Bearer ${caller.key}` },
      }),
      noParams,
    );
  const remember = (caller: Caller): Promise<void> =>
    rememberUnreachable(database.sql, caller.account.accountId, [
      { e164: E164, country: "AM", channel: "whatsapp", code: "131026", atMs: Date.now() - 1_000 },
    ]);

  it("says what each channel has said of a number, however it is written", async () => {
    const caller = await createCaller();
    await remember(caller);
    for (const written of ["%2B37477123456", "+374 77 12-34-56", "077123456", "37477123456", "0037477123456"]) {
      const answer = await bodyOf<ReachabilityResource>(await ask(caller, `?to=${written}`), "reach");
      expect(answer.to).toBe(E164);
      expect(answer.channels).toMatchObject([
        { channel: "whatsapp", state: "unreachable", unreachable: { error_code: "131026" }, skipped: true },
        { channel: "viber", state: "unknown", unreachable: null, skipped: false },
        { channel: "sms", state: "unknown" },
      ]);
    }
  });

  it("tells a delivery since, and that nothing is left out where the account has turned it off", async () => {
    const caller = await createCaller();
    await remember(caller);
    await database.db.account.update({ where: { id: caller.account.accountId }, data: { skipsUnreachable: false } });
    const off = await bodyOf<ReachabilityResource>(await ask(caller, `?to=${E164}`), "reach");
    expect(off.channels[0]).toMatchObject({ state: "unreachable", skipped: false });
    const { id } = await bodyOf<MessageResource>(await post(caller, { ...good, to: E164 }));
    await database.sql.query(
      `INSERT INTO attempt (shard, message_id, step, try, account_id, channel, connection_id, status, country, category, sent_at, delivered_at)
       SELECT $1, $2, 0, 0, $3, 1, c.id, $4, 'AM', 1, now(), now() FROM connection c WHERE c.account_id = $3 LIMIT 1`,
      [caller.account.shard, id.slice(4), caller.account.accountId, ATTEMPT_STATUS_CODE.delivered],
    );
    const now = await bodyOf<ReachabilityResource>(await ask(caller, `?to=${E164}`), "reach");
    expect(now.channels[0]).toMatchObject({ state: "reached", unreachable: null, skipped: false });
    expect(now.channels[0]?.last_delivered_at).toEqual(expect.any(String));
  });

  it("says nothing of what another account knows", async () => {
    const [caller, other] = [await createCaller(), await createCaller()];
    await remember(caller);
    const answer = await bodyOf<ReachabilityResource>(await ask(other, `?to=${E164}`), "reach");
    expect(answer.channels.map(({ state }) => state)).toEqual(["unknown", "unknown", "unknown"]);
  });

  it("refuses what is no number and who has no key, and takes a token of the key's rate", async () => {
    const caller = await createCaller();
    for (const query of [
      "",
      "?to=",
      "?to=%00",
      "?to=hello",
      `?to=${"9".repeat(5_000)}`,
      "?to=010123456",
      "?number=1",
    ]) {
      expect((await problemOf(await ask(caller, query), "reach")).status).toBe(422);
    }
    expect((await problemOf(await ask({ ...caller, key: "no" }, `?to=${E164}`), "reach")).status).toBe(401);
    const response = await ask(caller, `?to=${E164}`);
    expect(Number(response.headers.get("ratelimit-remaining"))).toBeLessThan(RATE_LIMIT.burst);
    expect(reachabilityRoute.POST().status).toBe(405);
  });
});

describe("the rest of the API", () => {
  it("answers other addresses and methods with problems", async () => {
    expect((await unknownRoute.GET()).status).toBe(404);
    const refused = messagesRoute.GET();
    expect(refused.status).toBe(405);
    expect(refused.headers.get("allow")).toBe("POST");
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(messageRoute.DELETE().status).toBe(405);
  });

  it("serves the document", async () => {
    const response = openApiRoute.GET();
    expect(await response.json()).toMatchObject({ openapi: "3.1.0", info: { title: "Kamurj API" } });
  });
});
