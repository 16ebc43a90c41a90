DELETE FROM sqlite_stat1 WHERE tbl IN ('revaluations', 'revaluation_items');
DROP TABLE revaluation_items;
DROP TABLE revaluations;
