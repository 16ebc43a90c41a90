DROP TABLE revaluation_items;
DROP TABLE revaluations;
DROP FUNCTION partita_refuse_revaluation_update();
