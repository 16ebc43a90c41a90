CREATE INDEX journal_lines_by_tax_code ON journal_lines (company_id, tax_code_id, date) WHERE tax_code_id IS NOT NULL;
DROP TABLE used_tax_codes;
