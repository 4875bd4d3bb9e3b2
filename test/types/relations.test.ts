import { expect } from "chai";
import fc from "fast-check";
import { datasetFile, type MadeDataset, makeDataset, referenceDate } from "./dataset.ts";

interface User {
  readonly email: string;
  readonly date: string;
}
interface Order {
  readonly id: string;
  readonly user_email: string;
  readonly placed_at: string;
  readonly lines: number;
  readonly total: number;
}
interface Line {
  readonly order_id: string;
  readonly line: number;
  readonly amount: number;
}

const all = <Record>(dataset: MadeDataset, type: string): readonly Record[] => {
  const make = dataset.open(type);
  return Array.from({ length: dataset.countOf(type) }, (_, seq) => JSON.parse(make(seq)) as Record);
};

const cents = (amount: number): number => Math.round(100 * amount);

const shop = datasetFile("shop");
const sensors = datasetFile("sensors");

/** Everything that a shop's records say of one another. */
function checkShop(dataset: MadeDataset): void {
  const users = new Map(all<User>(dataset, "user").map((user) => [user.email, user]));
  expect(users.size).to.equal(dataset.countOf("user"));
  const lines = new Map<string, Line[]>();
  for (const line of all<Line>(dataset, "order_line"))
    lines.set(line.order_id, [...(lines.get(line.order_id) ?? []), line]);
  const orders = all<Order>(dataset, "order");
  expect(new Set(orders.map(({ id }) => id)).size).to.equal(orders.length);
  for (const { id, user_email, placed_at, lines: count, total } of orders) {
    const user = users.get(user_email);
    const own = lines.get(id) ?? [];
    expect(user, user_email).not.to.equal(undefined);
    expect(Date.parse(placed_at)).to.be.at.least(Date.parse(user?.date ?? ""));
    expect(own.map(({ line }) => line)).to.deep.equal(Array.from({ length: count }, (_, index) => index + 1));
    expect(cents(total)).to.equal(own.reduce((sum, { amount }) => sum + cents(amount), 0));
    lines.delete(id);
  }
  expect([...lines.keys()]).to.deep.equal([]);
}

describe("a shop's records", () => {
  it("belong together: each order has its user, each line its order, each total is the sum of its lines", async () => {
    const dataset = await makeDataset(shop);
    expect(dataset.types.map(({ type, isImplied }) => [type.name, isImplied])).to.deep.equal([
      ["user", true],
      ["order", false],
      ["order_line", false],
    ]);
    expect(dataset.countOf("user")).to.equal(1_000);
    expect(dataset.countOf("order")).to.equal(5_000);
    checkShop(dataset);
  });

  it("do so for any seed and any counts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 ** 48 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 200 }),
        async (seed, user, order) => checkShop(await makeDataset(shop, { seed, counts: { user, order } })),
      ),
      { numRuns: 10 },
    );
  });

  it("are the same in whatever order they are made, far behind the first too", async () => {
    const dataset = await makeDataset(shop, { counts: { user: 2 ** 30, order: 2 ** 40 } });
    for (const type of ["order", "order_line"]) {
      const last = dataset.countOf(type) - 1;
      const inOrder = dataset.open(type);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: last }), async (seq) => {
          expect(dataset.open(type)(seq)).to.equal(inOrder(seq));
        }),
        { numRuns: 10 },
      );
    }
  });

  it("choose some users far more often than most, by Zipf's law, and not the first ones", async () => {
    const dataset = await makeDataset(shop, { counts: { user: 1_000, order: 50_000 } });
    const emails = all<User>(dataset, "user").map(({ email }) => email);
    const make = dataset.open("order");
    const times = new Map<string, number>();
    for (let seq = 0; seq < 50_000; seq++) {
      const { user_email } = JSON.parse(make(seq)) as Order;
      times.set(user_email, (times.get(user_email) ?? 0) + 1);
    }
    const ranked = [...times].sort((a, b) => b[1] - a[1]);
    const [first, , , fourth] = ranked.map(([, count]) => count) as [number, number, number, number];
    expect(first / fourth).to.be.closeTo(4 ** 1.1, 0.5);
    const places = ranked.slice(0, 20).map(([email]) => emails.indexOf(email));
    expect(places.filter((place) => place < 100).length).to.be.below(8);
  });
});

