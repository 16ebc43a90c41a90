DROP INDEX documents_open_by_due_date;
CREATE INDEX documents_open_by_due_date ON documents (company_id, kind, due_date, id) WHERE open > 0;
