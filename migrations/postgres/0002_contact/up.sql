CREATE TABLE contacts (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    display_name text COLLATE "C" NOT NULL,
    -- In lower case, which the database itself would do differently.
    sort_name text COLLATE "C" NOT NULL,
    -- What spellings of one name have in common.
    matching_key text COLLATE "C" NOT NULL,
    company_name text COLLATE "C",
    is_customer boolean NOT NULL,
    is_vendor boolean NOT NULL,
    is_employee boolean NOT NULL,
    is_other boolean NOT NULL,
    email text COLLATE "C",
    vat_id text COLLATE "C",
    -- Tax numbers are secrets: the text opens with a key that is not in the database, the digest finds equal ones.
    tax_id_sealed text COLLATE "C",
    tax_id_digest text COLLATE "C",
    default_account_id text COLLATE "C",
    is_active boolean NOT NULL,
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, matching_key),
    FOREIGN KEY (company_id, default_account_id) REFERENCES accounts (company_id, id),
    CHECK (is_customer OR is_vendor OR is_employee OR is_other),
    CHECK ((tax_id_sealed IS NULL) = (tax_id_digest IS NULL))
);
CREATE UNIQUE INDEX contacts_by_external_id ON contacts (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_vat_id ON contacts (company_id, vat_id) WHERE vat_id IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_tax_id ON contacts (company_id, tax_id_digest) WHERE tax_id_digest IS NOT NULL;
CREATE INDEX contacts_by_name ON contacts (company_id, sort_name, id);
CREATE INDEX contacts_by_email ON contacts (company_id, lower(email)) WHERE email IS NOT NULL;
