-- The lines about a contact in their order.
CREATE INDEX journal_lines_by_contact ON journal_lines (company_id, contact_id, date, position)
    WHERE contact_id IS NOT NULL;
