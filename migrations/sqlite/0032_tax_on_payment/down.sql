CREATE TABLE tax_entries_anew (
    company_id TEXT NOT NULL,
    date TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    line_number INTEGER NOT NULL CHECK (line_number >= 1),
    document_id TEXT NOT NULL,
    tax_code_id TEXT NOT NULL,
    trade TEXT NOT NULL CHECK (trade IN ('sale', 'purchase')),
    kind TEXT NOT NULL CHECK (kind IN ('charged', 'withheld', 'self_assessed')),
    origin TEXT NOT NULL CHECK (origin IN ('posting', 'void', 'discount')),
    base INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    recoverable INTEGER NOT NULL,
    PRIMARY KEY (company_id, date, entry_id, line_number),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, tax_code_id) REFERENCES tax_codes (company_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO tax_entries_anew SELECT * FROM tax_entries;
DROP TABLE tax_entries;
ALTER TABLE tax_entries_anew RENAME TO tax_entries;
CREATE INDEX tax_entries_by_document ON tax_entries (company_id, document_id, date, entry_id, line_number);

CREATE TRIGGER tax_entries_refuse_update BEFORE UPDATE ON tax_entries
BEGIN SELECT RAISE(ABORT, 'tax_entries never change'); END;
CREATE TRIGGER tax_entries_refuse_delete BEFORE DELETE ON tax_entries
BEGIN SELECT RAISE(ABORT, 'tax_entries never change'); END;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('tax_entries', 'tax_entries', '100000 100000 100 1 1'),
    ('tax_entries', 'tax_entries_by_document', '100000 100000 2 1 1 1');

DROP TRIGGER tax_codes_pending_account_inserted;
DROP TRIGGER tax_codes_pending_account_updated;
ALTER TABLE tax_codes DROP COLUMN pending_account_id;
