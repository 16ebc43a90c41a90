-- The lines about a contact in their order.
CREATE INDEX journal_lines_by_contact ON journal_lines (company_id, contact_id, date, position)
    WHERE contact_id IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('journal_lines', 'journal_lines_by_contact', '100000 100000 50 3 2');
