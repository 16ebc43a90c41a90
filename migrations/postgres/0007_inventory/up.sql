-- What happened to the stock of an item, numbered without a gap: rows never change. Quantities are millionths, values minor
-- units of base currency. The effect says what the row changes; its value belongs to its entry.
CREATE TABLE stock_movements (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    item_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 1),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    date date NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (
        kind IN ('receipt', 'issue', 'return', 'found', 'count', 'late_cost', 'void', 'correction')
    ),
    of_id text COLLATE "C",
    quantity bigint NOT NULL CHECK (quantity >= 0),
    value bigint NOT NULL,
    effect_quantity bigint NOT NULL,
    effect_value bigint NOT NULL,
    effect_late_cost bigint NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C",
    line_number integer NOT NULL CHECK (line_number >= 0),
    entry_id text COLLATE "C",
    reason text COLLATE "C",
    created_at timestamp NOT NULL,
    PRIMARY KEY (company_id, item_id, sequence),
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, item_id) REFERENCES items (company_id, id),
    FOREIGN KEY (company_id, of_id) REFERENCES stock_movements (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    CHECK ((of_id IS NOT NULL) = (kind IN ('return', 'late_cost', 'void', 'correction')))
);
CREATE UNIQUE INDEX stock_movements_by_external_id ON stock_movements (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX stock_movements_by_of_id ON stock_movements (company_id, of_id) WHERE of_id IS NOT NULL;
CREATE INDEX stock_movements_by_document ON stock_movements (company_id, document_id) WHERE document_id IS NOT NULL;
CREATE INDEX stock_movements_by_entry ON stock_movements (company_id, entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX stock_movements_by_item_and_date ON stock_movements (company_id, item_id, date, sequence);
CREATE INDEX stock_movements_by_date ON stock_movements (company_id, date);

-- What follows from the rows of an item, kept so that the next one needs none of them: `shelf` is JSON.
CREATE TABLE stocks (
    company_id text COLLATE "C" NOT NULL,
    item_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 1),
    last_date date NOT NULL,
    is_revised integer NOT NULL CHECK (is_revised IN (0, 1)),
    quantity bigint NOT NULL,
    value bigint NOT NULL,
    shelf text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, item_id),
    FOREIGN KEY (company_id, item_id) REFERENCES items (company_id, id)
);

CREATE TRIGGER stock_movements_refuse_change BEFORE UPDATE OR DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER stock_movements_refuse_truncate BEFORE TRUNCATE ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
