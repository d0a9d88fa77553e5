import { extendZodWithOpenApi, OpenApiGeneratorV31, OpenAPIRegistry } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { REQUEST_EXAMPLES, RESPONSE_EXAMPLE } from "./examples";
import { messageSchema } from "./message-resource";
import { PROBLEMS, problemSchema, problemType, type ProblemName } from "./problems";
import { REACHABILITY_EXAMPLE, reachabilitySchema } from "./reachability-resource";
import { sendMessageSchema } from "./send-message";

extendZodWithOpenApi(z);

export const API_VERSION = "1.0.0";

type Document = ReturnType<OpenApiGeneratorV31["generateDocument"]>;

let made: Document | undefined;

/** OpenAPI 3.1, made of the very schemas that check requests: it cannot say anything else than the code does. */
export function openApiDocument(): Document {
  made ??= build();
  return made;
}

const responseHeaders = z.object({
  "RateLimit-Limit": z.string().meta({ description: "Requests a second that the key may send on average." }),
  "RateLimit-Remaining": z.string().meta({ description: "Requests left at this moment." }),
});

function problemResponses(names: readonly ProblemName[]) {
  const statuses = [...new Set(names.map((name) => PROBLEMS[name].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const own = names.filter((name) => PROBLEMS[name].status === status);
      const examples = own.map((name) => [
        name,
        {
          summary: PROBLEMS[name].title,
          value: { type: problemType(name), title: PROBLEMS[name].title, status, detail: PROBLEMS[name].when },
        },
      ]);
      return [
        String(status),
        {
          description: own.map((name) => PROBLEMS[name].title).join("; "),
          content: { "application/problem+json": { schema: problemSchema, examples: Object.fromEntries(examples) } },
        },
      ];
    }),
  );
}

const COMMON: readonly ProblemName[] = ["unauthenticated", "rate-limited", "unexpected", "unavailable"];

function registerSend(registry: OpenAPIRegistry): void {
  const message = (description: string, headers: z.ZodObject) => ({
    description,
    headers,
    content: { "application/json": { schema: messageSchema, example: RESPONSE_EXAMPLE } },
  });
  const location = z.string().meta({ description: "Address of the message." });
  registry.registerPath({
    method: "post",
    path: "/api/v1/messages",
    operationId: "sendMessage",
    summary: "Send a message",
    description:
      "Queues one message and answers at once. The carriers are spoken to a moment later, so the answer says `queued`; read the message to see what became of it.",
    tags: ["Messages"],
    security: [{ apiKey: [] }],
    request: {
      headers: z.object({
        "Idempotency-Key": z.string().min(1).max(255).meta({
          description:
            "One for each message that you mean to send, visible ASCII, the same with every retry. Kept as long as the message.",
          example: "order-1042-ready",
        }),
      }),
      body: {
        required: true,
        content: { "application/json": { schema: sendMessageSchema, examples: REQUEST_EXAMPLES } },
      },
    },
    responses: {
      202: message("Queued.", responseHeaders.extend({ Location: location })),
      200: message(
        "The same request was taken before. This is that message as it stands now; nothing new was sent.",
        responseHeaders.extend({ Location: location, "Idempotency-Replayed": z.literal("true") }),
      ),
      ...problemResponses([
        ...COMMON,
        "malformed-json",
        "idempotency-key",
        "forbidden",
        "payload-too-large",
        "unsupported-media-type",
        "invalid-request",
        "recipient-not-mobile",
        "recipient-opted-out",
        "template-not-found",
        "idempotency-key-reused",
      ]),
    },
  });
}

function registerRead(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: "get",
    path: "/api/v1/messages/{id}",
    operationId: "getMessage",
    summary: "Read a message",
    description:
      "A message of the account, sent by the API or by a campaign, with its attempts, decisions, timeline and cost.",
    tags: ["Messages"],
    security: [{ apiKey: [] }],
    request: {
      params: z.object({
        id: z
          .string()
          .meta({ description: "As it was answered when the message was sent.", example: RESPONSE_EXAMPLE.id }),
      }),
    },
    responses: {
      200: {
        description: "The message as it stands now.",
        headers: responseHeaders,
        content: { "application/json": { schema: messageSchema, example: RESPONSE_EXAMPLE } },
      },
      ...problemResponses([...COMMON, "not-found"]),
    },
  });
}

function registerReachability(registry: OpenAPIRegistry): void {
  registry.registerPath({
    method: "get",
    path: "/api/v1/reachability",
    operationId: "getReachability",
    summary: "Ask what is known of a number",
    description:
      "On which channels the account's own messages have lately reached the number, and which of them have said that they do not know it. Nothing is sent and no carrier is asked.",
    tags: ["Numbers"],
    security: [{ apiKey: [] }],
    request: {
      query: z.object({
        to: z.string().meta({
          description:
            "A mobile number, as in `to` of a message. Write the plus sign as `%2B`, or leave it out: digits with a country code are enough.",
          example: "37477123456",
        }),
      }),
    },
    responses: {
      200: {
        description: "What is known now. A number that was never written to is `unknown` on every channel.",
        headers: responseHeaders,
        content: { "application/json": { schema: reachabilitySchema, example: REACHABILITY_EXAMPLE } },
      },
      ...problemResponses([...COMMON, "invalid-request", "recipient-not-mobile"]),
    },
  });
}

function build(): Document {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "A key made on the page API keys: `Authorization: Bearer kmr_live_…`",
  });
  registerSend(registry);
  registerRead(registry);
  registerReachability(registry);
  registry.registerPath({
    method: "get",
    path: "/api/v1/openapi.json",
    operationId: "getOpenApiDocument",
    summary: "This document",
    tags: ["About"],
    responses: {
      200: {
        description: "OpenAPI 3.1.",
        content: { "application/json": { schema: z.object({ openapi: z.string() }).loose() } },
      },
    },
  });
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Kamurj API",
      version: API_VERSION,
      description:
        "Sends one message to one person by WhatsApp or Viber first, and by SMS when the person cannot be reached there. /docs has a quick start.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This installation." }],
  });
}
