-- How the company trades, as JSON; what is not in it is the default.
ALTER TABLE settings ADD COLUMN trade TEXT NOT NULL DEFAULT '{}';

-- Rates are millionths: 19 % is 190000. They are read as a whole, with settings and sequences, and kept as long as the
-- reference version of the ledger head stands.
CREATE TABLE tax_codes (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    tax_type TEXT NOT NULL,
    jurisdiction TEXT,
    is_compound INTEGER NOT NULL,
    is_exempt INTEGER NOT NULL,
    account_id TEXT,
    input_account_id TEXT,
    self_assess_account_id TEXT,
    recoverable INTEGER NOT NULL CHECK (recoverable BETWEEN 0 AND 10000),
    report_box TEXT,
    effective_from TEXT,
    effective_to TEXT,
    is_system INTEGER NOT NULL,
    is_active INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, code),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, input_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, self_assess_account_id) REFERENCES accounts (company_id, id),
    CHECK (effective_from <= effective_to)
) STRICT;
CREATE UNIQUE INDEX tax_codes_by_external_id ON tax_codes (company_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE tax_groups (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, code)
) STRICT;
CREATE UNIQUE INDEX tax_groups_by_external_id ON tax_groups (company_id, external_id) WHERE external_id IS NOT NULL;

-- The codes of a group in the order in which they apply.
CREATE TABLE tax_group_codes (
    company_id TEXT NOT NULL,
    tax_group_id TEXT NOT NULL,
    place INTEGER NOT NULL CHECK (place >= 0),
    tax_code_id TEXT NOT NULL,
    PRIMARY KEY (company_id, tax_group_id, place),
    UNIQUE (company_id, tax_group_id, tax_code_id),
    FOREIGN KEY (company_id, tax_group_id) REFERENCES tax_groups (company_id, id),
    FOREIGN KEY (company_id, tax_code_id) REFERENCES tax_codes (company_id, id)
) STRICT, WITHOUT ROWID;

-- What was taxed by a code, by day: for returns, and to know whether a rate may still change.
CREATE INDEX journal_lines_by_tax_code ON journal_lines (company_id, tax_code_id, date) WHERE tax_code_id IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('journal_lines', 'journal_lines_by_tax_code', '200000 200000 10000 50'),
    ('tax_codes', 'sqlite_autoindex_tax_codes_1', '50 50 1'),
    ('tax_codes', 'sqlite_autoindex_tax_codes_2', '50 50 1'),
    ('tax_codes', 'tax_codes_by_external_id', '50 50 1'),
    ('tax_groups', 'sqlite_autoindex_tax_groups_1', '10 10 1'),
    ('tax_groups', 'sqlite_autoindex_tax_groups_2', '10 10 1'),
    ('tax_groups', 'tax_groups_by_external_id', '10 10 1'),
    ('tax_group_codes', 'tax_group_codes', '20 20 2 1'),
    ('tax_group_codes', 'sqlite_autoindex_tax_group_codes_2', '20 20 2 1');
