DROP TABLE payment_applications;
DROP TABLE payments;
DROP FUNCTION partita_refuse_payment_update();
