/** What goes to Redis at a time: enough for round trips not to matter, and few enough for others not to wait. */
const sliceLength = 1_000;

export function* slicesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += sliceLength) {
    yield items.slice(start, start + sliceLength);
  }
}
