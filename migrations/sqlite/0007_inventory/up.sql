-- What happened to the stock of an item, numbered without a gap: rows never change. Quantities are millionths, values minor
-- units of base currency. The effect says what the row changes; its value belongs to its entry.
CREATE TABLE stock_movements (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    item_id TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    id TEXT NOT NULL,
    external_id TEXT,
    date TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (
        kind IN ('receipt', 'issue', 'return', 'found', 'count', 'late_cost', 'void', 'correction')
    ),
    of_id TEXT,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    value INTEGER NOT NULL,
    effect_quantity INTEGER NOT NULL,
    effect_value INTEGER NOT NULL,
    effect_late_cost INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    document_id TEXT,
    line_number INTEGER NOT NULL CHECK (line_number >= 0),
    entry_id TEXT,
    reason TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (company_id, item_id, sequence),
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, item_id) REFERENCES items (company_id, id),
    FOREIGN KEY (company_id, of_id) REFERENCES stock_movements (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    CHECK ((of_id IS NOT NULL) = (kind IN ('return', 'late_cost', 'void', 'correction')))
) STRICT;
CREATE UNIQUE INDEX stock_movements_by_external_id ON stock_movements (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX stock_movements_by_of_id ON stock_movements (company_id, of_id) WHERE of_id IS NOT NULL;
CREATE INDEX stock_movements_by_document ON stock_movements (company_id, document_id) WHERE document_id IS NOT NULL;
CREATE INDEX stock_movements_by_entry ON stock_movements (company_id, entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX stock_movements_by_item_and_date ON stock_movements (company_id, item_id, date, sequence);
CREATE INDEX stock_movements_by_date ON stock_movements (company_id, date);

-- What follows from the rows of an item, kept so that the next one needs none of them: `shelf` is JSON.
CREATE TABLE stocks (
    company_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    last_date TEXT NOT NULL,
    is_revised INTEGER NOT NULL CHECK (is_revised IN (0, 1)),
    quantity INTEGER NOT NULL,
    value INTEGER NOT NULL,
    shelf TEXT NOT NULL,
    PRIMARY KEY (company_id, item_id),
    FOREIGN KEY (company_id, item_id) REFERENCES items (company_id, id)
) STRICT;

CREATE TRIGGER stock_movements_refuse_update BEFORE UPDATE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'stock_movements never change'); END;
CREATE TRIGGER stock_movements_refuse_delete BEFORE DELETE ON stock_movements
BEGIN SELECT RAISE(ABORT, 'stock_movements never change'); END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('stock_movements', 'sqlite_autoindex_stock_movements_1', '100000 100000 100 1'),
    ('stock_movements', 'sqlite_autoindex_stock_movements_2', '100000 100000 1'),
    ('stock_movements', 'stock_movements_by_external_id', '10000 10000 1'),
    ('stock_movements', 'stock_movements_by_of_id', '5000 5000 2'),
    ('stock_movements', 'stock_movements_by_document', '90000 90000 3'),
    ('stock_movements', 'stock_movements_by_entry', '95000 95000 3'),
    ('stock_movements', 'stock_movements_by_item_and_date', '100000 100000 100 2 1'),
    ('stock_movements', 'stock_movements_by_date', '100000 100000 200'),
    ('stocks', 'sqlite_autoindex_stocks_1', '1000 1000 1');
