import { personSamplers } from "../../generate/people/coherent-samplers.ts";
import {
  sampleCity,
  sampleCompany,
  sampleCountry,
  sampleDate,
  sampleEmail,
  sampleIpv4,
  sampleJob,
  sampleName,
  samplePasswordHash,
  samplePhoneNumber,
} from "../../generate/people/samplers.ts";
import type { Sampler, SamplingContext } from "../../generate/people/sampling-context.ts";
import type { Field, FieldSchema } from "./text-definition.ts";
import { createTextType, type TextType } from "./text-type.ts";

type TextDefinition = Pick<Field, "name" | "label" | "sampler"> &
  Pick<FieldSchema, "description"> & {
    readonly example: string;
    readonly length: number;
    readonly format?: string;
  };

function text({ name, label, sampler, description, example, length, format }: TextDefinition): Field {
  return {
    name,
    label,
    sampler,
    schema: {
      type: ["string", "null"],
      description,
      maxLength: length,
      examples: [example],
      ...(format === undefined ? {} : { format }),
    },
    column: { name, type: "varchar", length },
  };
}

type Prepare = (context: SamplingContext) => Sampler;

/** Drawn as one of a person's features, or by itself. */
const either =
  (ofPerson: Prepare, byItself: Prepare): Prepare =>
  (context) =>
    (context.model.coherent ? ofPerson : byItself)(context);

/** The table of its records. */
export const userTable = "users_raw";

/** The synthetic user. To add a field see CONTRIBUTING. */
export const userType: TextType = createTextType({
  name: "user",
  version: 2,
  streams: "user@1",
  // The original's table, with the names that it has always had.
  table: {
    name: userTable,
    own: {
      id: "id",
      runId: "run_id",
      seq: "seq",
      partition: "kafka_partition",
      offset: "kafka_offset",
      error: "error",
      payload: "raw_payload",
      createdAt: "created_at",
    },
    statistics: { by: [{ name: "country", type: "varchar" }], sum: [] },
  },
  fields: [
    text({
      name: "name",
      label: "Name",
      description: "Full name",
      example: "Ms. Thea Abbott",
      length: 255,
      sampler: either(personSamplers.name, sampleName),
    }),
    text({
      name: "email",
      label: "E-mail",
      description: "Address on a reserved example domain",
      example: "thea.abbott7@example.org",
      length: 255,
      format: "email",
      sampler: either(personSamplers.email, sampleEmail),
    }),
    {
      name: "date",
      label: "Date",
      schema: {
        type: ["string", "null"],
        description:
          "When the user signed up: an RFC 3339 date or date-time, in the period (by default the year before the reference date)",
        maxLength: 64,
        examples: ["2026-03-14T15:09:26Z"],
        // The third is ISO 8601 without an offset, which Python's isoformat() writes; it is read as UTC.
        anyOf: [{ format: "date-time" }, { format: "date" }, { format: "iso-date-time" }],
        // What PostgreSQL takes of these: it has no year 0, no offset beyond 15:59, no white space but a space, and no
        // fraction of a leap second; the formats' leap second check lets minutes above 59 through.
        pattern:
          "^(?!0000)\\d{4}-\\d\\d-\\d\\d([Tt ]([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d(\\.\\d+)?|60(\\.0+)?)([Zz]|[+-](0\\d|1[0-5])(:?[0-5]\\d)?)?)?$",
      },
      column: { name: "event_time", type: "timestamptz" },
      sampler: sampleDate,
    },
    text({
      name: "password_hash",
      label: "Password hash",
      description: "64 hexadecimal digits, the look of a SHA-256 digest",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      length: 255,
      sampler: samplePasswordHash,
    }),
    text({
      name: "country",
      label: "Country",
      description: "Country's English name",
      example: "Portugal",
      length: 128,
      sampler: either(personSamplers.country, sampleCountry),
    }),
    text({
      name: "city",
      label: "City",
      description: "City",
      example: "Lisboa",
      length: 128,
      sampler: either(personSamplers.city, sampleCity),
    }),
    text({
      name: "phone_number",
      label: "Phone number",
      description:
        "Telephone number; of coherent people with the country's calling code, as it is written there",
      example: "+351 912 345 678",
      length: 64,
      sampler: either(personSamplers.phone_number, samplePhoneNumber),
    }),
    text({
      name: "job",
      label: "Job",
      description: "Job title",
      example: "Lead Brand Engineer",
      length: 255,
      sampler: sampleJob,
    }),
    text({
      name: "company",
      label: "Company",
      description: "Employer",
      example: "Abbott, Adams and Auer",
      length: 255,
      sampler: either(personSamplers.company, sampleCompany),
    }),
    text({
      name: "ipv4",
      label: "IPv4 address",
      description: "Address in dotted decimal notation",
      example: "198.51.100.7",
      length: 45,
      format: "ipv4",
      sampler: sampleIpv4,
    }),
  ],
});
