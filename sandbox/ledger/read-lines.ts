import { readSync } from "node:fs";

const chunkBytes = 1_048_576;
const newline = 0x0a;

/**
 * Calls back with each whole line and where it lies.
 *
 * @returns the offset behind the last whole line; what follows it is torn
 */
export function readLines(fd: number, onLine: (text: string, offset: number, length: number) => void): number {
  const chunk = Buffer.alloc(chunkBytes);
  let rest = Buffer.alloc(0);
  let restOffset = 0;
  for (let position = 0; ;) {
    const bytes = readSync(fd, chunk, 0, chunkBytes, position);
    if (bytes === 0) return restOffset;
    position += bytes;
    const data = Buffer.concat([rest, chunk.subarray(0, bytes)]);
    let start = 0;
    for (let end = data.indexOf(newline, start); end !== -1; end = data.indexOf(newline, start)) {
      onLine(data.toString("utf8", start, end), restOffset + start, end - start + 1);
      start = end + 1;
    }
    rest = data.subarray(start);
    restOffset += start;
  }
}
