import { expect } from "chai";
import { groupFields } from "../../generate/changes/group-fields.ts";
import { generateText } from "../../generate/write-record.ts";
import { openAlone } from "../../records/changing-runs.ts";
import { compareDefinitions } from "../../types/compare-definitions.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { explicit } from "../../types/definition/explicit.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { linkTypes } from "../../types/link-types.ts";
import { tryRecords } from "../../types/try-records.ts";
import { parseOne } from "./definitions.ts";

const fields = `
type: object
required: [id, status, price, quantity, amount, kind]
properties:
  id: { type: string, format: uuid }
  status: { enum: [placed, paid, shipped] }
  price: { type: number, multipleOf: 0.01, minimum: 1, maximum: 100 }
  quantity: { type: integer, minimum: 1, maximum: 5 }
  amount: { type: number, multipleOf: 0.01, x-generate: { product: [price, quantity] } }
  city: { type: string, x-generate: { person: city } }
  country: { type: string, x-generate: { person: country } }
  note: { type: [string, "null"], maxLength: 30, x-generate: { nulls: 0.5 } }
  kind: { const: order }
  born: { type: string, format: date-time }
`;
const text = (changes: string, record = "key: id", more = ""): string =>
  `$id: order\nx-record: { ${record}, changes: ${changes} }${fields}${more}`;

const problemsOf = (definition: string): readonly string[] =>
  parseDefinitions(definition).problems.map(({ pointer, message }) => `${pointer} ${message}`);

interface State {
  readonly [field: string]: unknown;
}
interface Message {
  readonly key: string | undefined;
  readonly value: { readonly before: State | null; readonly after: State | null; readonly op: string } | null;
}

function messagesOf(definition: string, records: number): readonly Message[] {
  const type = createOwnType(parseOne(definition));
  const run = openAlone(
    type,
    { recordType: type, seed: 3, fields: [], referenceDate: new Date("2026-07-01"), options: {} },
    records,
  );
  const maker = type.openRun(run) ?? expect.fail("the run is of this version");
  const make = generateText(maker.write);
  return Array.from({ length: maker.capacity }, (_, seq) => {
    const json = make(seq);
    const key = maker.readKey?.(Buffer.from(json), seq)?.toString();
    // Whoever reads the message finds the same key.
    if (json !== "") expect(type.readKey?.(Buffer.from(json))?.toString()).to.equal(key);
    return { key, value: json === "" ? null : (JSON.parse(json) as Message["value"]) };
  });
}

