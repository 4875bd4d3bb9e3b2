-- One line, each column of which must be true: the run's ledger balances and agrees with its rows and dead letters.
SELECT status = 'completed' AS is_completed,
       stored + dead_lettered = requested AS all_records_are_accounted_for,
       (stored, flagged) = (SELECT count(*), count(error) FROM users_raw WHERE run_id = r.id) AS rows_are_there,
       dead_lettered = (SELECT count(*) FROM dead_letters WHERE run_id = r.id AND accounted) AS dead_letters_are_there
  FROM runs AS r
 WHERE id = '{{ ti.xcom_pull(task_ids="trigger_data_generation") }}'
