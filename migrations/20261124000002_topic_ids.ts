import type { Knex } from "knex";

/** A topic that is deleted and made again keeps its name and begins at offset 0: offsets need the topic's id. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE consumer_progress ADD COLUMN topic_id uuid;
    COMMENT ON COLUMN consumer_progress.topic_id IS 'Kafka''s id of the topic in whose log next_offset is; NULL until it is known';
    ALTER TABLE chunks ADD COLUMN kafka_topic_id uuid;
    COMMENT ON COLUMN chunks.kafka_topic_id IS 'Kafka''s id of the topic before the chunk was sent to it';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE consumer_progress DROP COLUMN topic_id;
    ALTER TABLE chunks DROP COLUMN kafka_topic_id;
  `);
}
