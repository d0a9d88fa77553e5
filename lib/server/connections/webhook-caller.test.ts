import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionDetails } from "@/lib/schemas/connection";
import { isAllowedCaller, isInRanges, readAddress } from "./webhook-caller";

const details = (allowedIps: readonly string[]) =>
  connectionDetails.parse({
    ...{ kind: "viber_business", config: { serviceId: 1, allowedIps }, secrets: { signingKey: null } },
  });

describe("an address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    [" 203.0.113.7 ", "203.0.113.7"],
    ["203.0.113.7:51234", "203.0.113.7"],
    ["[2001:db8::7]:443", "2001:db8::7"],
    ["[2001:db8::7]", "2001:db8::7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:203.0.113.7", "203.0.113.7"],
  ])("written %j is read", (text, address) => {
    expect(readAddress(text)).toBe(address);
  });

  it.each([
    ...["", "unknown", "_hidden", "for=203.0.113.7", "203.0.113.7, 1.2.3.4", "203.0.113.256", "0x7f.1", "2130706433"],
    ...["203.0.113.07", "fe80::1%eth0", "::ffff:999.1.1.1", "203.0.113.7\u0000", "203.0.113.7/24", "a".repeat(9_000)],
  ])("that is none is none: %j", (text) => {
    expect(readAddress(text)).toBeNull();
  });

  it("of any kind of text is read or refused, never a throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        const address = readAddress(text);
        if (address !== null) expect(typeof isInRanges(address, ["203.0.113.0/24", "2001:db8::/32"])).toBe("boolean");
      }),
    );
  });
});

describe("a list of addresses", () => {
  it("lets in what is within, to the last address of a range, and nothing beside it", () => {
    const ranges = ["203.0.113.0/24", "198.51.100.7", "2001:db8:1::/48"];
    for (const inside of ["203.0.113.0", "203.0.113.255", "198.51.100.7", "2001:db8:1:ffff::1"]) {
      expect(isInRanges(inside, ranges)).toBe(true);
    }
    for (const outside of ["203.0.112.255", "203.0.114.0", "198.51.100.8", "2001:db8:2::1", "::1"]) {
      expect(isInRanges(outside, ranges)).toBe(false);
    }
  });

  it("any IPv4 address is within a range exactly when its first bits are the range's", () => {
    const bits = (ip: string): number => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, net, prefix) => {
        const size = 2 ** (32 - prefix);
        const isSame = Math.floor(bits(address) / size) === Math.floor(bits(net) / size);
        expect(isInRanges(address, [`${net}/${prefix}`])).toBe(isSame);
      }),
    );
  });

  it("that is empty lets in everybody; one that is not lets in nobody whose address is not known", () => {
    expect(isAllowedCaller(details([]), null)).toBe(true);
    expect(isAllowedCaller(details(["0.0.0.0/0", "::/0"]), null)).toBe(false);
    expect(isAllowedCaller(details(["0.0.0.0/0", "::/0"]), "unknown")).toBe(false);
    expect(isAllowedCaller(details(["203.0.113.0/24"]), "::ffff:203.0.113.9")).toBe(true);
  });

  it.each([
    "203.0.113.0/33",
    "203.0.113",
    "2001:db8::/129",
    "example.com",
    "",
    "203.0.113.7/",
    "10.0.0.0/-1",
    "1.2.3.4 ",
  ])("that holds %j is not stored", (range) => {
    expect(() => details([range])).toThrow("field.addresses");
  });
});
