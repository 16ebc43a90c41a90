DROP INDEX documents_by_contact;
CREATE INDEX documents_by_contact ON documents (company_id, contact_id, kind, date, id);
CREATE INDEX documents_open_by_contact ON documents (company_id, contact_id, kind, currency_code, open, base_open)
    WHERE open > 0;
DROP INDEX journal_lines_by_contact;
ALTER TABLE journal_lines DROP COLUMN of_document;
CREATE INDEX journal_lines_by_contact ON journal_lines (company_id, contact_id, date, position)
    WHERE contact_id IS NOT NULL;
DELETE FROM sqlite_stat1 WHERE idx IN ('journal_lines_by_contact', 'documents_by_contact');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('journal_lines', 'journal_lines_by_contact', '100000 100000 50 3 2'),
    ('documents', 'documents_by_contact', '100000 100000 20 15 2 1'),
    ('documents', 'documents_open_by_contact', '2000 2000 4 3 3 1 1');
