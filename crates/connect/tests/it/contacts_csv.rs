//! Tests of the CSV file of contacts, including malformed files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tempfile::TempDir;
use tessera_connect::contacts_csv::{Columns, Config, ContactsCsv};
use tessera_connect::feed::Location;
use tessera_core::kernel::clock::ManualClock;
use tessera_core::kernel::record::{Attributes, Contact, Observation};
use tessera_hub::ports::{Condition, ConnectError, Crm as _, Finding, Verdict};

use crate::stand_in::{Reply, StandIn, virtual_time};

/// A file with the client that reads it.
struct Export {
    crm: ContactsCsv,
    path: PathBuf,
    clock: Arc<ManualClock>,
    _folder: TempDir,
}

impl Export {
    fn of(content: impl AsRef<[u8]>) -> Self {
        Self::configured(content, |_| {})
    }

    fn configured(content: impl AsRef<[u8]>, configure: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contacts.csv");
        std::fs::write(&path, content).unwrap();
        let mut config = Config::new("contacts", Location::File(path.clone()));
        configure(&mut config);
        let (clock, environment) = virtual_time();
        Self { crm: ContactsCsv::new(config, environment).unwrap(), path, clock, _folder: folder }
    }

    /// Replaces the file's content atomically.
    fn replace(&self, content: impl AsRef<[u8]>) {
        let next = self.path.with_extension("next");
        std::fs::write(&next, content).unwrap();
        std::fs::rename(next, &self.path).unwrap();
    }

    async fn contact(&self, id: &str) -> Contact {
        contact(&self.crm.contact(id).await.unwrap().unwrap()).clone()
    }

    async fn listed(&self) -> Vec<String> {
        let page = self.crm.contacts_page(1).await.unwrap();
        page.items.into_iter().map(|seen| seen.key.external_id).collect()
    }

    /// The error for the file.
    async fn refused(&self) -> String {
        match self.crm.contacts_page(1).await {
            Err(ConnectError::Unexpected { found, .. }) => found,
            other => panic!("{other:?}"),
        }
    }

    /// The doctor's finding about the content.
    async fn checked(&self) -> Finding {
        self.crm.check().await.into_iter().find(|finding| finding.check == "list_contacts").unwrap()
    }
}

fn contact(seen: &Observation) -> &Contact {
    let Attributes::Contact(contact) = &seen.attributes else { panic!("{seen:?}") };
    contact
}

/// Asserts that the outcome is an error, not a deleted contact.
fn assert_in_doubt(outcome: Result<Option<Observation>, ConnectError>, why: &str) {
    let Err(ConnectError::Unavailable { reason, .. }) = &outcome else { panic!("{outcome:?}") };
    assert!(reason.contains(why), "{reason}");
}

fn many(count: usize) -> String {
    format!("id,email\n{}", (0..count).map(|n| format!("{n},c{n}@example.com\n")).collect::<String>())
}

fn set_written(path: &Path, at: jiff::Timestamp) {
    std::fs::File::options().write(true).open(path).unwrap().set_modified(at.into()).unwrap();
}

#[tokio::test]
async fn a02_a_time_without_an_offset_is_one_of_the_installations_zone() {
    let berlin = |config: &mut Config| config.time_zone = TimeZone::get("Europe/Berlin").unwrap();
    let text = "id,email,updated_at\n\
                1,a@example.com,2026-02-01 10:00:00\n\
                2,b@example.com,2026-07-01T10:00:00\n\
                3,c@example.com,2026-07-01T10:00:00Z\n\
                4,d@example.com,2026-03-29 02:30:00\n\
                5,e@example.com,2026-10-25 02:30:00\n";
    let export = Export::configured(text, berlin);
    let times = [
        ("1", "2026-02-01T09:00:00Z"),
        ("2", "2026-07-01T08:00:00Z"),
        ("3", "2026-07-01T10:00:00Z"),
        // This hour does not exist: the clock goes forward. The other one exists twice, and the first one counts.
        ("4", "2026-03-29T01:30:00Z"),
        ("5", "2026-10-25T00:30:00Z"),
    ];
    for (id, time) in times {
        let contact = export.crm.contact(id).await.unwrap().unwrap();
        assert_eq!(contact.updated_at, time.parse().ok(), "{id}");
    }
}

