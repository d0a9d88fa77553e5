import { describe, expect, it } from "vitest";
import { describeDocument } from "./describe-document";
import { openApiDocument } from "./openapi-document";

const { operations, schemas } = describeDocument(openApiDocument() as unknown as Record<string, unknown>);

describe("the reference of the API", () => {
  it("shows every operation with its parameters, examples and answers", () => {
    const send = operations.find((operation) => operation.id === "sendMessage");
    expect(send).toMatchObject({
      method: "POST",
      path: "/api/v1/messages",
      parameters: [{ name: "Idempotency-Key", in: "header", required: true }],
      body: { schema: "SendMessage", examples: [{}, {}, {}] },
    });
    expect(send?.responses.find((one) => one.status === "202")).toMatchObject({ schema: "Message" });
    expect(send?.responses.find((one) => one.status === "422")?.problems).toContain("recipient-opted-out");
  });

  it("describes every field with a type, and leads to schemas that are there", () => {
    const names = schemas.map((schema) => schema.name);
    const fields = schemas.flatMap((schema) => schema.fields);
    expect(fields.filter((field) => field.type === "")).toEqual([]);
    expect(
      fields.flatMap((field) => (field.schema === null || names.includes(field.schema) ? [] : [field.schema])),
    ).toEqual([]);
    const message = schemas.find((schema) => schema.name === "Message");
    expect(message?.fields.find((field) => field.name === "attempts")).toMatchObject({
      type: "array of Attempt",
      schema: "Attempt",
    });
  });

  it("says what is needed, what is the default, and between which bounds", () => {
    const body = schemas.find((schema) => schema.name === "SendMessage")?.fields ?? [];
    expect(body.filter((field) => field.required).map((field) => field.name)).toEqual(["to", "route"]);
    expect(body.find((field) => field.name === "wait_seconds")?.limits).toContain("5 to 604800");
    expect(body.find((field) => field.name === "fallback")?.limits).toContain("default inherit");
  });
});
