//! Statements about the storefront.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    PRODUCT_CREATE =
        "INSERT INTO storefront_products (id, service_manager_id, name, description, price_minor, currency, visible,
            version, created_at, changed_at, changed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PRODUCT_UPDATE =
        "UPDATE storefront_products SET service_manager_id = $1, name = $2, description = $3, price_minor = $4,
            currency = $5, visible = $6, version = $7, changed_at = $8, changed_by = $9
        WHERE id = $10 AND version = $11";
    PRODUCT_PICTURE =
        "UPDATE storefront_products SET picture_alt = $1, picture_since = $2, version = $3, changed_at = $4,
            changed_by = $5
        WHERE id = $6 AND version = $7";
    PICTURE_PUT =
        "INSERT INTO storefront_pictures (product_id, media_type, bytes) VALUES ($1, $2, $3)
        ON CONFLICT (product_id) DO UPDATE SET media_type = excluded.media_type, bytes = excluded.bytes";
    PICTURE_REMOVE = "DELETE FROM storefront_pictures WHERE product_id = $1";
    PICTURE = "SELECT media_type, bytes FROM storefront_pictures WHERE product_id = $1";
    PRODUCT_DELETE = "DELETE FROM storefront_products WHERE id = $1";
    PRODUCT = concat!("SELECT ", columns!(storefront_products), " FROM storefront_products WHERE id = $1");
    PRODUCTS_AFTER = concat!(
        "SELECT ", columns!(storefront_products), " FROM storefront_products WHERE id > $1 ORDER BY id LIMIT $2"
    );
    PRODUCTS_SOLD = concat!(
        "SELECT ", columns!(storefront_products), " FROM storefront_products
        WHERE visible = 1 AND id > $1 ORDER BY id LIMIT $2"
    );
    PRODUCTS_LISTED = concat!(
        "SELECT ", columns!(storefront_products), " FROM storefront_products WHERE id IN (", room!(), ") ORDER BY id"
    );
    VENDOR_SOLD =
        "SELECT 1 FROM storefront_products WHERE service_manager_id = $1
        UNION ALL
        SELECT 1 FROM storefront_order_lines WHERE service_manager_id = $1 LIMIT 1";
    BUYER_PUT =
        "INSERT INTO storefront_buyers (account_id, issuer, subject, person_id, created_at) VALUES ($1, $2, $3, $4, $5)";
    BUYER_MOVE = "UPDATE storefront_buyers SET account_id = $1, person_id = $2 WHERE account_id = $3";
    BUYER_PERSON = "SELECT account_id FROM storefront_buyers WHERE person_id = $1";
    BUYER_OF_ACCOUNT = "SELECT 1 AS found FROM storefront_buyers WHERE account_id = $1";
    BUYER_SIGN_IN =
        "SELECT account_id FROM storefront_buyers WHERE issuer = $1 AND subject = $2 AND person_id IS NULL";
    ORDER_PLACE =
        "INSERT INTO storefront_orders (id, account_id, total_minor, currency, placed_at, placed_by)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ORDER_LINE_PLACE =
        "INSERT INTO storefront_order_lines (order_id, position, account_id, product_id, service_manager_id, name,
            quantity, price_minor, currency, operation_id, linked)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ORDER_LINE_FULFIL =
        "UPDATE storefront_order_lines SET operation_id = $1, linked = $2
        WHERE order_id = $3 AND position = $4 AND operation_id IS NULL AND linked = 0";
    ORDER_CANCEL =
        "UPDATE storefront_orders SET cancelled_at = $1, cancelled_by = $2 WHERE id = $3 AND cancelled_at IS NULL";
    OPERATION_CANCEL_UNSENT =
        "UPDATE account_operations SET state = 'failed', code = $1, message = $2, customer_message = $3, cancelled = 1,
            finished_at = $4
        WHERE id = $5 AND state = 'waiting' AND attempts = 0";
    ORDER = concat!("SELECT ", columns!(storefront_orders), " FROM storefront_orders WHERE id = $1");
    ORDERS_BEFORE = concat!(
        "SELECT ", columns!(storefront_orders), " FROM storefront_orders WHERE id < $1 ORDER BY id DESC LIMIT $2"
    );
    ORDERS_OF_ACCOUNT = concat!(
        "SELECT ", columns!(storefront_orders), " FROM storefront_orders
        WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    ORDER_LINES = concat!(
        "SELECT ", columns!(storefront_order_lines), " FROM storefront_order_lines
        WHERE order_id IN (", room!(), ") ORDER BY order_id, position"
    );
    OPERATIONS_PROGRESS = concat!(
        "SELECT id, state, cancelled, attempts, code, message, customer_message FROM account_operations
        WHERE id IN (", room!(), ") ORDER BY id"
    );
    ORDERS_ON_OPERATION =
        "SELECT order_id FROM storefront_order_lines WHERE operation_id = $1 ORDER BY order_id, position LIMIT $2";
    ORDERED_OF_VENDOR =
        "SELECT order_id FROM storefront_order_lines WHERE account_id = $1 AND service_manager_id = $2
        ORDER BY order_id, position LIMIT 1";
}
