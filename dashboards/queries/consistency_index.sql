-- Agreement of two systems on what both say, least first.
SELECT
  topic_code, field_code, first_system_code, second_system_code, compared_count, equal_count, consistency_index,
  goal_index, is_reached
FROM mart.consistency
ORDER BY consistency_index, topic_code, field_code
