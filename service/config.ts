import { isIPv4, isIPv6 } from "node:net";
import { Ajv, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import Type, { type Static } from "typebox";

/** A DNS name or an IPv4 address, or an IPv6 address in brackets. */
const hostName = "([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\\[[0-9A-Fa-f:.]+\\])";

/**
 * The environment of every service, as one JSON Schema: defaults, bounds and the text that explains a key
 * stand here and nowhere else. README's table is checked against it by a test.
 */
export const environmentSchema = Type.Object({
  DATABASE_URL: Type.String({
    pattern: "^postgres(ql)?://",
    default: "postgres://synthetic_user:synthetic_pass@127.0.0.1:5432/synthetic_db",
    description: "PostgreSQL, where the ledger and the rows live",
  }),
  REDIS_URL: Type.String({
    pattern: "^rediss?://",
    default: "redis://127.0.0.1:6379",
    description: "Redis, for BullMQ",
  }),
  KAFKA_BROKERS: Type.String({
    pattern: "^[^,:\\s]+:\\d+(,[^,:\\s]+:\\d+)*$",
    default: "127.0.0.1:9092",
    description: "Kafka's bootstrap servers, host:port separated by commas",
  }),
  KAFKA_TOPIC: Type.String({
    pattern: "^[a-zA-Z0-9._-]{1,249}$",
    default: "synthetic_users",
    description: "the topic of the records",
  }),
  KAFKA_PARTITIONS: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 6,
    description: "partitions of the topic when this system creates it",
  }),
  KAFKA_REPLICATION_FACTOR: Type.Integer({
    minimum: 1,
    maximum: 10,
    default: 1,
    description: "replication factor of the topic when this system creates it",
  }),
  KAFKA_MIN_INSYNC_REPLICAS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10,
      description:
        "replicas that must have a message before Kafka acknowledges it, of a topic that this system creates; by default one fewer than there are, at least 1",
    }),
  ),
  KAFKA_COMPRESSION: Type.Enum(["none", "gzip", "snappy", "lz4", "zstd"], {
    default: "none",
    description:
      "codec in which this system's own messages are sent; those of others are read in any. A topic's `compression.type` other than `producer` has the broker store them in that",
  }),
  UNSAFE_SETTINGS: Type.Enum(["refuse", "warn"], {
    default: "refuse",
    description:
      "what workers and consumers do where Redis or the topic is set so that records can be lost: end with a message, or `warn` and go on",
  }),
  KAFKA_GROUP: Type.String({
    minLength: 1,
    maxLength: 249,
    default: "synthetic-consumer",
    description: "consumer group of the consumers",
  }),
  QUEUE_PREFIX: Type.String({
    pattern: "^[a-zA-Z0-9_-]{1,64}$",
    default: "synthetic",
    description: "prefix of BullMQ's keys in Redis",
  }),
  HOST: Type.String({
    minLength: 1,
    default: "127.0.0.1",
    description: "address on which the web service listens",
  }),
  PORT: Type.Integer({
    minimum: 1,
    maximum: 65535,
    default: 8080,
    description: "port on which the web service listens",
  }),
  AUTH_USER: Type.Optional(
    Type.String({
      // HTTP Basic ends the user at the first colon.
      pattern: "^[^:]+$",
      maxLength: 128,
      description:
        "who may sign in, or use HTTP Basic; required unless HOST is loopback or AUTH_TOKEN is set",
    }),
  ),
  AUTH_PASSWORD: Type.Optional(
    Type.String({ minLength: 8, maxLength: 1024, description: "that user's password, 8 characters or more" }),
  ),
  AUTH_TOKEN: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9._~+/-]+=*$",
      minLength: 16,
      maxLength: 1024,
      description: "token that programs may send instead (`Authorization: Bearer …`), 16 characters or more",
    }),
  ),
  SESSION_HOURS: Type.Integer({
    minimum: 1,
    maximum: 720,
    default: 12,
    description: "hours for which somebody who signed in stays signed in",
  }),
  ALLOWED_HOSTS: Type.Optional(
    Type.String({
      pattern: `^${hostName}(,${hostName})*$`,
      description:
        "further names, separated by commas, under which the web service is reached; HOST and loopback always are",
    }),
  ),
  TRUSTED_PROXIES: Type.Optional(
    Type.String({
      minLength: 1,
      description: "addresses or CIDR ranges, separated by commas, whose X-Forwarded headers are believed",
    }),
  ),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 1_000_000_000,
    default: 3_000,
    description: "requests a minute and client address that change something or make records; 0 for no limit",
  }),
  SIGN_IN_FAILURES_PER_MINUTE: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 20,
    description: "wrong credentials a minute and client address, after which even right ones must wait",
  }),
  LOG_LEVEL: Type.Enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
    default: "info",
    description: "least level of the log lines (JSON on stdout)",
  }),
  CHUNK_SIZE: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 5_000,
    description: "records of a chunk where the request does not say",
  }),
  MAX_PENDING_RECORDS: Type.Integer({
    minimum: 1,
    maximum: 100_000_000,
    default: 100_000,
    description:
      "records whose chunks are queued or in Kafka and that are not yet accounted for, all runs together; the last tenth is for small runs and new ones",
  }),
  MAX_RECORDS_PER_RUN: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000_000,
    default: 10_000_000_000,
    description: "greatest count that a request may ask for",
  }),
  MAX_QUEUED_RECORDS: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000_000_000,
    default: 100_000_000_000,
    description: "records of unfinished runs not yet accounted for, beyond which no further run is accepted",
  }),
  MAX_ENDLESS_RUNS: Type.Integer({
    minimum: 0,
    maximum: 1000,
    default: 20,
    description: "runs without an end that may be unfinished at a time",
  }),
  WORKER_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 2,
    description: "chunks that one worker process makes at a time",
  }),
  RUN_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 50,
    description: "runs that one worker process plans at the same moment; any number take turns",
  }),
  METRICS_PORT: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65535,
      description:
        "port on which each process serves `/metrics` and `/healthz` without asking who it is; of several processes of a native stack the first one's. Off by default",
    }),
  ),
  METRICS_HOST: Type.String({
    minLength: 1,
    default: "127.0.0.1",
    description: "address on which METRICS_PORT is served",
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      format: "uri",
      pattern: "^https?://",
      description:
        "address to which traces are sent as OTLP over HTTP, without `/v1/traces`, such as `http://127.0.0.1:4318`. Off by default",
    }),
  ),
  SHUTDOWN_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 10_000,
    description: "milliseconds that a process may take to end after SIGTERM",
  }),
  KAFKA_UI_URL: Type.Optional(
    Type.String({
      format: "uri",
      pattern: "^https?://",
      description: "address of Kafka UI, for the links in the pages",
    }),
  ),
  SUPERSET_URL: Type.Optional(
    Type.String({
      format: "uri",
      pattern: "^https?://",
      description: "address of Superset, for the links in the pages",
    }),
  ),
  AIRFLOW_URL: Type.Optional(
    Type.String({
      format: "uri",
      pattern: "^https?://",
      description: "address of Airflow, for the links in the pages",
    }),
  ),
  GRAFANA_URL: Type.Optional(
    Type.String({
      format: "uri",
      pattern: "^https?://",
      description: "address of Grafana, for the links in the pages",
    }),
  ),
});

