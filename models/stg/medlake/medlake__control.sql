MODEL (
  name stg.medlake__control,
  kind FULL,
  owner data_platform,
  grain (said_file_name, load_id),
  description 'What a sender says of a file beside each load it speaks of, by name or by content, and whether the two agree.',
  tags (stg),
  audits (
    not_null(columns := (said_file_name, load_id, is_agreed)),
    unique_combination_of_columns(columns := (said_file_name, load_id))
  )
);

WITH spoken_of AS (
  /* The same content under two names is loaded once, under one of them: a digest finds it, too. */
  SELECT said.file_name, load.load_id
  FROM stg.delivery__control AS said
  INNER JOIN stg.medlake__load AS load
    ON load.file_name = said.file_name
  UNION
  SELECT said.file_name, load.load_id
  FROM stg.delivery__control AS said
  INNER JOIN stg.medlake__load AS load
    ON load.file_sha256 = said.content_sha256
)
SELECT
  said.file_name::TEXT AS said_file_name,  /* File as its sender names it */
  load.load_id::TEXT AS load_id,  /* Load of that name or content */
  ((said.content_sha256 IS NULL OR said.content_sha256 = load.file_sha256)
    AND (said.record_count IS NULL OR said.record_count = load.rows_in))::BOOLEAN AS is_agreed  /* Records and digest, as far as said, are those that were read */
FROM spoken_of
INNER JOIN stg.delivery__control AS said
  ON said.file_name = spoken_of.file_name
INNER JOIN stg.medlake__load AS load
  ON load.load_id = spoken_of.load_id
