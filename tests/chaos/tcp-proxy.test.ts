import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy";

/** A server that says everything back, and what has become of its connections. */
let proxy: TcpProxy;
let ended: string[];
let heard: string[];
let mayAnswer: Promise<void>;
const cleanUps: (() => unknown)[] = [];

beforeEach(async () => {
  ended = [];
  heard = [];
  mayAnswer = Promise.resolve();
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("data", (chunk) => {
      heard.push(chunk.toString());
      void mayAnswer.then(() => socket.write(chunk));
    });
    socket.on("error", (error: NodeJS.ErrnoException) => ended.push(error.code ?? "error"));
    socket.on("end", () => ended.push("end"));
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy = await startTcpProxy((server.address() as AddressInfo).port);
  cleanUps.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  cleanUps.push(() => proxy.close());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Client = { readonly socket: Socket; readonly end: Promise<string>; say(text: string): Promise<string> };

async function client(): Promise<Client> {
  const socket = connect(proxy.port, "127.0.0.1");
  cleanUps.push(() => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  let buffer = "";
  let wanted: { readonly text: string; readonly resolve: (text: string) => void } | null = null;
  socket.on("data", (chunk) => {
    buffer += chunk.toString();
    if (wanted === null || buffer.length < wanted.text.length) return;
    wanted.resolve(buffer.slice(0, wanted.text.length));
    buffer = buffer.slice(wanted.text.length);
    wanted = null;
  });
  const end = new Promise<string>((resolve) => {
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    socket.once("end", () => resolve("end"));
  });
  return {
    socket,
    end,
    say: (text) =>
      new Promise((resolve) => {
        wanted = { text, resolve };
        socket.write(text);
      }),
  };
}

async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Whether it is still unsettled after everything that was under way has had its chance. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => false),
    new Promise<true>((resolve) => setTimeout(() => resolve(true), 100)),
  ]);
}

describe("a connection through the proxy", () => {
  it("passes everything on unchanged and in order, also what does not fit into one piece", async () => {
    const one = await client();
    const long = Array.from({ length: 200_000 }, (_, i) => String.fromCharCode(32 + (i % 90))).join("");
    expect(await one.say(long)).toBe(long);
    expect(proxy.connections()).toBe(1);
  });

  it("passes on that one side has ended", async () => {
    const one = await client();
    await one.say("hello");
    one.socket.end();
    expect(await one.end).toBe("end");
    expect(ended).toEqual(["end"]);
    await waitUntil(() => proxy.connections() === 0);
  });

  it("to a port where nobody listens is reset", async () => {
    const idle = createServer();
    await new Promise<void>((resolve) => idle.listen(0, "127.0.0.1", resolve));
    const { port } = idle.address() as AddressInfo;
    await new Promise<void>((resolve) => idle.close(() => resolve()));
    await proxy.close();
    proxy = await startTcpProxy(port);
    cleanUps.push(() => proxy.close());
    expect(await (await client()).end).toBe("ECONNRESET");
  });
});

describe("latency", () => {
  it("holds each piece back by that much in each direction, and keeps their order", async () => {
    const one = await client();
    proxy.setMode({ kind: "latency", ms: 60 });
    const startedAt = performance.now();
    expect(await one.say("slow")).toBe("slow");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119);
    one.socket.write("a");
    proxy.setMode({ kind: "normal" });
    expect(await one.say("b")).toBe("a");
  });
});

describe("reset", () => {
  it("of all breaks every connection both ways; new ones are whole", async () => {
    const both = [await client(), await client()];
    await Promise.all(both.map((one) => one.say("hello")));
    expect(proxy.reset(1, () => 0.99)).toBe(2);
    expect(await Promise.all(both.map((one) => one.end))).toEqual(["ECONNRESET", "ECONNRESET"]);
    await waitUntil(() => ended.length === 2);
    expect(ended).toEqual(["ECONNRESET", "ECONNRESET"]);
    expect(await (await client()).say("again")).toBe("again");
  });

  it("of a share leaves the others alone", async () => {
    const [first, second] = [await client(), await client()];
    await first.say("hello");
    await second.say("hello");
    const draws = [0.2, 0.8];
    expect(proxy.reset(0.5, () => draws.shift() ?? 1)).toBe(1);
    expect(await first.end).toBe("ECONNRESET");
    expect(await second.say("still here")).toBe("still here");
  });
});

describe("a stall", () => {
  it("accepts and passes nothing in either direction, and then everything", async () => {
    const before = await client();
    proxy.setMode({ kind: "stall" });
    const during = await client();
    const answers = Promise.all([before.say("held"), during.say("held")]);
    expect(await isPending(answers)).toBe(true);
    expect(heard).toEqual([]);
    proxy.setMode({ kind: "normal" });
    expect(await answers).toEqual(["held", "held"]);
  });

  it("holds back answers as well as questions", async () => {
    const one = await client();
    let speak = (): void => undefined;
    mayAnswer = new Promise((resolve) => (speak = resolve));
    const answer = one.say("x".repeat(10));
    await waitUntil(() => heard.length === 1);
    proxy.setMode({ kind: "stall" });
    speak();
    expect(await isPending(answer)).toBe(true);
    proxy.setMode({ kind: "normal" });
    expect(await answer).toBe("x".repeat(10));
  });
});

describe("half-open", () => {
  it("the far side goes, the near side is not told and what it writes is swallowed; new connections are whole", async () => {
    const one = await client();
    await one.say("hello");
    expect(proxy.halfOpen()).toBe(1);
    await waitUntil(() => ended.length === 1);
    heard = [];
    expect(await isPending(Promise.race([one.say("anybody there?"), one.end]))).toBe(true);
    expect(heard).toEqual([]);
    expect(proxy.halfOpenLeft()).toBe(1);
    expect(await (await client()).say("hello")).toBe("hello");
    one.socket.destroy();
    await waitUntil(() => proxy.halfOpenLeft() === 0);
  });
});
