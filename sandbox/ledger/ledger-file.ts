import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { readLines } from "./read-lines";

export type LedgerFile = {
  /** In the file with the end of this turn of the event loop; gives back where the line will lie. */
  write(line: string): { readonly offset: number; readonly length: number };
  /** In the file within 50 ms: for evidence of second rank. */
  writeSoon(line: string): void;
  /** Resolves once all that has been written is in the file; rejects if it could not be. */
  written(): Promise<void>;
  read(offset: number, length: number): string;
  truncate(): void;
  close(): void;
};

const flushMs = 50;

/** Opens or creates the file and calls back with each whole line; a line torn by a crash is cut off. */
export function openLedgerFile(
  path: string,
  onLine: (text: string, offset: number, length: number) => void,
): LedgerFile {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, "a+");
  let size = readLines(fd, onLine);
  let buffered: string[] = [];
  let bufferedBytes = 0;
  let timer: NodeJS.Timeout | null = null;
  let immediate: NodeJS.Immediate | null = null;
  /** Of the lines that wait. */
  let waiting = newPromise();
  ftruncateSync(fd, size);

  const buffer = (line: string): number => {
    const length = Buffer.byteLength(line, "utf8");
    buffered.push(line);
    bufferedBytes += length;
    return length;
  };
  /** One write for the lines of many messages. */
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    if (immediate !== null) clearImmediate(immediate);
    timer = immediate = null;
    if (bufferedBytes === 0) return;
    const bytes = Buffer.from(buffered.join(""), "utf8");
    const { resolve, reject } = waiting;
    buffered = [];
    bufferedBytes = 0;
    waiting = newPromise();
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      size += bytes.length;
      resolve();
    } catch (error) {
      size = fstatSync(fd).size;
      reject(error);
    }
  };

  return {
    write(line) {
      const offset = size + bufferedBytes;
      const length = buffer(line);
      immediate ??= setImmediate(flush);
      return { offset, length };
    },
    writeSoon(line) {
      buffer(line);
      timer ??= setTimeout(flush, flushMs);
    },
    written: () => (bufferedBytes === 0 ? Promise.resolve() : waiting.promise),
    read(offset, length) {
      if (offset + length > size) flush();
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes.toString("utf8");
    },
    truncate() {
      flush();
      ftruncateSync(fd, 0);
      size = 0;
    },
    close() {
      flush();
      closeSync(fd);
    },
  };
}

type Waiting = {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

function newPromise(): Waiting {
  let resolve = (): void => undefined;
  let reject: Waiting["reject"] = () => undefined;
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle));
  promise.catch(() => undefined); // nobody may be waiting
  return { promise, resolve, reject };
}