#[tokio::test]
async fn a_file_with_quotes_line_breaks_and_a_byte_order_mark_is_parsed() {
    let text = "\u{feff}ID;E-mail;First name;Last name;Others;Stage;Changed\r\n\
                K-1;Ada@Example.com;Ada;\"Example; \"\"née\"\" Müller\";a@example.org, b@example.org;Customer;2026-02-01 10:00:00\r\n\
                \r\n\
                K-2;ben@example.com;\"Ben\r\nthe second\";;;;2026-02-01T10:00:00+02:00\r\n\
                ;;;;;;\r\n";
    let name = |name: &str| Some(name.to_owned());
    let export = Export::configured(text, |config| {
        config.delimiter = Some(b';');
        config.columns = Columns {
            email: name("e-mail"),
            first_name: name("first name"),
            last_name: name("Last name"),
            other_emails: name("Others"),
            lifecycle_stage: name("Stage"),
            updated_at: name("Changed"),
            ..Columns::default()
        };
    });
    let ada = export.crm.contact("K-1").await.unwrap().unwrap();
    assert_eq!(contact(&ada).name, "Ada Example; \"née\" Müller");
    assert_eq!(contact(&ada).primary_email.as_deref(), Some("Ada@Example.com"));
    assert_eq!(contact(&ada).other_emails, ["a@example.org", "b@example.org"]);
    assert_eq!(contact(&ada).lifecycle_stage.as_deref(), Some("Customer"));
    assert_eq!(ada.updated_at, "2026-02-01T10:00:00Z".parse().ok());
    assert_eq!(ada.raw["E-mail"], "Ada@Example.com", "the file's own words are kept");
    let ben = export.crm.contact("K-2").await.unwrap().unwrap();
    assert_eq!(
        (contact(&ben).name.as_str(), ben.updated_at),
        ("Ben\r\nthe second", "2026-02-01T08:00:00Z".parse().ok())
    );
    assert_eq!(export.listed().await, ["K-1", "K-2"]);
    assert_eq!(export.checked().await.verdict, Verdict::Ok, "blank lines and empty cells are no contacts");
}

#[tokio::test]
async fn a_name_is_read_from_the_first_filled_columns() {
    let export = Export::of(
        "id,email,display_name,first_name,last_name,company,phone,mobile\n\
         1,a@example.com,Ada E.,Ada,Example,Sunfield,1,2\n2,b@example.com,,Ben,,Sunfield,,\n3,c@example.com,,,,Sunfield,,\n",
    );
    for (id, name) in [("1", "Ada E."), ("2", "Ben"), ("3", "Sunfield")] {
        assert_eq!(export.contact(id).await.name, name);
    }
    let ada = export.contact("1").await;
    assert_eq!((ada.work_phone.as_deref(), ada.mobile_phone.as_deref()), (Some("1"), Some("2")));
}

#[tokio::test]
async fn an_invalid_line_is_reported_and_affects_no_other_contact() {
    let export =
        Export::of(b"id,email,name\r\n1,a@example.com,Ada\r\n2,b@example.com,M\xFCller\r\n3,c@example.com,Cleo\r\n");
    assert_eq!(export.listed().await, ["1", "3"]);
    let finding = export.checked().await;
    assert_eq!(finding.verdict, Verdict::Warn);
    assert_eq!(finding.detail, "2 contacts. 1 line cannot be read: line 3: “name” is no UTF-8 text.");
    assert!(finding.remedy.unwrap().contains("UTF-8"));
    assert_in_doubt(export.crm.contact("2").await, "line 3: “name” is no UTF-8 text");
    assert_eq!(export.crm.contact("4").await, Ok(None), "that line is another contact's");
    export.replace("id,email,name\n1,a@example.com,Ada\n2,b@example.com,Ben\n3,c@example.com,Cleo\n");
    assert_eq!(export.contact("2").await.primary_email.as_deref(), Some("b@example.com"));
    assert_eq!(export.checked().await.verdict, Verdict::Ok);
}

