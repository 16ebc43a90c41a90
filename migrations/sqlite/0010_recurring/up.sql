-- What is searched has a column; `details` is JSON of the rest. The sort name is the name in lower case.
CREATE TABLE recurring_templates (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'bill', 'journal_entry')),
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    next_due TEXT,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    CHECK (NOT is_active OR next_due IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX recurring_templates_by_external_id ON recurring_templates (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX recurring_templates_by_name ON recurring_templates (company_id, sort_name, id);
CREATE INDEX recurring_templates_by_next_due ON recurring_templates (company_id, next_due, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('recurring_templates', 'sqlite_autoindex_recurring_templates_1', '2000 2000 1'),
    ('recurring_templates', 'recurring_templates_by_external_id', '2000 2000 1'),
    ('recurring_templates', 'recurring_templates_by_name', '2000 2000 2 1'),
    ('recurring_templates', 'recurring_templates_by_next_due', '2000 2000 20 1');
