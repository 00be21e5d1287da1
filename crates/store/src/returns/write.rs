//! Lowers changes of returns to statements.

use tessera_core::returns::Return;
use tessera_core::returns::change::ReturnChange;

use super::reads::asks;
use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for ReturnChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(customer_return) => create(customer_return, to),
            Self::Update(customer_return) => update(customer_return, to),
        }
    }
}

fn create(customer_return: &Return, to: &mut Vec<Statement>) {
    let values = values![
        customer_return.id,
        &customer_return.number,
        customer_return.customer_id,
        customer_return.place_id,
        customer_return.person_id,
        customer_return.email.as_deref(),
        customer_return.status().as_str(),
        asks(customer_return),
        json(&customer_return.lines),
        customer_return.search_text(),
        customer_return.created_at,
        &customer_return.created_by,
        customer_return.updated_at,
    ];
    to.push(Statement::one(sql::RETURN_CREATE, values, Conflict::Exists));
    take_units(customer_return, to);
}

fn update(customer_return: &Return, to: &mut Vec<Statement>) {
    let values = values![
        customer_return.status().as_str(),
        asks(customer_return),
        json(&customer_return.lines),
        customer_return.search_text(),
        customer_return.updated_at,
        customer_return.id,
        customer_return.version,
    ];
    to.push(Statement::one(sql::RETURN_UPDATE, values, Conflict::Return));
    to.push(Statement::any(sql::RETURN_UNITS_FREE, values![customer_return.id]));
    take_units(customer_return, to);
}

fn take_units(customer_return: &Return, to: &mut Vec<Statement>) {
    for key in customer_return.units_taken() {
        to.push(Statement::one(sql::RETURN_UNIT_TAKE, values![key, customer_return.id], Conflict::Unit));
    }
    for word in customer_return.words() {
        to.push(Statement::any(sql::RETURN_WORD, values![word, customer_return.id]));
    }
}
