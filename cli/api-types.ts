// Written by UPDATE_API_TYPES=1 npm test -- test/cli/api-types.test.ts from what the web service serves as
// /api/openapi.json; not to be changed by hand.

export interface paths {
  "/api/runs": { post: operations["createRun"]; get: operations["listRuns"] };
  "/api/runs/{id}": { get: operations["getRun"]; patch: operations["changeRun"] };
  "/api/runs/{id}/events": { get: operations["watchRun"] };
  "/api/runs/{id}/records": { get: operations["downloadRun"] };
  "/api/runs/{id}/pause": { post: operations["pauseRun"] };
  "/api/runs/{id}/resume": { post: operations["resumeRun"] };
  "/api/runs/{id}/cancel": { post: operations["cancelRun"] };
  "/api/runs/cancel": { post: operations["cancelRuns"] };
  "/api/datasets": { post: operations["createDataset"]; get: operations["listDatasets"] };
  "/api/datasets/{id}": { get: operations["getDataset"] };
  "/api/datasets/{id}/pause": { post: operations["pauseDataset"] };
  "/api/datasets/{id}/resume": { post: operations["resumeDataset"] };
  "/api/datasets/{id}/cancel": { post: operations["cancelDataset"] };
  "/api/datasets/{id}/audit": { get: operations["auditDataset"] };
  "/api/types": { post: operations["registerTypes"]; get: operations["listTypes"] };
  "/api/types/meta-schema": { get: operations["getMetaSchema"] };
  "/api/types/{name}": { get: operations["getType"]; delete: operations["deleteType"] };
  "/api/generate": { post: operations["generateRecords"] };
  "/produce": { post: operations["produceRecords"] };
  "/api/dead-letters": { get: operations["listDeadLetters"] };
  "/api/dead-letters/replay": { post: operations["replayDeadLetters"] };
  "/api/pipeline": { get: operations["getPipeline"] };
  "/api/pipeline/messages": { get: operations["listMessages"] };
  "/healthz": { get: operations["getHealth"] };
  "/readyz": { get: operations["getReadiness"] };
  "/metrics": { get: operations["getMetrics"] };
  "/api/openapi.json": { get: operations["getOpenApi"] };
}