interface Reading {
  readonly device: string;
  readonly at: string;
  readonly temperature: number | null;
  readonly state: string;
}

describe("sensors' readings", () => {
  it("are of each device every ten seconds, in time order, around the device's own base", async () => {
    const dataset = await makeDataset(sensors, { counts: { device: 50, reading: 50 * 200 } });
    const bases = new Map(
      all<{ serial: string; base: number }>(dataset, "device").map(({ serial, base }) => [serial, base]),
    );
    const readings = all<Reading>(dataset, "reading");
    let before = 0;
    for (const [index, { device, at, temperature }] of readings.entries()) {
      const dueMs = Date.UTC(2026, 10, 27) + 10_000 * Math.floor(index / 50);
      expect(Date.parse(at)).to.be.within(dueMs, dueMs + 1_000);
      expect(dueMs).to.be.at.least(before);
      before = dueMs;
      const base = bases.get(device) as number;
      if (temperature !== null) expect(Math.abs(temperature - base)).to.be.below(4 + 5 * 0.3);
    }
    expect(new Set(readings.slice(0, 50).map(({ device }) => device)).size).to.equal(50);
    expect(readings.filter(({ temperature }) => temperature === null).length).to.be.within(1, 30);
  });

  it("move on from one to the next, and half of their noise is left after the half life", async () => {
    const text = `
x-record: { name: sensor, count: 1 }
properties: { id: { type: integer, x-generate: { sequence: 0 } } }
required: [id]
---
x-record: { name: value, seriesOf: sensor, every: PT1M }
properties:
  v: { type: number, x-generate: { series: { noise: 1, halfLife: PT10M }, decimals: 6 } }
required: [v]`;
    const dataset = await makeDataset(text, { counts: { value: 40_000 } });
    const values = all<{ v: number }>(dataset, "value").map(({ v }) => v);
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const correlation = (lag: number): number => {
      let [product, square] = [0, 0];
      for (let at = lag; at < values.length; at++) {
        product += ((values[at] as number) - mean) * ((values[at - lag] as number) - mean);
        square += ((values[at] as number) - mean) ** 2;
      }
      return product / square;
    };
    expect(mean).to.be.closeTo(0, 0.15);
    expect(correlation(1)).to.be.above(0.9);
    expect(correlation(10)).to.be.closeTo(0.5, 0.08);
    expect(correlation(60)).to.be.closeTo(0, 0.1);
  });

  it("have values of their own in each place of an array, the same in whatever order they are asked for", async () => {
    const text = `
x-record: { name: sensor, count: 40000 }
properties: { id: { type: integer, x-generate: { sequence: 0 } } }
required: [id]
---
x-record: { name: value, seriesOf: sensor, every: PT1M }
properties:
  v: &noise { type: number, x-generate: { series: { noise: 1, halfLife: PT10M }, decimals: 6 } }
  all: { type: array, minItems: 2, maxItems: 2, items: *noise }
required: [v, all]`;
    const dataset = await makeDataset(text, { counts: { value: 40_000 * 10 } });
    const make = dataset.open("value");
    const places = [7, 40_007, 16_391, 80_007, 160_007, 160_008, 7, 399_999, 120_007];
    for (const seq of places) {
      expect(make(seq)).to.equal(dataset.open("value")(seq));
      const { v, all: both } = JSON.parse(make(seq)) as { v: number; all: number[] };
      expect(new Set([v, ...both]).size, make(seq)).to.equal(3);
    }
  });

  it("change their state at the probabilities of the machine, whichever is asked for first", async () => {
    const dataset = await makeDataset(sensors, { counts: { device: 200, reading: 200 * 600 } });
    const states = all<Reading>(dataset, "reading").map(({ state }) => state);
    const share = (state: string): number => states.filter((each) => each === state).length / states.length;
    // In the long run: each state is left as often as it is entered.
    const weights = { ok: 1, degraded: 0.001 / 0.07, offline: ((0.001 / 0.07) * 0.02) / 0.01 };
    const sum = weights.ok + weights.degraded + weights.offline;
    expect(share("ok")).to.be.closeTo(weights.ok / sum, 0.02);
    expect(share("offline")).to.be.closeTo(weights.offline / sum, 0.015);
    const make = dataset.open("reading");
    for (const seq of [119_999, 5, 77_777, 51_200])
      expect((JSON.parse(make(seq)) as Reading).state).to.equal(states[seq]);
  });

  it("without an end begin as those that have one, and are as good after centuries", async () => {
    const devices = 7;
    const counts = { device: devices, reading: devices * 600 };
    const endless = (await makeDataset(sensors, { counts: { ...counts, reading: "endless" } })).open(
      "reading",
    );
    const counted = (await makeDataset(sensors, { counts })).open("reading");
    for (let seq = 0; seq < counts.reading; seq++) expect(endless(seq)).to.equal(counted(seq));
    // A path begins anew every 256 instants; it is replayed from there, not from the first.
    const [first, instants] = [2 ** 30, 40_000];
    let isOk = 0;
    for (let instant = first; instant < first + instants; instant++) {
      const { state, at } = JSON.parse(endless(instant * devices + 3)) as Reading;
      expect(Date.parse(at) - referenceDate.getTime() - instant * 10_000).to.be.within(0, 1_000);
      if (state === "ok") isOk++;
    }
    expect(isOk / instants).to.be.closeTo(1 / (1 + 0.001 / 0.07 + ((0.001 / 0.07) * 0.02) / 0.01), 0.06);
  });

  it("go through a machine without a way back once, from its first state on", async () => {
    const text = `
x-record: { name: parcel, count: 100 }
properties: { id: { type: integer, x-generate: { sequence: 0 } } }
required: [id]
---
x-record: { name: scan, seriesOf: parcel, every: PT1H }
properties:
  parcel: { type: integer, x-generate: { parent: id } }
  state: { enum: [ordered, sent, here], x-generate: { machine: { ordered: { sent: 0.1 }, sent: { here: 0.05 } } } }
required: [parcel, state]`;
    const dataset = await makeDataset(text, { counts: { scan: 100 * 500 } });
    const order = ["ordered", "sent", "here"];
    const current = new Map<number, number>();
    for (const { parcel, state } of all<{ parcel: number; state: string }>(dataset, "scan")) {
      const now = order.indexOf(state);
      expect(now).to.be.at.least(current.get(parcel) ?? 0);
      current.set(parcel, now);
    }
    expect([...current.values()].filter((state) => state === 2).length).to.be.above(95);
  });
});

