-- Rates are base units per one foreign unit, × 1 000 000. One per pair and day; the latest on or before a day applies.
CREATE TABLE exchange_rates (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    from_currency text COLLATE "C" NOT NULL CHECK (length(from_currency) = 3),
    base_currency text COLLATE "C" NOT NULL CHECK (length(base_currency) = 3),
    date date NOT NULL,
    rate bigint NOT NULL CHECK (rate > 0),
    source text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, from_currency, base_currency, date),
    CHECK (from_currency <> base_currency)
);
CREATE UNIQUE INDEX exchange_rates_by_external_id ON exchange_rates (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX exchange_rates_by_date ON exchange_rates (company_id, date DESC, from_currency);
