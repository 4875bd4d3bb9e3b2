-- Writes the check of a run, or one of each run of a dataset, since the table of its rows follows from its type. What it writes gives one line, each column
-- of which must be true: the run's ledger balances and agrees with its rows and dead letters. Records of a type without a
-- table go to Kafka only.
SELECT format(
         $check$SELECT status = 'completed' AS is_completed,
       stored + dead_lettered = requested AS all_records_are_accounted_for,
       %s AS rows_are_there,
       dead_lettered = (SELECT count(*) FROM dead_letters WHERE run_id = r.id AND accounted) AS dead_letters_are_there
  FROM runs AS r
 WHERE id = %L$check$,
         CASE
           WHEN type.name IS NULL
             THEN '(stored, flagged) = (SELECT count(*), count(error) FROM users_raw WHERE run_id = r.id)'
           WHEN type.table_name IS NULL
             THEN 'true'
           ELSE format('(stored, flagged) = (SELECT count(*), count(_error) FROM %I WHERE _run_id = r.id)', type.table_name)
         END,
         run.id)
  FROM runs AS run
  LEFT JOIN record_types AS type ON (type.name, type.version) = (run.record_type, run.record_type_version)
 WHERE '{{ ti.xcom_pull(task_ids="trigger_data_generation") }}' IN (run.id, run.dataset_id)
 ORDER BY run.id
