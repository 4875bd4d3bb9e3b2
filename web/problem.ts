/** What can go wrong with a request, once for the responses, the OpenAPI document and its page. */
export const problemKinds = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "malformed-body": { status: 400, title: "The body cannot be read" },
  unauthorized: { status: 401, title: "Credentials are required" },
  "cross-site": { status: 403, title: "The request comes from another site" },
  "csrf-token": { status: 403, title: "The page is out of date" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "The method is not allowed" },
  "not-acceptable": { status: 406, title: "No acceptable media type" },
  timeout: { status: 408, title: "The request took too long to arrive" },
  "idempotency-key-reused": { status: 409, title: "The idempotency key belongs to another request" },
  "run-state": { status: 409, title: "The run's status does not allow this" },
  "too-large": { status: 413, title: "The request is too large" },
  "unsupported-media-type": { status: 415, title: "The media type is not supported" },
  misdirected: { status: 421, title: "The host is not served here" },
  "too-many-requests": { status: 429, title: "Too many requests" },
  "endless-runs": { status: 429, title: "Too many endless runs" },
  "queue-full": { status: 429, title: "Too many records are waiting" },
  "headers-too-large": { status: 431, title: "The request's head is too large" },
  internal: { status: 500, title: "Something went wrong" },
  unavailable: { status: 503, title: "A dependency is not available" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ProblemKind = keyof typeof problemKinds;

export interface FieldError {
  /** Where the value stands, e.g. `count` or `fields[2]`. */
  readonly field: string;
  readonly message: string;
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
  readonly kind: ProblemKind;
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.kind = kind;
    this.status = problemKinds[kind].status;
    this.title = problemKinds[kind].title;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
  }
}

/** Where the kind is explained; what stands in a problem's `type`. */
export const problemType = (kind: ProblemKind): string => `/api/docs#problem-${kind}`;

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
