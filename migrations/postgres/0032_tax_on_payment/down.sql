ALTER TABLE tax_entries DROP CONSTRAINT tax_entries_origin_check,
    ADD CONSTRAINT tax_entries_origin_check CHECK (origin IN ('posting', 'void', 'discount'));
ALTER TABLE tax_codes DROP COLUMN pending_account_id;
