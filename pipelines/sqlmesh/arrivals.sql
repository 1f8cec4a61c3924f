WITH promise AS (
  {promises}
), partner AS (
  {partners}
), idle AS (
  {idle}
), horizon AS (
  SELECT {until} AS judged_day
), dated_file AS (
  /* Files by the day and plant in their names; 202501 stands for its first day. */
  SELECT
    promise.source_table, promise.site_code, promise.unit, file.status, file.rows_in, file.loaded_at,
    TRY_STRPTIME(
      RPAD(REGEXP_REPLACE(REGEXP_EXTRACT(file.file_name, promise.day_pattern, 1), '[^0-9]', '', 'g'), 8, '01'), '%Y%m%d'
    )::DATE AS file_day
  FROM mart.file AS file
  INNER JOIN promise ON promise.source_table = file.source_table
  WHERE promise.site_pattern = '' OR REGEXP_EXTRACT(file.file_name, promise.site_pattern, 1) = promise.site_code
), watched AS (
  /* What lay there when the lake began is no delay of the source. */
  SELECT source_table, MIN(loaded_at) AS watched_from FROM mart.file GROUP BY source_table
), arrived AS (
  SELECT
    source_table, site_code, {start_of_file} AS period_start,
    COUNT(*) FILTER (WHERE status = 'loaded') AS file_count,
    COUNT(*) FILTER (WHERE status <> 'loaded') AS refused_file_count,
    COALESCE(SUM(rows_in) FILTER (WHERE status = 'loaded'), 0) AS rows_in,
    MIN(loaded_at) FILTER (WHERE status = 'loaded') AS first_loaded_at
  FROM dated_file
  WHERE NOT file_day IS NULL
  GROUP BY source_table, site_code, {start_of_file}
), period AS (
  SELECT
    promise.source_table, promise.site_code,
    UNNEST(GENERATE_SERIES(
      {start_of_promise}::TIMESTAMP, horizon.judged_day::TIMESTAMP, promise.step
    ))::DATE AS period_start
  FROM promise CROSS JOIN horizon
), promised AS (
  /* A period in which nobody works promises nothing. */
  SELECT period.source_table, period.site_code, period.period_start
  FROM period
  INNER JOIN promise ON promise.source_table = period.source_table AND promise.site_code = period.site_code
  LEFT JOIN idle
    ON idle.calendar = promise.calendar
    AND idle.idle_day >= period.period_start AND idle.idle_day < period.period_start + promise.step
  GROUP BY period.source_table, period.site_code, period.period_start, promise.step
  HAVING COUNT(idle.idle_day) < DATE_DIFF('day', period.period_start, (period.period_start + promise.step)::DATE)
), slot AS (
  SELECT
    COALESCE(promised.source_table, arrived.source_table) AS source_table,
    COALESCE(promised.site_code, arrived.site_code) AS site_code,
    COALESCE(promised.period_start, arrived.period_start) AS period_start,
    NOT promised.source_table IS NULL AS is_expected,
    COALESCE(arrived.file_count, 0) AS file_count,
    COALESCE(arrived.refused_file_count, 0) AS refused_file_count,
    COALESCE(arrived.rows_in, 0) AS rows_in,
    arrived.first_loaded_at
  FROM promised
  FULL JOIN arrived
    ON arrived.source_table = promised.source_table AND arrived.site_code = promised.site_code
    AND arrived.period_start = promised.period_start
), partnered AS (
  SELECT DISTINCT partner.source_table, arrived.site_code, arrived.period_start
  FROM partner
  INNER JOIN arrived ON arrived.source_table = partner.partner_table AND arrived.file_count > 0
), counted AS (
  SELECT
    slot.*, promise.tenant_code, promise.quiet_periods, promise.severity_code,
    (slot.period_start + promise.step - INTERVAL 1 DAY)::DATE AS period_end,
    (slot.period_start + promise.step - INTERVAL 1 DAY + promise.latency_days * INTERVAL 1 DAY)::DATE AS due_day,
    NOT partnered.source_table IS NULL AS has_partner,
    COALESCE(MAX(CASE WHEN slot.file_count > 0 THEN slot.period_start END) OVER before, DATE '0001-01-01') AS last_arrival
  FROM slot
  INNER JOIN promise ON promise.source_table = slot.source_table AND promise.site_code = slot.site_code
  LEFT JOIN partnered
    ON partnered.source_table = slot.source_table AND partnered.site_code = slot.site_code
    AND partnered.period_start = slot.period_start
  WINDOW before AS (PARTITION BY slot.source_table, slot.site_code ORDER BY slot.period_start)
), silent AS (
  /* How many promised periods in a row, this one included, have passed without a file. */
  SELECT
    counted.*,
    SUM(CASE WHEN is_expected AND file_count = 0 THEN 1 ELSE 0 END)
      OVER (PARTITION BY source_table, site_code, last_arrival ORDER BY period_start) AS silent_periods,
    MIN(rows_in) OVER earlier AS least_rows,
    MAX(rows_in) OVER earlier AS most_rows,
    COUNT(*) OVER earlier AS earlier_periods
  FROM counted
  WINDOW earlier AS (
    PARTITION BY source_table, site_code, file_count > 0 ORDER BY period_start ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING
  )
), judged AS (
  SELECT
    silent.source_table, silent.tenant_code, silent.site_code, silent.period_start AS period_start_date,
    silent.period_end AS period_end_date, silent.due_day AS due_date, silent.is_expected, silent.file_count,
    silent.refused_file_count, silent.rows_in, silent.first_loaded_at,
    CASE
      WHEN silent.file_count > 0 AND silent.rows_in = 0 THEN 'empty'
      WHEN silent.file_count > 0 AND NOT silent.is_expected THEN 'not_expected'
      WHEN silent.file_count > 0 AND silent.first_loaded_at::DATE <= silent.due_day THEN 'on_time'
      WHEN silent.file_count > 0 AND watched.watched_from::DATE <= silent.due_day THEN 'late'
      WHEN silent.file_count > 0 THEN 'backfilled'
      WHEN silent.refused_file_count > 0 AND silent.is_expected THEN 'refused'
      WHEN NOT silent.is_expected THEN 'not_expected'
      WHEN silent.due_day >= horizon.judged_day THEN 'pending'
      WHEN silent.has_partner OR silent.silent_periods > silent.quiet_periods THEN 'missing'
      ELSE 'quiet'
    END AS state_code,
    CASE
      WHEN silent.file_count = 0 OR silent.earlier_periods < 20 THEN 'usual'
      WHEN silent.rows_in > 10 * GREATEST(silent.most_rows, 1) THEN 'high'
      WHEN silent.rows_in * 10 < silent.least_rows THEN 'low'
      ELSE 'usual'
    END AS volume_code,
    silent.severity_code
  FROM silent
  CROSS JOIN horizon
  LEFT JOIN watched ON watched.source_table = silent.source_table
), alarmed AS (
  SELECT
    judged.* EXCLUDE (severity_code),
    CASE
      WHEN state_code = 'missing' THEN 'DQ-ARR-001'
      WHEN state_code = 'late' THEN 'DQ-ARR-002'
      WHEN state_code = 'refused' THEN 'DQ-ARR-003'
      WHEN volume_code <> 'usual' THEN 'DQ-ARR-004'
      ELSE ''
    END AS rule_id,
    CASE WHEN state_code IN ('missing', 'late', 'refused') THEN severity_code ELSE 'warn' END AS severity_code
  FROM judged
)
SELECT {columns}
FROM alarmed
