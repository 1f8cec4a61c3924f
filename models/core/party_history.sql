MODEL (
  name core.party_history,
  kind FULL,
  owner data_platform,
  grain (role_code, record_id, version_no, known_from_at),
  description 'Bitemporal history (双时态历史) of supplier and customer records: what was held for valid between two days, as known between two moments. As of day D with the knowledge of moment T: valid_from_date <= D < valid_to_date and known_from_at <= T < known_to_at, open ends NULL.',
  tags (core),
  audits (
    not_null(columns := (role_code, record_id, version_no, known_from_at)),
    unique_combination_of_columns(columns := (role_code, record_id, version_no, known_from_at))
  )
);

WITH state AS (
  SELECT
    role_code, record_id, version_no, COALESCE(valid_from_date, DATE '0001-01-01') AS valid_from_date, known_from_at,
    CONCAT_WS('|', COALESCE(party_name, ''), COALESCE(uscc, ''), COALESCE(tax_id, ''), COALESCE(country_code, ''), COALESCE(city_name, ''),
      COALESCE(address_name, ''), COALESCE(phone_no, ''), COALESCE(is_blocked::TEXT, '')) AS said
  FROM core.party_version
), compared AS (
  SELECT
    *, LAG(said) OVER (PARTITION BY role_code, record_id ORDER BY version_no) AS said_before,
    LAG(known_from_at) OVER (PARTITION BY role_code, record_id ORDER BY version_no) AS known_before_at
  FROM state
), change AS (
  /* A delivery that says the same as the one before it adds nothing, unless it came earlier. */
  SELECT role_code, record_id, version_no, valid_from_date, known_from_at FROM compared
  WHERE said_before IS NULL OR said <> said_before OR known_from_at < known_before_at
), moment AS (
  SELECT role_code, record_id, version_no, valid_from_date, known_from_at, NULL::DATE AS end_date FROM change
  UNION ALL
  SELECT
    old.role_code, old.record_id, old.version_no, old.valid_from_date, GREATEST(old.known_from_at, new.known_from_at) AS known_from_at,
    new.valid_from_date AS end_date
  FROM change AS old
  INNER JOIN change AS new
    ON new.role_code = old.role_code AND new.record_id = old.record_id AND new.version_no > old.version_no
), step AS (
  SELECT role_code, record_id, version_no, valid_from_date, known_from_at, MIN(end_date) AS end_date
  FROM moment
  GROUP BY role_code, record_id, version_no, valid_from_date, known_from_at
), narrowed AS (
  SELECT
    *, MIN(end_date) OVER (PARTITION BY role_code, record_id, version_no ORDER BY known_from_at) AS valid_to_date
  FROM step
), told AS (
  /* What becomes known and ends nothing earlier is no new row. */
  SELECT *, LEAD(known_from_at) OVER (PARTITION BY role_code, record_id, version_no ORDER BY known_from_at) AS known_to_at
  FROM narrowed
  WHERE end_date IS NULL OR end_date = valid_to_date
)
SELECT
  told.role_code::TEXT AS role_code,  /* supplier or customer */
  told.record_id::TEXT AS record_id,  /* Record: <system>:<code> */
  golden.golden_id::TEXT AS golden_id,  /* Golden party the record belongs to today; NULL when it is gone from its source */
  told.version_no::BIGINT AS version_no,  /* Version of the record, see core.party_version */
  version.valid_from_date::DATE AS valid_from_date,  /* First day it was held for valid; NULL: the file names no day */
  told.valid_to_date::DATE AS valid_to_date,  /* Day from which a later version was; NULL: still */
  told.known_from_at::TIMESTAMPTZ AS known_from_at,  /* Moment from which this was known, UTC */
  told.known_to_at::TIMESTAMPTZ AS known_to_at,  /* Moment from which more was known; NULL: still */
  version.party_name::TEXT AS party_name,  /* Name as written */
  version.uscc::TEXT AS uscc,  /* Credit code as written */
  version.tax_id::TEXT AS tax_id,  /* Tax or registration number as written */
  version.country_code::TEXT AS country_code,  /* ISO 3166-1 alpha-2 */
  version.city_name::TEXT AS city_name,  /* City */
  version.address_name::TEXT AS address_name,  /* Address as one text */
  version.phone_no::TEXT AS phone_no,  /* Telephone number as written */
  version.is_blocked::BOOLEAN AS is_blocked,  /* Blocked for purchasing; NULL for customers */
  version._source_table::TEXT AS _source_table,  /* Contract of the source row */
  version._file_sha256::TEXT AS _file_sha256,  /* File of the source row */
  version._row::BIGINT AS _row  /* Record number in the file */
FROM told
INNER JOIN core.party_version AS version
  ON version.role_code = told.role_code AND version.record_id = told.record_id AND version.version_no = told.version_no
LEFT JOIN core.party_golden AS golden
  ON golden.role_code = told.role_code AND golden.record_id = told.record_id
WHERE
  told.valid_to_date IS NULL OR told.valid_to_date > told.valid_from_date