describe("a reference", () => {
  const employees = (pick: string): string => `
x-record: { name: employee, count: 500 }
properties:
  id: { type: integer, x-generate: { sequence: 1 } }
  manager: { type: [integer, "null"], x-generate: { ref: employee.id, pick: ${pick} } }
required: [id, manager]`;

  for (const pick of ["uniform", "{ zipf: 1 }"]) {
    it(`to one's own type leads to an earlier record, the first to none: ${pick}`, async () => {
      const made = all<{ id: number; manager: number | null }>(
        await makeDataset(employees(pick)),
        "employee",
      );
      expect(made[0]?.manager).to.equal(null);
      for (const { id, manager } of made.slice(1)) expect(manager).to.be.within(1, id - 1);
    });
  }

  const related = (fields: string): string => `
x-record: { name: product, count: 40 }
properties:
  sku: { type: string, maxLength: 12, x-generate: { sequence: "sku-{000}" } }
  size: { enum: [s, m, l] }
  price: { type: integer, minimum: 1, maximum: 90 }
required: [sku, size, price]
---
x-record: { name: offer, count: 40 }
properties: ${fields}`;

  it("picks each record as often, once where there are as many references as records", async () => {
    const text = related(
      "{ sku: { type: string, maxLength: 12, x-generate: { ref: product.sku, pick: each } } }\nrequired: [sku]",
    );
    const skus = (count: number): Promise<readonly string[]> =>
      makeDataset(text, { counts: { offer: count } }).then((dataset) =>
        all<{ sku: string }>(dataset, "offer").map(({ sku }) => sku),
      );
    const once = await skus(40);
    expect(new Set(once).size).to.equal(40);
    expect(once).not.to.deep.equal([...once].sort());
    const twice = await skus(80);
    for (const sku of once) expect(twice.filter((each) => each === sku)).to.have.length(2);
  });

  it("that is to be unique picks each record once, whatever is left open", async () => {
    const text = related(
      "{ sku: { type: string, maxLength: 12, x-generate: { ref: product.sku, unique: true } } }\nrequired: [sku]",
    );
    const made = all<{ sku: string }>(await makeDataset(text), "offer");
    expect(new Set(made.map(({ sku }) => sku)).size).to.equal(40);
  });

  it("takes several fields over from one record, and counts on with them", async () => {
    const text = related(`
  sku: { type: string, maxLength: 12, x-generate: { ref: product.sku } }
  size: { enum: [s, m, l], x-generate: { ref: sku/size } }
  price: { type: integer, minimum: 1, maximum: 90, x-generate: { ref: sku/price } }
  quantity: { type: integer, minimum: 1, maximum: 5 }
  amount: { type: integer, x-generate: { product: [price, quantity] } }
required: [sku, size, price, quantity, amount]`);
    const dataset = await makeDataset(text);
    const products = new Map(
      all<{ sku: string; size: string; price: number }>(dataset, "product").map((each) => [each.sku, each]),
    );
    for (const { sku, size, price, quantity, amount } of all<{
      sku: string;
      size: string;
      price: number;
      quantity: number;
      amount: number;
    }>(dataset, "offer")) {
      expect({ sku, size, price }).to.deep.equal(products.get(sku));
      expect(amount).to.equal(price * quantity);
    }
  });
});

