DROP INDEX journal_lines_by_tax_code;
DROP TABLE tax_group_codes;
DROP TABLE tax_groups;
DROP TABLE tax_codes;
ALTER TABLE settings DROP COLUMN trade;
