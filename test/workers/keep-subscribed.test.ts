import { expect } from "chai";
import type { RecordType } from "../../records/record-type.ts";
import { listed, type RecordTypes, type ServedType } from "../../records/record-types.ts";
import { userType } from "../../types/user/user.ts";
import { keepSubscribed } from "../../workers/keep-subscribed.ts";
import type { Positions } from "../../workers/positions.ts";
import type { TopicReader } from "../../workers/read-topic.ts";
import { eventually } from "../setup/eventually.ts";
import { silentLog } from "../setup/log.ts";

/** Another type than the built-in one, as far as a subscription is concerned. */
const typeNamed = (name: string, version = 1, table: RecordType["table"] = userType.table): ServedType => ({
  type: { ...userType, name, version, table },
  topic: `topic-of-${name}`,
});

const nowhere: Positions = {
  place: async () => ({ kind: "seek", offset: 0 }),
  align: async () => ({ seeks: new Map(), readToEnd: new Map() }),
  advance: () => undefined,
  forget: () => undefined,
  forgetAll: () => undefined,
};

describe("the subscription of a consumer", () => {
  let served: ServedType[];
  let unusable: Set<string>;
  /** Topics of types whose table is gone. */
  let lost: Set<string>;
  /** Topics of types whose table takes no records. */
  let unfit: Set<string>;
  let subscribed: string[];
  let joins: number;
  /** Topics whose positions are watched. */
  let open: Set<string>;
  let changed: () => void;
  let stop: () => Promise<void>;
  let failure: Error | null;
  let askForAnother: () => void;
  const giveUp = new Map<string, () => void>();
  let lose: () => void;

  const types: RecordTypes = {
    find: async () => {
      throw new Error("types are compiled where their topics have messages");
    },
    findNewest: async (name) => served.find(({ type }) => type.name === name) ?? null,
    list: async () => {
      const [builtIn, ...others] = served.map((each) => ({
        ...listed(each),
        isTableLost: lost.has(each.topic),
      }));
      if (builtIn === undefined) throw new Error("there is always the built-in type");
      return [builtIn, ...others];
    },
  };

  beforeEach(() => {
    served = [{ type: userType, topic: "users" }];
    unusable = new Set();
    lost = new Set();
    unfit = new Set();
    subscribed = [];
    joins = 0;
    open = new Set();
    failure = null;
    changed = () => undefined;
    stop = keepSubscribed({
      types,
      prepareTopic: async (topic) => {
        if (unusable.has(topic)) throw new Error("not authorised");
      },
      probeTable: async ({ topic }) => {
        if (unfit.has(topic)) throw new Error("column does not exist");
      },
      openReader: ({ topic }, onOutdated, onUnfit): TopicReader => {
        askForAnother = onOutdated;
        giveUp.set(topic, onUnfit);
        return { handle: async () => ({ kind: "done" }), positions: nowhere, isInHand: () => false };
      },
      watchPositions: () => ({
        assign: (topic) => void open.add(topic),
        stop: async () => open.clear(),
      }),
      subscribe: async ({ topics, onAssigned, onLost }) => {
        for (const topic of topics) onAssigned(topic, [0], () => undefined);
        lose = () => onLost(new Error("the coordinator is loading"));
        joins++;
        subscribed = [...topics];
        return async () => {
          subscribed = [];
        };
      },
      untilChanged: (_timeoutMs, signal) =>
        new Promise((resolve) => {
          changed = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        }),
      onFailure: (error) => {
        failure = error;
      },
      log: silentLog,
    });
  });
  afterEach(() => stop());

  const expectTopics = (...topics: string[]) =>
    eventually(() => {
      expect(subscribed).to.have.members(topics);
      expect([...open]).to.have.members(topics);
    }, 10_000);

  it("has the topics of all types with a table, and takes up a new one when it is told of a change", async () => {
    await expectTopics("users");
    served.push(typeNamed("a"), typeNamed("b", 1, null));
    changed();
    await expectTopics("users", "topic-of-a");
    expect(joins).to.equal(2);
  });

  it("is not given up for a change that changes nothing for it", async () => {
    await expectTopics("users");
    for (let n = 0; n < 3; n++) {
      const before = changed;
      changed();
      await eventually(() => expect(changed).not.to.equal(before));
    }
    expect(joins).to.equal(1);
  });

  it("reads a topic by the newest version of its type", async () => {
    served.push(typeNamed("a"));
    changed();
    await expectTopics("users", "topic-of-a");
    const before = joins;
    served[1] = typeNamed("a", 2);
    changed();
    await eventually(() => expect(joins).to.equal(before + 1), 10_000);
    await expectTopics("users", "topic-of-a");
  });

  it("goes on with a topic that it reads, by the newest version, where its settings cannot be asked for now", async () => {
    served.push(typeNamed("a"));
    changed();
    await expectTopics("users", "topic-of-a");
    unusable.add("topic-of-a");
    served[1] = typeNamed("a", 2);
    const before = joins;
    changed();
    await eventually(() => expect(joins).to.equal(before + 1), 10_000);
    await expectTopics("users", "topic-of-a");
  });

  it("looks for what is new at once where a reader asks for another, though it was told of no change", async () => {
    await expectTopics("users");
    served[0] = { type: { ...userType, version: userType.version + 1 }, topic: "users" };
    askForAnother();
    await eventually(() => expect(joins).to.equal(2), 10_000);
  });

  it("goes on without a topic that cannot be used, and takes it up once it can", async () => {
    unusable.add("topic-of-a");
    served.push(typeNamed("a"), typeNamed("b"));
    changed();
    await expectTopics("users", "topic-of-b");
    unusable.clear();
    await expectTopics("users", "topic-of-a", "topic-of-b");
  });

  it("goes on without the topic of a type whose table is gone, until it is there again", async () => {
    served.push(typeNamed("a"));
    lost.add("topic-of-a");
    changed();
    await expectTopics("users");
    lost.clear();
    changed();
    await expectTopics("users", "topic-of-a");
  });

  it("leaves a topic alone whose type's table takes no records, and joins the group no more often than that changes", async () => {
    served.push(typeNamed("a"), typeNamed("b"));
    changed();
    await expectTopics("users", "topic-of-a", "topic-of-b");
    const before = joins;
    unfit.add("topic-of-a");
    giveUp.get("topic-of-a")?.();
    await expectTopics("users", "topic-of-b");
    for (let n = 0; n < 3; n++) {
      const told = changed;
      changed();
      await eventually(() => expect(changed).not.to.equal(told), 10_000);
    }
    expect(joins).to.equal(before + 1);
    unfit.clear();
    await expectTopics("users", "topic-of-a", "topic-of-b");
    expect(joins).to.equal(before + 2);
    expect(failure).to.equal(null);
  });

  it("is taken up again, by new readers, where the membership was lost", async () => {
    await expectTopics("users");
    lose();
    await eventually(() => expect(joins).to.equal(2), 10_000);
    await expectTopics("users");
  });

  it("is left when it is to end", async () => {
    await expectTopics("users");
    await stop();
    expect(subscribed).to.deep.equal([]);
    expect(open.size).to.equal(0);
    expect(failure).to.equal(null);
  });
});
