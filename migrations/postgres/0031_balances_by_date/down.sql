ALTER TABLE balances_by_day DROP CONSTRAINT balances_by_day_pkey, ADD PRIMARY KEY (company_id, account_id, currency_code, period, date);