#[tokio::test]
async fn no_contact_counts_as_missing_when_a_line_has_no_readable_id() {
    for (line, why) in [
        ("2,b@example.com", "line 3: it has 2 fields, the first row names 3"),
        (",b@example.com,Ben", "line 3: “id” must be"),
        ("a/b,b@example.com,Ben", "line 3: “id” must be"),
    ] {
        let export = Export::of(format!("id,email,name\n1,a@example.com,Ada\n{line}\n3,c@example.com,Cleo\n"));
        assert_eq!(export.listed().await, ["1", "3"], "{line}");
        assert_in_doubt(export.crm.contact("4").await, why);
        assert_eq!(export.crm.contact("..").await, Ok(None), "no id at all");
        assert!(export.checked().await.detail.contains(why), "{line}");
    }
}

#[tokio::test]
async fn a_duplicate_id_matches_no_contact() {
    let export = Export::of("id,email\n1,a@example.com\n2,b@example.com\n1,c@example.com\n");
    assert_eq!(export.listed().await, ["2"]);
    assert_in_doubt(export.crm.contact("1").await, "line 2: line 4 has the same id 1");
    assert_eq!(export.crm.contacts_by_email("a@example.com").await, Ok(Vec::new()));
    assert!(
        export
            .checked()
            .await
            .detail
            .contains("2 lines cannot be read: line 2: line 4 has the same id 1; line 4: line 2")
    );
    assert_eq!(export.crm.contact("3").await, Ok(None));
}

