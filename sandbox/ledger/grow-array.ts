type NumberArray = Float64Array | Uint32Array | Uint8Array;

/** A typed array that doubles: a million numbers take their own bytes and nothing more. */
export type GrowingArray = {
  get(index: number): number;
  set(index: number, value: number): void;
};

export function growingArray<T extends NumberArray>(make: (length: number) => T): GrowingArray {
  const startLength = 1_024;
  let items = make(startLength);
  return {
    get: (index) => items[index] ?? 0,
    set(index, value) {
      if (index >= items.length) {
        const larger = make(Math.max(items.length * 2, index + 1));
        larger.set(items);
        items = larger;
      }
      items[index] = value;
    },
  };
}
