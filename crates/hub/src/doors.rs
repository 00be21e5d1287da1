//! Who comes in at which door, and why not (`P05`–`P08`, `P13`). Doors and explanations ask the same rules with the same facts.

use tessera_core::access::{self, Access, AccessFacts, LicenceFact, Login, Portal, Stranger, Viewer};
use tessera_core::customer::SignIn;
use tessera_core::id::{ContactId, PersonId};
use tessera_core::normalise;
use tessera_core::person::Person;
use tessera_store::AtDoor;

use crate::{Hub, HubError};

/// What becomes of somebody at a door.
#[derive(Debug, Clone)]
pub enum Entry {
    /// They come in.
    In(Viewer),
    /// The rules say no.
    Refused {
        /// Every rule.
        access: Access,
        /// Since when and why they are inactive, if that is it.
        inactive_why: Option<String>,
    },
    /// The sign-in belongs to no person.
    Nobody,
}

/// The answer to "why can't this person get in?".
#[derive(Debug, Clone)]
pub struct AccessAnswer {
    /// What was asked about, as it is called.
    pub label: String,
    /// The person, if there is one.
    pub person: Option<Person>,
    /// Which door.
    pub portal: Portal,
    /// May they, and every rule.
    pub access: Access,
}

impl Hub {
    /// Lets whoever signed in at an identity provider in, or says why not. Asked anew with every request, so that a change works at once.
    pub async fn enter(&self, sign_in: &SignIn, portal: Portal) -> Result<Entry, HubError> {
        let Some(at_door) = self.store.at_door_by_identity(&sign_in.identity).await? else { return Ok(Entry::Nobody) };
        Ok(Self::admit(at_door, portal, Login::Right))
    }

    fn admit(at_door: AtDoor, portal: Portal, login: Login) -> Entry {
        let inactive_why = at_door.facts.inactive.as_ref().map(|inactive| inactive.why.clone());
        let AtDoor { id, name, customer_id, role_functions, default_place, facts } = at_door;
        let (person_id, licence) = (facts.person_id.clone(), facts.licence.clone());
        let access = access::decide(&AccessFacts { person: Ok(facts), login, seats: None }, portal);
        match (licence, default_place) {
            (LicenceFact::Known(licence), Some(default_place)) if access.allowed => Entry::In(Viewer {
                person: id,
                person_id,
                name,
                customer_id,
                licence,
                default_place,
                role_functions,
                preview: None,
            }),
            _ => Entry::Refused { access, inactive_why },
        }
    }

    /// Why somebody may use a portal, or not: a person by person id or the hub's own id, else by e-mail address, else a contact.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when nothing is known under that name; [`HubError::Precondition`] when several people have the address.
    pub async fn explain_access(&self, asked: &str, portal: Portal) -> Result<AccessAnswer, HubError> {
        let asked = asked.trim();
        if let Some(person) = self.find_person(asked).await? {
            return self.explain_person(person, portal).await;
        }
        let refused_licence = self.store.refused_licence(asked).await?;
        let contact = self.contact_named(asked).await?;
        if refused_licence.is_none() && contact.is_none() {
            return Err(HubError::NotFound(format!(
                "nobody here is called `{asked}`. Looked for a person id, an e-mail address of a person and a contact"
            )));
        }
        let stranger = Stranger { asked: asked.to_owned(), contact, refused_licence };
        let facts = AccessFacts { person: Err(stranger), login: Login::NotTried, seats: None };
        Ok(AccessAnswer { label: asked.to_owned(), person: None, portal, access: access::decide(&facts, portal) })
    }

    /// The same for a person who was found.
    pub async fn explain_person(&self, person: Person, portal: Portal) -> Result<AccessAnswer, HubError> {
        let gone = || HubError::NotFound(format!("there is no person {}", person.id));
        let mut facts = self.store.at_door(person.id).await?.ok_or_else(gone)?.facts;
        // A licence that was refused matters as long as there is no other.
        if facts.licence == LicenceFact::None
            && let Some((code, _)) = self.store.refused_licence(&person.person_id).await?
        {
            facts.licence = LicenceFact::Unknown(code);
        }
        let login = match (self.email_used_as_login(&person).await?, self.store.last_sign_in(person.id).await?) {
            (Some(at), _) => Login::Email { at },
            (None, Some(_)) => Login::Right,
            (None, None) => Login::NotTried,
        };
        let facts = AccessFacts { person: Ok(facts), login, seats: None };
        let access = access::decide(&facts, portal);
        Ok(AccessAnswer {
            label: format!("{} ({})", person.person_id, person.name),
            person: Some(person),
            portal,
            access,
        })
    }

    /// A person by person id, by the hub's own id, or by an e-mail address that is only theirs.
    pub async fn find_person(&self, asked: &str) -> Result<Option<Person>, HubError> {
        if let Some(person) = self.store.person_by_key(asked).await? {
            return Ok(Some(person));
        }
        if let Ok(id) = asked.parse::<PersonId>() {
            return Ok(self.store.person(id).await?);
        }
        let Some(email) = normalise::email(asked) else { return Ok(None) };
        let mut found = self.store.people_by_email(&email).await?;
        if found.len() > 1 {
            let ids: Vec<String> = found.into_iter().map(|person| person.person_id).collect();
            let detail = format!("several people have the address {asked}. Ask for one of: {}", ids.join(", "));
            return Err(HubError::precondition("ambiguous_subject", detail));
        }
        match found.pop() {
            Some(person) => Ok(self.store.person(person.id).await?),
            None => Ok(None),
        }
    }

    async fn contact_named(&self, asked: &str) -> Result<Option<String>, HubError> {
        let found = match (asked.parse::<ContactId>(), normalise::email(asked)) {
            (Ok(id), _) => self.store.contact(id).await?,
            (_, Some(email)) => self.store.contacts_by_email(&email).await?.into_iter().next(),
            _ => None,
        };
        Ok(found.map(|contact| contact.name))
    }
}
