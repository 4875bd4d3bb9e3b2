import { ExplainedError } from "./explained-error.ts";
import { knex } from "./knex.ts";
import { connectOnce } from "./postgres.ts";
import { readMigrationUrl } from "./settings.ts";

const [action = "latest", ...options] = process.argv.slice(2);
if (action.startsWith("-")) {
  console.log(
    "Usage: npm run migrate | npm run migrate:rollback\n       node stack/bootstrap.mjs migrate latest|rollback|up|down|list|… [Knex's options]",
  );
} else {
  const databaseUrl = readMigrationUrl();
  await connectOnce(databaseUrl).catch((cause: Error) => {
    const { host, pathname } = new URL(databaseUrl);
    throw new ExplainedError(
      `The database ${pathname.slice(1)} at ${host} cannot be reached: ${cause.message}`,
    );
  });
  const { code, output } = await knex(databaseUrl, [`migrate:${action}`, ...options]);
  console.log(output.trim());
  process.exitCode = code ?? 1;
}
