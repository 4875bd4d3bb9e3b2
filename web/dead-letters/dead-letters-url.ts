export interface LetterFilter {
  readonly reason: string | null;
  readonly runId: string | null;
}

type Further = Readonly<Record<string, string | number | boolean | readonly number[] | null>>;

/** The page of dead letters under a filter. */
export const deadLettersUrl = (filter: LetterFilter, further: Further = {}): string =>
  withQuery("/dead-letters", { ...filter, ...further });

/** The page that says what sending again would do. */
export const replayUrl = (filter: LetterFilter, further: Further = {}): string =>
  withQuery("/dead-letters/replay", {
    ...filter,
    ...(filter.reason === null && filter.runId === null && further.ids === undefined ? { all: true } : {}),
    ...further,
  });

export const deadLetterUrl = (id: number, further: Further = {}): string =>
  withQuery(`/dead-letters/${id}`, further);

function withQuery(path: string, parameters: Further): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size === 0 ? path : `${path}?${query}`;
}
