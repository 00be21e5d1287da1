//! For whom something of the portal is.

use tessera_core::kernel::audience::Audience;
use uuid::Uuid;

use crate::engine::Statement;
use crate::kernel::reads::read_all;
use crate::kernel::sql;
use crate::{Reads, StoreError, values};

/// Writes an audience in the place of the one before.
pub(crate) fn put(kind: &'static str, id: Uuid, audience: &Audience, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::AUDIENCE_CLEAR, values![kind, id]));
    for place in audience.places() {
        to.push(Statement::any(sql::AUDIENCE_ADD, values![kind, id, place]));
    }
}

impl Reads {
    pub(crate) async fn audience(&self, kind: &'static str, id: Uuid, everybody: bool) -> Result<Audience, StoreError> {
        if everybody {
            return Ok(Audience::Everybody);
        }
        let places = read_all(self.query(sql::AUDIENCE, values![kind, id]).await?, |row| row.id("place_id"))?;
        Ok(Audience::Places(places.into_iter().collect()))
    }
}
