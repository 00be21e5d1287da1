//! Audiences of the portal's objects.

use tessera_core::kernel::audience::Audience;
use uuid::Uuid;

use crate::engine::{Statement, statements};
use crate::kernel::reads::read_all;
use crate::{Reads, StoreError, values};

statements! {
    AUDIENCE_CLEAR = "DELETE FROM audiences WHERE kind = $1 AND id = $2";
    AUDIENCE_ADD =
        "INSERT INTO audiences (kind, id, place_id) VALUES ($1, $2, $3) ON CONFLICT (kind, id, place_id) DO NOTHING";
    AUDIENCE = "SELECT place_id FROM audiences WHERE kind = $1 AND id = $2 ORDER BY place_id";
}

impl Reads {
    pub(crate) async fn audience(&self, kind: &'static str, id: Uuid, everybody: bool) -> Result<Audience, StoreError> {
        if everybody {
            return Ok(Audience::Everybody);
        }
        let places = read_all(self.query(AUDIENCE, values![kind, id]).await?, |row| row.id("place_id"))?;
        Ok(Audience::Places(places.into_iter().collect()))
    }
}

/// Replaces the audience of an object.
pub(crate) fn put(kind: &'static str, id: Uuid, audience: &Audience, to: &mut Vec<Statement>) {
    to.push(Statement::any(AUDIENCE_CLEAR, values![kind, id]));
    for place in audience.places() {
        to.push(Statement::any(AUDIENCE_ADD, values![kind, id, place]));
    }
}
