import { describe, expect, it } from "vitest";
import { readUpload } from "./read-upload";

/** Tells how much of it has been taken, and never ends by itself when `chunks` is Infinity. */
function bodyOf(chunks: number, chunkBytes: number) {
  const taken = { chunks: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken.chunks >= chunks) return controller.close();
      taken.chunks += 1;
      controller.enqueue(new Uint8Array(chunkBytes).fill(65));
    },
    cancel() {
      taken.cancelled = true;
    },
  });
  return { stream, taken };
}

describe("readUpload", () => {
  it("gives the whole body", async () => {
    const { stream } = bodyOf(3, 10);
    expect((await readUpload(stream, 30)).toString()).toBe("A".repeat(30));
  });

  it("stops reading an endless body at the limit, whatever it declared", async () => {
    const { stream, taken } = bodyOf(Infinity, 100);
    await expect(readUpload(stream, 10, 1000)).rejects.toMatchObject({ messageKey: "contactsFile.tooBig" });
    expect(taken.cancelled).toBe(true);
    expect(taken.chunks).toBeLessThan(15);
  });

  it("reads nothing of a body that declares too much", async () => {
    const { stream } = bodyOf(1, 10);
    await expect(readUpload(stream, 1001, 1000)).rejects.toMatchObject({ messageKey: "contactsFile.tooBig" });
    expect(stream.locked).toBe(false);
  });

  it("refuses a body that was cut off, an empty one and none", async () => {
    await expect(readUpload(bodyOf(2, 10).stream, 30)).rejects.toMatchObject({ messageKey: "contactsFile.cutOff" });
    await expect(readUpload(bodyOf(0, 0).stream, 0)).rejects.toMatchObject({ messageKey: "contactsFile.empty" });
    await expect(readUpload(null, null)).rejects.toMatchObject({ messageKey: "contactsFile.empty" });
  });
});
