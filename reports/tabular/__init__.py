"""Reports that are tables: the same sections as JSON, workbook and a page to print, in both languages."""
