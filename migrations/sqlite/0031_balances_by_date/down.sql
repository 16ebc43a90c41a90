CREATE TABLE balances_by_day_anew (
    company_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    currency_code TEXT NOT NULL,
    period TEXT NOT NULL,
    date TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0),
    base_debit INTEGER NOT NULL CHECK (base_debit >= 0),
    base_credit INTEGER NOT NULL CHECK (base_credit >= 0),
    PRIMARY KEY (company_id, account_id, currency_code, period, date),
    FOREIGN KEY (company_id, account_id) REFERENCES accounts (company_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO balances_by_day_anew SELECT * FROM balances_by_day;
DROP TABLE balances_by_day;
ALTER TABLE balances_by_day_anew RENAME TO balances_by_day;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('balances_by_day', 'balances_by_day', '50000 50000 500 500 40 1');
