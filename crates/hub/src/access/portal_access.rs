//! Portal access and the reasons for a denial (`P05`–`P08`, `P13`). Sign-in and the explanations evaluate the same
//! rules on the same facts.

use tessera_core::access::AmbiguousPersonError;
use tessera_core::access::{
    self, Access, AccessFacts, LicenceFact, Login, PersonFacts, Portal, Seats, Stranger, Viewer, Worker,
};
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId};
use tessera_core::kernel::normalise;
use tessera_core::persons::{ACCOUNT_DELETED, Person};
use tessera_store::AccessSubject;

use crate::explain::no_devices;
use crate::{DevicesAnswer, Hub, HubError, PortalSession};

/// The result of entering the customer portal.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Access is granted.
    In(Viewer),
    /// A rule denies access.
    Refused {
        /// The result of every rule.
        access: Access,
        /// If the person is inactive: since when and why.
        inactive_why: Option<String>,
    },
    /// The sign-in is not linked to a person.
    Nobody,
}

/// The result of entering a portal for the operating company's own work.
#[derive(Debug, Clone)]
pub enum WorkEntry {
    /// Access is granted.
    In(Worker),
    /// Access is granted to a customer's person. What the operating company works on is not theirs to see (`P08`).
    Guest(Worker),
    /// A rule denies access.
    Refused {
        /// The person's name.
        name: String,
        /// The result of every rule.
        access: Access,
    },
    /// The sign-in is not linked to a person.
    Nobody,
}

/// The portals of a person, as shown to the person.
#[derive(Debug, Clone)]
pub struct PortalsOfPerson {
    /// The person's name.
    pub name: String,
    /// Whether the person belongs to the operating company.
    pub works_here: bool,
    /// Every portal with the decision, without regard to seats.
    pub portals: Vec<(Portal, Access)>,
}

/// The answer to "why can't this person use the portal?".
#[derive(Debug, Clone)]
pub struct AccessAnswer {
    /// Label of the subject: person id and name, or the text of the query.
    pub label: String,
    /// The person, if the query matches one.
    pub person: Option<Person>,
    /// The portal in question.
    pub portal: Portal,
    /// The decision, with the result of every rule.
    pub access: Access,
}

impl Hub {
    /// Checks the signed-in user's access to the customer portal. Evaluated on every request, so that a change takes
    /// effect immediately.
    pub async fn enter(&self, session: &PortalSession) -> Result<Entry, HubError> {
        let judged = self.judged(session, Portal::Customer).await?;
        Ok(judged.map_or(Entry::Nobody, |(subject, access)| entry(subject, access)))
    }

    /// Evaluates the rules of a portal for the signed-in user. `None`: the sign-in is not linked to a person.
    pub async fn access_subject(&self, session: &PortalSession, portal: Portal) -> Result<Option<Access>, HubError> {
        Ok(self.judged(session, portal).await?.map(|(_, access)| access))
    }

    /// Checks an app's user by the rules of the customer portal (`P18`). An app has no session, so it takes no seat. A
    /// sign-in that belongs to no person passes, and is told the reason why there is nothing to see; so does a person
    /// whose account a marketplace closed, as in the portal.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the first rule that fails.
    pub async fn check_app_access(&self, identity: &IdentityKey) -> Result<(), HubError> {
        let Some(subject) = self.reads().access_subject_by_identity(identity).await? else { return Ok(()) };
        if subject.facts.inactive.as_ref().is_some_and(|inactive| inactive.why == ACCOUNT_DELETED) {
            return Ok(());
        }
        match judge(&subject, None, Portal::Customer).denial(Portal::Customer) {
            Some(denied) => Err(denied.into()),
            None => Ok(()),
        }
    }

    /// The portals that a sign-in opens, without taking a seat.
    pub async fn portals_of(&self, identity: &IdentityKey) -> Result<Vec<Portal>, HubError> {
        let Some(subject) = self.reads().access_subject_by_identity(identity).await? else { return Ok(Vec::new()) };
        Ok(open_portals(&subject))
    }

    /// The portals that are open to a person, without taking a seat.
    pub async fn portals_of_person(&self, person: PersonId) -> Result<Vec<Portal>, HubError> {
        Ok(self.reads().access_subject(person).await?.as_ref().map(open_portals).unwrap_or_default())
    }

