import { STATUS_CODES } from "node:http";

/** What can go wrong with a request, once for the responses, the OpenAPI document and its page. */
export const problemKinds = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "malformed-request": { status: 400, title: "The request cannot be read" },
  "invalid-definition": { status: 400, title: "A definition is not valid" },
  "malformed-body": { status: 400, title: "The body cannot be read" },
  unauthorized: { status: 401, title: "Credentials are required" },
  "cross-site": { status: 403, title: "The request comes from another site" },
  "csrf-token": { status: 403, title: "The page is out of date" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "The method is not allowed" },
  "not-acceptable": { status: 406, title: "No acceptable media type" },
  timeout: { status: 408, title: "The request took too long to arrive" },
  "idempotency-key-reused": { status: 409, title: "The idempotency key belongs to another request" },
  "type-conflict": { status: 409, title: "What is registered stands in the way" },
  "type-in-use": { status: 409, title: "Runs of the type are under way" },
  "run-state": { status: 409, title: "The run's status does not allow this" },
  "precondition-failed": { status: 412, title: "A condition of the request does not hold" },
  "too-large": { status: 413, title: "The request is too large" },
  "unsupported-media-type": { status: 415, title: "The media type is not supported" },
  "range-not-satisfiable": { status: 416, title: "The range is not within what is here" },
  misdirected: { status: 421, title: "The host is not served here" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "endless-runs": { status: 429, title: "Too many endless runs" },
  "queue-full": { status: 429, title: "Too many records are waiting" },
  "headers-too-large": { status: 431, title: "The request's head is too large" },
  internal: { status: 500, title: "Something went wrong" },
  "takes-too-long": { status: 503, title: "This takes longer than a request may" },
  busy: { status: 503, title: "Too many requests of this kind are waiting" },
  unavailable: { status: 503, title: "A dependency is not available" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemKind = keyof typeof problemKinds;

export interface FieldError {
  /** Where the value stands, e.g. `count` or `fields[2]`. */
  readonly field: string;
  readonly message: string;
  /** Of a mistake in a definition: which of those that were sent, from 0. */
  readonly definition?: number;
  /** Where in it, as JSON pointer. */
  readonly pointer?: string;
  /** Where in the body, from 1; null where nothing of the place is in it. */
  readonly line?: number | null;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A request that cannot be answered as asked; becomes RFC 9457 problem details or an error page. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** Null where nothing is known of it but its status. */
  readonly kind: ProblemKind | null;
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  /** @param kind or, of a refusal by a library that has none of ours, its status */
  constructor(kind: ProblemKind | number, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.kind = typeof kind === "number" ? null : kind;
    const { status, title } =
      typeof kind === "number" ? { status: kind, title: STATUS_CODES[kind] } : problemKinds[kind];
    this.status = status;
    this.title = title ?? `Status ${status}`;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
  }
}

/** Where the kind is explained; what stands in a problem's `type`. https://www.rfc-editor.org/rfc/rfc9457#section-4.2.1 */
export const problemType = (kind: ProblemKind | null): string =>
  kind === null ? "about:blank" : `/api/docs#problem-${kind}`;

/** The problem as RFC 9457 wants it. https://www.rfc-editor.org/rfc/rfc9457#section-3.1 */
export function problemDocument(problem: Problem, instance: string): Record<string, unknown> {
  return {
    type: problemType(problem.kind),
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    ...problem.extensions,
  };
}

/** Refuses a request, naming every bad field. */
export function invalidRequest(errors: readonly FieldError[]): Problem {
  const detail = errors.map(({ field, message }) => `${field} ${message}`).join("; ");
  return new Problem("invalid-request", `${detail}.`, { errors });
}

/** @throws Problem `invalid-request` where there is any */
export function refuseAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidRequest(errors);
}
