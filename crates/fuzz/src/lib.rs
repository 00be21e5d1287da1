//! Every parser of outside input as a function of any bytes: it returns, whatever they are, and keeps what it promises. The targets in
//! `fuzz/` run them under libFuzzer, and the tests of this crate over their corpora.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use tessera_connect::Environment;
use tessera_connect::oidc::Verifier;
use tessera_core::kernel::attachment::File;
use tessera_core::kernel::domain::Domain;
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::phone::{self, Country};
use tessera_core::kernel::{encoding, input, markdown, normalise, printed, searched, unicode};
use tessera_core::marketplace_platform::answer::{VendorAnswer, read_options};
use tessera_core::marketplace_platform::notification::merged;
use tessera_core::marketplace_platform::template_advice::advice;

/// A parser under test.
pub type Target = fn(&[u8]);

/// Every target with its name, which is that of its corpus too.
pub const TARGETS: [(&str, Target); 15] = [
    ("marketplace_body", marketplace_body),
    ("vendor_answer", vendor_answer),
    ("hook_delivery", hook_delivery),
    ("message", message),
    ("invoice_feed", invoice_feed),
    ("contacts_table", contacts_table),
    ("device_load", device_load),
    ("type_fields", type_fields),
    ("token", token),
    ("cursor", cursor),
    ("phone", phone_number),
    ("email", email),
    ("markdown", markdown_text),
    ("merge_fields", merge_fields),
    ("picture", picture),
];

/// The body of a call of a marketplace's platform, by each operation.
pub fn marketplace_body(data: &[u8]) {
    tessera_web::fuzzing::marketplace_body(data);
}

/// The answer of a vendor to the platform.
pub fn vendor_answer(data: &[u8]) {
    if let Ok(answer) = VendorAnswer::read(data) {
        assert!(!answer.message.contains(['\r', '\n']), "a message is one line");
        let _ = answer.exists();
    }
    let _ = read_options(data);
}

/// A delivery of the service desk's webhook: the query in the first line, and the body below it.
pub fn hook_delivery(data: &[u8]) {
    tessera_web::fuzzing::hook_delivery(data);
}

/// The body of a message of a machine, of each type.
pub fn message(data: &[u8]) {
    tessera_web::fuzzing::message(data);
}

/// A feed of invoices, as JSON and as a table.
pub fn invoice_feed(data: &[u8]) {
    tessera_connect::fuzzing::invoice_feed(data, &TimeZone::UTC);
}

/// A file of contacts.
pub fn contacts_table(data: &[u8]) {
    tessera_connect::fuzzing::contacts_table(data);
}

/// A table of many devices, assignments or accounts.
pub fn device_load(data: &[u8]) {
    tessera_hub::fuzzing::table(data);
}

/// The tree of asset types and the `type_fields` of an asset.
pub fn type_fields(data: &[u8]) {
    tessera_connect::fuzzing::type_fields(data);
}

/// Bearer tokens, tokens of links, and stored secrets.
pub fn token(data: &[u8]) {
    static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime without threads and timers can be made")
    });
    static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
        Verifier::new(Vec::new(), Environment::system()).expect("a verifier without issuers needs nothing")
    });
    let text = String::from_utf8_lossy(data);
    assert!(RUNTIME.block_on(VERIFIER.verify(&text)).is_err(), "nobody is trusted");
    tessera_connect::fuzzing::token(&text);
    tessera_hub::fuzzing::token(&text);
    tessera_web::fuzzing::link_token(&text);
}

/// Cursors of lists, and the addresses that proxies report.
pub fn cursor(data: &[u8]) {
    tessera_web::fuzzing::cursor(data);
    tessera_web::fuzzing::forwarded(data);
}

/// Telephone numbers, amounts and numbers that are searched for.
pub fn phone_number(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for country in [None, Country::parse("DE"), Country::parse("US")] {
        let _ = (phone::compared(&text, country), phone::spellings(&text, country));
    }
    let _ = (normalise::phone(&text), input::optional_phone(&text), searched::phone(&text), normalise::serial(&text));
    if let Some(currency) = Currency::parse("EUR")
        && let Ok(money) = Money::parse(&text, ',', currency)
    {
        assert!(money.number().contains('.'), "an amount of euros has cents");
    }
}

/// E-mail addresses, domains, and other texts that people type or other systems send.
pub fn email(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(address) = normalise::email(&text) {
        assert!(!address.contains(char::is_whitespace), "{address:?}");
    }
    if let Some(address) = normalise::deliverable(&text) {
        assert!(!address.contains(['\r', '\n']), "no header can be added: {address:?}");
    }
    let _ = (Domain::parse(&text), Domain::of_email(&text), input::email(&text), searched::address(&text));
    let line = input::line(&text, 100);
    assert!(line.is_err() || line.is_ok_and(|line| !line.contains(['\r', '\n'])));
    let _ = (input::name(&text), input::text(&text, 1000));
    let _ = (unicode::visible(&text), unicode::searchable(&text), unicode::plain_digits(&text));
    assert!(!printed::OneLine(&text).to_string().contains(['\n', '\r', '\u{1b}']), "it cannot control a terminal");
    let _ = (encoding::to_utf8(data, None), encoding::to_utf8(data, Some("utf-16le")), encoding::text(data));
}

/// A text in Markdown, as HTML and as plain text.
pub fn markdown_text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    tessera_web::fuzzing::markdown(&text);
    let _ = markdown::plain(&text);
    assert!(markdown::excerpt(&text, 40).chars().count() <= 41, "an excerpt is short");
}

/// The template of an e-mail with its merge fields.
pub fn merge_fields(data: &[u8]) {
    let template = String::from_utf8_lossy(data);
    let fields = BTreeMap::from([("username".to_owned(), "[#username#]".to_owned())]);
    let _ = merged(&template, &fields);
    let _ = advice(&[&template], &[], &std::collections::BTreeSet::new());
}

/// A file that someone uploads.
pub fn picture(data: &[u8]) {
    if let Ok(file) = File::read("photo.jpg", data.to_vec()) {
        assert!(file.size() > 0, "something is left of it");
        let _ = File::read(&file.name, file.bytes);
    }
}
