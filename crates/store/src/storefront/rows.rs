//! Rows of the storefront.

use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::ids::{AccountOperationId, OrderId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::marketplace_platform::OperationState;
use tessera_core::storefront::{Fulfilment, Order, OrderLine, Product, ProductDraft, ProductPicture, Progress};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table.
macro_rules! columns {
    (storefront_products) => {
        "id, service_manager_id, name, description, price_minor, currency, visible, picture_alt, picture_since, version, \
        created_at, changed_at, changed_by"
    };
    (storefront_orders) => {
        "id, account_id, total_minor, currency, placed_at, placed_by, cancelled_at, cancelled_by"
    };
    (storefront_order_lines) => {
        "order_id, product_id, service_manager_id, name, quantity, price_minor, currency, operation_id, linked"
    };
}
pub(super) use columns;

pub(super) fn product(row: &Row) -> Result<Product, Undecodable> {
    Ok(Product {
        id: row.id("id")?,
        draft: ProductDraft {
            service_manager: row.id("service_manager_id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            price: money(row, "price_minor")?,
            visible: row.get("visible")?,
        },
        picture: picture(row)?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
        changed_by: row.get("changed_by")?,
    })
}

fn picture(row: &Row) -> Result<Option<ProductPicture>, Undecodable> {
    let (alt, since): (Option<String>, Option<i64>) = (row.get("picture_alt")?, row.get("picture_since")?);
    Ok(alt.zip(since).map(|(alt, since)| ProductPicture { alt, since }))
}

/// The content of a picture.
pub(super) fn picture_file(row: &Row) -> Result<(MediaType, Vec<u8>), Undecodable> {
    Ok((row.text("media_type", MediaType::parse)?, row.get("bytes")?))
}

/// An order, without its lines.
pub(super) fn order(row: &Row) -> Result<Order, Undecodable> {
    Ok(Order {
        id: row.id("id")?,
        account: row.id("account_id")?,
        total: money(row, "total_minor")?,
        placed_at: row.get("placed_at")?,
        placed_by: row.get("placed_by")?,
        cancelled_at: row.get("cancelled_at")?,
        cancelled_by: row.get("cancelled_by")?,
        lines: Vec::new(),
    })
}

/// A line without its progress, with the order to which it belongs.
pub(super) fn line(row: &Row) -> Result<(OrderId, OrderLine), Undecodable> {
    let fulfilment = match (row.optional_id("operation_id")?, row.get("linked")?) {
        (Some(operation), _) => Fulfilment::Operation(operation),
        (None, true) => Fulfilment::Linked,
        (None, false) => Fulfilment::Waiting,
    };
    let line = OrderLine {
        product: row.id("product_id")?,
        service_manager: row.id("service_manager_id")?,
        name: row.get("name")?,
        quantity: row.number("quantity", |number| u32::try_from(number).ok())?,
        price: money(row, "price_minor")?,
        fulfilment,
        progress: None,
    };
    Ok((row.id("order_id")?, line))
}

/// How far an operation is.
pub(super) fn progress(row: &Row) -> Result<(AccountOperationId, Progress), Undecodable> {
    let progress = Progress {
        state: row.text("state", |text| text.parse::<OperationState>().ok())?,
        cancelled: row.get("cancelled")?,
        attempts: row.get("attempts")?,
        code: row.get("code")?,
        message: row.get("message")?,
        customer_message: row.get("customer_message")?,
    };
    Ok((row.id("id")?, progress))
}

fn money(row: &Row, column: &str) -> Result<Money, Undecodable> {
    Ok(Money::new(row.get(column)?, row.text("currency", Currency::parse)?))
}
