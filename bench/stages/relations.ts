import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { cpuTimed, type Measurement, median, rateOf, round } from "../measure.ts";
import { heldMegabytes } from "../memory-held.ts";
import { type OpenDataset, openDataset } from "../open-dataset.ts";

const values = 300_000;
const rounds = 3;

/** Makes or finds a record's value. */
type Ask = (seq: number) => unknown;

/** What it costs one core that records belong together, and what memory it takes. */
export async function benchRelations(): Promise<Measurement[]> {
  const shop = await openDataset("shop", { user: 200_000, order: 1_000_000 });
  const sensors = await openDataset("sensors", { device: 1_000, reading: 1_000 * 1_000 });
  const [ofShop, ofSensors] = [openFields(shop), openFields(sensors)];
  const email = ofShop("user", "email");
  const [parent, ordinal] = [ofShop("order_line", "order_id"), ofShop("order_line", "line")];
  const child: Ask = (seq) => {
    parent(seq);
    ordinal(seq);
  };
  return [
    await measureCost("a reference: which record", chooserOf(shop)),
    await measureCost("a reference with the field that it refers to", ofShop("order", "user_email"), {
      what: "that field by itself, user by user",
      ask: (seq) => email(seq % 200_000),
    }),
    await measureCost("a child in order: its parent's id and its ordinal", child, {
      what: "the id by itself, parent by parent",
      ask: ofShop("order", "id"),
    }),
    await measureCost("a count of children", ofShop("order", "lines")),
    await measureCost("a sum over 2.5 children", ofShop("order", "total"), {
      what: "one of its summands",
      ask: ofShop("order_line", "amount"),
    }),
    await measureCost("a reading's instant", ofSensors("reading", "at")),
    await measureCost("a reading's temperature", ofSensors("reading", "temperature")),
    await measureCost("a reading's state", ofSensors("reading", "state")),
    ...(await measureMemory()),
  ];
}

/** Fields as other types' records ask for them: each with what it follows from, and nothing else. */
function openFields({ related }: OpenDataset): (type: string, path: string) => Ask {
  const out = new Utf8Writer();
  return (type, path) => {
    const field = related.fieldOf(type, path);
    return (seq) => {
      out.clear();
      out.reserve(field.room);
      field.write(seq, out);
    };
  };
}

function chooserOf(shop: OpenDataset): Ask {
  const { type, run } = shop.memberOf("order");
  const choose = type.openChoice(run, "user_email");
  if (choose === null) throw new Error("an order's address is a user's");
  return choose;
}

/** By CPU time: it is all that one core does. */
async function measureCost(
  what: string,
  ask: Ask,
  beside?: { readonly what: string; readonly ask: Ask },
): Promise<Measurement> {
  const asked: number[] = [];
  const compared: number[] = [];
  const time = (each: Ask): Promise<number> =>
    cpuTimed(() => {
      for (let seq = 0; seq < values; seq++) each(seq);
    });
  for (let at = 0; at <= rounds; at++) {
    const seconds = await time(ask);
    const besideSeconds = beside === undefined ? Number.NaN : await time(beside.ask);
    // The first round warms both up.
    if (at > 0) {
      asked.push(seconds);
      compared.push(besideSeconds);
    }
  }
  const seconds = median(asked);
  const limits =
    beside === undefined ? [] : [{ what: beside.what, records: values, seconds: median(compared) }];
  const microseconds = (each: number): number => Math.round((each / values) * 1e9) / 1e3;
  const figures = {
    cpuMicroseconds: microseconds(seconds),
    ...(beside === undefined ? {} : { besideCpuMicroseconds: microseconds(median(compared)) }),
  };
  return rateOf("relations", what, { records: values, seconds }, limits, figures);
}

/** Of orders from all over datasets of which the last has a billion times the records of the first. */
async function measureMemory(): Promise<Measurement[]> {
  const records = 100_000;
  const measurements: Measurement[] = [];
  // The one that is left out warms up what all share: words of locales, compiled code.
  for (const orders of [2 ** 40, 1_000, 2 ** 20, 2 ** 40]) {
    const before = heldMegabytes();
    const shop = await openDataset("shop", { user: Math.round(orders / 5), order: orders });
    const { write } = shop.memberOf("order");
    const out = new Utf8Writer();
    for (let made = 0; made < records; made++) {
      out.clear();
      write(Math.floor((made / records) * orders), out);
    }
    const figures = {
      heldMegabytes: round(heldMegabytes() - before),
      residentMegabytes: round(process.memoryUsage.rss() / 1e6),
    };
    const what = `memory, orders of a shop of ${orders.toLocaleString("en")}`;
    measurements.push({ stage: "relations", what, records, recordsPerSecond: null, limits: [], figures });
  }
  return measurements.slice(1);
}
