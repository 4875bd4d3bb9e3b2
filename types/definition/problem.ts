/** What is wrong with a definition, as whoever wrote it needs it. */
export interface Problem {
  /** Which of the file's definitions, from 0. */
  readonly definition: number;
  /** Where in the definition, as JSON pointer. */
  readonly pointer: string;
  /** Where in the file, from 1; null where nothing of the place is in it. */
  readonly line: number | null;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

/** A problem whose place in the file is not looked up yet. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}
