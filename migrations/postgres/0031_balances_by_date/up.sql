-- By account and then by date, so that a report reads the days it needs and no others.
ALTER TABLE balances_by_day DROP CONSTRAINT balances_by_day_pkey, ADD PRIMARY KEY (company_id, account_id, date, currency_code, period);
