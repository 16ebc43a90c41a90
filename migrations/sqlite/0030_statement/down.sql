DROP INDEX journal_lines_by_contact;
