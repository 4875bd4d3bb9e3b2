import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import pg from "pg";
import { addChunkJobs } from "../../queues/chunk-jobs.ts";
import { openRedis } from "../../queues/connection.ts";
import { enqueueRun } from "../../queues/enqueue-run.ts";
import { openQueues } from "../../queues/queues.ts";
import { databaseForSuite } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { rejection } from "../setup/rejection.ts";
import { plannedRun } from "../setup/runs.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { findOwner, type Owner } from "./proxy/find-owner.ts";
import { openKafkaFraming } from "./proxy/kafka-frames.ts";
import { openPostgresFraming } from "./proxy/postgres-frames.ts";
import { type Held, openProxy, type ServerProxy, type Trap } from "./proxy/proxy.ts";
import { openRedisFraming } from "./proxy/redis-frames.ts";

const me: Owner = { name: "test", pid: process.pid };
const ownerOf = (fromPort: number, toPort: number): Owner | undefined => findOwner([me], fromPort, toPort);

describe("a proxy between the app and its servers", () => {
  const database = databaseForSuite();
  let proxy: ServerProxy;
  const closers: (() => Promise<unknown> | unknown)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const trap = (from: Trap["from"], frame: string): Promise<Held> =>
    proxy.hold({ from, frame, isOwner: ({ name }) => name === me.name }, 10_000);

  describe("of PostgreSQL", () => {
    let client: pg.Client;

    beforeEach(async () => {
      const url = new URL(database().url);
      proxy = await openProxy({ serverPort: Number(url.port), openFraming: openPostgresFraming, ownerOf });
      closers.push(() => proxy.close());
      url.port = String(proxy.port);
      client = new pg.Client({ connectionString: url.href });
      client.on("error", () => undefined);
      await client.connect();
      closers.push(() => client.end().catch(() => undefined));
      await database().asOwner("CREATE TABLE IF NOT EXISTS seen (what text); TRUNCATE seen");
    });
    const begin = async (): Promise<void> => {
      await client.query("BEGIN");
      await client.query("INSERT INTO seen VALUES ($1)", ["COMMIT"]);
    };
    const countSeen = async (): Promise<number> =>
      (await database().pool.query("SELECT 1 FROM seen")).rows.length;

    it("holds a COMMIT before the server has it", async () => {
      const holding = trap("client", "COMMIT");
      await begin();
      const committing = client.query("COMMIT");
      const held = await holding;
      expect(held.owner).to.deep.equal(me);
      expect(await countSeen()).to.equal(0);
      held.release();
      await committing;
      expect(await countSeen()).to.equal(1);
    });

    it("holds the server's word that it has committed", async () => {
      const holding = trap("server", "COMMIT");
      await begin();
      const committing = rejection(client.query("COMMIT"));
      const held = await holding;
      expect(await countSeen()).to.equal(1);
      held.cut();
      expect(await committing).to.be.instanceOf(Error);
    });

    it("takes no ROLLBACK, and no COMMIT of a failed transaction, for one", async () => {
      const holding = trap("server", "COMMIT");
      await begin();
      await client.query("ROLLBACK");
      await client.query("BEGIN");
      await rejection(client.query("SELECT 1 / 0"));
      await client.query("COMMIT");
      await begin();
      const committing = client.query("COMMIT");
      const held = await holding;
      expect(await countSeen()).to.equal(1);
      held.release();
      await committing;
    });

    it("delays what passes, and lets it vanish", async () => {
      proxy.setLatency(100);
      const startedMs = Date.now();
      await client.query("SELECT 1");
      expect(Date.now() - startedMs).to.be.at.least(200);
      proxy.setLatency(0);
      proxy.swallow();
      const lost = rejection(client.query("INSERT INTO seen VALUES ('lost')"));
      await database().pool.query("SELECT 1");
      proxy.stopSwallowing();
      expect(await lost).to.be.instanceOf(Error);
      expect(await countSeen()).to.equal(0);
    });

    it("cuts a connection in the middle of an answer", async () => {
      proxy.cutInTransfer(() => ({ from: "server", bytes: 1_000 }));
      expect(await rejection(client.query("SELECT repeat('x', 100000)"))).to.be.instanceOf(Error);
    });
  });

  describe("of Redis", () => {
    it("knows the commands that add a run's job and a chunk's", async () => {
      const { port } = new URL(servers.redisUrl);
      proxy = await openProxy({ serverPort: Number(port), openFraming: openRedisFraming, ownerOf });
      closers.push(() => proxy.close());
      const redis = openRedis(`redis://127.0.0.1:${proxy.port}`, "worker", () => undefined);
      closers.push(() => redis.disconnect());
      const queues = openQueues(redis, unique("test"), () => undefined);
      closers.push(() => queues.close());
      const { run, chunks } = await plannedRun(database().pool);
      const [holdingRun, holdingChunk] = [trap("client", "add run"), trap("client", "add chunk")];
      const adding = enqueueRun(queues, run);
      (await holdingRun).release();
      await adding;
      expect(await queues.runs.getJobState(run.id)).to.equal("waiting");
      const addingChunks = addChunkJobs(queues, chunks);
      (await holdingChunk).release();
      await addingChunks;
      expect(await queues.chunks.getJobCountByTypes("prioritized")).to.equal(chunks.length);
      await queues.runs.obliterate({ force: true });
      await queues.chunks.obliterate({ force: true });
    });
  });

  describe("of Kafka", () => {
    let server: Server;
    let received: Buffer;

    beforeEach(async () => {
      received = Buffer.alloc(0);
      server = createServer((socket) => {
        socket.on("data", (piece) => {
          received = Buffer.concat([received, piece]);
        });
        socket.on("error", () => undefined);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      closers.push(() => server.close());
      const address = server.address();
      const serverPort = typeof address === "object" && address !== null ? address.port : 0;
      proxy = await openProxy({ serverPort, openFraming: openKafkaFraming, ownerOf });
      closers.push(() => proxy.close());
    });

    async function openClient(): Promise<Socket> {
      const client = connect({ host: "127.0.0.1", port: proxy.port, noDelay: true });
      client.on("error", () => undefined);
      closers.push(() => client.destroy());
      await once(client, "connect");
      return client;
    }

    it("passes on every byte in order, in whatever pieces it comes, but for what is dropped", async () => {
      const holding = trap("client", "Produce");
      const client = await openClient();
      const requests = [3, 0, 8, 0, 18].map((api, id) => request(api, id));
      for (const byte of Buffer.concat(requests)) client.write(Buffer.from([byte]));
      (await holding).drop();
      const [first, , ...others] = requests;
      const expected = Buffer.concat([first ?? Buffer.alloc(0), ...others]);
      client.end();
      await until(() => received.length >= expected.length);
      expect(received.equals(expected)).to.equal(true);
    });

    it("delivers late what its sender has not lived to see delivered", async () => {
      const holding = trap("client", "OffsetCommit");
      const client = await openClient();
      client.write(Buffer.concat([request(8, 1), request(3, 2)]));
      const held = await holding;
      client.destroy();
      await once(client, "close");
      expect(received).to.have.length(0);
      held.release();
      await until(() => received.equals(Buffer.concat([request(8, 1), request(3, 2)])));
    });
  });
});

/** A request's header with some bytes behind it. */
function request(api: number, correlationId: number): Buffer {
  const bytes = Buffer.alloc(40 + correlationId, "body");
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.writeInt16BE(api, 4);
  bytes.writeInt16BE(7, 6);
  bytes.writeInt32BE(correlationId, 8);
  return bytes;
}

async function until(isSo: () => boolean): Promise<void> {
  await eventually(() => expect(isSo()).to.equal(true));
}
