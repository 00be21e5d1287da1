//! Tests of tickets in the service desk (`P09`).

use serde_json::{Value, json};
use tessera_connect::freshservice::{Config, Freshservice, NotesBy};
use tessera_hub::ports::{ConnectError, NewNote, NewTicket, Priority};

use crate::stand_in::{Reply, StandIn, start, virtual_time};

const NOW: Priority = Priority::Interactive;

fn connector(desk: &StandIn) -> Freshservice {
    let (_, environment) = virtual_time();
    let config = Config::new("freshservice", desk.url.clone(), "key".to_owned().into(), "Inverter Bundle");
    Freshservice::new(config, environment).unwrap()
}

/// The body of the last request that has one.
fn body(desk: &StandIn) -> Value {
    let last = desk.seen().into_iter().rfind(|seen| !seen.body.is_empty());
    serde_json::from_str(&last.unwrap().body).unwrap()
}

#[tokio::test]
async fn p09_a_ticket_is_created_with_the_requester_id_and_no_email_address() {
    let desk = StandIn::start(|_| Reply { status: 201, ..Reply::json(&json!({ "ticket": { "id": 264 } })) }).await;
    let new = NewTicket { requester_id: "777", subject: "No sun", description: "<p>Dark</p>", asset: Some("4") };
    assert_eq!(connector(&desk).create_ticket(&new, NOW).await.unwrap(), "264");
    let sent = body(&desk);
    assert_eq!((&sent["requester_id"], &sent["assets"]), (&json!(777), &json!([{ "display_id": 4 }])));
    assert_eq!((&sent["status"], &sent["source"]), (&json!(2), &json!(2)));
    assert_eq!(sent.get("email"), None, "an address that nobody has would make a requester");
    let without = NewTicket { asset: None, ..new };
    connector(&desk).create_ticket(&without, NOW).await.unwrap();
    assert_eq!(body(&desk).get("assets"), None);
}

#[tokio::test]
async fn h04_a_write_with_a_lost_response_is_not_retried() {
    let desk = StandIn::start(|_| Reply::status(502)).await;
    let new = NewTicket { requester_id: "777", subject: "s", description: "d", asset: None };
    let lost = connector(&desk).create_ticket(&new, NOW).await.unwrap_err();
    assert!(matches!(lost, ConnectError::Unavailable { .. }), "{lost}");
    let note = NewNote { ticket_id: "264", requester_id: Some("777"), body: "b" };
    connector(&desk).add_note(&note, NOW).await.unwrap_err();
    assert_eq!((desk.count("/api/v2/tickets"), desk.count("/api/v2/tickets/264/notes")), (1, 1));
}

#[tokio::test]
async fn p09_a_ticket_is_read_with_its_assets_and_any_status() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/tickets/264" => Reply::json(&json!({ "ticket": { "id": 264, "subject": "No sun", "status": 17,
            "requester_id": 777, "description": "<p>It is<br>dark</p>", "description_text": null, "deleted": false, "spam": false,
            "assets": [{ "id": 9, "display_id": 4, "ci_type_id": 20 }],
            "created_at": "2026-02-01T08:00:00Z", "updated_at": "2026-02-02T10:00:00+02:00" } })),
        "/api/v2/tickets/265" => Reply::json(&json!({ "ticket": { "id": 266, "status": 2 } })),
        _ => Reply::status(404),
    })
    .await;
    let desk_client = connector(&desk);
    let ticket = desk_client.ticket("264", NOW).await.unwrap().unwrap();
    assert_eq!((ticket.status, ticket.description.as_str()), (17, "It is\ndark"));
    assert_eq!((ticket.assets, ticket.requester_id.as_deref()), (vec!["4".to_owned()], Some("777")));
    assert_eq!(ticket.updated_at, "2026-02-02T08:00:00Z".parse().ok());
    assert_eq!(desk.seen()[0].param("include").as_deref(), Some("assets"));
    assert_eq!(desk_client.ticket("1", NOW).await, Ok(None));
    assert_eq!(desk_client.ticket("../requesters/1", NOW).await, Ok(None));
    let other = desk_client.ticket("265", NOW).await.unwrap_err();
    assert!(matches!(other, ConnectError::Unexpected { .. }), "{other}");
}