describe("grandchildren, and the least and greatest of children", () => {
  const text = `
x-record: { name: region, count: 30 }
properties:
  id: { type: integer, x-generate: { sequence: 1 } }
  shops: { type: integer, x-generate: { count: shop } }
  best: { type: [integer, "null"], minimum: 0, maximum: 1000000, x-generate: { max: shop.revenue } }
  first: { type: [integer, "null"], x-generate: { min: shop.id } }
  revenue: { type: integer, x-generate: { sum: shop.revenue } }
required: [id, shops, best, first, revenue]
---
x-record: { name: shop, childOf: region, count: { range: [0, 3] } }
properties:
  id: { type: integer, minimum: 0, maximum: 9999, x-generate: { sequence: 0 } }
  region: { type: integer, x-generate: { parent: id } }
  revenue: { type: integer, minimum: 0, maximum: 1000000, x-generate: { sum: sale.amount } }
required: [id, region, revenue]
---
x-record: { name: sale, childOf: shop, count: { poisson: 2, max: 10 } }
properties:
  region: { type: integer, x-generate: { parent: region } }
  shop: { type: integer, x-generate: { parent: id } }
  amount: { type: integer, minimum: 1, maximum: 100 }
required: [region, shop, amount]`;

  it("fit over three generations", async () => {
    const dataset = await makeDataset(text);
    const regions = all<Record<string, number | null>>(dataset, "region");
    const shops = all<Record<string, number>>(dataset, "shop");
    const sales = all<Record<string, number>>(dataset, "sale");
    const sum = (list: readonly (number | undefined)[]): number =>
      list.reduce<number>((a, b) => a + (b ?? 0), 0);
    for (const shop of shops)
      expect(shop.revenue).to.equal(
        sum(sales.filter((each) => each.shop === shop.id).map(({ amount }) => amount)),
      );
    for (const region of regions) {
      const own = shops.filter((each) => each.region === region.id);
      expect(region.shops).to.equal(own.length);
      expect(region.revenue).to.equal(sum(own.map(({ revenue }) => revenue)));
      expect(region.revenue).to.equal(
        sum(sales.filter((each) => each.region === region.id).map(({ amount }) => amount)),
      );
      const revenues = own.map(({ revenue }) => revenue as number);
      expect(region.best).to.equal(own.length === 0 ? null : Math.max(...revenues));
      expect(region.first).to.equal(own.length === 0 ? null : Math.min(...own.map(({ id }) => id as number)));
    }
    expect(shops.length).to.be.above(20);
    expect(regions.some(({ best }) => best === null)).to.equal(true);
  });
});
