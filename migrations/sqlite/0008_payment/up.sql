-- Payments received and made. What is left of a payment is kept as a sum of what was applied. What nobody searches for is
-- JSON in details.
CREATE TABLE payments (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    external_id TEXT,
    number TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('received', 'made')),
    contact_id TEXT NOT NULL,
    date TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    currency_code TEXT NOT NULL CHECK (length(currency_code) = 3),
    exchange_rate INTEGER NOT NULL CHECK (exchange_rate > 0),
    base_amount INTEGER NOT NULL CHECK (base_amount >= 0),
    account_id TEXT,
    reference_number TEXT,
    memo TEXT,
    unapplied INTEGER NOT NULL CHECK (unapplied >= 0),
    base_unapplied INTEGER NOT NULL CHECK (base_unapplied >= 0),
    used INTEGER NOT NULL CHECK (used >= 0),
    refunded INTEGER NOT NULL CHECK (refunded >= 0),
    advances_account_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('posted', 'void')),
    entry_id TEXT,
    void_entry_id TEXT,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, number),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, advances_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, void_entry_id) REFERENCES journal_entries (company_id, id),
    CHECK (unapplied > 0 OR base_unapplied = 0),
    CHECK (unapplied = 0 OR advances_account_id IS NOT NULL),
    CHECK (state = 'posted' OR (unapplied = 0 AND used = 0 AND refunded = 0))
) STRICT;
CREATE UNIQUE INDEX payments_by_external_id ON payments (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX payments_by_date ON payments (company_id, date, id);
CREATE INDEX payments_by_contact ON payments (company_id, contact_id, date, id);
CREATE INDEX payments_open ON payments (company_id, contact_id, date, id) WHERE unapplied > 0;
CREATE INDEX payments_void ON payments (company_id, direction, date) WHERE state = 'void';

-- What a payment did to one document, or to what was left of another payment; with reverses_id, what it took back, with
-- amounts below zero. The sums of relieved are what was settled of an item, those of taken what was used of a payment.
CREATE TABLE payment_applications (
    company_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('received', 'made')),
    document_kind TEXT CHECK (document_kind IN ('invoice', 'credit_note', 'bill', 'vendor_credit')),
    document_id TEXT,
    other_direction TEXT CHECK (other_direction IN ('received', 'made')),
    other_payment_id TEXT,
    date TEXT NOT NULL,
    amount INTEGER NOT NULL,
    relieved INTEGER NOT NULL CHECK (relieved <> 0),
    base_relieved INTEGER NOT NULL,
    credited INTEGER NOT NULL,
    base_amount INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    base_taken INTEGER NOT NULL,
    entry_id TEXT,
    reverses_id TEXT,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (company_id, payment_id, id),
    FOREIGN KEY (company_id, payment_id) REFERENCES payments (company_id, id),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, other_payment_id) REFERENCES payments (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, payment_id, reverses_id) REFERENCES payment_applications (company_id, payment_id, id),
    CHECK ((document_id IS NULL) <> (other_payment_id IS NULL)),
    CHECK ((document_id IS NULL) = (document_kind IS NULL)),
    CHECK ((other_payment_id IS NULL) = (other_direction IS NULL)),
    CHECK ((reverses_id IS NULL) = (relieved > 0))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_applications_by_reverses_id ON payment_applications (company_id, reverses_id)
    WHERE reverses_id IS NOT NULL;
CREATE INDEX payment_applications_by_document ON payment_applications (company_id, document_id, id)
    WHERE document_id IS NOT NULL;
CREATE INDEX payment_applications_by_other_payment ON payment_applications (company_id, other_payment_id, id)
    WHERE other_payment_id IS NOT NULL;
CREATE INDEX payment_applications_by_date ON payment_applications (company_id, date);

-- What was posted stays as it is; what is left of it changes as it is applied.
CREATE TRIGGER payments_refuse_update BEFORE UPDATE ON payments
WHEN new.number <> old.number OR new.external_id IS NOT old.external_id OR new.direction <> old.direction
    OR new.contact_id <> old.contact_id OR new.date <> old.date OR new.amount <> old.amount
    OR new.currency_code <> old.currency_code OR new.exchange_rate <> old.exchange_rate
    OR new.base_amount <> old.base_amount OR new.account_id IS NOT old.account_id
    OR new.entry_id IS NOT old.entry_id OR (old.state = 'void' AND new.state <> 'void')
BEGIN SELECT RAISE(ABORT, 'posted payments never change'); END;
CREATE TRIGGER payments_refuse_delete BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payments never change'); END;
CREATE TRIGGER payment_applications_refuse_update BEFORE UPDATE ON payment_applications
BEGIN SELECT RAISE(ABORT, 'payment_applications never change'); END;
CREATE TRIGGER payment_applications_refuse_delete BEFORE DELETE ON payment_applications
BEGIN SELECT RAISE(ABORT, 'payment_applications never change'); END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('payments', 'sqlite_autoindex_payments_1', '100000 100000 1'),
    ('payments', 'sqlite_autoindex_payments_2', '100000 100000 1'),
    ('payments', 'payments_by_external_id', '100000 100000 1'),
    ('payments', 'payments_by_date', '100000 100000 100 1'),
    ('payments', 'payments_by_contact', '100000 100000 20 2 1'),
    ('payments', 'payments_void', '500 500 250 1'),
    ('payments', 'payments_open', '2000 2000 4 2 1'),
    ('payment_applications', 'payment_applications', '120000 120000 2 1'),
    ('payment_applications', 'payment_applications_by_reverses_id', '2000 2000 1'),
    ('payment_applications', 'payment_applications_by_date', '120000 120000 120'),
    ('payment_applications', 'payment_applications_by_document', '120000 120000 2 1'),
    ('payment_applications', 'payment_applications_by_other_payment', '2000 2000 2 1');