type Environment = Static<typeof environmentSchema>;

/** Who may use the web service: everybody where there are neither credentials nor a token. */
export interface AccessConfig {
  readonly credentials: { readonly user: string; readonly password: string } | null;
  readonly token: string | null;
  readonly sessionMs: number;
  readonly failuresPerMinute: number;
}

/** The whole configuration, frozen; processes pass slices of it down. Sizes in records, times in milliseconds. */
export interface Config {
  readonly databaseUrl: string;
  readonly redis: { readonly url: string; readonly prefix: string };
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly topic: string;
    readonly partitions: number;
    readonly replicationFactor: number;
    readonly minInsyncReplicas: number;
    readonly compression: Environment["KAFKA_COMPRESSION"];
    readonly group: string;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly access: AccessConfig;
    /** Names under which the service is reached, beside its own. */
    readonly allowedHosts: readonly string[];
    readonly trustedProxies: readonly string[];
    readonly rateLimitPerMinute: number;
  };
  readonly unsafeSettings: Environment["UNSAFE_SETTINGS"];
  readonly logLevel: Environment["LOG_LEVEL"];
  readonly limits: {
    readonly chunkSize: number;
    readonly maxPendingRecords: number;
    readonly maxRecordsPerRun: number;
    readonly maxQueuedRecords: number;
    readonly maxEndlessRuns: number;
    readonly workerConcurrency: number;
    readonly runConcurrency: number;
  };
  readonly metrics: {
    readonly host: string;
    /** Null where only the web service's own `/metrics` is wanted. */
    readonly port: number | null;
  };
  /** Where traces go, without a slash at the end; null where none are made. */
  readonly otlpEndpoint: string | null;
  readonly shutdownTimeoutMs: number;
  readonly links: {
    readonly kafkaUi: string | null;
    readonly superset: string | null;
    readonly airflow: string | null;
    readonly grafana: string | null;
  };
}

