-- How the company trades, as JSON; what is not in it is the default.
ALTER TABLE settings ADD COLUMN trade text COLLATE "C" NOT NULL DEFAULT '{}';

-- Rates are millionths: 19 % is 190000. They are read as a whole, with settings and sequences, and kept as long as the
-- reference version of the ledger head stands.
CREATE TABLE tax_codes (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    code text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    rate bigint NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    tax_type text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C",
    is_compound boolean NOT NULL,
    is_exempt boolean NOT NULL,
    account_id text COLLATE "C",
    input_account_id text COLLATE "C",
    self_assess_account_id text COLLATE "C",
    recoverable bigint NOT NULL CHECK (recoverable BETWEEN 0 AND 10000),
    report_box text COLLATE "C",
    effective_from date,
    effective_to date,
    is_system boolean NOT NULL,
    is_active boolean NOT NULL,
    metadata text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, code),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, input_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, self_assess_account_id) REFERENCES accounts (company_id, id),
    CHECK (effective_from <= effective_to)
);
CREATE UNIQUE INDEX tax_codes_by_external_id ON tax_codes (company_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE tax_groups (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    code text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    is_active boolean NOT NULL,
    metadata text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, code)
);
CREATE UNIQUE INDEX tax_groups_by_external_id ON tax_groups (company_id, external_id) WHERE external_id IS NOT NULL;

-- The codes of a group in the order in which they apply.
CREATE TABLE tax_group_codes (
    company_id text COLLATE "C" NOT NULL,
    tax_group_id text COLLATE "C" NOT NULL,
    place integer NOT NULL CHECK (place >= 0),
    tax_code_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, tax_group_id, place),
    UNIQUE (company_id, tax_group_id, tax_code_id),
    FOREIGN KEY (company_id, tax_group_id) REFERENCES tax_groups (company_id, id),
    FOREIGN KEY (company_id, tax_code_id) REFERENCES tax_codes (company_id, id)
);

-- What was taxed by a code, by day: for returns, and to know whether a rate may still change.
CREATE INDEX journal_lines_by_tax_code ON journal_lines (company_id, tax_code_id, date) WHERE tax_code_id IS NOT NULL;
