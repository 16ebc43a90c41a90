DROP TABLE stocks;
DROP TABLE stock_movements;
