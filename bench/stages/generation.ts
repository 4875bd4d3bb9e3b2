import { faker } from "@faker-js/faker";
import { type Measurement, measurement, median, timed } from "../measure.ts";
import { benchGenerator } from "../records.ts";

const records = 300_000;
const fakerRecords = 30_000;
const rounds = 3;

/** The same ten fields by Faker's own methods. */
function fakerRecord(): string {
  return JSON.stringify({
    name: faker.person.fullName(),
    email: faker.internet.exampleEmail(),
    date: faker.date.past(),
    password_hash: faker.string.hexadecimal({ length: 64, casing: "lower", prefix: "" }),
    country: faker.location.country(),
    city: faker.location.city(),
    phone_number: faker.phone.number(),
    job: faker.person.jobTitle(),
    company: faker.company.name(),
    ipv4: faker.internet.ipv4(),
  });
}

/** Records as JSON text on one core, beside Faker's own methods. */
export async function benchGeneration(): Promise<Measurement> {
  const generate = benchGenerator();
  const own: number[] = [];
  const fakers: number[] = [];
  let bytes = 0;
  for (let round = 0; round <= rounds; round++) {
    const ownSeconds = await timed(() => {
      for (let seq = 0; seq < records; seq++) bytes += generate(seq).length;
    });
    const fakerSeconds = await timed(() => {
      for (let seq = 0; seq < fakerRecords; seq++) bytes += fakerRecord().length;
    });
    // The first round warms both up.
    if (round === 0) continue;
    own.push(ownSeconds);
    fakers.push(fakerSeconds);
  }
  return measurement(
    "generation",
    records,
    median(own),
    { what: "@faker-js/faker", seconds: median(fakers), records: fakerRecords },
    { charactersMade: bytes },
  );
}
