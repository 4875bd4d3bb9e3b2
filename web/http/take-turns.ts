/**
 * Has work done one after the other, in the order in which it came.
 * @param maxWaiting so many may wait for the one that is under way; of further ones `refusal` is thrown
 */
export function createTurns(
  maxWaiting: number,
  refusal: () => Error,
): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let pending = 0;
  return async (work) => {
    if (pending > maxWaiting) throw refusal();
    pending += 1;
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      pending -= 1;
    }
  };
}
