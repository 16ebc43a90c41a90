-- A tax that is due on payment waits on an account until then.
ALTER TABLE tax_codes
    ADD COLUMN pending_account_id text COLLATE "C",
    ADD FOREIGN KEY (company_id, pending_account_id) REFERENCES accounts (company_id, id);
ALTER TABLE tax_entries DROP CONSTRAINT tax_entries_origin_check,
    ADD CONSTRAINT tax_entries_origin_check CHECK (origin IN ('posting', 'void', 'discount', 'payment'));
