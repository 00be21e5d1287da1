//! Lowers changes of the storefront to statements.

use tessera_core::storefront::change::StorefrontChange;
use tessera_core::storefront::{Fulfilment, Order, Product};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, values};

impl Lower for StorefrontChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::CreateProduct(product) => to.push(create_product(product)),
            Self::UpdateProduct(product) => to.push(update_product(product)),
            Self::PutPicture { product, file } => {
                to.push(set_picture(product));
                let values = values![product.id, file.media_type.as_str(), &file.bytes];
                to.push(Statement::any(sql::PICTURE_PUT, values));
            }
            Self::RemovePicture(product) => {
                to.push(set_picture(product));
                to.push(Statement::any(sql::PICTURE_REMOVE, values![product.id]));
            }
            Self::DeleteProduct(id) => {
                to.push(Statement::any(sql::PICTURE_REMOVE, values![*id]));
                to.push(Statement::one(sql::PRODUCT_DELETE, values![*id], Conflict::Product));
            }
            Self::PutBuyer { buyer, account, replaces: None, at } => {
                let (issuer, subject) = (&buyer.identity.issuer, &buyer.identity.subject);
                let values = values![*account, issuer, subject, buyer.person, *at];
                to.push(Statement::one(sql::BUYER_PUT, values, Conflict::MarketplaceAccount));
            }
            Self::PutBuyer { buyer, account, replaces: Some(before), .. } => {
                let values = values![*account, buyer.person, *before];
                to.push(Statement::one(sql::BUYER_MOVE, values, Conflict::MarketplaceAccount));
            }
            Self::PlaceOrder(order) => place(order, to),
            Self::Fulfil { order, line, fulfilment } => {
                let (operation, linked) = fulfilled(*fulfilment);
                let values = values![operation, linked, *order, position(*line)];
                to.push(Statement::one(sql::ORDER_LINE_FULFIL, values, Conflict::MarketplaceAccount));
            }
            Self::CancelOrder { order, at, by } => {
                let values = values![*at, by, *order];
                to.push(Statement::one(sql::ORDER_CANCEL, values, Conflict::MarketplaceAccount));
            }
            Self::CancelUnsent { operation, outcome, at } => {
                let (message, customer) = (outcome.message.as_deref(), outcome.customer_message.as_deref());
                let values = values![outcome.code, message, customer, *at, *operation];
                to.push(Statement::one(sql::OPERATION_CANCEL_UNSENT, values, Conflict::MarketplaceAccount));
            }
        }
    }
}

fn create_product(it: &Product) -> Statement {
    let draft = &it.draft;
    let values = values![
        it.id,
        draft.service_manager,
        &draft.name,
        &draft.description,
        draft.price.minor,
        draft.price.currency.code(),
        draft.visible,
        it.version,
        it.created_at,
        it.changed_at,
        &it.changed_by,
    ];
    Statement::one(sql::PRODUCT_CREATE, values, Conflict::Exists)
}

fn update_product(it: &Product) -> Statement {
    let draft = &it.draft;
    let values = values![
        draft.service_manager,
        &draft.name,
        &draft.description,
        draft.price.minor,
        draft.price.currency.code(),
        draft.visible,
        it.version,
        it.changed_at,
        &it.changed_by,
        it.id,
        it.version - 1,
    ];
    Statement::one(sql::PRODUCT_UPDATE, values, Conflict::Product)
}

fn set_picture(it: &Product) -> Statement {
    let picture = it.picture.as_ref();
    let values = values![
        picture.map(|picture| picture.alt.as_str()),
        picture.map(|picture| picture.since),
        it.version,
        it.changed_at,
        &it.changed_by,
        it.id,
        it.version - 1,
    ];
    Statement::one(sql::PRODUCT_PICTURE, values, Conflict::Product)
}

fn place(order: &Order, to: &mut Vec<Statement>) {
    let (total, currency) = (order.total.minor, order.total.currency.code());
    let values = values![order.id, order.account, total, currency, order.placed_at, &order.placed_by];
    to.push(Statement::one(sql::ORDER_PLACE, values, Conflict::Exists));
    for (number, line) in order.lines.iter().enumerate() {
        let (operation, linked) = fulfilled(line.fulfilment);
        let values = values![
            order.id,
            position(number),
            order.account,
            line.product,
            line.service_manager,
            &line.name,
            i64::from(line.quantity),
            line.price.minor,
            line.price.currency.code(),
            operation,
            linked,
        ];
        to.push(Statement::one(sql::ORDER_LINE_PLACE, values, Conflict::Exists));
    }
}

/// The operation, and whether nothing has to be done.
const fn fulfilled(it: Fulfilment) -> (Option<tessera_core::kernel::ids::AccountOperationId>, bool) {
    match it {
        Fulfilment::Waiting => (None, false),
        Fulfilment::Operation(id) => (Some(id), false),
        Fulfilment::Linked => (None, true),
    }
}

fn position(line: usize) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}
