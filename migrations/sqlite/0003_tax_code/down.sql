DELETE FROM sqlite_stat1 WHERE tbl IN ('tax_codes', 'tax_groups', 'tax_group_codes')
    OR idx = 'journal_lines_by_tax_code';
DROP INDEX journal_lines_by_tax_code;
DROP TABLE tax_group_codes;
DROP TABLE tax_groups;
DROP TABLE tax_codes;
ALTER TABLE settings DROP COLUMN trade;
