-- liquibase formatted sql

-- changeset rolf:cleanup
-- comment: Nobody uses this any more. Surely.
DROP VIEW order_totals;
DROP TABLE orders;
-- rollback empty
