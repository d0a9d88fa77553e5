/** First in, first out, without the cost of moving what remains. */
export type Queue<T> = {
  push(item: T): void;
  take(max: number): T[];
  size(): number;
  clear(): void;
};

const compactAt = 1_024;

export function createQueue<T>(): Queue<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item) => void items.push(item),
    take(max) {
      const taken = items.slice(head, head + max);
      head += taken.length;
      if (head >= compactAt && head * 2 >= items.length) {
        items = items.slice(head);
        head = 0;
      }
      return taken;
    },
    size: () => items.length - head,
    clear() {
      items = [];
      head = 0;
    },
  };
}
