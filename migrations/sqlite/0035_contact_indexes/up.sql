-- A document that is posted is in one index by contact instead of three: contacts come in no order, so each costs a page of
-- its own.

-- The lines about a contact that its documents do not lead to; those that they do are found by the document.
ALTER TABLE journal_lines ADD COLUMN of_document INTEGER NOT NULL DEFAULT 0 CHECK (of_document IN (0, 1));
DROP INDEX journal_lines_by_contact;
CREATE INDEX journal_lines_by_contact ON journal_lines (company_id, contact_id, date, position)
    WHERE contact_id IS NOT NULL AND NOT of_document;

-- What is open of a contact lies apart from what is not, and its sums need nothing but the index.
DROP INDEX documents_open_by_contact;
DROP INDEX documents_by_contact;
CREATE INDEX documents_by_contact ON documents (
    company_id, contact_id, (CASE WHEN open > 0 THEN 1 ELSE 0 END), kind, date, id, currency_code, open, base_open
);

DELETE FROM sqlite_stat1 WHERE idx IN ('journal_lines_by_contact', 'documents_open_by_contact', 'documents_by_contact');
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('journal_lines', 'journal_lines_by_contact', '100000 100000 50 3 2'),
    ('documents', 'documents_by_contact', '100000 100000 20 10 8 2 1 1 1 1');
