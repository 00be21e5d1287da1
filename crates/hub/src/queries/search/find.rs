//! The console's search: the query may be a name, an address, a number or an id, so it is looked up as each of them.

use std::collections::HashSet;

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::phone::{self, Country};
use tessera_core::kernel::record::{Attributes, HandleKind, Kind, RecordKey, words};
use tessera_core::kernel::searched;
use tessera_core::kernel::unicode::{as_seen, plain_digits, searchable};
use tessera_store::{Reads, SearchHit, StoreError};

use crate::queries::Queries;

/// Names are looked up by one word and filtered by the others, so more rows are read than shown.
const NAMES: usize = 500;

/// Search results, without duplicates, most specific matches first.
#[derive(Debug, Default)]
pub(in crate::queries) struct Found {
    /// The records, with their customers.
    pub hits: Vec<SearchHit>,
    /// The customer with this id.
    customer: Option<CustomerId>,
    /// Whether more matches exist than were read.
    pub more: bool,
    seen: HashSet<RecordKey>,
    /// Maximum number of matches to read for each interpretation.
    size: usize,
}

impl Found {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.customer.is_none()
    }

    /// The customers found by id or by their requesters, contacts and sign-ins, without duplicates.
    pub fn customers(&self) -> Vec<CustomerId> {
        self.owners_of(|hit| hit.key.kind != Kind::Asset)
    }

    /// As `customers`, and the customers whose devices were found.
    pub fn customers_and_holders(&self) -> Vec<CustomerId> {
        self.owners_of(|_| true)
    }

    fn owners_of(&self, counts: impl Fn(&SearchHit) -> bool) -> Vec<CustomerId> {
        let mut ids: Vec<CustomerId> = self.customer.into_iter().collect();
        for id in self.hits.iter().filter(|hit| counts(hit)).filter_map(|hit| hit.customer_id) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    fn add(&mut self, hits: impl IntoIterator<Item = SearchHit>) {
        for hit in hits {
            if self.seen.insert(hit.key.clone()) {
                self.hits.push(hit);
            }
        }
    }

    /// Finds records by the prefix of a value.
    async fn by(&mut self, store: &Reads, handle: HandleKind, prefix: &str) -> Result<(), StoreError> {
        let hits = store.search(handle, prefix, self.size + 1).await?;
        self.more |= hits.len() > self.size;
        self.add(hits);
        Ok(())
    }
}

impl Queries<'_> {
    /// Finds everything that matches `query`, under every interpretation.
    pub(in crate::queries) async fn find(&self, store: &Reads, query: &str, size: usize) -> Result<Found, StoreError> {
        let mut found = Found { size, ..Found::default() };
        if query.is_empty() {
            return Ok(found);
        }
        let address = searched::address(query);
        let query = address.as_deref().unwrap_or(query);
        let one_word = !query.contains(char::is_whitespace);
        if one_word {
            found.customer = query.parse().ok();
            for key in self.keys(query) {
                found.add(store.search_by_id(&store.standing(&key).await?).await?);
            }
            let address = normalise::email(query).unwrap_or_else(|| searchable(query).to_lowercase());
            find_address(&mut found, store, &address).await?;
        }
        // An e-mail address is not looked up as a number, even if it contains digits.
        if !query.contains('@') && plain_digits(&as_seen(query)).contains(|c: char| c.is_ascii_digit()) {
            find_number(&mut found, store, query, self.hub.config.locale.country).await?;
        }
        if !query.contains('@') {
            find_name(&mut found, store, query).await?;
        }
        Ok(found)
    }

    /// The record keys with this id, in every system. `system:kind:id` gives one key.
    fn keys(self, id: &str) -> Vec<RecordKey> {
        let hub = self.hub;
        let kinds = [Kind::Requester, Kind::Contact, Kind::Asset].into_iter();
        let mut keys: Vec<RecordKey> =
            kinds.filter_map(|kind| Some(RecordKey::new(hub.system_of(kind)?, kind, id))).collect();
        let marketplaces = hub.config.marketplaces.iter();
        keys.extend(marketplaces.map(|marketplace| RecordKey::new(&marketplace.name, Kind::Account, id)));
        keys.extend(hub.providers.iter().map(|provider| RecordKey::new(provider.name(), Kind::User, id)));
        keys.extend(id.parse().ok());
        keys
    }
}

async fn find_number(
    found: &mut Found,
    store: &Reads,
    query: &str,
    country: Option<Country>,
) -> Result<(), StoreError> {
    let number = searched::phone(query);
    if !number.contains(char::is_alphabetic) {
        for spelling in phone::spellings(&number, country) {
            found.by(store, HandleKind::Phone, &spelling).await?;
        }
    }
    if let Some(serial) = normalise::serial(query) {
        found.by(store, HandleKind::Serial, &serial).await?;
        found.by(store, HandleKind::Tag, &serial).await?;
    }
    Ok(())
}

/// Finds records with exactly this address, else records with addresses that begin with it.
async fn find_address(found: &mut Found, store: &Reads, address: &str) -> Result<(), StoreError> {
    let before = found.hits.len();
    found.by(store, HandleKind::PrimaryEmail, address).await?;
    found.by(store, HandleKind::Email, address).await?;
    let exact = |hit: &SearchHit| {
        let mut handles = hit.attributes.handles().into_iter();
        handles.any(|handle| {
            matches!(handle.kind, HandleKind::PrimaryEmail | HandleKind::Email) && handle.value == address
        })
    };
    if found.hits[before..].iter().any(exact) {
        let mut place = 0;
        found.hits.retain(|hit| {
            place += 1;
            place <= before || exact(hit)
        });
        found.more = false;
    }
    Ok(())
}

/// Each word must be the prefix of a word of the name. The longest word is the most selective, so it is looked up, and
/// the others filter.
async fn find_name(found: &mut Found, store: &Reads, query: &str) -> Result<(), StoreError> {
    let wanted: Vec<String> = words(query).collect();
    let Some(longest) = wanted.iter().max_by_key(|word| word.chars().count()) else { return Ok(()) };
    let hits = store.search(HandleKind::Name, longest, NAMES).await?;
    found.more |= hits.len() >= NAMES;
    found.add(hits.into_iter().filter(|hit| is_called(&hit.attributes, &wanted)));
    Ok(())
}

fn is_called(attributes: &Attributes, wanted: &[String]) -> bool {
    let has: Vec<String> = words(attributes.title()).collect();
    wanted.iter().all(|wanted| has.iter().any(|word| word.starts_with(wanted.as_str())))
}

#[cfg(test)]
mod tests {
    use tessera_core::kernel::record::Requester;

    use super::*;

    #[test]
    fn every_word_begins_a_word_of_the_name() {
        let named = |name: &str| Attributes::Requester(Requester { name: name.to_owned(), ..Requester::default() });
        let called = |name: &str, query: &str| is_called(&named(name), &words(query).collect::<Vec<_>>());
        assert!(called("Jo-Ann van Meyer", "meyer jo"));
        assert!(called("Åsa Öberg", "öb Å"));
        assert!(!called("Jo Meyer", "jo smith"));
        assert!(!called("Jo Meyer", "eyer"), "from the beginning of a word");
    }
}