#[tokio::test]
async fn h06_changed_tickets_are_listed_in_pages_since_any_time() {
    let desk = StandIn::start(|seen| {
        let row = |id: u32| json!({ "id": id, "status": 2, "requester_id": 777 });
        match seen.page() {
            1 => Reply::json(&json!({ "tickets": [row(1), row(2)] })).linked(),
            _ => Reply::json(&json!({ "tickets": [row(3)] })),
        }
    })
    .await;
    let desk_client = connector(&desk);
    let (first, more) = desk_client.tickets_changed(start(), 1, NOW).await.unwrap();
    assert_eq!((first.len(), more), (2, true));
    let seen = &desk.seen()[0];
    assert_eq!(seen.param("updated_since").as_deref(), Some("2026-03-01T12:00:00Z"), "without it, only 30 days");
    assert_eq!(seen.param("order_type").as_deref(), Some("asc"), "what is new comes after what was read");
    assert_eq!(desk_client.tickets_of("777", start(), NOW).await.unwrap().len(), 3);
    assert_eq!(desk.seen()[1].param("requester_id").as_deref(), Some("777"));
    assert_eq!(desk_client.tickets_of("778", start(), NOW).await.unwrap(), [], "another's tickets are not taken over");
}

#[tokio::test]
async fn p09_conversations_are_read_with_their_visibility() {
    let desk = StandIn::start(|_| {
        Reply::json(&json!({ "conversations": [
            { "id": 1, "user_id": 777, "private": false, "body_text": "Still dark", "created_at": "2026-02-01T08:00:00Z" },
            { "id": 2, "user_id": 5, "private": true, "body_text": "Difficult customer" },
            { "id": 3, "user_id": 5, "body": "<p>No word about who may read it</p>",
                "attachments": [{ "id": 1, "name": "photo.jpg", "attachment_url": "https://files.example.com/1" }] },
        ] }))
    })
    .await;
    let said = connector(&desk).notes_of_ticket("264", NOW).await.unwrap();
    assert_eq!(said.iter().map(|said| said.private).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(
        (said[2].text.as_str(), &said[2].files),
        ("No word about who may read it", &vec!["photo.jpg".to_owned()])
    );
}

#[tokio::test]
async fn p09_a_note_is_added_publicly_as_the_requester_without_email() {
    let desk = StandIn::start(|seen| match seen.path.as_str() {
        "/api/v2/tickets/264/notes" => Reply { status: 201, ..Reply::json(&json!({ "conversation": { "id": 9 } })) },
        "/api/v2/requesters" => Reply::json(&json!({ "requesters": [] })),
        _ => Reply::status(404),
    })
    .await;
    let note = NewNote { ticket_id: "264", requester_id: Some("777"), body: "<p>Still dark</p>" };
    assert_eq!(connector(&desk).add_note(&note, NOW).await.unwrap().as_deref(), Some("9"));
    let sent = json!({ "body": "<p>Still dark</p>", "private": false, "incoming": true, "user_id": 777 });
    assert_eq!(body(&desk), sent);
    let (_, environment) = virtual_time();
    let mut config = Config::new("freshservice", desk.url.clone(), "key".to_owned().into(), "Inverter Bundle");
    config.notes_by = NotesBy::Agent;
    Freshservice::new(config, environment).unwrap().add_note(&note, NOW).await.unwrap();
    assert_eq!(body(&desk), json!({ "body": "<p>Still dark</p>", "private": false }), "an account that insists");
    let gone = NewNote { ticket_id: "1", ..note };
    assert_eq!(connector(&desk).add_note(&gone, NOW).await.unwrap(), None);
    assert!(!connector(&desk).set_ticket_status("1", 5, NOW).await.unwrap());
    assert_eq!(body(&desk), json!({ "status": 5 }));
}
