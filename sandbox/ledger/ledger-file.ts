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
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const lines = buffered;
    buffered = [];
    if (lines.length > 0) append(lines.join(""));
  };

  return {
    writeNow(line) {
      flush();
      return append(line);
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
