-- What is searched has a column; `details` is JSON of the rest. The sort name is the name in lower case.
CREATE TABLE recurring_templates (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('invoice', 'bill', 'journal_entry')),
    name text COLLATE "C" NOT NULL,
    sort_name text COLLATE "C" NOT NULL,
    is_active boolean NOT NULL,
    next_due date,
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    CHECK (NOT is_active OR next_due IS NOT NULL)
);
CREATE UNIQUE INDEX recurring_templates_by_external_id ON recurring_templates (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX recurring_templates_by_name ON recurring_templates (company_id, sort_name, id);
CREATE INDEX recurring_templates_by_next_due ON recurring_templates (company_id, next_due, id);
