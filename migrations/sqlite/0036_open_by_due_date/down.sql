DROP INDEX documents_open_by_due_date;
CREATE INDEX documents_open_by_due_date ON documents (company_id, kind, due_date, id) WHERE open > 0;

DELETE FROM sqlite_stat1 WHERE idx = 'documents_open_by_due_date';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('documents', 'documents_open_by_due_date', '2000 2000 1000 10 1');