#[tokio::test]
async fn an_address_matches_every_contact_that_has_it() {
    let export = Export::of(
        "id,email,other_emails\n1,Shared@example.com,\n2,shared@EXAMPLE.com,\n3,c@example.com,a@example.com; shared@example.com\n",
    );
    let ids = |found: Vec<Observation>| found.into_iter().map(|seen| seen.key.external_id).collect::<Vec<_>>();
    assert_eq!(ids(export.crm.contacts_by_email("shared@example.com").await.unwrap()), ["1", "2"]);
    assert_eq!(ids(export.crm.contacts_with_email(" SHARED@example.com").await.unwrap()), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_file_that_is_not_a_table_of_contacts_is_rejected() {
    for (content, why) in [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        ("number,email\n1,a@example.com\n", "names no column “id”"),
        ("id,name\n1,Ada\n", "names no column “email”"),
        ("id,email,EMAIL\n1,a@example.com,a@example.com\n", "names two columns “email”"),
        ("id,email,name\n1,a@example.com,Ada\n2,b@exam", "it breaks off in line 3"),
        (
            "id,email,name\n1,a@example.com,Ada\n2,b@example.com,\"Ben\n3,c@example.com,Cleo\n",
            "quoted text that begins in line 3",
        ),
    ] {
        let export = Export::of(content);
        let found = export.refused().await;
        assert!(found.contains(why), "{content}: {found}");
        let finding = export.checked().await;
        assert_eq!((finding.verdict, finding.remedy.is_some()), (Verdict::Fail, true), "{content}");
    }
    assert_eq!(Export::of(b"id,email,l\xE4nge\n").refused().await, "its first row is no UTF-8 text");
}

#[tokio::test]
async fn a_file_is_read_with_every_usual_delimiter_and_in_utf_16() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = "\u{feff}id,email,\"other, (more)\"\r\n1,zoë@example.com,\r\n".replacen(',', delimiter, 2);
        let text = text.replace("1,", &format!("1{delimiter}")).replace("com,", &format!("com{delimiter}"));
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [text.clone().into_bytes(), utf16] {
            let export = Export::of(bytes);
            assert_eq!(export.contact("1").await.primary_email.as_deref(), Some("zoë@example.com"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_file_without_a_configured_column_is_rejected() {
    let mobile = |config: &mut Config| config.columns.mobile = Some("Mobile".to_owned());
    let export = Export::configured("id,email,mobile\n1,a@example.com,0163\n", mobile);
    assert_eq!(export.contact("1").await.mobile_phone.as_deref(), Some("0163"), "in any letter case");
    export.replace("id,email\n1,a@example.com\n");
    assert!(export.refused().await.contains("names no column “Mobile”"));
    assert!(matches!(export.crm.contact("1").await, Err(ConnectError::Unexpected { .. })), "nobody has lost a number");
}

#[tokio::test]
async fn a_truncated_file_removes_no_contact() {
    let export = Export::of(many(100));
    assert_eq!(export.crm.contact("100").await, Ok(None), "a whole file is believed");
    export.replace(many(49));
    assert_eq!(export.contact("7").await.primary_email.as_deref(), Some("c7@example.com"), "who is there is there");
    assert_in_doubt(export.crm.contact("99").await, "holds 49 contacts, and held 100 before");
    let finding = export.checked().await;
    assert!(finding.verdict == Verdict::Warn && finding.detail.contains("held 100 before"), "{finding:?}");
    export.replace("id,email\n");
    assert_in_doubt(export.crm.contact("99").await, "holds 0 contacts");
    export.replace(many(90));
    assert_eq!(export.crm.contact("99").await, Ok(None));

    let empty = Export::of("id,email\n");
    assert_in_doubt(empty.crm.contact("99").await, "the file holds no contacts");
    let no_end = Export::of("id,email\n1,a@example.com\n2,b@exam");
    assert_eq!(no_end.listed().await, ["1", "2"], "this may be all of it");
    assert_in_doubt(no_end.crm.contact("3").await, "its last line has no end");
}

#[tokio::test]
async fn a_file_is_reread_only_after_a_change() {
    let export = Export::of(many(3));
    assert_eq!(export.listed().await.len(), 3);
    // Any reading now would notice the change.
    let written = std::fs::metadata(&export.path).unwrap().modified().unwrap();
    std::fs::write(&export.path, many(3).replace("c1@", "x1@")).unwrap();
    std::fs::File::options().write(true).open(&export.path).unwrap().set_modified(written).unwrap();
    assert_eq!(export.contact("1").await.primary_email.as_deref(), Some("c1@example.com"), "same length, same time");
    set_written(&export.path, "2026-02-28T12:00:00Z".parse().unwrap());
    assert_eq!(export.contact("1").await.primary_email.as_deref(), Some("x1@example.com"));
    export.clock.advance(SignedDuration::from_secs(5));
    let seen = export.crm.contact("1").await.unwrap().unwrap();
    assert_eq!(seen.read_at, crate::stand_in::after(5), "it is still so");

    std::fs::remove_file(&export.path).unwrap();
    let gone = export.crm.contact("1").await.unwrap_err();
    assert!(gone.is_temporary() && gone.to_string().contains("cannot be read"), "{gone}");
    assert!(matches!(export.crm.health().condition, Condition::Open { .. }));
    export.replace(many(4));
    assert_eq!(export.listed().await.len(), 4);
    assert_eq!(export.crm.health().condition, Condition::Healthy);
}

#[tokio::test]
async fn a_list_continues_when_the_file_is_replaced_between_two_pages() {
    let export = Export::of(many(450));
    let first = export.crm.contacts_page(1).await.unwrap();
    assert_eq!((first.items.len(), first.next, first.total), (200, true, Some(450)));
    export.replace(many(300));
    let second = export.crm.contacts_page(2).await.unwrap();
    assert_eq!((second.items.len(), second.next, second.total), (100, false, Some(300)));
    assert!(!export.crm.contacts_page(9).await.unwrap().next, "beyond its end");
}

#[tokio::test]
async fn a_file_with_more_than_100_000_contacts_or_64_mib_is_rejected() {
    let export = Export::of(many(100_000));
    assert_eq!(export.crm.contacts_page(1).await.unwrap().total, Some(100_000));
    assert_eq!(export.contact("99999").await.primary_email.as_deref(), Some("c99999@example.com"));
    export.replace(many(100_001));
    assert!(export.refused().await.contains("more than 100000 contacts"));
    assert!(matches!(export.crm.contact("0").await, Err(ConnectError::Unexpected { .. })));
    let long = std::fs::File::options().write(true).open(&export.path).unwrap();
    long.set_len((64 << 20) + 1).unwrap();
    assert_eq!(export.refused().await, "it is longer than 64 MiB");
}

#[tokio::test]
async fn a_url_is_fetched_once_a_minute_and_again_for_each_list() {
    let server = StandIn::start(|_| Reply { body: many(3), ..Reply::status(200) }.with("etag", "\"v1\"")).await;
    let url = server.url.join("/contacts.csv?token=secret").unwrap();
    let (clock, environment) = virtual_time();
    let location = Location::Http(url, Some("Bearer key".to_owned().into()));
    let crm = ContactsCsv::new(Config::new("contacts", location), environment).unwrap();
    for id in ["0", "1", "2"] {
        assert!(crm.contact(id).await.unwrap().is_some());
    }
    assert_eq!(server.seen().len(), 1);
    assert_eq!(server.seen()[0].authorization, "Bearer key");
    clock.advance(SignedDuration::from_secs(30));
    let page = crm.contacts_page(1).await.unwrap();
    assert_eq!((server.seen().len(), page.items[0].read_at), (2, crate::stand_in::after(30)));
    clock.advance(SignedDuration::from_secs(59));
    assert_eq!(crm.contact("0").await.unwrap().unwrap().read_at, crate::stand_in::after(30), "when it was asked");
    clock.advance(SignedDuration::from_secs(1));
    assert!(crm.contact("0").await.unwrap().is_some());
    assert_eq!((server.seen().len(), crm.health().calls), (3, 3));
    assert!(!crm.address().as_str().contains("secret"), "{}", crm.address());
}

#[tokio::test]
async fn a_failing_url_is_not_fetched_for_a_minute_and_404_is_a_failure() {
    let server = StandIn::start(|_| Reply::status(503)).await;
    let (clock, environment) = virtual_time();
    let crm = ContactsCsv::new(Config::new("contacts", Location::Http(server.url.clone(), None)), environment).unwrap();
    for _ in 0..3 {
        assert!(crm.contact("1").await.unwrap_err().is_temporary());
    }
    assert_eq!(server.seen().len(), 1);
    assert!(matches!(crm.health().condition, Condition::Open { .. }));
    clock.advance(SignedDuration::from_mins(1));
    assert!(crm.contact("1").await.is_err());
    assert_eq!(server.seen().len(), 2);

    let wrong = StandIn::start(|_| Reply::status(404)).await;
    let config = Config::new("contacts", Location::Http(wrong.url.clone(), None));
    let crm = ContactsCsv::new(config, virtual_time().1).unwrap();
    assert!(matches!(crm.contact("1").await, Err(ConnectError::Unexpected { .. })));
}

#[tokio::test]
async fn the_doctor_reports_the_age_of_the_file() {
    let export = Export::configured(many(1), |config| config.max_age = Some(SignedDuration::from_hours(26)));
    let age = async || export.crm.check().await.into_iter().find(|finding| finding.check == "address").unwrap();
    set_written(&export.path, "2026-03-01T09:00:00Z".parse().unwrap());
    let young = age().await;
    assert!(young.verdict == Verdict::Ok && young.detail.contains("written 3 hours ago"), "{young:?}");
    set_written(&export.path, "2026-02-26T09:00:00Z".parse().unwrap());
    let old = age().await;
    assert!(old.verdict == Verdict::Warn && old.detail.contains("written 3 days ago"), "{old:?}");
    assert!(old.remedy.unwrap().contains("max_age_hours"));
    assert_eq!(export.checked().await.detail, "1 contact.");
}

#[tokio::test]
async fn what_programs_write_around_a_table_of_contacts_is_no_part_of_it() {
    for text in [
        "sep=;\r\nid;email;;\r\n1;a@example.com;;\r\n2;b@example.com;;\r\n",
        "\u{feff}sep=,\nid,email\n1,a@example.com,,\n2,b@example.com\n\u{1a}",
        "id,email\r1,a@example.com\r2,b@example.com\r\u{1a}",
    ] {
        let export = Export::of(text);
        assert_eq!(export.listed().await, ["1", "2"], "{text:?}");
        assert_eq!(export.contact("2").await.primary_email.as_deref(), Some("b@example.com"), "{text:?}");
        assert_eq!(export.checked().await.verdict, Verdict::Ok, "{text:?}");
    }
    let bad = Export::of("sep=;\rid;email\r1;a@example.com\r!;b@example.com\r").checked().await;
    assert!(bad.detail.contains("line 4:"), "{bad:?}");
}

#[tokio::test]
async fn a_time_that_cannot_be_read_is_told() {
    let export = Export::of("id,email,updated_at\n1,a@example.com,never\n2,b@example.com,\n");
    assert_eq!(export.listed().await, ["1", "2"], "the contacts are read");
    let finding = export.checked().await;
    assert_eq!(finding.verdict, Verdict::Warn);
    assert!(finding.detail.contains("line 2: “never” in “updated_at” is no time"), "{finding:?}");
}
