//! Statements about work orders and parts.

use super::rows::columns;
use crate::engine::statements;

statements! {
    WORK_ORDER_CREATE =
        "INSERT INTO work_orders (id, number, version, kind, customer_id, place_id, request_id, return_id, subject,
            description, device_system, device_id, device_name, model, starts_at, ends_at, due_at, assignee_id,
            assignee_name, state, reason, checks, parts, installed, search, created_at, created_by, updated_at)
        VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27)";
    WORK_ORDER_UPDATE =
        "UPDATE work_orders
        SET version = version + 1, starts_at = $1, ends_at = $2, due_at = $3, assignee_id = $4, assignee_name = $5,
            state = $6, reason = $7, checks = $8, parts = $9, installed = $10, search = $11, updated_at = $12
        WHERE id = $13 AND version = $14";
    WORK_ORDER_TOUCH =
        "UPDATE work_orders SET updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at END WHERE id = $2";
    WORK_ORDER = concat!("SELECT ", columns!(work_orders), " FROM work_orders WHERE id = $1");
    WORK_ORDER_BY_NUMBER = concat!("SELECT ", columns!(work_orders), " FROM work_orders WHERE number = $1");
    WORK_ORDERS_DUE = concat!(
        "SELECT ", columns!(work_orders), " FROM work_orders
        WHERE assignee_id = $1 AND state IN ('open', 'accepted', 'on_the_way', 'working')
        ORDER BY due_at, id LIMIT $2"
    );
    /// What nobody has, whoever may take it.
    WORK_ORDERS_FREE = concat!(
        "SELECT ", columns!(work_orders), " FROM work_orders
        WHERE assignee_id IS NULL AND state IN ('open', 'accepted', 'on_the_way', 'working')
        ORDER BY due_at, id LIMIT $1"
    );
    WORK_ORDERS_OF_ASSIGNEE = concat!(
        "SELECT ", columns!(work_orders), " FROM work_orders
        WHERE assignee_id = $1 AND id < $2 AND state IN ($3, $4, $5, $6, $7, $8, $9) AND search LIKE $10 ESCAPE '\\'
        ORDER BY id DESC LIMIT $11"
    );
    WORK_ORDERS_BY_STATE = concat!(
        "SELECT ", columns!(work_orders), " FROM work_orders
        WHERE state IN ($1, $2, $3, $4, $5, $6, $7) AND id < $8 AND search LIKE $9 ESCAPE '\\'
        ORDER BY id DESC LIMIT $10"
    );
    WORK_ORDERS_OF_REQUEST = concat!(
        "SELECT ", columns!(work_orders), " FROM work_orders WHERE request_id = $1 ORDER BY id LIMIT 50"
    );
    WORK_ORDERS_OF_CUSTOMER = concat!(
        "SELECT ", columns!(work_orders), " FROM work_orders WHERE customer_id = $1 ORDER BY id DESC LIMIT $2"
    );
    WORK_NOTE_ADD =
        "INSERT INTO work_order_notes (id, work_order_id, act, text, author, actor, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    WORK_NOTES = concat!(
        "SELECT ", columns!(work_order_notes), " FROM work_order_notes WHERE work_order_id = $1 ORDER BY id LIMIT 1000"
    );
    /// A work order has a limited number of files, even with concurrent uploads.
    WORK_FILE_ROOM = "UPDATE work_orders SET files = files + 1 WHERE id = $1 AND files < $2";
    WORK_FILE_KEEP =
        "INSERT INTO work_order_files (id, work_order_id, note_id, name, media_type, size, sha256, bytes, created_at,
            created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    WORK_FILES = concat!(
        "SELECT ", columns!(work_order_files), " FROM work_order_files WHERE work_order_id = $1 ORDER BY id"
    );
    WORK_FILE = concat!(
        "SELECT ", columns!(work_order_files), ", bytes FROM work_order_files WHERE work_order_id = $1 AND id = $2"
    );
    PARTS_ADD =
        "INSERT INTO part_stock (place_id, part, quantity)
        VALUES ($1, $2, $3)
        ON CONFLICT (place_id, part) DO UPDATE SET quantity = part_stock.quantity + excluded.quantity";
    PARTS_TAKE =
        "UPDATE part_stock SET quantity = quantity - $1 WHERE place_id = $2 AND part = $3 AND quantity >= $1";
    PART_STOCK = "SELECT place_id, part, quantity FROM part_stock WHERE place_id = $1 ORDER BY part";
    /// The parts at all places of an owner.
    PART_STOCKS =
        "SELECT s.place_id, s.part, s.quantity FROM places p
        JOIN part_stock s ON s.place_id = p.id
        WHERE p.owner_id = $1 ORDER BY s.place_id, s.part";
    PART_QUANTITY = "SELECT quantity FROM part_stock WHERE place_id = $1 AND part = $2";
}