describe("a type whose records change", () => {
  it("makes updates of which each changes one thing, with all that belongs to it, and nothing that stays", () => {
    const changed = new Map<string, number>();
    for (const { value } of messagesOf(text("{ updates: 2 }"), 500)) {
      if (value?.op !== "u") continue;
      const { before, after } = value as { readonly before: State; readonly after: State };
      const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
      const differing = names.filter((name) => before[name] !== after[name]);
      const what = differing.every((name) => ["price", "quantity", "amount"].includes(name))
        ? "price, quantity, amount"
        : differing.every((name) => ["city", "country"].includes(name))
          ? "city, country"
          : differing.join(", ");
      changed.set(what, (changed.get(what) ?? 0) + 1);
      expect(after.amount).to.be.closeTo(Number(after.price) * Number(after.quantity), 0.006);
    }
    expect([...changed.keys()].sort()).to.deep.equal([
      "city, country",
      "note",
      "price, quantity, amount",
      "status",
    ]);
    // Each as often.
    for (const [what, times] of changed) expect(times, what).to.be.within(200, 300);
  });

  it("makes the records that it would make if they did not change", () => {
    const plain = createOwnType(parseOne(text("null").replace(", changes: null", "")));
    const run = {
      recordType: plain,
      seed: 3,
      fields: [],
      referenceDate: new Date("2026-07-01"),
      options: {},
    };
    const make = generateText((plain.openRun(run) ?? expect.fail("it makes its own version")).write);
    const created = messagesOf(text("{ updates: 1.21, deletes: 0.3 }"), 150).flatMap(({ value }) =>
      value?.op === "c" ? [JSON.stringify(value.after)] : [],
    );
    const due = Array.from({ length: 150 }, (_, seq) => make(seq));
    expect(created.toSorted()).to.deep.equal(due.toSorted());
  });

  it("changes only what the definition names, times among them where it says so", () => {
    const names = new Set<string>();
    for (const { value } of messagesOf(text("{ updates: 1, fields: [status, born] }"), 200)) {
      if (value?.op !== "u") continue;
      const { before, after } = value as { readonly before: State; readonly after: State };
      for (const name of ["status", "price", "city", "note", "born"])
        if (before[name] !== after[name]) names.add(name);
    }
    expect([...names].sort()).to.deep.equal(["born", "status"]);
  });

  it("has a message without a value, and with the key, for what is deleted", () => {
    for (const envelope of ["debezium", "upsert"]) {
      const messages = messagesOf(text(`{ deletes: 0.2, envelope: ${envelope} }`), 100);
      const tombstones = messages.filter(({ value }) => value === null);
      expect(tombstones).to.have.length(20);
      const keys = new Set(messages.map(({ key }) => key));
      expect(keys.size).to.equal(100);
      expect(keys.has(undefined)).to.equal(false);
    }
  });

  it("reads a tombstone by its key, of one field or several, and refuses one that does not say whose it is", () => {
    const one = createOwnType(parseOne(text("{ deletes: 0.2, envelope: upsert }"))).createDecoder();
    const id = "914b9e48-356d-4b28-896f-64209505335c";
    const read = one(null, Buffer.from(id));
    expect(read).to.deep.include({ kind: "row", payload: "null", error: null });
    expect(read.kind === "row" ? read.values.filter((value) => value !== null) : []).to.deep.equal([id]);
    for (const key of [null, Buffer.from("nonsense")])
      expect(one(null, key)).to.include({ kind: "dead", reason: "tombstone" });
    const several = createOwnType(
      parseOne(text("{ deletes: 0.2, envelope: upsert }", "key: [id, quantity]")),
    ).createDecoder();
    const both = several(null, Buffer.from(JSON.stringify([id, 3])));
    expect(both.kind === "row" ? both.values.filter((value) => value !== null) : []).to.deep.equal([id, "3"]);
    for (const key of ["[1]", `["${id}"]`, `["${id}", "x"]`, "{}", "", "["])
      expect(several(null, Buffer.from(key)), key).to.include({ kind: "dead", reason: "tombstone" });
  });

  it("keeps the digits of whole numbers in a tombstone's key, of one field or several", () => {
    const number = "9017188473700267";
    const definition = (key: string): string =>
      `$id: t\nx-record: { key: ${key}, changes: { deletes: 0.1, envelope: upsert } }\nrequired: [tenant, id]\nproperties:\n  tenant: { type: string, maxLength: 9 }\n  id: { type: integer, minimum: 1, maximum: 9107199254740993, x-generate: { unique: true } }\n`;
    for (const [key, message, values] of [
      ["id", number, [null, number]],
      ["[tenant, id]", `["a,]\\"b", ${number}]`, ['a,]"b', number]],
    ] as const)
      expect(
        createOwnType(parseOne(definition(key))).createDecoder()(null, Buffer.from(message)),
      ).to.deep.include({ kind: "row", values });
  });

  it("lets a child that changes stay the child that it is", () => {
    const parsed = parseDefinitions(
      `$id: line\nx-record: { key: [cart, line], childOf: cart, count: { fixed: 2 }, changes: { updates: 1 } }\nrequired: [cart, line, qty]\nproperties:\n  cart: { type: string, x-generate: { parent: id } }\n  line: { type: integer, x-generate: ordinal }\n  qty: { type: integer, minimum: 1, maximum: 9 }\n`,
    );
    expect(parsed.problems).to.deep.equal([]);
    const [definition] = parsed.definitions;
    expect(groupFields(definition ?? expect.fail("there is one"))).to.deep.equal({
      changing: [["qty"]],
      moving: [],
      faults: [],
    });
  });

  it("says where in its record something is wrong, whatever its envelope", () => {
    const said = tryRecords(
      parseOne(
        "$id: t\nx-record: { key: id, changes: { updates: 1 } }\nrequired: [id, n]\nproperties: { id: { type: string, maxLength: 3, x-generate: { sequence: 'c-{0}' } }, n: { type: boolean } }\n",
      ),
    );
    expect(said.map(({ pointer }) => pointer)).to.deep.equal(["/properties/id/maxLength"]);
  });

  it("is refused where its changes make no sense, at the place that is to be changed", () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      [text("{ updates: 0.333 }"), /^\/x-record\/changes\/updates must be a whole number of hundredths/],
      [text("{ updates: 51 }"), /^\/x-record\/changes\/updates must be a number from 0 to 50/],
      [text("{ updates: -1 }"), /^\/x-record\/changes\/updates must be/],
      [text("{ deletes: 1.1 }"), /^\/x-record\/changes\/deletes must be a share/],
      [text("{ over: PT0S }"), /^\/x-record\/changes\/over must be at least a second/],
      [text("{ envelope: avro }"), /^\/x-record\/changes\/envelope must be debezium or upsert/],
      [text("{ update: 1 }"), /^\/x-record\/changes\/update is not known/],
      [text("{ updates: 1 }", "table: x"), /^\/x-record\/changes needs a key/],
      [text("{ updates: 1 }", "key: id, messageKey: status"), /^\/x-record\/messageKey must be the key/],
      [text("{ updates: 1 }", "key: [status, quantity]"), /^\/x-record\/key must tell records apart/],
      [
        text("{ updates: 1 }", "key: [id, n]", "  n: { type: integer, x-generate: ordinal }\n").replace(
          "kind]",
          "kind, n]",
        ),
        /is of the key, which no change may change/,
      ],
      [
        text("{ updates: 1 }", "key: [id, m]", "  m: { type: [string, integer] }\n").replace(
          "kind]",
          "kind, m]",
        ),
        /^\/properties\/m is of the key, and must have values of one type/,
      ],
      [
        text("{ updates: 1, state: orders }", "key: id, table: orders"),
        /^\/x-record\/changes\/state the table orders/,
      ],
      [
        text("{ updates: 1, state: orders }", "key: id, table: null"),
        /^\/x-record\/changes\/state is made of the rows/,
      ],
      [text("{ updates: 1 }", "key: id, stats: { by: [status] }"), /^\/x-record\/stats names fields/],
      [
        text("{ updates: 1, fields: [id] }"),
        /^\/x-record\/changes\/fields\/0 names "id", which cannot change: id is of the key/,
      ],
      [
        text("{ updates: 1, fields: [nothing] }"),
        /^\/x-record\/changes\/fields\/0 names "nothing", which is no property/,
      ],
      [
        text("{ updates: 1, fields: [kind] }"),
        /^\/x-record\/changes\/fields\/0 names "kind", which cannot change: kind is always the same/,
      ],
      [
        text("{ updates: 1 }", "key: id, seriesOf: device, every: PT1S"),
        /^\/x-record\/changes stands beside seriesOf/,
      ],
      [
        text(
          "{ updates: 1 }",
          "key: id",
          '  n: { type: integer, x-generate: ordinal }\n  said: { type: string, x-generate: { template: "{n}-{status}" } }\n',
        ),
        /goes together with n, which follows from the change itself/,
      ],
      [
        "$id: t\nx-record: { key: id, changes: { updates: 1 } }\nrequired: [id]\nproperties: { id: { type: string, format: uuid } }\n",
        /^\/x-record\/changes\/updates has nothing to change/,
      ],
      [
        "$id: t\nx-record: { key: id, changes: { updates: 1 } }\ntype: object\nrequired: [id]\nproperties: { id: { type: integer } }\nadditionalProperties: { type: integer }\nminProperties: 3\n",
        /^\/x-record\/changes needs records whose properties are named/,
      ],
    ];
    for (const [definition, said] of refused)
      expect(problemsOf(definition).join("\n"), definition).to.match(said);
  });

  it("describes the same where all that was chosen is written out, and another type with other changes", () => {
    const former = parseOne(
      text("{ updates: 0.3, deletes: 0.05, over: P7D, envelope: upsert, state: states, fields: [status] }"),
    );
    expect(parseOne(JSON.stringify(explicit(former))).changes).to.deep.equal(former.changes);
    const other = parseOne(
      text("{ updates: 0.4, deletes: 0.05, over: P7D, envelope: upsert, state: states, fields: [status] }"),
    );
    expect(compareDefinitions(former, other)).to.deep.include({ kind: "other" });
    expect(tryRecords(former)).to.deep.equal([]);
  });

  it("can be referred to by what stays, and not by what changes", async () => {
    const changing = parseOne(text("{ updates: 1 }"));
    const reference = (path: string): string =>
      `$id: parcel\nrequired: [order, said]\nproperties:\n  order: { type: string, format: uuid, x-generate: { ref: order.id } }\n  said: { type: string, maxLength: 100, x-generate: { ref: order/${path} } }\n`;
    const faults = async (path: string): Promise<readonly string[]> =>
      (
        (await linkTypes([changing, parseOne(reference(path))], async () => null, 1_000)).get("parcel") ?? []
      ).map(({ message }) => message);
    expect(await faults("kind")).to.deep.equal([]);
    expect((await faults("status")).join()).to.match(
      /names order.status, which is no single value that stays as it is/,
    );
  });
});
