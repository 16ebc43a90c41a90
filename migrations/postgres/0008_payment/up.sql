-- Payments received and made. What is left of a payment is kept as a sum of what was applied. What nobody searches for is
-- JSON in details.
CREATE TABLE payments (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    number text COLLATE "C" NOT NULL,
    direction text COLLATE "C" NOT NULL CHECK (direction IN ('received', 'made')),
    contact_id text COLLATE "C" NOT NULL,
    date date NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    currency_code text COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
    exchange_rate bigint NOT NULL CHECK (exchange_rate > 0),
    base_amount bigint NOT NULL CHECK (base_amount >= 0),
    account_id text COLLATE "C",
    reference_number text COLLATE "C",
    memo text COLLATE "C",
    unapplied bigint NOT NULL CHECK (unapplied >= 0),
    base_unapplied bigint NOT NULL CHECK (base_unapplied >= 0),
    used bigint NOT NULL CHECK (used >= 0),
    refunded bigint NOT NULL CHECK (refunded >= 0),
    advances_account_id text COLLATE "C",
    state text COLLATE "C" NOT NULL CHECK (state IN ('posted', 'void')),
    entry_id text COLLATE "C",
    void_entry_id text COLLATE "C",
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, number),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, advances_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, void_entry_id) REFERENCES journal_entries (company_id, id),
    CHECK (unapplied > 0 OR base_unapplied = 0),
    CHECK (unapplied = 0 OR advances_account_id IS NOT NULL),
    CHECK (state = 'posted' OR (unapplied = 0 AND used = 0 AND refunded = 0))
);
CREATE UNIQUE INDEX payments_by_external_id ON payments (company_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX payments_by_date ON payments (company_id, date, id);
CREATE INDEX payments_by_contact ON payments (company_id, contact_id, date, id);
CREATE INDEX payments_open ON payments (company_id, contact_id, date, id) WHERE unapplied > 0;
CREATE INDEX payments_void ON payments (company_id, direction, date) WHERE state = 'void';

-- What a payment did to one document, or to what was left of another payment; with reverses_id, what it took back, with
-- amounts below zero. The sums of relieved are what was settled of an item, those of taken what was used of a payment.
CREATE TABLE payment_applications (
    company_id text COLLATE "C" NOT NULL,
    payment_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    direction text COLLATE "C" NOT NULL CHECK (direction IN ('received', 'made')),
    document_kind text COLLATE "C" CHECK (document_kind IN ('invoice', 'credit_note', 'bill', 'vendor_credit')),
    document_id text COLLATE "C",
    other_direction text COLLATE "C" CHECK (other_direction IN ('received', 'made')),
    other_payment_id text COLLATE "C",
    date date NOT NULL,
    amount bigint NOT NULL,
    relieved bigint NOT NULL CHECK (relieved <> 0),
    base_relieved bigint NOT NULL,
    credited bigint NOT NULL,
    base_amount bigint NOT NULL,
    taken bigint NOT NULL,
    base_taken bigint NOT NULL,
    entry_id text COLLATE "C",
    reverses_id text COLLATE "C",
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    created_by text COLLATE "C" NOT NULL,
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
);
CREATE UNIQUE INDEX payment_applications_by_reverses_id ON payment_applications (company_id, reverses_id)
    WHERE reverses_id IS NOT NULL;
CREATE INDEX payment_applications_by_document ON payment_applications (company_id, document_id, id)
    WHERE document_id IS NOT NULL;
CREATE INDEX payment_applications_by_other_payment ON payment_applications (company_id, other_payment_id, id)
    WHERE other_payment_id IS NOT NULL;
CREATE INDEX payment_applications_by_date ON payment_applications (company_id, date);

-- What was posted stays as it is; what is left of it changes as it is applied.
CREATE FUNCTION partita_refuse_payment_update() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF new.number <> old.number OR new.external_id IS DISTINCT FROM old.external_id
        OR new.direction <> old.direction OR new.contact_id <> old.contact_id OR new.date <> old.date
        OR new.amount <> old.amount OR new.currency_code <> old.currency_code
        OR new.exchange_rate <> old.exchange_rate OR new.base_amount <> old.base_amount
        OR new.account_id IS DISTINCT FROM old.account_id OR new.entry_id IS DISTINCT FROM old.entry_id
        OR (old.state = 'void' AND new.state <> 'void')
    THEN
        RAISE EXCEPTION 'posted payments never change';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER payments_refuse_update BEFORE UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_payment_update();
CREATE TRIGGER payments_refuse_delete BEFORE DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER payments_refuse_truncate BEFORE TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER payment_applications_refuse_change BEFORE UPDATE OR DELETE ON payment_applications
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER payment_applications_refuse_truncate BEFORE TRUNCATE ON payment_applications
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
