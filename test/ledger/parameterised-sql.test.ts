import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";

const root = path.resolve(import.meta.dirname, "..", "..");
const folders = ["ledger", "queues", "workers", "web", "kafka", "cli"];

/**
 * What may stand inside a statement's text: constants of the source, and the names of a type's table and columns, which are
 * quoted (`ledger/database/table-names.ts`). Values of a request or a message go in as $1.
 */
const constants = new Set([
  "beginningBytes",
  "channel",
  "chunkColumns",
  'columns.join(", ")',
  "copyColumns(type)",
  "datasetColumns",
  "estimatedRows",
  "examplesShown",
  "filterCondition",
  "invariant.sql",
  "isDue",
  "isHalfMade",
  "isLost",
  "isToBeRequeued",
  "isToBeShelved",
  "listed.differ",
  "listed.names",
  "listed.parameters",
  "mostExamined",
  "plannedRunColumns",
  "rowsOfSlice",
  "runColumns",
  "scheduleColumns",
  "selectRun",
  "versionColumns",
]);
const isConstant = (expression: string): boolean =>
  constants.has(expression) ||
  /^names\.[a-zA-Z]+$/.test(expression) ||
  /^perRun\((?:"[a-z_.]+"|names\.runId)\)$/.test(expression) ||
  /^(?:isKept|isCounted)\((?:(?:"id"|names\.id), )?"(?:'users_stats'|\$2)"\)$/.test(expression);

describe("SQL", () => {
  it("is made of constants, values are its parameters", () => {
    const foreign = statements().flatMap(({ file, statement }) =>
      [...statement.matchAll(/\$\{([^}]*)\}/g)]
        .map(([, expression = ""]) => expression)
        .filter((expression) => !isConstant(expression))
        .map((expression) => `${file}: \${${expression}}`),
    );
    expect(foreign).to.deep.equal([]);
  });

  it("is not put together with +", () => {
    const joined = sources().flatMap(({ file, text }) =>
      [...text.matchAll(/\b(?:query|copyFrom)(?:<[^(]*>)?\(\s*(?:"[^"]*"|`[^`]*`)\s*\+/g)].map(() => file),
    );
    expect(joined).to.deep.equal([]);
  });

  it("is found by this test", () => {
    const found = statements();
    expect(found).to.have.length.above(40);
    expect(new Set(found.map(({ file }) => file)).size).to.be.above(12);
    expect(isConstant("id")).to.equal(false);
  });
});

function sources(): { readonly file: string; readonly text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => path.join(folder, name))
      .map((file) => ({ file, text: readFileSync(path.join(root, file), "utf8") })),
  );
}

/** Every text in quotes or backticks that begins like a statement. */
function statements(): { readonly file: string; readonly statement: string }[] {
  return sources().flatMap(({ file, text }) =>
    [...text.matchAll(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/gs)]
      .map(([literal]) => literal)
      .filter((literal) =>
        /^["`]\s*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|LISTEN|NOTIFY|SET|TRUNCATE|CREATE|ALTER|DROP)\s/.test(
          literal,
        ),
      )
      .map((statement) => ({ file, statement })),
  );
}
