//! Lowers changes of licences and their seats to statements.

use tessera_core::access::change::AccessChange;

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, values};

impl Lower for AccessChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::NoteRefusedLicence { person_key, code, at } => {
                to.push(Statement::any(sql::LICENCE_REFUSED, values![person_key, code, *at]));
            }
            Self::ForgetRefusedLicence { person_key } => {
                to.push(Statement::any(sql::LICENCE_REFUSED_FORGET, values![person_key]));
            }
            Self::FreeSeat { licence, number, person } => {
                let values = values![licence.as_str(), *number, *person];
                to.push(Statement::one(sql::SEAT_FREE, values, Conflict::Seat));
            }
        }
    }
}
