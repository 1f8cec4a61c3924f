-- What a supplier's score is made of.
SELECT component_code, weight_pct, title_zh, title_en, formula_zh, formula_en
FROM mart.supplier_score_weight
ORDER BY weight_pct DESC, component_code
