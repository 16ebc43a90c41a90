-- Invoices, bills, credit notes, vendor credits and estimates. What is open of a document is kept as a sum of what was
-- applied to it. What nobody searches for is JSON in details.
CREATE TABLE documents (
    company_id TEXT NOT NULL REFERENCES companies (company_id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('estimate', 'invoice', 'credit_note', 'bill', 'vendor_credit')),
    external_id TEXT,
    number TEXT,
    contact_id TEXT NOT NULL,
    date TEXT NOT NULL,
    due_date TEXT,
    reference_number TEXT,
    memo TEXT,
    currency_code TEXT NOT NULL CHECK (length(currency_code) = 3),
    exchange_rate INTEGER NOT NULL CHECK (exchange_rate > 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    base_total INTEGER NOT NULL CHECK (base_total >= 0),
    amount_paid INTEGER NOT NULL CHECK (amount_paid >= 0),
    amount_credited INTEGER NOT NULL CHECK (amount_credited >= 0),
    open INTEGER NOT NULL CHECK (open >= 0),
    base_open INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('draft', 'sent', 'accepted', 'declined', 'converted', 'posted', 'void')),
    control_account_id TEXT,
    entry_id TEXT,
    void_entry_id TEXT,
    source_id TEXT,
    converted_to_id TEXT,
    details TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, control_account_id) REFERENCES accounts (company_id, id),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, void_entry_id) REFERENCES journal_entries (company_id, id),
    CHECK (state <> 'posted' OR open = total - amount_paid - amount_credited),
    CHECK (state = 'posted' OR open = 0),
    CHECK (open > 0 OR base_open = 0)
) STRICT;
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
    company_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    line_number INTEGER NOT NULL CHECK (line_number >= 1),
    item_id TEXT,
    account_id TEXT,
    tax_code_id TEXT,
    quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    tax_amount INTEGER NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (company_id, document_id, line_number),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_lines_by_item ON document_lines (company_id, item_id) WHERE item_id IS NOT NULL;

-- What was posted stays as it is; what it is worth until it is settled, and when it is due, may change.
CREATE TRIGGER documents_refuse_update BEFORE UPDATE ON documents
WHEN old.state IN ('posted', 'void') AND (
    new.state NOT IN ('posted', 'void') OR (old.state = 'void' AND new.state <> 'void')
    OR new.kind <> old.kind OR new.number IS NOT old.number OR new.contact_id <> old.contact_id
    OR new.date <> old.date OR new.currency_code <> old.currency_code
    OR new.exchange_rate <> old.exchange_rate OR new.total <> old.total OR new.base_total <> old.base_total
    OR new.control_account_id IS NOT old.control_account_id OR new.entry_id IS NOT old.entry_id
)
BEGIN SELECT RAISE(ABORT, 'posted documents never change'); END;
CREATE TRIGGER documents_refuse_delete BEFORE DELETE ON documents
WHEN old.state IN ('posted', 'void')
BEGIN SELECT RAISE(ABORT, 'posted documents never change'); END;
CREATE TRIGGER document_lines_refuse_update BEFORE UPDATE ON document_lines
BEGIN SELECT RAISE(ABORT, 'lines of documents never change'); END;
CREATE TRIGGER document_lines_refuse_delete BEFORE DELETE ON document_lines
WHEN (SELECT state FROM documents WHERE company_id = old.company_id AND id = old.document_id) IN ('posted', 'void')
BEGIN SELECT RAISE(ABORT, 'posted documents never change'); END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('documents', 'sqlite_autoindex_documents_1', '100000 100000 1'),
    ('documents', 'documents_by_external_id', '100000 100000 40000 1'),
    ('documents', 'documents_by_number', '100000 100000 40000 1'),
    ('documents', 'documents_by_date', '100000 100000 40000 40 1'),
    ('documents', 'documents_by_contact', '100000 100000 20 15 2 1'),
    ('documents', 'documents_open_by_due_date', '2000 2000 1000 10 1'),
    ('documents', 'documents_void', '1000 1000 500 1'),
    ('documents', 'documents_open_by_contact', '2000 2000 4 3 3 1 1'),
    ('document_lines', 'document_lines', '300000 300000 3 1'),
    ('document_lines', 'document_lines_by_item', '200000 200000 200');