export interface components {
  schemas: {
    Shape: Readonly<Record<string, unknown>>;
    Run: {
      readonly id: string;
      /** The dataset that it belongs to; null: it was asked for by itself */
      readonly dataset: string | null;
      /** The type of its records */
      readonly type: string;
      /** And which version of it */
      readonly typeVersion: number;
      /** `completed`, `cancelled` and `failed` are final */
      readonly status: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
      /** Records that were asked for, in a dataset maybe none; null: it goes on until it is cancelled */
      readonly requested: number | null;
      /** Records that Kafka has acknowledged */
      readonly produced: number;
      /** Records that are rows */
      readonly stored: number;
      /** Those of `stored` in which something was repaired */
      readonly flagged: number;
      /** Records that cannot become rows */
      readonly deadLettered: number;
      readonly fields: readonly string[];
      readonly seed: number;
      /** The run's pinned now, from which dates are drawn */
      readonly referenceDate: string;
      /** How the records are drawn and spoiled, nothing left to a default */
      readonly options: Readonly<Record<string, unknown>>;
      /** Records a second; null: as fast as can be */
      readonly rate: number | null;
      /** How the rate varies with time; null where there is none */
      readonly shape:
        | components["schemas"]["Shape"]
        | {
            readonly kind: "realtime";
            /** Readings of each instant */
            readonly entities: number;
            /** From one instant to the next */
            readonly everySeconds: number;
            /** By so much a reading may be later than its instant */
            readonly jitterSeconds: number;
          }
        | null;
      /** Records that one job makes, at most */
      readonly chunkSize: number;
      /** When the run was asked for */
      readonly createdAt: string;
      /** When its first chunk was planned */
      readonly startedAt: string | null;
      /** When its status became final */
      readonly finishedAt: string | null;
      /** Why the run failed */
      readonly error: string | null;
    };
    Problem: {
      /** Where the kind of problem is explained */
      readonly type: string;
      /** The kind in words */
      readonly title: string;
      readonly status: number;
      /** What is wrong this time */
      readonly detail: string;
      /** This occurrence, as the service's log names it */
      readonly instance: string;
      /** Every bad field of the request */
      readonly errors?: readonly {
        readonly field: string;
        readonly message: string;
        /** Which of the definitions that were sent */
        readonly definition?: number;
        /** Where in the definition */
        readonly pointer?: string;
        /** Where in the body; null where nothing of the place is in it */
        readonly line?: number | null;
      }[];
      /** What is not available */
      readonly dependency?: "PostgreSQL" | "Redis" | "Kafka";
      /** The status that forbids the command */
      readonly runStatus?: string;
      /** The status of the dataset whose runs forbid the command */
      readonly datasetStatus?: string;
    };
    Period: {
      /** The first day (UTC) */
      readonly from?: string;
      /** The last day (UTC) */
      readonly to?: string;
      /** Instead of from and to: this many days before the reference date */
      readonly days?: number;
    };
    Spike: {
      /** On which day of the period, from 0 */
      readonly day: number;
      /** By how much users arrive more often on that day */
      readonly factor: number;
      /** After how many days half of the rush is over */
      readonly halfLifeDays: number;
    };
    Skew: {
      /** Of companies */
      readonly company?: number;
      /** Of cities */
      readonly city?: number;
    };
    Faults: {
      /** A date that is none, such as 2026-02-30 or “yesterday”; flagged, the column is NULL */
      readonly invalid_date?: number;
      /** A text longer than it may be; flagged, the text is cut */
      readonly too_long?: number;
      /** A field that has to be there is not; flagged, the column is NULL */
      readonly missing_field?: number;
      /** A value of another type than the field's: a number, boolean, object, array or text; flagged, written as text or NULL */
      readonly wrong_type?: number;
      /** An e-mail address that is none, such as one without @; flagged, the text is kept */
      readonly invalid_email?: number;
      /** An IPv4 address that is none, such as 256.1.1.1; flagged, the text is kept */
      readonly invalid_ipv4?: number;
      /** Text that is not JSON: cut off, a comma too many, single quotes …; a dead letter */
      readonly not_json?: number;
      /** Bytes that are not UTF-8, such as Latin-1; a dead letter */
      readonly not_utf8?: number;
      /** JSON that is no object, such as the record in an array or encoded twice; a dead letter */
      readonly not_an_object?: number;
      /** The character U+0000, which PostgreSQL cannot store, in a text; a dead letter */
      readonly nul_character?: number;
      /** Half a surrogate pair, which is no character, in a text; a dead letter */
      readonly lone_surrogate?: number;
      /** A message without a byte; a dead letter */
      readonly empty?: number;
      /** A message without a value, Kafka's mark of a deletion; a dead letter */
      readonly tombstone?: number;
      /** The message is sent twice, the second at once or at its chunk's end; stored once */
      readonly duplicate?: number;
      /** The message comes at the end of its chunk, behind all that are on time; stored like any other */
      readonly late?: number;
    };
    RunRequest: {
      readonly type?: "user";
      /** How many records; null for a run that goes on, at its `rate`, until it is cancelled */
      readonly count: number | null;
      /** Fields of each record; all of them by default. Their order does not matter. */
      readonly fields?: readonly (
        | "name"
        | "email"
        | "date"
        | "password_hash"
        | "country"
        | "city"
        | "phone_number"
        | "job"
        | "company"
        | "ipv4"
      )[];
      /** The same seed gives the same records; random by default */
      readonly seed?: number;
      /** The pinned now, from which dates are drawn; the last midnight in UTC by default */
      readonly referenceDate?: string;
      /** Fills in what the request leaves open: `realistic` people of the world who arrive in a growing rhythm, `uniform` draws, or `launch_day`, a product's first weeks with a rush of sign-ups */
      readonly preset?: "realistic" | "uniform" | "launch_day";
      /** Name, e-mail, phone number, city and company fit one another and the country. `false` draws every field by itself from Faker's English words, as the first version did, and takes the preset `uniform` where none is named */
      readonly coherent?: boolean;
      /** One of Faker's locales, or weights of several. The people live in the locales' countries; beside `countries` it says whose names are given in them */
      readonly locale?:
        | "af_ZA"
        | "az"
        | "cs_CZ"
        | "da"
        | "de"
        | "de_AT"
        | "de_CH"
        | "dv"
        | "el"
        | "en"
        | "en_AU"
        | "en_CA"
        | "en_GB"
        | "en_GH"
        | "en_HK"
        | "en_IE"
        | "en_IN"
        | "en_NG"
        | "en_NP"
        | "en_US"
        | "en_ZA"
        | "es"
        | "es_MX"
        | "fa"
        | "fi"
        | "fr"
        | "fr_BE"
        | "fr_CA"
        | "fr_CH"
        | "fr_LU"
        | "fr_SN"
        | "he"
        | "hr"
        | "hu"
        | "hy"
        | "id_ID"
        | "it"
        | "ja"
        | "ka_GE"
        | "ko"
        | "lv"
        | "mk"
        | "nb_NO"
        | "ne"
        | "nl"
        | "nl_BE"
        | "pl"
        | "pt_BR"
        | "pt_PT"
        | "ro"
        | "ro_MD"
        | "ru"
        | "sk"
        | "sl_SI"
        | "sr_RS_latin"
        | "sv"
        | "th"
        | "tr"
        | "uk"
        | "ur"
        | "uz_UZ_latin"
        | "vi"
        | "zh_CN"
        | "zh_TW"
        | "zu_ZA"
        | {
            readonly af_ZA?: number;
            readonly az?: number;
            readonly cs_CZ?: number;
            readonly da?: number;
            readonly de?: number;
            readonly de_AT?: number;
            readonly de_CH?: number;
            readonly dv?: number;
            readonly el?: number;
            readonly en?: number;
            readonly en_AU?: number;
            readonly en_CA?: number;
            readonly en_GB?: number;
            readonly en_GH?: number;
            readonly en_HK?: number;
            readonly en_IE?: number;
            readonly en_IN?: number;
            readonly en_NG?: number;
            readonly en_NP?: number;
            readonly en_US?: number;
            readonly en_ZA?: number;
            readonly es?: number;
            readonly es_MX?: number;
            readonly fa?: number;
            readonly fi?: number;
            readonly fr?: number;
            readonly fr_BE?: number;
            readonly fr_CA?: number;
            readonly fr_CH?: number;
            readonly fr_LU?: number;
            readonly fr_SN?: number;
            readonly he?: number;
            readonly hr?: number;
            readonly hu?: number;
            readonly hy?: number;
            readonly id_ID?: number;
            readonly it?: number;
            readonly ja?: number;
            readonly ka_GE?: number;
            readonly ko?: number;
            readonly lv?: number;
            readonly mk?: number;
            readonly nb_NO?: number;
            readonly ne?: number;
            readonly nl?: number;
            readonly nl_BE?: number;
            readonly pl?: number;
            readonly pt_BR?: number;
            readonly pt_PT?: number;
            readonly ro?: number;
            readonly ro_MD?: number;
            readonly ru?: number;
            readonly sk?: number;
            readonly sl_SI?: number;
            readonly sr_RS_latin?: number;
            readonly sv?: number;
            readonly th?: number;
            readonly tr?: number;
            readonly uk?: number;
            readonly ur?: number;
            readonly uz_UZ_latin?: number;
            readonly vi?: number;
            readonly zh_CN?: number;
            readonly zh_TW?: number;
            readonly zu_ZA?: number;
          };
      /** Weights of countries by Faker's English names; `population` weighs all of them by their inhabitants, `uniform` equally */
      readonly countries?: "population" | "uniform" | Readonly<Record<string, number>>;
      readonly period?: components["schemas"]["Period"];
      /** By what factor users arrive more often at the period's end than at its beginning; 1 is no growth */
      readonly growth?: number;
      /** Whether dates follow the hours of the day (UTC), the days of the week, both or neither */
      readonly rhythm?: "none" | "daily" | "weekly" | "daily_and_weekly";
      readonly spike?: components["schemas"]["Spike"];
      readonly skew?: components["schemas"]["Skew"];
      /** Fields that hold no value twice in the run, whatever its size */
      readonly unique?: readonly ("email" | "phone_number" | "ipv4" | "password_hash")[];
      /** In what share of the records a field is null, from 0 to 1 */
      readonly nulls?: {
        readonly name?: number;
        readonly email?: number;
        readonly date?: number;
        readonly password_hash?: number;
        readonly country?: number;
        readonly city?: number;
        readonly phone_number?: number;
        readonly job?: number;
        readonly company?: number;
        readonly ipv4?: number;
      };
      readonly faults?: components["schemas"]["Faults"];
      /** Records a second for the whole run, however many workers there are; as fast as can be by default */
      readonly rate?: number;
      readonly shape?: components["schemas"]["Shape"];
      /** Records that one job makes, at most */
      readonly chunkSize?: number;
    };
    RunChange: {
      /** Records a second for the whole run; null: as fast as can be */
      readonly rate?: number | null;
      readonly shape?: components["schemas"]["Shape"];
    };
    CancelRunsRequest: {
      /** Exactly these */
      readonly ids?: readonly string[];
      /** Only runs of this status */
      readonly status?: "queued" | "running" | "paused";
      /** Only those that it may mean: the beginning or the end of an id (4 digits or more), a seed, a field, a part of an error */
      readonly q?: string;
      /** Only those of this type of records */
      readonly type?: string;
      /** Needed where nothing else says which */
      readonly all?: boolean;
      /** At most so many, the newest; 1,000 by default */
      readonly limit?: number;
      /** Only say which would be cancelled */
      readonly dryRun?: boolean;
    };
    Dataset: {
      readonly id: string;
      /** Follows from the runs': `failed` or `cancelled` where one of them is, `completed` where all are, `paused` where one is, `running` where one is or has ended */
      readonly status: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
      readonly seed: number;
      /** The pinned now of all runs, from which dates are drawn */
      readonly referenceDate: string;
      /** When the dataset was asked for */
      readonly createdAt: string;
      /** Asks for the same once more, together with seed and reference date */
      readonly types: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      /** One of each type; those to which others refer come first */
      readonly runs: readonly components["schemas"]["Run"][];
    };
    Types: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    DatasetRequest: {
      readonly types: components["schemas"]["Types"];
      /** The same seed gives the same records; random by default */
      readonly seed?: number;
      /** The pinned now, from which dates are drawn; the last midnight in UTC by default */
      readonly referenceDate?: string;
      /** Multiplies the counts of all types whose count does not follow from another's; 1 by default */
      readonly scale?: number;
      /** Records that one job makes, at most */
      readonly chunkSize?: number;
      /** Sends each reading of the time series when its instant comes, where a type's own `rate` says nothing else. The reference date is then the start by default */
      readonly realtime?: boolean;
      /** Lets time series of which nothing else follows, and of which no `count` is asked, go on until the dataset is cancelled; they need a rate */
      readonly endless?: boolean;
    };
    DatasetRelation: {
      readonly name: string;
      readonly sentence: string;
      /** Whose rows were looked at */
      readonly run: string;
      /** Clean rows of that run */
      readonly checked: number;
      readonly holds: boolean;
      /** The first few */
      readonly violations: readonly {
        /** The record's sequence number */
        readonly seq: number;
      }[];
      /** Rows that rest on a record which is faulty on purpose */
      readonly explained: number;
      /** Rows that lead nowhere on purpose, as their labels say */
      readonly orphans: number;
    };
    DatasetAudit: {
      readonly dataset: string;
      /** Whether all of them hold */
      readonly holds: boolean;
      /** Each reference, parent, sum, count, least and greatest; none where the types are not related */
      readonly relations: readonly components["schemas"]["DatasetRelation"][];
    };
    RegisteredRecordType: {
      readonly name: string;
      /** Each is immutable */
      readonly version: number;
      /** Kafka's topic */
      readonly topic: string;
      /** PostgreSQL's table; null: its records go to Kafka only */
      readonly table: string | null;
      /** The table of the last states, of records that change; null: there is none */
      readonly stateTable: string | null;
      /** Whether the very same was there already */
      readonly isUnchanged: boolean;
    };
    RecordType: {
      readonly name: string;
      /** Each is immutable */
      readonly version: number;
      /** Kafka's topic */
      readonly topic: string;
      /** PostgreSQL's table; null: its records go to Kafka only */
      readonly table: string | null;
      /** The table of the last states, of records that change; null: there is none */
      readonly stateTable: string | null;
      /** Part of the product, and registered by nobody */
      readonly isBuiltIn: boolean;
      /** When the version was registered; null of the built-in type */
      readonly createdAt: string | null;
    };
    RecordTypeDetails: {
      readonly name: string;
      /** Each is immutable */
      readonly version: number;
      /** Kafka's topic */
      readonly topic: string;
      /** PostgreSQL's table; null: its records go to Kafka only */
      readonly table: string | null;
      /** The table of the last states, of records that change; null: there is none */
      readonly stateTable: string | null;
      /** Part of the product, and registered by nobody */
      readonly isBuiltIn: boolean;
      /** When the version was registered; null of the built-in type */
      readonly createdAt: string | null;
      /** The definition's */
      readonly title: string | null;
      /** The definition's */
      readonly description: string | null;
      /** All that there are */
      readonly versions: readonly number[];
      /** Of the definition */
      readonly mediaType: "application/json" | "application/yaml" | null;
      /** As it came; null of the built-in type */
      readonly definition: string | null;
      /** JSON Schema of a record, for validators */
      readonly schema: Readonly<Record<string, unknown>>;
      /** Those of the fields, in the table; none where there is no table */
      readonly columns: readonly {
        readonly name: string;
        /** The column's, in PostgreSQL's words; of own types one of text, bigint, numeric, double precision, boolean, timestamptz, date, uuid, jsonb */
        readonly type: string;
        /** The record's property */
        readonly field: string;
      }[];
    };
    Record_user: {
      /** Full name */
      readonly name?: string | null;
      /** Address on a reserved example domain */
      readonly email?: string | null;
      /** When the user signed up: an RFC 3339 date or date-time, in the period (by default the year before the reference date) */
      readonly date?: string | null;
      /** 64 hexadecimal digits, the look of a SHA-256 digest */
      readonly password_hash?: string | null;
      /** Country's English name */
      readonly country?: string | null;
      /** City */
      readonly city?: string | null;
      /** Telephone number; of coherent people with the country's calling code, as it is written there */
      readonly phone_number?: string | null;
      /** Job title */
      readonly job?: string | null;
      /** Employer */
      readonly company?: string | null;
      /** Address in dotted decimal notation */
      readonly ipv4?: string | null;
    };
    RecordsRequest: {
      readonly type?: "user";
      /** How many records */
      readonly count: number;
      /** Fields of each record; all of them by default. Their order does not matter. */
      readonly fields?: readonly (
        | "name"
        | "email"
        | "date"
        | "password_hash"
        | "country"
        | "city"
        | "phone_number"
        | "job"
        | "company"
        | "ipv4"
      )[];
      /** The same seed gives the same records; random by default */
      readonly seed?: number;
      /** The pinned now, from which dates are drawn; the last midnight in UTC by default */
      readonly referenceDate?: string;
      /** Fills in what the request leaves open: `realistic` people of the world who arrive in a growing rhythm, `uniform` draws, or `launch_day`, a product's first weeks with a rush of sign-ups */
      readonly preset?: "realistic" | "uniform" | "launch_day";
      /** Name, e-mail, phone number, city and company fit one another and the country. `false` draws every field by itself from Faker's English words, as the first version did, and takes the preset `uniform` where none is named */
      readonly coherent?: boolean;
      /** One of Faker's locales, or weights of several. The people live in the locales' countries; beside `countries` it says whose names are given in them */
      readonly locale?:
        | "af_ZA"
        | "az"
        | "cs_CZ"
        | "da"
        | "de"
        | "de_AT"
        | "de_CH"
        | "dv"
        | "el"
        | "en"
        | "en_AU"
        | "en_CA"
        | "en_GB"
        | "en_GH"
        | "en_HK"
        | "en_IE"
        | "en_IN"
        | "en_NG"
        | "en_NP"
        | "en_US"
        | "en_ZA"
        | "es"
        | "es_MX"
        | "fa"
        | "fi"
        | "fr"
        | "fr_BE"
        | "fr_CA"
        | "fr_CH"
        | "fr_LU"
        | "fr_SN"
        | "he"
        | "hr"
        | "hu"
        | "hy"
        | "id_ID"
        | "it"
        | "ja"
        | "ka_GE"
        | "ko"
        | "lv"
        | "mk"
        | "nb_NO"
        | "ne"
        | "nl"
        | "nl_BE"
        | "pl"
        | "pt_BR"
        | "pt_PT"
        | "ro"
        | "ro_MD"
        | "ru"
        | "sk"
        | "sl_SI"
        | "sr_RS_latin"
        | "sv"
        | "th"
        | "tr"
        | "uk"
        | "ur"
        | "uz_UZ_latin"
        | "vi"
        | "zh_CN"
        | "zh_TW"
        | "zu_ZA"
        | {
            readonly af_ZA?: number;
            readonly az?: number;
            readonly cs_CZ?: number;
            readonly da?: number;
            readonly de?: number;
            readonly de_AT?: number;
            readonly de_CH?: number;
            readonly dv?: number;
            readonly el?: number;
            readonly en?: number;
            readonly en_AU?: number;
            readonly en_CA?: number;
            readonly en_GB?: number;
            readonly en_GH?: number;
            readonly en_HK?: number;
            readonly en_IE?: number;
            readonly en_IN?: number;
            readonly en_NG?: number;
            readonly en_NP?: number;
            readonly en_US?: number;
            readonly en_ZA?: number;
            readonly es?: number;
            readonly es_MX?: number;
            readonly fa?: number;
            readonly fi?: number;
            readonly fr?: number;
            readonly fr_BE?: number;
            readonly fr_CA?: number;
            readonly fr_CH?: number;
            readonly fr_LU?: number;
            readonly fr_SN?: number;
            readonly he?: number;
            readonly hr?: number;
            readonly hu?: number;
            readonly hy?: number;
            readonly id_ID?: number;
            readonly it?: number;
            readonly ja?: number;
            readonly ka_GE?: number;
            readonly ko?: number;
            readonly lv?: number;
            readonly mk?: number;
            readonly nb_NO?: number;
            readonly ne?: number;
            readonly nl?: number;
            readonly nl_BE?: number;
            readonly pl?: number;
            readonly pt_BR?: number;
            readonly pt_PT?: number;
            readonly ro?: number;
            readonly ro_MD?: number;
            readonly ru?: number;
            readonly sk?: number;
            readonly sl_SI?: number;
            readonly sr_RS_latin?: number;
            readonly sv?: number;
            readonly th?: number;
            readonly tr?: number;
            readonly uk?: number;
            readonly ur?: number;
            readonly uz_UZ_latin?: number;
            readonly vi?: number;
            readonly zh_CN?: number;
            readonly zh_TW?: number;
            readonly zu_ZA?: number;
          };
      /** Weights of countries by Faker's English names; `population` weighs all of them by their inhabitants, `uniform` equally */
      readonly countries?: "population" | "uniform" | Readonly<Record<string, number>>;
      readonly period?: components["schemas"]["Period"];
      /** By what factor users arrive more often at the period's end than at its beginning; 1 is no growth */
      readonly growth?: number;
      /** Whether dates follow the hours of the day (UTC), the days of the week, both or neither */
      readonly rhythm?: "none" | "daily" | "weekly" | "daily_and_weekly";
      readonly spike?: components["schemas"]["Spike"];
      readonly skew?: components["schemas"]["Skew"];
      /** Fields that hold no value twice in the run, whatever its size */
      readonly unique?: readonly ("email" | "phone_number" | "ipv4" | "password_hash")[];
      /** In what share of the records a field is null, from 0 to 1 */
      readonly nulls?: {
        readonly name?: number;
        readonly email?: number;
        readonly date?: number;
        readonly password_hash?: number;
        readonly country?: number;
        readonly city?: number;
        readonly phone_number?: number;
        readonly job?: number;
        readonly company?: number;
        readonly ipv4?: number;
      };
      readonly faults?: components["schemas"]["Faults"];
    };
    ProduceRequest: {
      /** Any JSON values; the text of each, byte for byte, becomes one message */
      readonly records: readonly unknown[];
    };
    DeadLetter: {
      readonly id: number;
      /** Why the message could not become a row, as a name */
      readonly reason: string;
      /** The same for a person */
      readonly detail: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      /** The run that its headers name */
      readonly runId: string | null;
      /** The sequence number that its headers name */
      readonly seq: number | null;
      /** The message's key in base64 */
      readonly key: string | null;
      /** The message's value in base64; null for a tombstone */
      readonly payload: string | null;
      /** The value's first 500 characters, where it is UTF-8 */
      readonly text: string | null;
      /** Header -> values, each in base64 */
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly createdAt: string;
      /** How often it was sent again without success */
      readonly replays: number;
      /** When a replay became a row */
      readonly resolvedAt: string | null;
    };
    ReplayForecast: {
      /** How many would become rows */
      readonly rows: number;
      /** Of these, how many with something repaired */
      readonly repaired: number;
      /** Of how many only the consumer can tell, which could not store them before */
      readonly uncertain: number;
      /** How many would be dead letters again, by reason */
      readonly dead: readonly {
        readonly reason: string;
        readonly count: number;
        /** Of the first of them, for a person */
        readonly detail: string;
      }[];
    };
    ReplayRequest: {
      readonly ids?: readonly number[];
      /** Only those with this reason */
      readonly reason?: string;
      readonly runId?: string;
      /** Needed where no filter is given */
      readonly all?: boolean;
      /** At most so many; 1,000 by default */
      readonly limit?: number;
      /** Mend each by the rule of its reason, and leave out those that none mends */
      readonly patch?: boolean;
      /** Only older ones than this id: the `nextBefore` of the answer before */
      readonly before?: number;
      /** Send nothing; say which would be sent, and what would become of them */
      readonly dryRun?: boolean;
    };
    Pipeline: {
      readonly readAt: string;
      readonly web: {
        readonly pid: number;
        readonly startedAt: string;
        readonly node: string;
      };
      /** PostgreSQL, with the ledger */
      readonly postgres: unknown;
      /** Redis */
      readonly redis: unknown;
      /** BullMQ's queues and their workers */
      readonly queues: unknown;
      /** Kafka, with the topics of all types of records */
      readonly kafka: unknown;
      /** The consumer group */
      readonly consumers: unknown;
      /** What is wrong, in words, the gravest first; empty where all is well */
      readonly troubles: readonly {
        /** `stopped`: records do not get through; `attention`: they do, or nobody knows */
        readonly severity: "stopped" | "attention";
        readonly what: string;
        readonly remedy: string;
      }[];
    };
    SeenMessage: {
      readonly offset: number;
      readonly timestamp: string;
      /** In base64 */
      readonly key: string | null;
      /** In base64; null for a tombstone */
      readonly value: string | null;
      /** The value's first 500 characters, where it is UTF-8 */
      readonly text: string | null;
      /** Header -> values, each in base64 */
      readonly headers: Readonly<Record<string, readonly string[]>>;
      /** Why the batch that begins here cannot be read, whose bytes the value has; null for a message */
      readonly undecodable: string | null;
    };
    Readiness: {
      readonly status: "ready" | "not_ready";
      /** Of `postgres`, `redis`, `kafka`, `workers` and `consumers` */
      readonly checks: Readonly<
        Record<
          string,
          {
            readonly status: "up" | "down";
            /** What was found, or why it is down */
            readonly detail?: string;
          }
        >
      >;
    };
  };
}

