import { crc32, deflateSync } from "node:zlib";
import { hash32 } from "../scenarios/draw";

const width = 600;
const height = 314;
const cacheSize = 32;
const cache = new Map<string, Buffer>();

/** A real PNG, so that demo messages show a picture without a network: an arch over water, coloured by the name. */
export function drawPicture(name: string): Buffer {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const picture = encodePng(name);
  if (cache.size >= cacheSize) cache.clear();
  cache.set(name, picture);
  return picture;
}

type Colour = readonly [number, number, number];

function encodePng(name: string): Buffer {
  const hash = hash32(name);
  const sky: Colour = [232 - (hash % 60), 160 + ((hash >> 8) % 50), 110 + ((hash >> 16) % 90)];
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [red, green, blue] = pixel(x, y, sky);
      rows.set([red, green, blue], y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function pixel(x: number, y: number, sky: Colour): Colour {
  const waterLine = height * 0.72;
  const fromMiddle = Math.abs(x - width / 2) / (width / 2);
  const deck = height * 0.42 + fromMiddle * fromMiddle * height * 0.12;
  const isDeck = Math.abs(y - deck) < 7;
  const isPillar = y > deck && y < waterLine && Math.abs((x % 120) - 60) < 5;
  if (isDeck || isPillar) return [46, 40, 36];
  const light = 1 - (y / height) * 0.35;
  if (y > waterLine) return [sky[2] * light * 0.6, sky[1] * light * 0.7, sky[0] * light * 0.8];
  return [sky[0] * light, sky[1] * light, sky[2] * light];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
