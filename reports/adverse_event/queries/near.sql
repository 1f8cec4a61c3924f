-- Complaints that may have been meant: the reportable ones first.
SELECT complaint_no FROM core.complaint
ORDER BY is_reportable DESC, jaro_winkler_similarity(complaint_no, $complaint) DESC, complaint_no
LIMIT 5
