-- Whether an operation was cancelled. It has failed, as far as others are concerned who know four states.
ALTER TABLE account_operations ADD COLUMN cancelled BIGINT NOT NULL DEFAULT 0;
UPDATE account_operations SET cancelled = 1
WHERE state = 'failed'
    AND (message LIKE 'cancelled by %' OR message LIKE 'cancelled, because %' OR message LIKE 'order % was cancelled');
DROP INDEX account_operations_state;
CREATE INDEX account_operations_state ON account_operations (state, cancelled, id);

-- Pictures of products. Their content is apart, so that lists of products do not read it.
ALTER TABLE storefront_products ADD COLUMN picture_alt TEXT;
ALTER TABLE storefront_products ADD COLUMN picture_since BIGINT;
CREATE TABLE storefront_pictures (
    product_id UUID NOT NULL PRIMARY KEY REFERENCES storefront_products (id),
    media_type TEXT NOT NULL,
    bytes BYTEA NOT NULL
);
