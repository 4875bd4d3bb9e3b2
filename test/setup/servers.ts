/** The servers that `npm test` starts for the tests. */
export const servers = {
  databaseUrl: address("DATABASE_URL"),
  migrationDatabaseUrl: address("MIGRATION_DATABASE_URL"),
  readerDatabaseUrl: address("READER_DATABASE_URL"),
  redisUrl: address("REDIS_URL"),
  kafkaBrokers: address("KAFKA_BROKERS").split(","),
};

function address(key: string): string {
  const value = process.env[key];
  if (value === undefined) throw new Error(`${key} is not set: run the tests with npm test`);
  return value;
}
