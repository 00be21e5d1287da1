//! The table `customers`: its columns, and how a customer is written and read.

use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::timeline::GENESIS;

use crate::engine::{Row, Statement, statements};
use crate::kernel::lower::json;
use crate::{Conflict, Undecodable, values};

/// Column list, with the table's alias if there is one: `columns!()`, `columns!("c.")`.
macro_rules! columns {
    ($($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "version", "name", "email", "phone", "created_at", "updated_at", "devices_as_of", "contact_finding")
    };
}
pub(super) use columns;

statements! {
    CUSTOMER_CREATE =
        "INSERT INTO customers (id, version, name, email, phone, created_at, updated_at, devices_as_of, contact_finding,
            head_length, head_hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)";
    CUSTOMER_UPDATE =
        "UPDATE customers
        SET version = version + 1, name = $1, email = $2, phone = $3, updated_at = $4, devices_as_of = $5, contact_finding = $6
        WHERE id = $7 AND version = $8";
}

pub(super) fn create(customer: &Customer) -> Statement {
    let values = values![
        customer.id,
        customer.version,
        &customer.name,
        customer.email.as_deref(),
        customer.phone.as_deref(),
        customer.created_at,
        customer.updated_at,
        customer.devices_as_of,
        customer.contact_finding.as_ref().map(json),
        GENESIS,
    ];
    Statement::one(CUSTOMER_CREATE, values, Conflict::Exists)
}

pub(super) fn update(customer: &Customer) -> Statement {
    let values = values![
        &customer.name,
        customer.email.as_deref(),
        customer.phone.as_deref(),
        customer.updated_at,
        customer.devices_as_of,
        customer.contact_finding.as_ref().map(json),
        customer.id,
        customer.version,
    ];
    Statement::one(CUSTOMER_UPDATE, values, Conflict::Customer)
}

pub(super) fn customer(row: &Row) -> Result<Customer, Undecodable> {
    Ok(Customer {
        id: row.id("id")?,
        version: row.get("version")?,
        name: row.get("name")?,
        email: row.get("email")?,
        phone: row.get("phone")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        devices_as_of: row.get("devices_as_of")?,
        contact_finding: row.optional_json("contact_finding")?,
    })
}
