//! The demo world is deterministic, and has every case that the hub must handle.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;

use tessera_sim::world::{Person, World};

const PEOPLE: usize = 300;

fn demo() -> World {
    World::demo(PEOPLE, 7)
}

fn count(world: &World, is: impl Fn(&Person) -> bool) -> usize {
    world.people.iter().filter(|person| is(person)).count()
}

fn assert_unique<T: Hash + Eq + Debug>(values: impl Iterator<Item = T>) {
    let mut seen = HashSet::new();
    for value in values {
        let shown = format!("{value:?}");
        assert!(seen.insert(value), "{shown} is there twice");
    }
}

#[test]
fn is_the_same_for_the_same_seed() {
    assert_eq!(demo(), demo());
    assert_ne!(demo(), World::demo(PEOPLE, 8));
    assert!(World::empty().people.is_empty());
}

#[test]
fn has_every_case_in_about_the_right_share() {
    let world = demo();
    assert_eq!(count(&world, |person| person.email.is_none()), 6);
    assert_eq!(count(&world, |person| person.email.is_some() && person.contact_ids.is_empty()), 15);
    assert_eq!(count(&world, |person| person.contact_ids.len() == 2), 9);
    assert_eq!(count(&world, |person| person.email.is_none() && !person.contact_ids.is_empty()), 0);
    let only_other = count(&world, |person| person.devices.is_empty() && !person.other_assets.is_empty());
    assert!((30..45).contains(&only_other), "{only_other}");
    let nothing = count(&world, |person| person.devices.is_empty() && person.other_assets.is_empty());
    assert!((5..60).contains(&nothing), "{nothing}");
    assert!(count(&world, |person| person.devices.len() == 1) > PEOPLE / 2);
    assert!(count(&world, |person| person.devices.len() > 1) > PEOPLE / 10);
    assert_eq!(world.stock.len(), 10);
}

#[test]
fn assigns_nothing_twice() {
    let world = demo();
    assert_unique(world.people.iter().filter_map(|person| person.email.clone()));
    assert_unique(world.people.iter().map(|person| person.phone.clone()));
    assert_unique(world.people.iter().map(|person| person.requester_id));
    assert_unique(world.people.iter().flat_map(|person| person.contact_ids.clone()));
    assert_unique(world.people.iter().flat_map(|person| &person.devices).chain(&world.stock).cloned());
}

#[test]
fn has_ids_in_the_formats_of_the_outside_systems() {
    let world = demo();
    assert_eq!(world.people[0].requester_id, 21_000_418_006);
    assert!(world.people.is_sorted_by_key(|person| person.requester_id));
    for person in &world.people {
        assert_eq!(person.requester_id.to_string().len(), 11);
        assert!(person.contact_ids.iter().all(|id| id.to_string().starts_with("310")));
    }
}

#[test]
fn is_recognisably_fictional() {
    for person in demo().people {
        if let Some(email) = person.email {
            let (mailbox, domain) = email.split_once('@').expect("an address");
            assert!(["example.com", "example.org", "example.net"].contains(&domain), "{email}");
            assert!(
                mailbox.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.' || letter == '+'),
                "{email}"
            );
        }
        let reserved = ["555-01", "7700 900", "39 98 00", "174 06"];
        assert!(reserved.iter().any(|range| person.phone.contains(range)), "{}", person.phone);
        assert_eq!(person.address.matches(", ").count(), 2, "{}", person.address);
    }
}

#[test]
fn has_twelve_known_users_who_exist_once_in_every_system() {
    let world = demo();
    assert_eq!(world.known_users().count(), 12);
    for (person, email, password) in world.known_users() {
        assert_eq!(person.contact_ids.len(), 1);
        assert!(email.contains('@') && password.len() >= 12, "{password}");
        assert!(person.full_name().contains(' '));
    }
    assert!(world.known_users().any(|(person, ..)| person.devices.len() == 1));
}

#[test]
fn has_addresses_whose_plus_clients_must_encode() {
    assert!(demo().people.iter().any(|person| person.email.as_deref().is_some_and(|email| email.contains('+'))));
}
