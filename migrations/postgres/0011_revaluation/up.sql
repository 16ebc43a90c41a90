-- Revaluations of what is open in foreign currencies. What nobody searches for is JSON in details.
CREATE TABLE revaluations (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    date date NOT NULL,
    reversal_date date NOT NULL,
    gain bigint NOT NULL CHECK (gain >= 0),
    loss bigint NOT NULL CHECK (loss >= 0),
    state text COLLATE "C" NOT NULL CHECK (state IN ('posted', 'void')),
    entry_id text COLLATE "C",
    reversal_entry_id text COLLATE "C",
    void_entry_id text COLLATE "C",
    void_reversal_entry_id text COLLATE "C",
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
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
);
CREATE UNIQUE INDEX revaluations_by_external_id ON revaluations (company_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX revaluations_by_date ON revaluations (company_id, date, id);

-- What was open: a document, what was left of a payment, or, with neither, the balance of an account.
CREATE TABLE revaluation_items (
    company_id text COLLATE "C" NOT NULL,
    revaluation_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL CHECK (line_number >= 1),
    document_kind text COLLATE "C" CHECK (document_kind IN ('invoice', 'credit_note', 'bill', 'vendor_credit')),
    document_id text COLLATE "C",
    payment_direction text COLLATE "C" CHECK (payment_direction IN ('received', 'made')),
    payment_id text COLLATE "C",
    number text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL,
    contact_id text COLLATE "C",
    side text COLLATE "C" NOT NULL CHECK (side IN ('debit', 'credit')),
    currency_code text COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
    open bigint NOT NULL CHECK (open > 0),
    base_open bigint NOT NULL,
    exchange_rate bigint NOT NULL CHECK (exchange_rate > 0),
    difference bigint NOT NULL,
    revaluation_account_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, revaluation_id, line_number),
    FOREIGN KEY (company_id, revaluation_id) REFERENCES revaluations (company_id, id),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, payment_id) REFERENCES payments (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, revaluation_account_id) REFERENCES accounts (company_id, id),
    CHECK (document_id IS NULL OR payment_id IS NULL),
    CHECK ((document_id IS NULL) = (document_kind IS NULL)),
    CHECK ((payment_id IS NULL) = (payment_direction IS NULL))
);
CREATE INDEX revaluation_items_by_document ON revaluation_items (company_id, document_id, revaluation_id)
    WHERE document_id IS NOT NULL;
CREATE INDEX revaluation_items_by_payment ON revaluation_items (company_id, payment_id, revaluation_id)
    WHERE payment_id IS NOT NULL;

-- What was posted stays as it is; a revaluation is taken back once.
CREATE FUNCTION partita_refuse_revaluation_update() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF new.external_id IS DISTINCT FROM old.external_id OR new.date <> old.date
        OR new.reversal_date <> old.reversal_date OR new.gain <> old.gain OR new.loss <> old.loss
        OR new.entry_id IS DISTINCT FROM old.entry_id
        OR new.reversal_entry_id IS DISTINCT FROM old.reversal_entry_id OR new.details <> old.details
        OR (old.state = 'void' AND new.state <> 'void')
    THEN
        RAISE EXCEPTION 'posted revaluations never change';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER revaluations_refuse_update BEFORE UPDATE ON revaluations
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_revaluation_update();
CREATE TRIGGER revaluations_refuse_delete BEFORE DELETE ON revaluations
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER revaluations_refuse_truncate BEFORE TRUNCATE ON revaluations
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER revaluation_items_refuse_change BEFORE UPDATE OR DELETE ON revaluation_items
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER revaluation_items_refuse_truncate BEFORE TRUNCATE ON revaluation_items
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
