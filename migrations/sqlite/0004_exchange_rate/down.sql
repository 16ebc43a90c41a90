DELETE FROM sqlite_stat1 WHERE tbl = 'exchange_rates';
DROP TABLE exchange_rates;
