import { expect } from "chai";
import { ConfigError, environmentSchema, readConfig } from "../../service/config.ts";

type Keys = keyof typeof environmentSchema.properties;
interface Keyword {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}
const schema: Readonly<Record<string, Keyword>> = environmentSchema.properties;
const credentials = { AUTH_USER: "ann", AUTH_PASSWORD: "long enough" };

/** The message with which an environment is refused. */
function refusal(environment: NodeJS.ProcessEnv): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

/** Values of each key that must not be accepted. */
const bad: Readonly<Record<Keys, readonly string[]>> = {
  DATABASE_URL: ["mysql://secret@h/d", "secret", "postgres://u:secret#w@h/d", "postgres://u:secret%zz@h/d"],
  REDIS_URL: ["http://secret", "secret:6379", "redis://:secret/w@h:6379"],
  KAFKA_BROKERS: ["secret", "secret:", "a:1,secret", "a:1,,b:2", "a:1 secret:2"],
  KAFKA_TOPIC: ["secret topic", "s".repeat(250), "secret/"],
  KAFKA_PARTITIONS: ["0", "1001", "1.5", "secret", "-1"],
  KAFKA_REPLICATION_FACTOR: ["0", "11", "secret"],
  KAFKA_MIN_INSYNC_REPLICAS: ["0", "11", "secret"],
  KAFKA_COMPRESSION: ["secret", "GZIP", "uncompressed"],
  KAFKA_GROUP: ["s".repeat(250)],
  QUEUE_PREFIX: ["secret:", "se cret", "s".repeat(65)],
  HOST: [],
  PORT: ["0", "65536", "secret", "80.5"],
  AUTH_USER: ["secret:", "s".repeat(129)],
  AUTH_PASSWORD: ["secret7"],
  AUTH_TOKEN: ["secret", "secret with white space", "s".repeat(1025)],
  SESSION_HOURS: ["0", "721", "secret"],
  ALLOWED_HOSTS: ["http://secret", "a,,secret", "secret:80", "*"],
  TRUSTED_PROXIES: ["secret", "10.0.0.0/33", "10.0.0.1,secret", "::1/129", "10.0.0.0/8/secret"],
  RATE_LIMIT_PER_MINUTE: ["-1", "secret"],
  SIGN_IN_FAILURES_PER_MINUTE: ["0", "secret"],
  UNSAFE_SETTINGS: ["secret", "no"],
  LOG_LEVEL: ["secret", "INFO"],
  CHUNK_SIZE: ["0", "100001", "secret"],
  MAX_PENDING_RECORDS: ["0", "100000001", "secret"],
  MAX_RECORDS_PER_RUN: ["0", "1000000000001", "secret"],
  MAX_QUEUED_RECORDS: ["0", "1000000000000001", "secret"],
  MAX_ENDLESS_RUNS: ["-1", "1001", "secret"],
  WORKER_CONCURRENCY: ["0", "65", "secret"],
  RUN_CONCURRENCY: ["0", "1001", "secret"],
  METRICS_PORT: ["0", "65536", "secret"],
  METRICS_HOST: [],
  OTEL_EXPORTER_OTLP_ENDPOINT: ["secret", "grpc://secret:4317"],
  SHUTDOWN_TIMEOUT_MS: ["99", "600001", "secret"],
  KAFKA_UI_URL: ["secret", "javascript:secret"],
  SUPERSET_URL: ["secret", "ftp://secret"],
  AIRFLOW_URL: ["secret", "ftp://secret"],
  GRAFANA_URL: ["secret", "ftp://secret"],
};

