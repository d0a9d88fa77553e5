import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { readLines } from "./read-lines";

export type LedgerFile = {
  /** In the file when this returns; gives back where the line lies. */
  writeNow(line: string): { readonly offset: number; readonly length: number };
  /** In the file within 50 ms: for evidence of second rank. */
  writeSoon(line: string): void;
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
  let timer: NodeJS.Timeout | null = null;
  ftruncateSync(fd, size);

  const append = (text: string): { offset: number; length: number } => {
    const bytes = Buffer.from(text, "utf8");
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
    const offset = size;
    size += bytes.length;
    return { offset, length: bytes.length };
  };
  const takeBuffered = (): string => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const lines = buffered.join("");
    buffered = [];
    return lines;
  };
  const flush = (): void => {
    const lines = takeBuffered();
    if (lines !== "") append(lines);
  };

  return {
    writeNow(line) {
      // What waits goes with it: one write instead of two.
      const ahead = takeBuffered();
      const { offset, length } = append(ahead + line);
      const before = Buffer.byteLength(ahead, "utf8");
      return { offset: offset + before, length: length - before };
    },
    writeSoon(line) {
      buffered.push(line);
      timer ??= setTimeout(flush, flushMs);
    },
    read(offset, length) {
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
