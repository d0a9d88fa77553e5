import smpp from "smpp";

/** Every PDU has a head of 16 octets, and says so (SMPP 3.4, 3.2). */
const headOctets = 16;
const readLength = smpp.PDU.commandLength;

/**
 * The package waits for ever behind a PDU that says it is shorter than its own head: the session reads nothing any more, and stays
 * when the other side has left. From here on such a PDU is an error of the session, like one that is too long.
 */
export function refuseShortPdus(): void {
  smpp.PDU.commandLength = (stream) => {
    const length = readLength(stream);
    if (length !== false && length < headOctets) throw new Error(`a PDU of ${length} octets`);
    return length;
  };
}
