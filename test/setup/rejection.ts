/** The error with which a promise rejects; throws where it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error(outcome === null ? "it resolved" : `it rejected with ${String(outcome)}`);
}
