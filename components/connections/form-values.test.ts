import { describe, expect, it } from "vitest";
import { connectionDetails, type ConnectionKind } from "@/lib/schemas/connection";
import { connectionChange, SECRET_NAMES } from "@/lib/schemas/connection-form";
import { fieldsOf } from "./form-fields";
import { makeVerifyToken, newValues, storedValues, toDetails, type FormValues } from "./form-values";

const TYPED: Record<ConnectionKind, Record<string, string>> = {
  whatsapp_cloud: { phoneNumberId: " 109876543210001 ", accessToken: "token", appSecret: "s".repeat(32) },
  viber_business: { serviceId: "1234", signingKey: "" },
  viber_bot: { botToken: "t".repeat(16), senderName: "Bank" },
  smpp: { host: "smsc.example", systemId: "desk", password: "s3cret", sourceAddr: "KAMURJ", tls: "on", sourceTon: "5" },
  http_sms: { accountSid: "AC1", authToken: "token", from: "+37410000000" },
};
const KINDS = Object.keys(TYPED) as ConnectionKind[];

function filled(kind: ConnectionKind): FormValues {
  const blank = newValues(kind, makeVerifyToken());
  return { ...blank, name: "Line", fields: { ...blank.fields, ...TYPED[kind] } };
}

describe.each(KINDS)("the form of %s", (kind) => {
  it("filled in is what the server takes", () => {
    expect(connectionDetails.safeParse(toDetails(kind, filled(kind), [])).error).toBeUndefined();
  });

  it("has a field for everything that is stored, and nothing else", () => {
    const details = connectionDetails.parse(toDetails(kind, filled(kind), []));
    const stored = [...Object.keys(details.config), ...Object.keys(details.secrets)];
    expect(
      fieldsOf(kind)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(stored.sort());
    expect(Object.keys(details.secrets).sort()).toEqual([...SECRET_NAMES[kind]].sort());
  });

  it("opened on what is stored and saved untouched changes nothing and gives no secret", () => {
    const { config, ...details } = connectionDetails.parse(toDetails(kind, filled(kind), []));
    const values = storedValues({
      ...{ id: "", version: 1, name: "Line", ratePerSecond: 10, prefixes: [], status: "active", kind, config },
      ...{ storedSecrets: SECRET_NAMES[kind], secretsAt: "", webhookUrl: null },
      calls: { eventAt: null, verifiedAt: null, refusedAt: null, refused: 0 },
    });
    const change = connectionChange.parse(toDetails(details.kind, values, SECRET_NAMES[kind]));
    expect(change.config).toEqual(config);
    expect(change.secrets).toEqual({});
  });
});

describe("a form", () => {
  it("takes no number for 0 where nothing is typed", () => {
    const values = filled("smpp");
    const parsed = connectionDetails.safeParse(
      toDetails("smpp", { ...values, fields: { ...values.fields, port: " " } }, []),
    );
    expect(parsed.error?.issues).toMatchObject([{ path: ["config", "port"], message: "field.number" }]);
  });

  it("drops a key that callbacks are not signed with any more", () => {
    const values = { ...filled("viber_business"), dropped: ["signingKey"] };
    expect(toDetails("viber_business", values, ["signingKey"])).toMatchObject({ secrets: { signingKey: null } });
  });

  it("makes verify tokens that nobody guesses", () => {
    expect(makeVerifyToken()).toMatch(/^[0-9a-f]{48}$/);
    expect(makeVerifyToken()).not.toBe(makeVerifyToken());
  });
});
