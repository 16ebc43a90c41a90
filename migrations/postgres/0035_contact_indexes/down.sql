DROP INDEX documents_by_contact;
CREATE INDEX documents_by_contact ON documents (company_id, contact_id, kind, date, id);
CREATE INDEX documents_open_by_contact ON documents (company_id, contact_id, kind, currency_code, open, base_open)
    WHERE open > 0;
DROP INDEX journal_lines_by_contact;
ALTER TABLE journal_lines DROP COLUMN of_document;
CREATE INDEX journal_lines_by_contact ON journal_lines (company_id, contact_id, date, position)
    WHERE contact_id IS NOT NULL;
