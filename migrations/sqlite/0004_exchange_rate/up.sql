-- Rates are base units per one foreign unit, × 1 000 000. One per pair and day; the latest on or before a day applies.
CREATE TABLE exchange_rates (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    from_currency TEXT NOT NULL CHECK (length(from_currency) = 3),
    base_currency TEXT NOT NULL CHECK (length(base_currency) = 3),
    date TEXT NOT NULL,
    rate INTEGER NOT NULL CHECK (rate > 0),
    source TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, from_currency, base_currency, date),
    CHECK (from_currency <> base_currency)
) STRICT;
CREATE UNIQUE INDEX exchange_rates_by_external_id ON exchange_rates (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX exchange_rates_by_date ON exchange_rates (company_id, date DESC, from_currency);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('exchange_rates', 'sqlite_autoindex_exchange_rates_1', '50000 50000 1'),
    ('exchange_rates', 'sqlite_autoindex_exchange_rates_2', '50000 50000 2000 2000 1'),
    ('exchange_rates', 'exchange_rates_by_external_id', '1000 1000 1'),
    ('exchange_rates', 'exchange_rates_by_date', '50000 50000 30 1');
