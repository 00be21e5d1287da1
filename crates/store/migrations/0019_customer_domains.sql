-- Domains that were entered for a customer (M16). Those of records are search keys of the records.
CREATE TABLE customer_domains (
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    domain TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, domain)
);
CREATE INDEX customer_domains_domain ON customer_domains (domain, customer_id);
-- Accounts that are known already are found by the domain of their web site. Other domains follow with the next reading.
INSERT INTO record_handles (handle, value, system, kind, external_id)
SELECT 'domain', substr(value, 26), system, kind, external_id
FROM record_handles
WHERE handle = 'fact' AND value >= 'attribute:website domain ' AND value < 'attribute:website domain!' AND value LIKE '%.%'
ON CONFLICT (handle, value, system, kind, external_id) DO NOTHING;
