-- What is searched or constrained has a column; `details` is JSON of the rest. The sort name is the name in lower case.
CREATE TABLE items (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    sku text COLLATE "C",
    name text COLLATE "C" NOT NULL,
    sort_name text COLLATE "C" NOT NULL,
    description text COLLATE "C",
    item_type text COLLATE "C" NOT NULL CHECK (item_type IN ('service', 'inventory', 'non_inventory')),
    is_active boolean NOT NULL,
    income_account_id text COLLATE "C",
    expense_account_id text COLLATE "C",
    asset_account_id text COLLATE "C",
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, income_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, expense_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, asset_account_id) REFERENCES accounts (company_id, id)
);
CREATE UNIQUE INDEX items_by_external_id ON items (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX items_by_sku ON items (company_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX items_by_name ON items (company_id, sort_name, id);