export interface operations {
  createRun: {
    parameters: {
      query?: never;
      header?: { readonly "Idempotency-Key"?: string };
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["RunRequest"] } };
    responses: {
      202: {
        headers: { readonly Location: string };
        content: { "application/json": components["schemas"]["Run"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listRuns: {
    parameters: {
      query?: {
        readonly limit?: number;
        readonly status?: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
        readonly q?: string;
        readonly type?: string;
        readonly dataset?: string;
        readonly sort?: "newest" | "oldest" | "largest" | "longest";
        readonly before?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { readonly Link: string };
        content: {
          "application/json": {
            readonly runs: readonly components["schemas"]["Run"][];
            /** Where the next page is; null on the last one */
            readonly next: string | null;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  changeRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["RunChange"] } };
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  watchRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "text/event-stream": {
            readonly event?: "run" | "end";
            /** The run as JSON, or of `end` its status as JSON */
            readonly data?: string;
            /** Milliseconds to wait before connecting again */
            readonly retry?: number;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  downloadRun: {
    parameters: {
      query?: { readonly format?: "csv" | "ndjson"; readonly safe?: "spreadsheet" };
      header?: never;
      path: { readonly id: string };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { readonly "Content-Disposition": string };
        content: { "application/x-ndjson": string; "text/csv": string };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      406: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  pauseRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  resumeRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  cancelRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  cancelRuns: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["CancelRunsRequest"] } };
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly dryRun: boolean;
            /** Runs that are cancelled now, or would be */
            readonly cancelled: readonly string[];
            /** Runs that had come to another end */
            readonly ended: readonly {
              readonly id: string;
              /** `completed`, `cancelled` and `failed` are final */
              readonly status: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
            }[];
            /** Ids of no run */
            readonly unknown: readonly string[];
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  createDataset: {
    parameters: {
      query?: {
        readonly seed?: number;
        readonly referenceDate?: string;
        readonly scale?: number;
        readonly chunkSize?: number;
        readonly realtime?: boolean;
        readonly endless?: boolean;
      };
      header?: { readonly "Idempotency-Key"?: string };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | components["schemas"]["DatasetRequest"]
          | Readonly<Record<string, unknown>>
          | readonly Readonly<Record<string, unknown>>[];
        "application/yaml":
          | components["schemas"]["DatasetRequest"]
          | Readonly<Record<string, unknown>>
          | readonly Readonly<Record<string, unknown>>[];
      };
    };
    responses: {
      202: {
        headers: { readonly Location: string };
        content: { "application/json": components["schemas"]["Dataset"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listDatasets: {
    parameters: {
      query?: { readonly limit?: number; readonly before?: string };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { readonly Link: string };
        content: {
          "application/json": {
            readonly datasets: readonly components["schemas"]["Dataset"][];
            /** Where the next page is; null on the last one */
            readonly next: string | null;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getDataset: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Dataset"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  pauseDataset: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Dataset"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  resumeDataset: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Dataset"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  cancelDataset: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Dataset"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  auditDataset: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["DatasetAudit"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  registerTypes: {
    parameters: { query?: { readonly dryRun?: boolean }; header?: never; path?: never; cookie?: never };
    requestBody: {
      content: {
        "application/json": Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
        "application/yaml": Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
      };
    };
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            /** In the order of the definitions */
            readonly types: readonly components["schemas"]["RegisteredRecordType"][];
          };
        };
      };
      201: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            /** In the order of the definitions */
            readonly types: readonly components["schemas"]["RegisteredRecordType"][];
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listTypes: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly types: readonly components["schemas"]["RecordType"][];
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getMetaSchema: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/schema+json": Readonly<Record<string, unknown>> };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getType: {
    parameters: { query?: never; header?: never; path: { readonly name: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["RecordTypeDetails"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  deleteType: {
    parameters: { query?: never; header?: never; path: { readonly name: string }; cookie?: never };
    requestBody?: never;
    responses: {
      204: { headers: Record<string, never>; content: never };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  generateRecords: {
    parameters: { query?: { readonly safe?: "spreadsheet" }; header?: never; path?: never; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["RecordsRequest"] } };
    responses: {
      200: {
        headers: { readonly "Synthetic-Seed": string; readonly "Synthetic-Reference-Date": string };
        content: {
          "application/json": readonly components["schemas"]["Record_user"][];
          "application/x-ndjson": string;
          "text/csv": string;
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      406: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  produceRecords: {
    parameters: { query?: { readonly type?: "user" }; header?: never; path?: never; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["ProduceRequest"] } };
    responses: {
      202: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            /** Messages that Kafka has acknowledged */
            readonly accepted: number;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listDeadLetters: {
    parameters: {
      query?: {
        readonly reason?: string;
        readonly runId?: string;
        readonly resolved?: boolean;
        readonly limit?: number;
        readonly before?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly deadLetters: readonly components["schemas"]["DeadLetter"][];
            /** How many there are of each reason, on all pages */
            readonly counts: readonly {
              readonly reason: string;
              readonly count: number;
            }[];
            /** Where the next page is; null on the last one */
            readonly next: string | null;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  replayDeadLetters: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["ReplayRequest"] } };
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            /** Unresolved dead letters that the filters let through */
            readonly matched: number;
            /** Messages that Kafka has acknowledged */
            readonly replayed: number;
            readonly dryRun: boolean;
            /** Dead letters that were sent again, or would be */
            readonly ids: readonly number[];
            /** Dead letters that were to be patched and that no rule mends, and those that cannot be sent */
            readonly skippedIds: readonly number[];
            /** Pass as `before` to go on with the older ones; null where none are left */
            readonly nextBefore: number | null;
            /** Of a dry run: what would become of them; null where they were sent */
            readonly forecast: components["schemas"]["ReplayForecast"] | null;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getPipeline: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Pipeline"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listMessages: {
    parameters: {
      query?: {
        readonly topic?: string;
        readonly partition?: number;
        readonly from?: number;
        readonly limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly topic: string;
            readonly partition: number;
            /** Where the partition's log begins */
            readonly first: number;
            /** Where it ends, exclusive */
            readonly end: number;
            /** In their order */
            readonly messages: readonly components["schemas"]["SeenMessage"][];
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getHealth: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly status: "alive";
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getReadiness: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Readiness"] };
      };
      303: { headers: { readonly Location: string }; content: never };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Readiness"] };
      };
    };
  };
  getMetrics: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "text/plain": string } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getOpenApi: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": Readonly<Record<string, unknown>> };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
}
