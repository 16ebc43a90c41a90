DELETE FROM sqlite_stat1 WHERE tbl = 'used_tax_codes';
CREATE INDEX journal_lines_by_tax_code ON journal_lines (company_id, tax_code_id, date) WHERE tax_code_id IS NOT NULL;
DROP TABLE used_tax_codes;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('journal_lines', 'journal_lines_by_tax_code', '200000 200000 10000 50');
