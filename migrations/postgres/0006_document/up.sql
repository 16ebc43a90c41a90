-- Invoices, bills, credit notes, vendor credits and estimates. What is open of a document is kept as a sum of what was
-- applied to it. What nobody searches for is JSON in details.
CREATE TABLE documents (
    company_id text COLLATE "C" NOT NULL REFERENCES companies (company_id),
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('estimate', 'invoice', 'credit_note', 'bill', 'vendor_credit')),
    external_id text COLLATE "C",
    number text COLLATE "C",
    contact_id text COLLATE "C" NOT NULL,
    date date NOT NULL,
    due_date date,
    reference_number text COLLATE "C",
    memo text COLLATE "C",
    currency_code text COLLATE "C" NOT NULL CHECK (length(currency_code) = 3),
    exchange_rate bigint NOT NULL CHECK (exchange_rate > 0),
    total bigint NOT NULL CHECK (total >= 0),
    base_total bigint NOT NULL CHECK (base_total >= 0),
    amount_paid bigint NOT NULL CHECK (amount_paid >= 0),
    amount_credited bigint NOT NULL CHECK (amount_credited >= 0),
    open bigint NOT NULL CHECK (open >= 0),
    base_open bigint NOT NULL,
    state text COLLATE "C" NOT NULL
        CHECK (state IN ('draft', 'sent', 'accepted', 'declined', 'converted', 'posted', 'void')),
    control_account_id text COLLATE "C",
    entry_id text COLLATE "C",
    void_entry_id text COLLATE "C",
    source_id text COLLATE "C",
    converted_to_id text COLLATE "C",
    details text COLLATE "C" NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, control_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, void_entry_id) REFERENCES journal_entries (company_id, id),
    CHECK (state <> 'posted' OR open = total - amount_paid - amount_credited),
    CHECK (state = 'posted' OR open = 0),
    CHECK (open > 0 OR base_open = 0)
);
CREATE UNIQUE INDEX documents_by_external_id ON documents (company_id, kind, external_id)
    WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX documents_by_number ON documents (company_id, kind, number) WHERE number IS NOT NULL;
CREATE INDEX documents_by_date ON documents (company_id, kind, date, id);
CREATE INDEX documents_by_contact ON documents (company_id, contact_id, kind, date, id);
CREATE INDEX documents_open_by_due_date ON documents (company_id, kind, due_date, id) WHERE open > 0;
CREATE INDEX documents_open_by_contact ON documents (company_id, contact_id, kind, currency_code, open, base_open)
    WHERE open > 0;
CREATE INDEX documents_void ON documents (company_id, kind, date) WHERE state = 'void';

CREATE TABLE document_lines (
    company_id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL CHECK (line_number >= 1),
    item_id text COLLATE "C",
    account_id text COLLATE "C",
    tax_code_id text COLLATE "C",
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    tax_amount bigint NOT NULL,
    details text COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, document_id, line_number),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
);
CREATE INDEX document_lines_by_item ON document_lines (company_id, item_id) WHERE item_id IS NOT NULL;

-- What was posted stays as it is; what it is worth until it is settled, and when it is due, may change.
CREATE FUNCTION partita_refuse_document_update() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF new.state NOT IN ('posted', 'void') OR (old.state = 'void' AND new.state <> 'void')
        OR new.kind <> old.kind OR new.number IS DISTINCT FROM old.number OR new.contact_id <> old.contact_id
        OR new.date <> old.date OR new.currency_code <> old.currency_code
        OR new.exchange_rate <> old.exchange_rate OR new.total <> old.total OR new.base_total <> old.base_total
        OR new.control_account_id IS DISTINCT FROM old.control_account_id OR new.entry_id IS DISTINCT FROM old.entry_id
    THEN
        RAISE EXCEPTION 'posted documents never change';
    END IF;
    RETURN new;
END $$;
CREATE FUNCTION partita_refuse_line_delete() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS (
        SELECT 1 FROM documents
        WHERE company_id = old.company_id AND id = old.document_id AND state IN ('posted', 'void')
    ) THEN
        RAISE EXCEPTION 'posted documents never change';
    END IF;
    RETURN old;
END $$;
CREATE TRIGGER documents_refuse_update BEFORE UPDATE ON documents
    FOR EACH ROW WHEN (old.state IN ('posted', 'void')) EXECUTE FUNCTION partita_refuse_document_update();
CREATE TRIGGER documents_refuse_delete BEFORE DELETE ON documents
    FOR EACH ROW WHEN (old.state IN ('posted', 'void')) EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER documents_refuse_truncate BEFORE TRUNCATE ON documents
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER document_lines_refuse_update BEFORE UPDATE ON document_lines
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER document_lines_refuse_delete BEFORE DELETE ON document_lines
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_line_delete();
CREATE TRIGGER document_lines_refuse_truncate BEFORE TRUNCATE ON document_lines
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
