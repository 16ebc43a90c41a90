-- With the date, so that the newest of what is overdue are found without reading all of it.
DROP INDEX documents_open_by_due_date;
CREATE INDEX documents_open_by_due_date ON documents (company_id, kind, due_date, id, date) WHERE open > 0;