describe("the configuration", () => {
  it("of an empty environment is that of a stack on this machine", () => {
    const config = readConfig({});
    expect(config).to.deep.include({
      databaseUrl: "postgres://synthetic_user:synthetic_pass@127.0.0.1:5432/synthetic_db",
      redis: { url: "redis://127.0.0.1:6379", prefix: "synthetic" },
      logLevel: "info",
      links: { kafkaUi: null, superset: null, airflow: null, grafana: null },
    });
    expect(config.http).to.deep.include({ host: "127.0.0.1", port: 8080, allowedHosts: [] });
    expect(config.http.access).to.deep.include({ credentials: null, token: null });
    expect(config.kafka).to.deep.include({
      brokers: ["127.0.0.1:9092"],
      topic: "synthetic_users",
      partitions: 6,
    });
  });

  it("takes every number up to its bounds", () => {
    const numbers = Object.entries(schema).filter(([, { type }]) => type === "integer");
    expect(numbers.length).to.be.above(5);
    for (const [key, { minimum, maximum }] of numbers) {
      for (const bound of [minimum, maximum]) readConfig({ [key]: String(bound) });
    }
  });

  it("takes several brokers", () => {
    const { kafka } = readConfig({ KAFKA_BROKERS: "a:1,b.example:29092" });
    expect(kafka.brokers).to.deep.equal(["a:1", "b.example:29092"]);
  });

  it("lets one replica be away, where there is more than one and nothing else is said", () => {
    const minimum = (environment: NodeJS.ProcessEnv): number =>
      readConfig(environment).kafka.minInsyncReplicas;
    expect(minimum({})).to.equal(1);
    expect(minimum({ KAFKA_REPLICATION_FACTOR: "2" })).to.equal(1);
    expect(minimum({ KAFKA_REPLICATION_FACTOR: "3" })).to.equal(2);
    expect(minimum({ KAFKA_REPLICATION_FACTOR: "3", KAFKA_MIN_INSYNC_REPLICAS: "1" })).to.equal(1);
  });

  it("takes an empty value for one that is not set", () => {
    const empty = Object.fromEntries(Object.keys(schema).map((key) => [key, ""]));
    expect(readConfig(empty)).to.deep.equal(readConfig({}));
  });

  it("does not mind what else stands in the environment", () => {
    expect(readConfig({ PATH: "/bin", port: "1" })).to.deep.equal(readConfig({}));
  });

  it("explains every key", () => {
    for (const [key, { description }] of Object.entries(schema)) expect(description, key).to.be.a("string");
  });

  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      it(`refuses ${key} of ${value.length > 30 ? `${value.length} characters` : value}, and repeats not the value`, () => {
        const message = refusal({ ...credentials, [key]: value });
        expect(message.startsWith(`${key}: `)).to.equal(true);
        expect(message.includes("secret") || message.includes("ssss")).to.equal(false);
      });
    }
  }

  it("names every key that is wrong", () => {
    const message = refusal({ PORT: "x", CHUNK_SIZE: "0", REDIS_URL: "y" });
    for (const key of ["PORT", "CHUNK_SIZE", "REDIS_URL"]) expect(message).to.include(`${key}: `);
  });

  describe("of user and password", () => {
    it("wants both or neither", () => {
      expect(readConfig(credentials).http.access.credentials).to.deep.equal({
        user: "ann",
        password: "long enough",
      });
      expect(refusal({ AUTH_USER: "ann" })).to.match(/^AUTH_PASSWORD: /);
      expect(refusal({ AUTH_PASSWORD: "long enough" })).to.match(/^AUTH_USER: /);
    });

    for (const host of ["127.0.0.1", "127.0.0.53", "::1", "localhost"]) {
      it(`needs none on ${host}`, () => {
        expect(readConfig({ HOST: host }).http).to.include({ host });
      });
    }

    for (const host of ["0.0.0.0", "::", "192.0.2.7", "127.example.org", "example.org"]) {
      it(`insists on them on ${host}`, () => {
        expect(refusal({ HOST: host })).to.match(/^HOST: .*AUTH_USER and AUTH_PASSWORD must be set/);
        expect(readConfig({ HOST: host, ...credentials }).http.host).to.equal(host);
        expect(readConfig({ HOST: host, AUTH_TOKEN: "0123456789abcdef" }).http.host).to.equal(host);
      });
    }
  });

  it("is frozen to its last leaf", () => {
    const leaves = (value: unknown): unknown[] =>
      typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(leaves)] : [];
    for (const part of leaves(readConfig(credentials))) expect(Object.isFrozen(part)).to.equal(true);
  });
});
