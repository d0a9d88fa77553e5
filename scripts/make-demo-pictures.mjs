// Draws public/demo/*.png: the three built-in pictures that a template can be tried out with. Run it again after a change;
// the result is in the repository. Plain shapes, anti-aliased by distance, written as PNG with node:zlib alone.
import { mkdir, writeFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";

const WIDTH = 800;
const HEIGHT = 418;

const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t);
const clamp = (value) => Math.min(1, Math.max(0, value));
const rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** Signed distances: below 0 is inside. */
const circle = (cx, cy, r) => (x, y) => Math.hypot(x - cx, y - cy) - r;
const box = (cx, cy, w, h, r, turn = 0) => {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (x, y) => {
    const px = Math.abs((x - cx) * cos + (y - cy) * sin) - w / 2 + r;
    const py = Math.abs(-(x - cx) * sin + (y - cy) * cos) - h / 2 + r;
    return Math.hypot(Math.max(px, 0), Math.max(py, 0)) + Math.min(Math.max(px, py), 0) - r;
  };
};
const lens = (cx, cy, r, off, turn) => {
  const [dx, dy] = [Math.cos(turn) * off, Math.sin(turn) * off];
  const [a, b] = [circle(cx + dx, cy + dy, r), circle(cx - dx, cy - dy, r)];
  return (x, y) => Math.max(a(x, y), b(x, y));
};

/** background: [from, to] across the diagonal; shapes: { at, fill, to?, soft? } painted in order. */
function draw({ background, shapes }) {
  const rows = [];
  for (let y = 0; y < HEIGHT; y += 1) {
    const row = Buffer.alloc(1 + WIDTH * 3);
    for (let x = 0; x < WIDTH; x += 1) {
      let colour = mix(rgb(background[0]), rgb(background[1]), (x / WIDTH + y / HEIGHT) / 2);
      for (const { at, fill, to, soft = 1, alpha = 1 } of shapes) {
        const cover = clamp(0.5 - at(x, y) / soft) * alpha;
        if (cover > 0) colour = mix(colour, to ? mix(rgb(fill), rgb(to), clamp((y - 60) / 300)) : rgb(fill), cover);
      }
      row.set(colour.map(Math.round), 1 + x * 3);
    }
    rows.push(row);
  }
  return png(Buffer.concat(rows));
}

function png(raw) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(raw, { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const crc = body.reduce((value, byte) => CRC[(value ^ byte) & 0xff] ^ (value >>> 8), 0xffffffff) ^ 0xffffffff;
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc >>> 0);
  return Buffer.concat([length, body, sum]);
}

const apricot = (cx, cy, r, turn) => [
  { at: circle(cx + 8, cy + r * 0.82, r * 0.8), fill: "#b8622a", soft: 70, alpha: 0.28 },
  { at: circle(cx, cy, r), fill: "#f6b169", to: "#e07428" },
  { at: circle(cx - r * 0.3, cy - r * 0.34, r * 0.34), fill: "#ffe0b8", soft: r * 0.9, alpha: 0.55 },
  { at: lens(cx + r * 0.1, cy - r * 0.98, r * 0.72, r * 0.56, turn), fill: "#6f9a5b", to: "#4f7d47" },
];

const PICTURES = {
  offer: {
    background: ["#fdf0e4", "#f9d9b8"],
    shapes: [...apricot(300, 246, 104, 0.5), ...apricot(520, 232, 118, 2.5), ...apricot(412, 282, 84, 1)],
  },
  card: {
    background: ["#eef0f3", "#d5dce4"],
    shapes: [
      { at: box(412, 236, 430, 262, 24, -0.12), fill: "#4a5866", soft: 60, alpha: 0.3 },
      { at: box(400, 214, 420, 254, 22, -0.12), fill: "#37424d", to: "#222a31" },
      { at: box(256, 176, 62, 46, 8, -0.12), fill: "#e8b27a", to: "#c98846" },
      { at: box(330, 268, 210, 13, 6, -0.12), fill: "#8a97a3" },
      { at: box(300, 296, 140, 11, 5, -0.12), fill: "#66737f" },
      { at: circle(520, 266, 30), fill: "#e8833a", alpha: 0.95 },
      { at: circle(552, 262, 30), fill: "#f4c08e", alpha: 0.85 },
    ],
  },
  delivery: {
    background: ["#e9f1ec", "#cfe0d6"],
    shapes: [
      { at: box(406, 344, 330, 40, 20), fill: "#5a7263", soft: 50, alpha: 0.35 },
      { at: box(400, 226, 300, 220, 10), fill: "#d9a871", to: "#bd8549" },
      { at: box(400, 140, 316, 52, 8), fill: "#e4b986", to: "#cf9c60" },
      { at: box(400, 226, 46, 224, 2), fill: "#f3e3cd", alpha: 0.85 },
      { at: box(492, 290, 82, 50, 5), fill: "#fbf6ee" },
      { at: box(484, 282, 48, 6, 3), fill: "#8d7f6d" },
      { at: box(478, 298, 36, 6, 3), fill: "#b5a896" },
    ],
  },
};

const folder = new URL("../public/demo/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, picture] of Object.entries(PICTURES)) await writeFile(new URL(`${name}.png`, folder), draw(picture));