    /// Each portal with the decision about a sign-in, without taking a seat. `None`: the sign-in is not linked to a person.
    pub async fn portals_explained(&self, identity: &IdentityKey) -> Result<Option<PortalsOfPerson>, HubError> {
        let found = self.reads().access_subject_by_identity(identity).await?;
        Ok(found.map(|subject| PortalsOfPerson {
            portals: Portal::ALL.into_iter().map(|portal| (portal, judge(&subject, None, portal))).collect(),
            works_here: subject.customer_id == CustomerId::OPERATOR,
            name: subject.name,
        }))
    }

    /// Checks the signed-in user's access to a portal for the operating company's own work. Evaluated on every request.
    pub async fn enter_work(&self, session: &PortalSession, portal: Portal) -> Result<WorkEntry, HubError> {
        let Some((subject, access)) = self.judged(session, portal).await? else { return Ok(WorkEntry::Nobody) };
        if !access.allowed {
            return Ok(WorkEntry::Refused { name: subject.name, access });
        }
        let portals = open_portals(&subject);
        let AccessSubject { id, name, customer_id, facts, .. } = subject;
        let worker = Worker { person: id, person_id: facts.person_id, name, portals };
        Ok(if customer_id == CustomerId::OPERATOR { WorkEntry::In(worker) } else { WorkEntry::Guest(worker) })
    }

    /// If the licence has a seat limit, a person who is otherwise allowed takes a seat. A person denied by another rule
    /// takes none.
    async fn judged(
        &self,
        session: &PortalSession,
        portal: Portal,
    ) -> Result<Option<(AccessSubject, Access)>, HubError> {
        let found = self.reads().access_subject_by_identity(&session.sign_in.identity).await?;
        let Some(subject) = found else { return Ok(None) };
        let mut access = judge(&subject, None, portal);
        if access.allowed
            && let LicenceFact::Known(licence) = subject.facts.licence
        {
            let seats = self.seat(subject.id, session.hash, licence).await?;
            access = judge(&subject, seats, portal);
        }
        Ok(Some((subject, access)))
    }

    /// The customer portal as seen by a person, for a staff preview (`P14`). The same rules apply, no seat is taken,
    /// and the preview is read-only.
    pub async fn preview_as(&self, person: PersonId, staff: &str) -> Result<Entry, HubError> {
        let Some(subject) = self.reads().access_subject(person).await? else { return Ok(Entry::Nobody) };
        let access = judge(&subject, None, Portal::Customer);
        Ok(match entry(subject, access) {
            Entry::In(viewer) => Entry::In(Viewer { portals: Vec::new(), preview: Some(staff.to_owned()), ..viewer }),
            kept_out => kept_out,
        })
    }

    /// The devices at the viewer's places. If there are none, the answer includes the reason.
    pub async fn devices_visible_to(&self, viewer: &Viewer) -> Result<DevicesAnswer, HubError> {
        let devices: Vec<_> =
            self.reads().devices_visible_to(viewer.person).await?.into_iter().map(|(_, device)| device).collect();
        let gone = || HubError::NotFound(format!("there is no customer {}", viewer.customer_id));
        let customer = self.reads().customer(viewer.customer_id).await?.ok_or_else(gone)?;
        let (reason, checks) = if devices.is_empty() {
            let (reason, checks) = no_devices(&self.facts_of_viewer(viewer, &customer).await?);
            (Some(reason), checks)
        } else {
            (None, Vec::new())
        };
        Ok(DevicesAnswer {
            devices,
            reason,
            checks,
            as_of: customer.devices_as_of,
            customer: Some((customer.id, customer.name)),
        })
    }

    /// Explains whether a person may use a portal. The query is a person id or the hub's own id, else an e-mail
    /// address, else a contact.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if nothing matches the query; [`HubError::Rejected`] if several people have the address.
    pub async fn explain_access(&self, asked: &str, portal: Portal) -> Result<AccessAnswer, HubError> {
        let asked = asked.trim();
        if let Some(person) = self.find_person(asked).await? {
            return self.explain_person(person, portal).await;
        }
        let refused_licence = self.reads().refused_licence(asked).await?;
        let contact = self.contact_named(asked).await?;
        if refused_licence.is_none() && contact.is_none() {
            return Err(HubError::NotFound(format!(
                "nobody here is called `{asked}`. Looked for a person ID, an e-mail address of a person and a contact"
            )));
        }
        let stranger = Stranger { asked: asked.to_owned(), contact, refused_licence };
        let facts = AccessFacts { person: Err(stranger), login: Login::NotTried, seats: None };
        Ok(AccessAnswer { label: asked.to_owned(), person: None, portal, access: access::decide(&facts, portal) })
    }

