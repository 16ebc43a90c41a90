-- What is searched or constrained has a column; `details` is JSON of the rest. The sort name is the name in lower case.
CREATE TABLE items (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    sku TEXT,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    description TEXT,
    item_type TEXT NOT NULL CHECK (item_type IN ('service', 'inventory', 'non_inventory')),
    is_active INTEGER NOT NULL,
    income_account_id TEXT,
    expense_account_id TEXT,
    asset_account_id TEXT,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, income_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, expense_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, asset_account_id) REFERENCES accounts (company_id, id)
) STRICT;
CREATE UNIQUE INDEX items_by_external_id ON items (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX items_by_sku ON items (company_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX items_by_name ON items (company_id, sort_name, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('items', 'sqlite_autoindex_items_1', '5000 5000 1'),
    ('items', 'items_by_external_id', '5000 5000 1'),
    ('items', 'items_by_sku', '5000 5000 1'),
    ('items', 'items_by_name', '5000 5000 2 1');
