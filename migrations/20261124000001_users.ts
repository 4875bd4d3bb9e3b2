import type { Knex } from "knex";

/** The original's tables: the rows, with where each came from, and the aggregate that Airflow fills. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE users_raw (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name varchar(255),
      email varchar(255),
      event_time timestamptz,
      password_hash varchar(255),
      country varchar(128),
      city varchar(128),
      phone_number varchar(64),
      job varchar(255),
      company varchar(255),
      ipv4 varchar(45),
      raw_payload jsonb NOT NULL,
      error text,
      created_at timestamptz NOT NULL DEFAULT now(),
      run_id uuid,
      seq bigint,
      kafka_partition integer NOT NULL,
      kafka_offset bigint NOT NULL,
      CONSTRAINT users_raw_identity_whole CHECK ((run_id IS NULL) = (seq IS NULL))
    );
    CREATE UNIQUE INDEX users_raw_identity ON users_raw (run_id, seq) WHERE run_id IS NOT NULL;
    COMMENT ON COLUMN users_raw.run_id IS 'NULL for another producer''s message, whose identity is topic, partition, offset';
    COMMENT ON COLUMN users_raw.error IS 'what was repaired; a row with it is flagged';

    CREATE TABLE users_stats (
      stat_date date NOT NULL,
      country varchar(128) NOT NULL,
      total_users bigint NOT NULL CHECK (total_users >= 0),
      flagged_users bigint NOT NULL DEFAULT 0 CHECK (flagged_users BETWEEN 0 AND total_users),
      updated_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (stat_date, country)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE users_stats, users_raw");
}
