import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { gatherWrites } from "./gather-writes";

/** Counts how often the system is asked to write, and with what. */
function recorder(): { readonly stream: Writable; readonly calls: string[] } {
  const calls: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      calls.push(chunk.toString());
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => (chunk as Buffer).toString()).join(""));
      done();
    },
  });
  gatherWrites(stream);
  return { stream, calls };
}

const nextEvent = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("gatherWrites", () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  it("sends what is written within one turn in one piece, in order", async () => {
    const { stream, calls } = recorder();

    stream.write("a");
    stream.write("b");
    await Promise.resolve();
    stream.write("c");
    expect(calls).toEqual([]);
    await nextEvent();

    expect(calls).toEqual(["abc"]);
  });

  it("sends what is written in the next turn by itself", async () => {
    const { stream, calls } = recorder();

    stream.write("a");
    await nextEvent();
    stream.write("b");
    await nextEvent();

    expect(calls).toEqual(["a", "b"]);
  });

  it("keeps to the corks of others", async () => {
    const { stream, calls } = recorder();

    stream.cork();
    stream.write("a");
    await nextEvent();
    expect(calls).toEqual([]);
    stream.write("b");
    stream.uncork();
    await nextEvent();

    expect(calls).toEqual(["ab"]);
  });

  it("sends what was gathered when the stream is ended", async () => {
    const { stream, calls } = recorder();

    stream.write("a");
    stream.end("b");
    await once(stream, "finish");

    expect(calls.join("")).toBe("ab");
  });

  it("tells each write's callback, also that of a stream which is destroyed before anything has left", async () => {
    const { stream, calls } = recorder();
    const told: string[] = [];
    stream.on("error", () => undefined);

    stream.write("a", (error) => told.push(error ? "lost" : "sent"));
    stream.destroy();
    await nextEvent();

    expect(told).toEqual(["lost"]);
    expect(calls).toEqual([]);
  });

  it("gets every byte across a socket", async () => {
    const server = createServer((socket) => socket.pipe(socket));
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    sockets.push(socket);
    await once(socket, "connect");
    gatherWrites(socket);
    const lines = Array.from({ length: 5_000 }, (_, i) => `${i}\n`);

    const heard: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => heard.push(chunk));
    for (const [i, line] of lines.entries()) {
      socket.write(line);
      if (i % 97 === 0) await nextEvent();
    }
    const length = Buffer.byteLength(lines.join(""));
    while (heard.reduce((sum, { byteLength }) => sum + byteLength, 0) < length) await nextEvent();

    expect(Buffer.concat(heard).toString()).toBe(lines.join(""));
  });
});