    /// Explains whether this person may use a portal.
    pub async fn explain_person(&self, person: Person, portal: Portal) -> Result<AccessAnswer, HubError> {
        let access = access::decide(&self.access_facts(&person).await?, portal);
        Ok(AccessAnswer {
            label: format!("{} ({})", person.person_id, person.name),
            person: Some(person),
            portal,
            access,
        })
    }

    /// Explains for each portal whether the person may use it.
    pub async fn explain_portals(&self, person: &Person) -> Result<Vec<(Portal, Access)>, HubError> {
        let facts = self.access_facts(person).await?;
        Ok(Portal::ALL.into_iter().map(|portal| (portal, access::decide(&facts, portal))).collect())
    }

    async fn access_facts(&self, person: &Person) -> Result<AccessFacts, HubError> {
        let gone = || HubError::NotFound(format!("there is no person {}", person.id));
        let mut facts = self.reads().access_subject(person.id).await?.ok_or_else(gone)?.facts;
        // A rejected licence code only matters if the person has no other licence.
        if facts.licence == LicenceFact::None
            && let Some((code, _)) = self.reads().refused_licence(&person.person_id).await?
        {
            facts.licence = LicenceFact::Unknown(code);
        }
        let seats = match facts.licence {
            LicenceFact::Known(licence) => self.seats_for(person.id, licence).await?,
            LicenceFact::None | LicenceFact::Unknown(_) => None,
        };
        let login =
            match (self.email_as_login(self.reads(), person).await?, self.reads().last_sign_in(person.id).await?) {
                (Some(at), _) => Login::Email { at },
                (None, Some(_)) => Login::Right,
                (None, None) => Login::NotTried,
            };
        Ok(AccessFacts { person: Ok(facts), login, seats })
    }

    /// Finds a person by person id, by the hub's own id, or by an e-mail address that no other person has.
    pub async fn find_person(&self, asked: &str) -> Result<Option<Person>, HubError> {
        if let Ok(id) = asked.parse::<PersonId>() {
            return Ok(self.reads().person(id).await?);
        }
        if let Some(person) = self.reads().person_by_key(asked).await? {
            return Ok(Some(person));
        }
        let Some(email) = normalise::email(asked) else { return Ok(None) };
        let mut found = self.reads().people_by_email(&email).await?;
        if found.len() > 1 {
            let people = found.into_iter().map(|person| person.person_id).collect();
            return Err(AmbiguousPersonError { address: asked.to_owned(), people }.into());
        }
        match found.pop() {
            Some(person) => Ok(self.reads().person(person.id).await?),
            None => Ok(None),
        }
    }

    async fn contact_named(&self, asked: &str) -> Result<Option<String>, HubError> {
        let found = match (asked.parse::<ContactId>(), normalise::email(asked)) {
            (Ok(id), _) => self.reads().contact(id).await?,
            (_, Some(email)) => self.reads().contacts_by_email(&email).await?.into_iter().next(),
            _ => None,
        };
        Ok(found.map(|contact| contact.name))
    }
}

fn judge(subject: &AccessSubject, seats: Option<Seats>, portal: Portal) -> Access {
    let facts = AccessFacts { person: Ok(subject.facts.clone()), login: Login::Right, seats };
    access::decide(&facts, portal)
}

/// The portals that are open to a person, without regard to seats.
fn open_portals(subject: &AccessSubject) -> Vec<Portal> {
    Portal::ALL.into_iter().filter(|portal| judge(subject, None, *portal).allowed).collect()
}

/// Converts the decision on a person into an [`Entry`] for the customer portal.
fn entry(subject: AccessSubject, access: Access) -> Entry {
    let portals = if access.allowed { open_portals(&subject) } else { Vec::new() };
    let AccessSubject { id, name, customer_id, role_functions, default_place, facts } = subject;
    let inactive_why = facts.inactive.as_ref().map(|inactive| inactive.why.clone());
    let PersonFacts { person_id, licence, .. } = facts;
    match (licence, default_place) {
        (LicenceFact::Known(licence), Some(default_place)) if access.allowed => Entry::In(Viewer {
            person: id,
            person_id,
            name,
            customer_id,
            licence,
            default_place,
            role_functions,
            portals,
            preview: None,
        }),
        _ => Entry::Refused { access, inactive_why },
    }
}
