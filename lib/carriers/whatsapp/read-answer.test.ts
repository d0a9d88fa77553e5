import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWhatsAppAnswer } from "./read-answer";

const answered = (status: number, body: string) =>
  readWhatsAppAnswer({ kind: "response", status, retryAfterMs: null, body, complete: true });

describe("an acceptance", () => {
  it("gives the ids of its messages", () => {
    const body = JSON.stringify({
      messaging_product: "whatsapp",
      messages: [{ id: "wamid.A", message_status: "accepted" }],
    });
    expect(answered(200, body)).toEqual({ kind: "accepted", carrierIds: ["wamid.A"], raw: body });
  });

  it.each([
    ["", "no body"],
    ["null", "null"],
    ["[]", "a list"],
    ['{"messages":[]}', "no message"],
    ['{"messages":{"id":"x"}}', "no list of messages"],
    ['{"messages":[null]}', "a message that is nothing"],
    ['{"messages":[{"id":1}]}', "an id that is a number"],
    ['{"messages":[{"id":""}]}', "an empty id"],
    [`{"messages":[{"id":"${"x".repeat(513)}"}]}`, "an endless id"],
    ['{"messages":[{"id":"a"},{}]}', "one message without an id"],
    ['{"messages":[{"id":"a"}', "half a body"],
  ])("with %s is unknown: %s", (body) => {
    expect(answered(200, body)).toMatchObject({ kind: "unknown", code: "bad_response", carrierIds: [] });
  });

  it("is read out of any JSON without an exception", () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        expect(["accepted", "unknown"]).toContain(answered(200, body).kind);
      }),
    );
  });
});
