type Batch<T> = { readonly items: T[]; readonly done: Promise<void>; readonly go: () => void };

/**
 * Puts single items together so that their rows are stored in one statement: many jobs at once, each awaiting the batch of its item.
 *
 * A batch goes when it is full, or 2 ms after its first item.
 */
export function collectInBatches<T>(
  size: number,
  handle: (items: readonly T[]) => Promise<void>,
): (item: T) => Promise<void> {
  let open: Batch<T> | null = null;
  const close = (batch: Batch<T>): void => {
    if (open !== batch) return;
    open = null;
    batch.go();
  };
  return (item) => {
    const batch = open ?? beginBatch(handle);
    if (open === null) setTimeout(() => close(batch), 2);
    open = batch;
    batch.items.push(item);
    if (batch.items.length >= size) close(batch);
    return batch.done;
  };
}

function beginBatch<T>(handle: (items: readonly T[]) => Promise<void>): Batch<T> {
  const items: T[] = [];
  let go = (): void => undefined;
  const full = new Promise<void>((resolve) => {
    go = resolve;
  });
  return { items, done: full.then(() => handle(items)), go: () => go() };
}
