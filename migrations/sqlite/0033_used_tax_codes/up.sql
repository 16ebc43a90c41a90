-- The tax codes that posted lines name, so that their rates stay as they are: one row for each code instead of one in an
-- index for each line.
CREATE TABLE used_tax_codes (
    company_id TEXT NOT NULL,
    tax_code_id TEXT NOT NULL,
    PRIMARY KEY (company_id, tax_code_id)
) STRICT, WITHOUT ROWID;
INSERT INTO used_tax_codes
    SELECT DISTINCT company_id, tax_code_id FROM journal_lines WHERE tax_code_id IS NOT NULL;
DELETE FROM sqlite_stat1 WHERE idx = 'journal_lines_by_tax_code';
DROP INDEX journal_lines_by_tax_code;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('used_tax_codes', 'used_tax_codes', '50 50 1');
