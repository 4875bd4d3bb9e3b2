import type { Knex } from "knex";

/**
 * raw_payload becomes the message's own text (ADR 20, which says what this takes). PostgreSQL writes the table and its
 * indexes anew under an exclusive lock. Rows that are there keep what jsonb made of their messages.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(createSpellings);
  await knex.raw(`
    ALTER TABLE users_raw ALTER COLUMN raw_payload TYPE json USING pg_temp.as_json(id, raw_payload);
    COMMENT ON COLUMN users_raw.raw_payload IS 'the message''s value as it came; jsonb''s text of it in rows from before ADR 20';
    DROP FUNCTION pg_temp.as_json, pg_temp.spell, pg_temp.spell_number, pg_temp.is_bomb;
  `);
}

/** What jsonb does not keep is lost: white space, the order of names and all but the last of doubled ones. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE FUNCTION pg_temp.as_jsonb(id bigint, payload json) RETURNS jsonb LANGUAGE plpgsql AS $$
    BEGIN
      RETURN payload::jsonb;
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
      RAISE EXCEPTION 'jsonb cannot hold raw_payload of users_raw''s row %: %', as_jsonb.id, SQLERRM
        USING HINT = 'These rows have to be moved elsewhere first: SELECT id FROM users_raw WHERE NOT pg_input_is_valid(raw_payload::text, ''jsonb'')';
    END $$;
    ALTER TABLE users_raw ALTER COLUMN raw_payload TYPE jsonb USING pg_temp.as_jsonb(id, raw_payload);
    COMMENT ON COLUMN users_raw.raw_payload IS NULL;
    DROP FUNCTION pg_temp.as_jsonb;
  `);
}

/**
 * jsonb prints a number's digits, all of them: 1e131071 took a few bytes and prints as 131,072, and a message of 81 kB
 * may print as more than PostgreSQL's gigabyte. Rows with such numbers are put together without printing them whole, the
 * numbers with an exponent again. That does not recurse: a row may be nested deeper than a stack of calls.
 * (Knex takes a question mark without a backslash for a parameter.)
 */
const createSpellings = `
  CREATE FUNCTION pg_temp.is_bomb(payload jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    RETURN jsonb_path_exists(payload, 'strict $.** \\? (@ > 1e40 || @ < -1e40)')
      -- Zeros and what is next to them: 0e-16383 prints 16,383 places.
      OR EXISTS (
        SELECT FROM jsonb_path_query(payload, 'strict $.** \\? (@ > -1e-40 && @ < 1e-40)') AS small (number)
         WHERE scale(number::numeric) > 40
      );
  EXCEPTION WHEN statement_too_complex THEN
    -- Too deep for a path: nobody knows.
    RETURN true;
  END $$;

  CREATE FUNCTION pg_temp.spell_number(number numeric) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE
    n CONSTANT numeric := trim_scale(number);
    -- PostgreSQL trims bytes several times faster than characters.
    printed CONSTANT bytea := convert_to(n::text, 'UTF8');
    digits CONSTANT bytea := trim(printed, '-0.');
  BEGIN
    IF length(printed) <= 40 OR abs(n) >= 1 AND scale(n) > 0 THEN RETURN n; END IF;
    RETURN concat(
      CASE WHEN n < 0 THEN '-' END,
      convert_from(digits, 'UTF8'),
      'e',
      CASE WHEN scale(n) > 0 THEN -scale(n) ELSE length(ltrim(printed, '-')) - length(digits) END
    );
  END $$;

  CREATE FUNCTION pg_temp.spell(payload jsonb) RETURNS text LANGUAGE sql AS $$
    WITH RECURSIVE node (path, before, value) AS (
      SELECT '{}'::integer[], '', payload
      UNION ALL
      SELECT path || child.n::integer, child.before, child.value
        FROM node
       CROSS JOIN LATERAL (
         SELECT n, concat(CASE WHEN n > 1 THEN ', ' END, to_json(key), ': '), value
           FROM jsonb_each(CASE jsonb_typeof(node.value) WHEN 'object' THEN node.value ELSE '{}' END)
           WITH ORDINALITY AS member (key, value, n)
         UNION ALL
         SELECT n, CASE WHEN n > 1 THEN ', ' ELSE '' END, value
           FROM jsonb_array_elements(CASE jsonb_typeof(node.value) WHEN 'array' THEN node.value ELSE '[]' END)
           WITH ORDINALITY AS element (value, n)
       ) AS child (n, before, value)
    )
    SELECT string_agg(token, '' ORDER BY path)
      FROM (
        SELECT path,
               before || CASE jsonb_typeof(value)
                           WHEN 'object' THEN '{'
                           WHEN 'array' THEN '['
                           WHEN 'number' THEN pg_temp.spell_number(value::numeric)
                           ELSE value::text
                         END
          FROM node
        UNION ALL
        -- Behind all that is in it.
        SELECT path || 2147483647, CASE jsonb_typeof(value) WHEN 'object' THEN '}' ELSE ']' END
          FROM node
         WHERE jsonb_typeof(value) IN ('object', 'array')
      ) AS tokens (path, token)
  $$;

  CREATE FUNCTION pg_temp.as_json(id bigint, payload jsonb) RETURNS json LANGUAGE plpgsql AS $$
  BEGIN
    IF pg_temp.is_bomb(payload) THEN RETURN pg_temp.spell(payload)::json; END IF;
    RETURN payload::json;
  EXCEPTION WHEN program_limit_exceeded THEN
    RAISE EXCEPTION 'raw_payload of users_raw''s row % cannot be written as json: %', as_json.id, SQLERRM
      USING HINT = 'The row has to be moved elsewhere first.';
  END $$;
`;
