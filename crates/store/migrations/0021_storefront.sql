-- Products of the storefront. Their vendors may be deleted; then nobody can order them.
CREATE TABLE storefront_products (
    id UUID NOT NULL PRIMARY KEY,
    service_manager_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    price_minor BIGINT NOT NULL
        CONSTRAINT storefront_products_price_check CHECK (price_minor >= 0),
    currency TEXT NOT NULL,
    visible BIGINT NOT NULL
        CONSTRAINT storefront_products_visible_check CHECK (visible IN (0, 1)),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX storefront_products_vendor ON storefront_products (service_manager_id);
CREATE INDEX storefront_products_sold ON storefront_products (id) WHERE visible = 1;

-- The account with which somebody buys: a person, or a sign-in that belongs to nobody.
CREATE TABLE storefront_buyers (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES marketplace_accounts (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id UUID,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX storefront_buyers_person ON storefront_buyers (person_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX storefront_buyers_sign_in ON storefront_buyers (issuer, subject) WHERE person_id IS NULL;

-- Orders. Their state follows from the operations of their lines.
CREATE TABLE storefront_orders (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES marketplace_accounts (id),
    total_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    placed_at BIGINT NOT NULL,
    placed_by TEXT NOT NULL,
    cancelled_at BIGINT,
    cancelled_by TEXT
);
CREATE INDEX storefront_orders_account ON storefront_orders (account_id, id);

-- What was ordered, as it was then.
CREATE TABLE storefront_order_lines (
    order_id UUID NOT NULL REFERENCES storefront_orders (id),
    position BIGINT NOT NULL,
    account_id UUID NOT NULL,
    product_id UUID NOT NULL,
    service_manager_id UUID NOT NULL,
    name TEXT NOT NULL,
    quantity BIGINT NOT NULL
        CONSTRAINT storefront_order_lines_quantity_check CHECK (quantity > 0),
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    operation_id UUID REFERENCES account_operations (id),
    -- Whether the account was a customer of the vendor already, so that nothing had to be done.
    linked BIGINT NOT NULL
        CONSTRAINT storefront_order_lines_linked_check CHECK (linked IN (0, 1)),
    PRIMARY KEY (order_id, position)
);
CREATE INDEX storefront_order_lines_account ON storefront_order_lines (account_id, service_manager_id, order_id);
CREATE INDEX storefront_order_lines_vendor ON storefront_order_lines (service_manager_id);
CREATE INDEX storefront_order_lines_operation ON storefront_order_lines (operation_id) WHERE operation_id IS NOT NULL;

-- Whether a registration is a sign-up in the storefront, which needs no decision by staff.
ALTER TABLE registrations ADD COLUMN for_shop BIGINT NOT NULL DEFAULT 0;
