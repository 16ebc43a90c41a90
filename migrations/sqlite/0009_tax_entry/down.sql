DROP TABLE tax_entries;
