-- Every record that speaks for or against an edge, reversals included, by the part it plays.
SELECT part_code AS part, _source_table, _file_sha256, _row
FROM core.trace_evidence
WHERE edge_id = $edge_id
