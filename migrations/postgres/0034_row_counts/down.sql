DROP TABLE row_counts;
