//! Reading of the tickets that changed in the service desk.

use jiff::SignedDuration;
use testkit::{ADA, EVE, TestHub};

use crate::effects::{dies_when, restart};

/// Adds tickets of a requester who is not linked, and a last one of Ada's.
fn add_tickets(world: &TestHub, count: u64) {
    let now = world.hub.env.now();
    world.desk.change(|desk| {
        let (newest, example) = desk.tickets.iter().next_back().map(|(id, ticket)| (*id, ticket.clone())).unwrap();
        for n in 1..=count {
            let (mut versions, mut ticket) = (example.clone(), example.current().clone());
            ticket.id = newest + n;
            ticket.requester_id = if n == count { ADA } else { EVE }.requester.parse().unwrap();
            ticket.subject = format!("Ticket {n} of {count}");
            (ticket.created_at, ticket.updated_at) = (now, now);
            versions.replace(ticket, now, SignedDuration::ZERO);
            desk.tickets.insert(newest + n, versions);
        }
    });
}

/// How often a page of the list of changed tickets was read.
fn read(world: &TestHub, page: u32) -> usize {
    let requests = world.desk.faults().requests();
    let lists = requests.iter().filter(|seen| seen.path == "/api/v2/tickets" && !seen.query.contains("requester_id"));
    lists.filter(|seen| format!("&{}&", seen.query).contains(&format!("&page={page}&"))).count()
}

/// The subjects of the requests that came from the added tickets.
async fn subjects(world: &TestHub) -> Vec<String> {
    let requests = world.hub.queries().requests_of_all(false, "", None, 10).await.unwrap().requests;
    requests.into_iter().map(|request| request.subject).filter(|subject| subject.starts_with("Ticket")).collect()
}

#[testkit::both_databases]
async fn p09_a_long_list_of_changed_tickets_is_read_to_its_end(world: TestHub) {
    world.activated(ADA).await;
    add_tickets(&world, 1_150);
    world.hub.request_ticket_reading().await.unwrap();
    world.settle().await;
    assert_eq!(subjects(&world).await, ["Ticket 1150 of 1150"]);
    assert_eq!((read(&world, 1), read(&world, 12)), (1, 1));
}

#[testkit::both_databases]
async fn h04_a_reading_of_tickets_goes_on_where_the_hub_died(world: TestHub) {
    world.activated(ADA).await;
    add_tickets(&world, 350);
    world.hub.request_ticket_reading().await.unwrap();
    dies_when(&world, || read(&world, 3) == 1).await;
    restart(&world).await;
    world.settle().await;
    assert_eq!(subjects(&world).await, ["Ticket 350 of 350"]);
    assert_eq!(read(&world, 1), 1);

    // The next reading begins with the first page again.
    world.hub.request_ticket_reading().await.unwrap();
    world.settle().await;
    assert_eq!(read(&world, 1), 2);
}
