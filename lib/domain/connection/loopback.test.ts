import { expect, it } from "vitest";
import { isLoopbackHost } from "./loopback";

it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.3.2.1", "::1", "[::1]"])("%s is this machine", (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});

it.each(["graph.facebook.com", "127.evil.example", "127.0.0.1.example", "10.0.0.1", "localhost.example", ""])(
  "%s is another",
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);
