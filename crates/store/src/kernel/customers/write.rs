//! Lowers changes of customers and links to statements.

use tessera_core::kernel::customer::change::{CustomerChange, LinkChange};
use tessera_core::kernel::customer::{Link, Suspension};

use super::{sql, table};
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, credentials, persons, values};

impl Lower for CustomerChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(customer) => to.push(table::create(customer)),
            Self::Update(customer) => to.push(table::update(customer)),
            Self::EndAccess { customer_id, at } => {
                to.push(Statement::any(persons::sql::ACCESS_END, values![*at, *customer_id]));
                to.push(Statement::any(credentials::sql::IDENTITIES_LOCK_OF_CUSTOMER, values![*customer_id]));
                to.push(Statement::any(credentials::sql::SESSIONS_END_OF_CUSTOMER, values![*customer_id, [0; 32]]));
                to.push(Statement::any(credentials::sql::SESSIONS_END_OF_PEOPLE, values![*customer_id, [0; 32]]));
            }
            Self::AddDomain { customer_id, entered } => {
                let values = values![*customer_id, entered.domain.as_str(), &entered.by, entered.at];
                to.push(Statement::one(sql::DOMAIN_ADD, values, Conflict::Customer));
            }
            Self::RemoveDomain { customer_id, domain } => {
                let values = values![*customer_id, domain.as_str()];
                to.push(Statement::one(sql::DOMAIN_REMOVE, values, Conflict::Customer));
            }
            Self::GiveAccessBack { customer_id } => {
                to.push(Statement::any(persons::sql::ACCESS_GIVE_BACK, values![*customer_id]));
            }
        }
    }
}

impl Lower for LinkChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(link) => to.push(create_link(link)),
            Self::End { id, ended } => {
                to.push(Statement::one(
                    sql::LINK_END,
                    values![ended.at, &ended.by, json(&ended.why), *id],
                    Conflict::Link,
                ));
            }
            Self::Suspend { id, why } => {
                let values = values![why.map(Suspension::as_str), *id];
                to.push(Statement::one(sql::LINK_SUSPEND, values, Conflict::Link));
            }
        }
    }
}

fn create_link(link: &Link) -> Statement {
    let values = values![
        link.id,
        &link.record.system,
        link.record.kind.as_str(),
        &link.record.external_id,
        link.customer_id,
        link.origin.as_str(),
        &link.actor,
        json(&link.evidence),
        link.created_at,
    ];
    Statement::one(sql::LINK_CREATE, values, Conflict::Link)
}
