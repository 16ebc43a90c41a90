DELETE FROM sqlite_stat1 WHERE tbl = 'recurring_templates';
DROP TABLE recurring_templates;
