-- Revaluations of what is open in foreign currencies. What nobody searches for is JSON in details.
CREATE TABLE revaluations (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    date TEXT NOT NULL,
    reversal_date TEXT NOT NULL,
    gain INTEGER NOT NULL CHECK (gain >= 0),
    loss INTEGER NOT NULL CHECK (loss >= 0),
    state TEXT NOT NULL CHECK (state IN ('posted', 'void')),
    entry_id TEXT,
    reversal_entry_id TEXT,
    void_entry_id TEXT,
    void_reversal_entry_id TEXT,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, reversal_entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, void_entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, void_reversal_entry_id) REFERENCES journal_entries (company_id, id),
    CHECK (reversal_date > date),
    CHECK ((entry_id IS NULL) = (reversal_entry_id IS NULL)),
    CHECK ((void_entry_id IS NULL) = (void_reversal_entry_id IS NULL)),
    CHECK ((gain = 0 AND loss = 0) = (entry_id IS NULL)),
    CHECK ((state = 'void' AND entry_id IS NOT NULL) = (void_entry_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX revaluations_by_external_id ON revaluations (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX revaluations_by_date ON revaluations (company_id, date, id);

-- What was open: a document, what was left of a payment, or, with neither, the balance of an account.
CREATE TABLE revaluation_items (
    company_id TEXT NOT NULL,
    revaluation_id TEXT NOT NULL,
    line_number INTEGER NOT NULL CHECK (line_number >= 1),
    document_kind TEXT CHECK (document_kind IN ('invoice', 'credit_note', 'bill', 'vendor_credit')),
    document_id TEXT,
    payment_direction TEXT CHECK (payment_direction IN ('received', 'made')),
    payment_id TEXT,
    number TEXT NOT NULL,
    account_id TEXT NOT NULL,
    contact_id TEXT,
    side TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
    currency_code TEXT NOT NULL CHECK (length(currency_code) = 3),
    open INTEGER NOT NULL CHECK (open > 0),
    base_open INTEGER NOT NULL,
    exchange_rate INTEGER NOT NULL CHECK (exchange_rate > 0),
    difference INTEGER NOT NULL,
    revaluation_account_id TEXT NOT NULL,
    PRIMARY KEY (company_id, revaluation_id, line_number),
    FOREIGN KEY (company_id, revaluation_id) REFERENCES revaluations (company_id, id),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, payment_id) REFERENCES payments (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, revaluation_account_id) REFERENCES accounts (company_id, id),
    CHECK (document_id IS NULL OR payment_id IS NULL),
    CHECK ((document_id IS NULL) = (document_kind IS NULL)),
    CHECK ((payment_id IS NULL) = (payment_direction IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX revaluation_items_by_document ON revaluation_items (company_id, document_id, revaluation_id)
    WHERE document_id IS NOT NULL;
CREATE INDEX revaluation_items_by_payment ON revaluation_items (company_id, payment_id, revaluation_id)
    WHERE payment_id IS NOT NULL;

-- What was posted stays as it is; a revaluation is taken back once.
CREATE TRIGGER revaluations_refuse_update BEFORE UPDATE ON revaluations
WHEN new.external_id IS NOT old.external_id OR new.date <> old.date OR new.reversal_date <> old.reversal_date
    OR new.gain <> old.gain OR new.loss <> old.loss OR new.entry_id IS NOT old.entry_id
    OR new.reversal_entry_id IS NOT old.reversal_entry_id OR new.details <> old.details
    OR (old.state = 'void' AND new.state <> 'void')
BEGIN SELECT RAISE(ABORT, 'posted revaluations never change'); END;
CREATE TRIGGER revaluations_refuse_delete BEFORE DELETE ON revaluations
BEGIN SELECT RAISE(ABORT, 'revaluations never change'); END;
CREATE TRIGGER revaluation_items_refuse_update BEFORE UPDATE ON revaluation_items
BEGIN SELECT RAISE(ABORT, 'revaluation_items never change'); END;
CREATE TRIGGER revaluation_items_refuse_delete BEFORE DELETE ON revaluation_items
BEGIN SELECT RAISE(ABORT, 'revaluation_items never change'); END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('revaluations', 'sqlite_autoindex_revaluations_1', '200 200 1'),
    ('revaluations', 'revaluations_by_external_id', '200 200 1'),
    ('revaluations', 'revaluations_by_date', '200 200 2 1'),
    ('revaluation_items', 'revaluation_items', '40000 40000 200 1'),
    ('revaluation_items', 'revaluation_items_by_document', '38000 38000 2 1'),
    ('revaluation_items', 'revaluation_items_by_payment', '1000 1000 2 1');
