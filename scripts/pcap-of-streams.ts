/** One direction's bytes, as they were written. */
export type StreamPiece = { readonly fromClient: boolean; readonly bytes: Buffer; readonly atMs: number };

const linkTypeRawIp = 101;
/** What a segment of TCP holds here; an IP packet ends at 64 KB. */
const maxSegment = 1_400;

/**
 * A capture file of one TCP connection made of the bytes that were really exchanged: the framing around them is made up, so that no
 * right to capture is needed. Checksums are left out, which readers take for offloading.
 *
 * @param serverPort decides which protocol a reader takes it for: 2775 is SMPP
 */
export function writePcap(pieces: readonly StreamPiece[], serverPort: number): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(linkTypeRawIp, 20);
  const sequence = { client: 1, server: 1 };
  const packets = pieces.flatMap(({ fromClient, bytes, atMs }) => {
    const segments: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += maxSegment) {
      const payload = bytes.subarray(at, at + maxSegment);
      const [own, other] = fromClient ? (["client", "server"] as const) : (["server", "client"] as const);
      const tcp = tcpSegment({
        fromClient,
        serverPort,
        sequence: sequence[own],
        acknowledged: sequence[other],
        payload,
      });
      sequence[own] += payload.length;
      segments.push(record(ipPacket(fromClient, tcp), atMs));
    }
    return segments;
  });
  return Buffer.concat([head, ...packets]);
}

function record(packet: Buffer, atMs: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(atMs / 1_000), 0);
  head.writeUInt32LE((atMs % 1_000) * 1_000, 4);
  head.writeUInt32LE(packet.length, 8);
  head.writeUInt32LE(packet.length, 12);
  return Buffer.concat([head, packet]);
}

function ipPacket(fromClient: boolean, payload: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head[0] = 0x45;
  head.writeUInt16BE(20 + payload.length, 2);
  head[8] = 64;
  head[9] = 6;
  head.set([127, 0, 0, fromClient ? 1 : 2], 12);
  head.set([127, 0, 0, fromClient ? 2 : 1], 16);
  return Buffer.concat([head, payload]);
}

type Segment = {
  readonly fromClient: boolean;
  readonly serverPort: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly payload: Buffer;
};

function tcpSegment({ fromClient, serverPort, sequence, acknowledged, payload }: Segment): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(fromClient ? 40_000 : serverPort, 0);
  head.writeUInt16BE(fromClient ? serverPort : 40_000, 2);
  head.writeUInt32BE(sequence, 4);
  head.writeUInt32BE(acknowledged, 8);
  head[12] = 0x50;
  head[13] = 0x18; // PSH, ACK
  head.writeUInt16BE(65_535, 14);
  return Buffer.concat([head, payload]);
}
