-- What each posting of a document means to the tax return, in base currency; voids and discounts have rows of their own.
CREATE TABLE tax_entries (
    company_id text COLLATE "C" NOT NULL,
    date date NOT NULL,
    entry_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL CHECK (line_number >= 1),
    document_id text COLLATE "C" NOT NULL,
    tax_code_id text COLLATE "C" NOT NULL,
    trade text COLLATE "C" NOT NULL CHECK (trade IN ('sale', 'purchase')),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('charged', 'withheld', 'self_assessed')),
    origin text COLLATE "C" NOT NULL CHECK (origin IN ('posting', 'void', 'discount')),
    base bigint NOT NULL,
    tax bigint NOT NULL,
    recoverable bigint NOT NULL,
    PRIMARY KEY (company_id, date, entry_id, line_number),
    FOREIGN KEY (company_id, entry_id) REFERENCES journal_entries (company_id, id),
    FOREIGN KEY (company_id, document_id) REFERENCES documents (company_id, id),
    FOREIGN KEY (company_id, tax_code_id) REFERENCES tax_codes (company_id, id)
);
CREATE INDEX tax_entries_by_document ON tax_entries (company_id, document_id, date, entry_id, line_number);

CREATE TRIGGER tax_entries_refuse_change BEFORE UPDATE OR DELETE ON tax_entries
    FOR EACH ROW EXECUTE FUNCTION partita_refuse_change();
CREATE TRIGGER tax_entries_refuse_truncate BEFORE TRUNCATE ON tax_entries
    FOR EACH STATEMENT EXECUTE FUNCTION partita_refuse_change();
