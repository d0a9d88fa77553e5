import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findMismatches, type Schema } from "../../../tests/api/json-schema";
import { REQUEST_EXAMPLES, RESPONSE_EXAMPLE } from "./examples";
import { messageSchema } from "./message-resource";
import { openApiDocument } from "./openapi-document";
import { PROBLEM_NAMES, PROBLEMS, problemType } from "./problems";
import { REACHABILITY_EXAMPLE, reachabilitySchema } from "./reachability-resource";
import { sendMessageSchema } from "./send-message";

const document = openApiDocument() as unknown as Schema & {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
};
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

describe("the OpenAPI document", () => {
  it("is 3.1 and names every address that the API has, and no other", () => {
    expect(document.openapi).toBe("3.1.0");
    const folder = path.resolve(import.meta.dirname, "../../../app/api/v1");
    const routes = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => path.basename(file) === "route.ts" && !file.includes("[[..."))
      .map(
        (file) =>
          `/api/v1/${path
            .dirname(file)
            .replaceAll(path.sep, "/")
            .replace(/\[(\w+)\]/g, "{$1}")}`,
      );
    expect(Object.keys(document.paths).sort()).toEqual(routes.sort());
  });

  it("has examples that its own schemas and ours take", () => {
    for (const { value } of Object.values(REQUEST_EXAMPLES)) {
      expect(findMismatches(document, ref("SendMessage"), value)).toEqual([]);
      expect(sendMessageSchema.safeParse(value).success).toBe(true);
    }
    expect(findMismatches(document, ref("Message"), RESPONSE_EXAMPLE)).toEqual([]);
    expect(messageSchema.safeParse(RESPONSE_EXAMPLE).success).toBe(true);
    expect(findMismatches(document, ref("Reachability"), REACHABILITY_EXAMPLE)).toEqual([]);
    expect(reachabilitySchema.safeParse(REACHABILITY_EXAMPLE).success).toBe(true);
  });

  it("refuses what the code refuses", () => {
    const good = REQUEST_EXAMPLES.text.value;
    for (const bad of [
      { ...good, too: 1 },
      { ...good, route: "fax" },
      { ...good, wait_seconds: 1 },
      { route: "sms" },
    ]) {
      expect(findMismatches(document, ref("SendMessage"), bad)).not.toEqual([]);
      expect(sendMessageSchema.safeParse(bad).success).toBe(false);
    }
  });

  it("points at nothing that is not there", () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    const { schemas } = document.components as { schemas: object };
    expect(names.filter((name) => !(name !== undefined && name in schemas))).toEqual([]);
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(["Message", "SendMessage", "Problem", "Attempt", "Decision", "Money"]),
    );
  });

  it("has a problem example of the right status for each status it names", () => {
    for (const operations of Object.values(document.paths)) {
      for (const { responses } of Object.values(operations)) {
        for (const [status, response] of Object.entries(responses)) {
          const { content } = response as {
            content: Record<string, { examples?: Record<string, { value: { status: number; type: string } }> }>;
          };
          for (const [name, { value }] of Object.entries(content["application/problem+json"]?.examples ?? {})) {
            expect(String(value.status)).toBe(status);
            expect(value.type).toBe(`/docs/problems/${name}`);
            expect(findMismatches(document, ref("Problem"), value)).toEqual([]);
          }
        }
      }
    }
    expect(PROBLEM_NAMES.map(problemType)).toHaveLength(Object.keys(PROBLEMS).length);
  });
});