/** A key of the environment has a value that cannot be used; the message names every such key. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const ajv = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true, allowUnionTypes: true });
addFormats.default(ajv, ["uri"]);
const validate = ajv.compile<Environment>(environmentSchema);

/**
 * Reads and validates the environment as a whole.
 * @throws ConfigError naming every key that is wrong and what would be right
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const candidate: Record<string, unknown> = {};
  for (const key of Object.keys(environmentSchema.properties)) {
    const value = environment[key];
    // An empty variable is how a compose file spells "not set".
    if (value !== undefined && value !== "") candidate[key] = value;
  }
  if (!validate(candidate)) throw new ConfigError(describeErrors(validate.errors ?? []));
  requireUrls(candidate);
  const access = readAccess(candidate);
  return freezeWhole({
    databaseUrl: candidate.DATABASE_URL,
    redis: { url: candidate.REDIS_URL, prefix: candidate.QUEUE_PREFIX },
    kafka: {
      brokers: candidate.KAFKA_BROKERS.split(","),
      topic: candidate.KAFKA_TOPIC,
      partitions: candidate.KAFKA_PARTITIONS,
      replicationFactor: candidate.KAFKA_REPLICATION_FACTOR,
      // One broker may then be away without a message being refused, and be lost without a message going with it.
      minInsyncReplicas:
        candidate.KAFKA_MIN_INSYNC_REPLICAS ?? Math.max(1, candidate.KAFKA_REPLICATION_FACTOR - 1),
      compression: candidate.KAFKA_COMPRESSION,
      group: candidate.KAFKA_GROUP,
    },
    http: {
      host: candidate.HOST,
      port: candidate.PORT,
      access,
      allowedHosts: listOf(candidate.ALLOWED_HOSTS),
      trustedProxies: readProxies(candidate),
      rateLimitPerMinute: candidate.RATE_LIMIT_PER_MINUTE,
    },
    unsafeSettings: candidate.UNSAFE_SETTINGS,
    logLevel: candidate.LOG_LEVEL,
    limits: {
      chunkSize: candidate.CHUNK_SIZE,
      maxPendingRecords: candidate.MAX_PENDING_RECORDS,
      maxRecordsPerRun: candidate.MAX_RECORDS_PER_RUN,
      maxQueuedRecords: candidate.MAX_QUEUED_RECORDS,
      maxEndlessRuns: candidate.MAX_ENDLESS_RUNS,
      workerConcurrency: candidate.WORKER_CONCURRENCY,
      runConcurrency: candidate.RUN_CONCURRENCY,
    },
    metrics: { host: candidate.METRICS_HOST, port: candidate.METRICS_PORT ?? null },
    otlpEndpoint: candidate.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, "") ?? null,
    shutdownTimeoutMs: candidate.SHUTDOWN_TIMEOUT_MS,
    links: {
      kafkaUi: candidate.KAFKA_UI_URL ?? null,
      superset: candidate.SUPERSET_URL ?? null,
      airflow: candidate.AIRFLOW_URL ?? null,
      grafana: candidate.GRAFANA_URL ?? null,
    },
  });
}

/** Libraries tell an address that they cannot read, password and all, in their errors. */
function requireUrls(environment: Environment): void {
  for (const key of ["DATABASE_URL", "REDIS_URL"] as const) {
    if (!isUrl(environment[key])) {
      throw new ConfigError(
        `${key}: is no URL; in a user or a password, characters other than letters, digits and -_.~ must be written as %XX`,
      );
    }
  }
}

function isUrl(text: string): boolean {
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function freezeWhole<T extends object>(whole: T): T {
  for (const part of Object.values(whole)) if (typeof part === "object" && part !== null) freezeWhole(part);
  return Object.freeze(whole);
}

function readAccess(environment: Environment): AccessConfig {
  const { AUTH_USER: user, AUTH_PASSWORD: password, AUTH_TOKEN: token, HOST: host } = environment;
  if ((user === undefined) !== (password === undefined)) {
    const missing = user === undefined ? "AUTH_USER" : "AUTH_PASSWORD";
    throw new ConfigError(`${missing}: must be set too, AUTH_USER and AUTH_PASSWORD go together`);
  }
  if (password === undefined && token === undefined && !isLoopback(host)) {
    throw new ConfigError(
      `HOST: ${host} can be reached from other machines, so AUTH_USER and AUTH_PASSWORD must be set (or AUTH_TOKEN; or HOST be 127.0.0.1)`,
    );
  }
  return {
    credentials: user !== undefined && password !== undefined ? { user, password } : null,
    token: token ?? null,
    sessionMs: environment.SESSION_HOURS * 3_600_000,
    failuresPerMinute: environment.SIGN_IN_FAILURES_PER_MINUTE,
  };
}

/** 127.0.0.0/8 never leaves the machine. https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3 */
const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));

function readProxies({ TRUSTED_PROXIES: text }: Environment): readonly string[] {
  const proxies = listOf(text);
  for (const proxy of proxies) {
    const [address = "", prefix, ...rest] = proxy.split("/");
    const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
    const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
    if (bits === -1 || !fits || rest.length > 0) {
      throw new ConfigError("TRUSTED_PROXIES: must be addresses or CIDR ranges separated by commas");
    }
  }
  return proxies;
}

const listOf = (text: string | undefined): readonly string[] => text?.split(",") ?? [];

function describeErrors(errors: readonly ErrorObject[]): string {
  // The value itself is left out: it may be a password.
  return errors
    .map((error) => `${error.instancePath.slice(1)}: ${error.message ?? "is not valid"}`)
    .join("; ");
}
