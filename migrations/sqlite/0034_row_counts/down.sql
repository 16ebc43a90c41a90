DELETE FROM sqlite_stat1 WHERE tbl = 'row_counts';
DROP TABLE row_counts;
