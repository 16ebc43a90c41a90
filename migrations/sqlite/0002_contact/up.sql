CREATE TABLE contacts (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    display_name TEXT NOT NULL,
    -- In lower case, which the database itself can only do for ASCII.
    sort_name TEXT NOT NULL,
    -- What spellings of one name have in common.
    matching_key TEXT NOT NULL,
    company_name TEXT,
    is_customer INTEGER NOT NULL,
    is_vendor INTEGER NOT NULL,
    is_employee INTEGER NOT NULL,
    is_other INTEGER NOT NULL,
    email TEXT,
    vat_id TEXT,
    -- Tax numbers are secrets: the text opens with a key that is not in the database, the digest finds equal ones.
    tax_id_sealed TEXT,
    tax_id_digest TEXT,
    default_account_id TEXT,
    is_active INTEGER NOT NULL,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, matching_key),
    FOREIGN KEY (company_id, default_account_id) REFERENCES accounts (company_id, id),
    CHECK (is_customer + is_vendor + is_employee + is_other > 0),
    CHECK ((tax_id_sealed IS NULL) = (tax_id_digest IS NULL))
) STRICT;
CREATE UNIQUE INDEX contacts_by_external_id ON contacts (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_vat_id ON contacts (company_id, vat_id) WHERE vat_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_tax_id ON contacts (company_id, tax_id_digest) WHERE tax_id_digest IS NOT NULL;
CREATE INDEX contacts_by_name ON contacts (company_id, sort_name, id);
CREATE INDEX contacts_by_email ON contacts (company_id, lower(email)) WHERE email IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('contacts', 'sqlite_autoindex_contacts_1', '10000 10000 1'),
    ('contacts', 'sqlite_autoindex_contacts_2', '10000 10000 1'),
    ('contacts', 'contacts_by_external_id', '10000 10000 1'),
    ('contacts', 'contacts_by_vat_id', '10000 10000 1'),
    ('contacts', 'contacts_by_tax_id', '10000 10000 1'),
    ('contacts', 'contacts_by_name', '10000 10000 1 1'),
    ('contacts', 'contacts_by_email', '10000 10000 1');
