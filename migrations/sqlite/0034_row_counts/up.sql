-- How many documents of each kind and how many payments there are, so that a list of all of them need not count.
CREATE TABLE row_counts (
    company_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (company_id, resource)
) STRICT, WITHOUT ROWID;
INSERT INTO row_counts
    SELECT company_id, kind, count(*) FROM documents GROUP BY company_id, kind
    UNION ALL SELECT company_id, 'payment', count(*) FROM payments GROUP BY company_id;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('row_counts', 'row_counts', '20 5 1');
