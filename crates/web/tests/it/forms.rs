//! Every form of every interface, found by walking the pages, has one effect when it is sent twice, and may be sent again after it
//! was refused (`H04`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header;
use tessera_core::access::licence::LicenceType;
use tessera_core::persons::PersonDraft;
use tessera_hub::Visit;
use testkit::authenticator::Device;
use testkit::passwords::{SECRET, sign_in, with_password};
use testkit::portal::PortalUser;
use testkit::web::{STAFF_LOGIN, STAFF_PASSWORD};
use testkit::{ADA, Browser, CLI, Colleague, TestApp, client, count_rows};
use uuid::Uuid;

use crate::api::device_writes::{id_of, swept};
use crate::marketplace_platform::{RunningVendor, connect, later};
use crate::portal::board;
use crate::storefront::product;
use crate::warehouse::{keeper, place};

/// The number of pages of the same kind that are visited.
const OF_A_KIND: usize = 2;

/// Tables that say nothing about effects: sessions, limits, and what was sent.
const TECHNICAL: &[&str] = &[
    "sessions",
    "sign_ins",
    "half_sign_ins",
    "rate_limits",
    "form_posts",
    "failed_logins",
    "seats",
    "passkey_ceremonies",
    "call_spending",
    "call_systems",
];

/// Forms that end the session of the walk or its API key, or need more than a form: a provider, a passkey, a code. Another test sends
/// those of sign-in, passwords and passkeys.
const LEFT_OUT: &[&str] = &[
    "/sign-out",
    "/sign-in",
    "/preview",
    "/sessions/",
    "/confirm",
    "/passkeys",
    "/second-factor",
    "/identities/add",
    "/end-sessions",
    "/password",
    "/console/staff/",
    "/console/api-keys/",
];

/// A form of a page, filled in.
#[derive(Debug, Clone)]
struct Form {
    action: String,
    has_files: bool,
    fields: Vec<(String, String)>,
    /// The names of the fields that a person fills in.
    typed: BTreeSet<String>,
}

impl Form {
    /// The form with nothing filled in.
    fn blank(&self) -> Self {
        let emptied = |(name, value): &(String, String)| {
            (name.clone(), if self.typed.contains(name) { String::new() } else { value.clone() })
        };
        Self { fields: self.fields.iter().map(emptied).collect(), ..self.clone() }
    }

    /// The form of the page when it is opened anew.
    fn of_another_page(&self) -> Self {
        Self { action: self.action.replacen("once=", "once=again-", 1), ..self.clone() }
    }
}

/// The answer to a form, as its sender is told.
struct Told {
    status: u16,
    to: String,
    /// The message for the next page, with its tone.
    message: String,
    page: String,
}

impl Told {
    fn is_refused(&self) -> bool {
        let is_told_on_the_page = self.page.contains("class=\"notice bad\" role=\"alert\"");
        self.status >= 400 || self.message.starts_with('!') || (self.status == 200 && is_told_on_the_page)
    }

    /// Whether it says that the form was carried out before.
    fn is_carried_out_before(&self) -> bool {
        self.message.contains("You sent this form twice") || self.page.contains("processed it when you first sent it")
    }
}

/// The message in the cookie of an answer.
fn message(answer: &reqwest::Response) -> String {
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut found =
        cookies.filter_map(|cookie| cookie.split_once("-flash=")).map(|(_, rest)| rest.split(';').next().unwrap());
    let text = |bytes: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(bytes).ok()?).ok();
    found.find_map(text).unwrap_or_default()
}

/// The value of an attribute of a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split_once('"')?.0)
}

fn plain(text: &str) -> String {
    [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (escaped, character)| text.replace(escaped, character))
}

/// Plausible input for a field.
fn typed(name: &str, kind: &str, number: usize) -> String {
    match (kind, name) {
        ("email", _) | (_, "email") => format!("somebody{number}@example.com"),
        ("number", _) => "1".to_owned(),
        ("tel", _) => "+27 21 555 0100".to_owned(),
        (_, "person_id") => format!("walker-{number}"),
        (_, "name") => format!("Walker {number}"),
        (_, name) if name.starts_with("model") => "Model W".to_owned(),
        (_, name) if name.starts_with("serial") => String::new(),
        _ => format!("Something {number}"),
    }
}

/// The forms of a page that change something.
fn forms(html: &str, number: usize) -> Vec<Form> {
    posted(html).filter(|form| !form.contains("data-passkey")).map(|form| filled(form, number)).collect()
}

/// The forms of a page that are posted, as they are written.
fn posted(html: &str) -> impl Iterator<Item = &str> {
    let parts = html.split("<form ").skip(1).filter_map(|part| part.split_once("</form>").map(|(form, _)| form));
    parts.filter(|form| form.split('>').next().unwrap().contains("method=\"post\""))
}

fn filled(form: &str, number: usize) -> Form {
    let head = form.split('>').next().unwrap();
    let head = format!(" {head}");
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut typed_by_hand = BTreeSet::new();
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = attribute(tag, "name").map(plain) else { continue };
        let is_new = |fields: &[(String, String)]| !fields.iter().any(|(known, _)| *known == name);
        let value = attribute(tag, "value").map(plain);
        if tag.starts_with("input ") {
            let kind = attribute(tag, "type").unwrap_or("text");
            match kind {
                "checkbox" if !tag.ends_with(" checked") && !tag.contains(" checked ") => {}
                "checkbox" => fields.push((name, value.unwrap_or_else(|| "on".to_owned()))),
                "radio" if tag.contains(" checked") || is_new(&fields) => {
                    fields.retain(|(known, _)| *known != name);
                    fields.push((name, value.unwrap_or_default()));
                }
                "file" | "radio" => {}
                "hidden" => fields.push((name, value.unwrap_or_default())),
                kind => {
                    let given = value.filter(|value| !value.is_empty());
                    let value = given.unwrap_or_else(|| typed(&name, kind, number));
                    typed_by_hand.insert(name.clone());
                    fields.push((name, value));
                }
            }
        } else if tag.starts_with("textarea ") {
            let given = if text.trim().is_empty() { typed(&name, "text", number) } else { plain(text) };
            typed_by_hand.insert(name.clone());
            fields.push((name, given));
        } else if tag.starts_with("select ") {
            let options = form.split_once(tag).unwrap().1.split("</select>").next().unwrap();
            let options: Vec<_> =
                options.split("<option").skip(1).map(|option| option.split('>').next().unwrap()).collect();
            let chosen = options.iter().find(|option| option.contains(" selected"));
            let first = options.iter().find(|option| attribute(option, "value").is_some_and(|value| !value.is_empty()));
            let value = chosen.filter(|it| attribute(it, "value").is_some_and(|value| !value.is_empty())).or(first);
            fields.push((name, value.and_then(|option| attribute(option, "value")).map(plain).unwrap_or_default()));
        } else if tag.starts_with("button ") && is_new(&fields) && name != "add" {
            fields.push((name, value.unwrap_or_default()));
        }
    }
    let action = plain(attribute(&head, "action").unwrap_or_default());
    Form { action, has_files: head.contains("multipart"), fields, typed: typed_by_hand }
}

/// A path without what is different in pages of the same kind.
fn shape(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap();
    let part = |part: &str| match part {
        part if part.parse::<Uuid>().is_ok() || part.chars().any(|c| c.is_ascii_digit()) => "*".to_owned(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// How a walk sends the forms that it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// Twice.
    Twice,
    /// With nothing filled in, the same once more if that was refused, then filled in.
    Refused,
}

/// A browser that walks an interface.
struct Walk<'a> {
    app: &'a TestApp,
    cookie: String,
    face: &'static str,
    sending: Sending,
    number: usize,
    /// Forms with an effect.
    effective: BTreeSet<String>,
    /// Forms that were refused on their page, and by a message on the next one.
    refused: [BTreeSet<String>; 2],
    /// Forms that had an effect once more, or had none and were taken for carried out.
    wrong: Vec<String>,
}

impl<'a> Walk<'a> {
    fn of(app: &'a TestApp, cookie: String, face: &'static str) -> Self {
        let (effective, refused) = (BTreeSet::new(), [BTreeSet::new(), BTreeSet::new()]);
        Self { app, cookie, face, sending: Sending::Twice, number: 0, effective, refused, wrong: Vec::new() }
    }

    fn sending(self, sending: Sending) -> Self {
        Self { sending, ..self }
    }

    async fn get(&self, path: &str) -> String {
        let request = client().get(format!("{}{path}", self.app.url)).header(header::COOKIE, &self.cookie);
        let answer = request.send().await.unwrap();
        if answer.status() == 200 {
            String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned()
        } else {
            String::new()
        }
    }

    async fn send(&self, form: &Form) -> (u16, String) {
        let told = self.told(form).await;
        (told.status, told.to)
    }

    async fn told(&self, form: &Form) -> Told {
        let request = client().post(format!("{}{}", self.app.url, form.action)).header(header::COOKIE, &self.cookie);
        let request = if form.has_files {
            let part = |(name, value): &(String, String)| {
                format!("--border\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            let body: String = form.fields.iter().map(part).chain(["--border--\r\n".to_owned()]).collect();
            request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=border").body(body)
        } else {
            request.form(&form.fields)
        };
        let answer = request.send().await.unwrap();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let (status, message) = (answer.status().as_u16(), message(&answer));
        let page = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
        Told { status, to: to.unwrap_or_default(), message, page }
    }

    /// Sends a form, and the same once more if it was refused, which is then carried out as if it were sent for the first time.
    async fn again_if_refused(&mut self, form: &Form, how: &str) -> Told {
        let first = self.told(form).await;
        let name = shape(&form.action);
        if first.is_carried_out_before() {
            self.wrong.push(format!("{name} {how} was carried out before: {} {}", first.status, first.message));
        } else if first.is_refused() {
            let told = &mut self.refused[usize::from(first.message.starts_with('!'))];
            told.insert(name.clone());
            let second = self.told(form).await;
            if second.is_carried_out_before() {
                let (status, message) = (first.status, &first.message);
                self.wrong.push(format!("{name} {how} was refused ({status} {message}), then taken for carried out"));
            }
        }
        first
    }

    /// Has a form refused, then sends it as it should be. One with buttons alone may be refused when it is sent from two pages.
    async fn corrected(&mut self, form: &Form) -> String {
        let told = if form.typed.is_empty() {
            let told = self.again_if_refused(form, "pressed").await;
            self.again_if_refused(&form.of_another_page(), "pressed on another page").await;
            told
        } else {
            let blank = self.again_if_refused(&form.blank(), "with nothing filled in").await;
            // One that was carried out is taken for the same when its content is the same. Files are not compared.
            let is_same = form.has_files || form.blank().fields == form.fields;
            if is_same && !blank.is_refused() { blank } else { self.again_if_refused(form, "filled in").await }
        };
        if told.to.starts_with(self.face) { told.to } else { String::new() }
    }

    async fn rows(&self) -> BTreeMap<String, i64> {
        let mut rows = count_rows(&self.app.database).await;
        rows.retain(|table, _| !TECHNICAL.contains(&table.as_str()));
        rows
    }

    async fn twice(&mut self, form: &Form) -> String {
        let before = self.rows().await;
        let first = self.send(form).await;
        let once = self.rows().await;
        let second = self.send(form).await;
        let twice = self.rows().await;
        let name = shape(&form.action);
        if once != before {
            self.effective.insert(name.clone());
        }
        if twice != once {
            let more: Vec<_> = twice.iter().filter(|(table, rows)| once.get(*table) != Some(rows)).collect();
            self.wrong.push(format!("{name} had an effect twice: {more:?} ({first:?}, then {second:?})"));
        }
        // A sign-in is begun anew each time, and a link that is a secret is not kept.
        let is_kept = first.1.starts_with(self.face) && !name.contains("/sign-in");
        if matches!(first.0, 302 | 303) && !form.has_files && is_kept && first != second {
            self.wrong.push(format!("{name} leads to {first:?}, and the second time to {second:?}"));
        }
        if first.1.starts_with(self.face) { first.1 } else { String::new() }
    }

    /// Sends a form of a page twice, with these fields filled in. Returns the first answer.
    async fn send_twice(&mut self, page: &str, action: &str, typed: &[(&str, &str)]) -> String {
        let html = self.get(page).await;
        let path = |form: &Form| form.action.split('?').next().unwrap().to_owned();
        let mut found: Vec<_> = posted(&html).map(|form| filled(form, 0)).filter(|form| path(form) == action).collect();
        assert!(!found.is_empty(), "{page} has no form {action}: {html}");
        let mut form = found.remove(0);
        for (name, value) in typed {
            form.fields.retain(|(known, _)| known != name);
            form.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let begins_session = action.contains("/sign-in");
        assert_eq!(form.action.contains("once="), !begins_session, "{}", form.action);
        self.twice(&form).await
    }

    /// Visits the pages from here, and sends every form of a new kind twice.
    async fn walk(&mut self, start: &str) {
        let (mut pages, mut kinds, mut sent) =
            (VecDeque::from([start.to_owned()]), BTreeMap::<String, usize>::new(), BTreeSet::new());
        while let Some(page) = pages.pop_front() {
            let of_a_kind = kinds.entry(shape(&page)).or_default();
            *of_a_kind += 1;
            if *of_a_kind > OF_A_KIND {
                continue;
            }
            let html = self.get(&page).await;
            let links = html.split(" href=\"").skip(1).filter_map(|link| link.split('"').next()).map(plain);
            pages.extend(links.filter(|link| link.starts_with(self.face)));
            self.number += 1;
            for form in forms(&html, self.number) {
                let pressed: Vec<_> = form.fields.iter().filter(|(name, _)| name == "act").collect();
                let is_left_out = LEFT_OUT.iter().any(|part| form.action.contains(part));
                if !is_left_out && sent.insert(format!("{} {pressed:?}", shape(&form.action))) {
                    assert!(form.action.contains("once="), "{} has no key", form.action);
                    let to = match self.sending {
                        Sending::Twice => self.twice(&form).await,
                        Sending::Refused => self.corrected(&form).await,
                    };
                    pages.push_back(to);
                }
            }
        }
    }
}

/// Walks the portal, the Warehouse Portal, the console and the storefront.
async fn walk_every_interface(app: &TestApp, sending: Sending) -> [Walk<'_>; 4] {
    let ada = PortalUser::activated(app, ADA).await;
    let everything = |draft: PersonDraft| PersonDraft {
        licence: Some(LicenceType::Studio),
        role_functions: ["PORTALBLOGEDITACCESS", "PORTALCONTACTEDIT"].map(ToOwned::to_owned).to_vec(),
        ..draft
    };
    ada.change(app, everything).await;
    board(app, "Walkers", &[]).await;
    let sign_in = app.store.identities_of_person(ada.person).await.unwrap().remove(0).sign_in;
    let session = app.hub.open_session(&sign_in, &Visit::default()).await.unwrap();
    let cookie = format!("tessera={session}");
    let mut portal = Walk::of(app, cookie, "/portal/customer").sending(sending);
    portal.walk("/portal/customer").await;
    place(app, "Depot").await;
    swept(app).await;
    let kim = keeper(app).await;
    let mut warehouse = Walk::of(app, kim.cookie(), "/portal/warehouse").sending(sending);
    warehouse.walk("/portal/warehouse").await;
    let stock = id_of(app, "HIB-S1").await;
    warehouse.walk(&format!("/portal/warehouse/devices/{stock}/issue?q=ada")).await;
    let agnes = Colleague::signed_in(app).await;
    let mut console = Walk::of(app, agnes.cookie(), "/console").sending(sending);
    console.walk("/console").await;
    console.walk("/console/customers").await;
    console.walk(&format!("/console/customers/{}", ada.customer)).await;
    console.walk(&format!("/console/records/freshservice/requester/{}", testkit::BEN.requester)).await;

    let running = RunningVendor::usual().await;
    let vendor = connect(app, "Example Cloud", &running.url()).await;
    product(app, "Backup", &vendor).await;
    let session = app.hub.open_session(&sign_in, &Visit::default()).await.unwrap();
    let mut shop = Walk::of(app, format!("tessera={session}"), "/shop").sending(sending);
    shop.walk("/shop").await;
    later(app, 30).await;
    [portal, warehouse, console, shop]
}

#[testkit::both_databases]
async fn h04_every_form_that_was_refused_may_be_sent_again_and_is_carried_out_once_it_is_right(app: TestApp) {
    let walks = walk_every_interface(&app, Sending::Refused).await;
    let wrong: Vec<&String> = walks.iter().flat_map(|walk| &walk.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let refused = |how: usize| -> BTreeSet<&String> { walks.iter().flat_map(|walk| &walk.refused[how]).collect() };
    let (on_the_page, by_message) = (refused(0), refused(1));
    for form in ["/portal/customer/returns", "/portal/customer/requests/new", "/console/returns"] {
        assert!(on_the_page.contains(&form.to_owned()), "{form} was refused: {on_the_page:#?}");
    }
    assert!(!by_message.is_empty() && on_the_page.len() > 10, "{on_the_page:#?}, by message: {by_message:#?}");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h04_every_form_has_one_effect_when_it_is_sent_twice(app: TestApp) {
    let [portal, warehouse, console, shop] = walk_every_interface(&app, Sending::Twice).await;
    let wrong = [portal.wrong, warehouse.wrong, console.wrong, shop.wrong].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let faces = [portal.effective, warehouse.effective, console.effective];
    let effective: BTreeSet<_> = faces.into_iter().flatten().collect();
    let expected = [
        "/portal/customer/returns",
        "/portal/customer/requests/new",
        "/portal/customer/forum/topics/*/reply",
        "/portal/warehouse/devices/*/place",
        "/portal/warehouse/devices/*/hand",
        "/console/customers/*/places",
        "/console/returns",
    ];
    for form in expected {
        assert!(effective.contains(form), "{form} was sent, and had an effect: {effective:#?}");
    }
    assert!(effective.len() > 12, "the walk finds the forms: {effective:#?}");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h04_p03_forms_of_sign_in_passwords_and_passkeys_have_one_effect_when_they_are_sent_twice(app: TestApp) {
    const NEW: &str = "another green heron";
    let person = with_password(&app).await;
    app.hub.put_staff(STAFF_LOGIN, "Agnes Example", STAFF_PASSWORD, &CLI).await.unwrap();
    // Sooner after the first link, no other one is sent.
    app.advance(Duration::from_mins(3));
    let portal = "/portal/customer";
    let at = |path: &str| format!("{portal}/{path}");
    let mut stranger = Walk::of(&app, String::new(), "/portal/customer");
    let known = [("login", person.person_id.as_str()), ("password", SECRET)];
    let zoe = [("name", "Zoe Example"), ("email", "zoe@example.net"), ("message", "")];
    stranger.send_twice(&at("register"), &at("register"), &zoe).await;
    stranger.send_twice(&at("forgot"), &at("forgot"), &known[..1]).await;
    stranger.send_twice(&at("sign-in"), &at("sign-in/password"), &known).await;
    stranger.send_twice(&at("sign-in"), &at("sign-in"), &[("provider", "idp")]).await;
    let staff = [("login", STAFF_LOGIN), ("password", STAFF_PASSWORD)];
    stranger.send_twice("/console/sign-in", "/console/sign-in", &staff).await;

    // The links in the e-mails: a password, and a registration.
    app.hub.run_pending().await;
    let links = app.mail.messages().into_iter().filter_map(|mail| {
        let text = mail.text?;
        let link = text.lines().find(|line| line.contains("/password/") || line.contains("/register/"))?;
        Some(link.trim().strip_prefix(&app.url)?.to_owned())
    });
    let links: Vec<String> = links.take(2).collect();
    for kind in ["/password/", "/register/"] {
        let link = links.iter().find(|link| link.contains(kind)).unwrap_or_else(|| panic!("no {kind} in {links:?}"));
        stranger.send_twice(link, link, &[("password", NEW), ("again", NEW)]).await;
    }

    // Signed in: another password, a passkey, recovery codes.
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, NEW).await;
    let mut own = Walk::of(&app, format!("tessera={}", browser.cookie("tessera").unwrap()), "/portal/customer");
    own.send_twice(&at("password"), &at("password"), &[("password", SECRET), ("again", SECRET)]).await;
    let mut device = Device::at(&app.hub.config.public_url.origin().ascii_serialization());
    let asked = browser.post(&format!("{}{}", app.url, at("passkeys/options")), &[]).await;
    let asked: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    let (ceremony, credential) = (asked["ceremony"].as_str().unwrap(), device.create(&asked));
    let signed = [("ceremony", ceremony), ("credential", credential.as_str()), ("name", "Phone")];
    own.send_twice(&at("passkeys"), &at("passkeys"), &signed).await;
    own.send_twice(&at("second-factor"), &at("second-factor/codes"), &[]).await;
    // A challenge that was answered is used up.
    let mut fresh = Browser::new();
    let asked = fresh.post(&format!("{}{}", app.url, at("sign-in/passkey/options")), &[]).await;
    let asked: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
    let (ceremony, credential) = (asked["ceremony"].as_str().unwrap(), device.get(&asked));
    let signed = [("ceremony", ceremony), ("credential", credential.as_str())];
    let cookie = format!("tessera-browser={}", fresh.cookie("tessera-browser").unwrap());
    let mut again = Walk::of(&app, cookie, "/portal/customer");
    again.send_twice(&at("sign-in"), &at("sign-in/passkey"), &signed).await;

    let wrong = [stranger.wrong, own.wrong, again.wrong].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let effective: BTreeSet<_> = stranger.effective.union(&own.effective).cloned().collect();
    for form in ["register", "forgot", "password", "passkeys"] {
        assert!(effective.contains(&at(form)), "{form} was sent, and had an effect: {effective:#?}");
    }
    app.hub.run_pending().await;
}

/// A return by model, which nothing but the form keeps from being opened twice.
const RETURN: [(&str, &str); 5] =
    [("lines", "1"), ("model_1", "Model W"), ("quantity_1", "1"), ("reason_1", "repair"), ("problem_1", "It hums.")];

#[testkit::both_databases]
async fn h04_p09_a_return_by_model_sent_twice_is_opened_once(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let cookie = format!("tessera={}", ada.browser.cookie("tessera").unwrap());
    let send = async |key: &str, problem: &str| {
        let mut fields = RETURN.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        problem.clone_into(&mut fields[4].1);
        let url = format!("{}/portal/customer/returns?once={key}", app.url);
        let answer = client().post(url).header(header::COOKIE, &cookie).form(&fields).send().await.unwrap();
        answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
    };
    let returns = async || count_rows(&app.database).await["returns"];
    // Twice at once, as by a double click, and later once more.
    let (one, other) = tokio::join!(send("a", "It hums."), send("a", "It hums."));
    assert_eq!((&one, returns().await), (&other, 1));
    assert_eq!((send("a", "It hums.").await, returns().await), (one.clone(), 1));
    // What differs is another return, and so is the same from another page.
    assert_ne!(send("a", "It whistles.").await, one);
    assert_ne!(send("b", "It hums.").await, one);
    assert_eq!(returns().await, 3);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_an_empty_return_names_the_field_that_people_see_and_keeps_what_was_typed(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let empty = [("lines", "1"), ("reason_1", "repair"), ("problem_1", "It hums at night.")];
    let refused = ada.post(&app, "/returns", &empty).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("Choose a device under “Which device?”"), "{}", refused.body);
    assert!(!refused.body.contains("Line 1") && refused.body.contains("It hums at night."), "{}", refused.body);
    let fields =
        [("lines", "2"), ("model_1", "Model W"), ("quantity_1", "0"), ("reason_1", "repair"), ("reason_2", "repair")];
    let refused = ada.post(&app, "/returns", &fields).await;
    assert!(refused.body.contains("Item 2: choose a device"), "{}", refused.body);
    let fields =
        [("lines", "2"), ("model_1", "Model W"), ("quantity_1", "0"), ("model_2", "Model X"), ("reason_2", "repair")];
    let refused = ada.post(&app, "/returns", &fields).await;
    assert!(
        refused.body.contains("Item 1: the number of units") && refused.body.contains("Model X"),
        "{}",
        refused.body
    );
}

#[testkit::both_databases]
async fn p09_refused_returns_do_not_count_as_opened(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let empty = [("lines", "1"), ("reason_1", "repair"), ("problem_1", "It hums.")];
    for at in 0..40 {
        assert_eq!(ada.post(&app, "/returns", &empty).await.status, 422, "{at}");
    }
    let opened = ada.post(&app, "/returns", &RETURN).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    // Refusals are limited too.
    let mut refused = 0;
    while ada.post(&app, "/returns", &empty).await.status == 422 {
        refused += 1;
        assert!(refused < 100, "refused without a limit");
    }
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h04_a_request_sent_twice_leads_to_the_request(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let cookie = format!("tessera={}", ada.browser.cookie("tessera").unwrap());
    let send = async |boundary: &str| {
        let fields = [("kind", "fault"), ("subject", "It hums"), ("description", "Since Tuesday.")];
        let part = |(name, value): (&str, &str)| {
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}--{boundary}--\r\n", fields.map(part).concat());
        let request = client().post(format!("{}/portal/customer/requests/new?once=twice", app.url));
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        let answer = request.header(header::COOKIE, &cookie).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303, "{boundary}");
        answer.headers()[header::LOCATION].to_str().unwrap().to_owned()
    };
    let (one, other) = tokio::join!(send("one"), send("other"));
    assert!(one == other && one.starts_with("/portal/customer/requests/"), "{one} {other}");
    assert_eq!(count_rows(&app.database).await["requests"], 1);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_confirmation_sent_twice_ends_no_session(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    app.advance(Duration::from_mins(16));
    let confirm = format!("{}/portal/customer/confirm", app.url);
    let before = browser.cookie("tessera").unwrap();
    let page = client().get(format!("{confirm}?return_to=/portal/customer/password"));
    let page = page.header(header::COOKIE, format!("tessera={before}")).send().await.unwrap().text().await.unwrap();
    let key = page.split_once("once=").and_then(|(_, rest)| rest.split_once('"')).unwrap().0.to_owned();
    let send = async |key: &str, password: &str| {
        let fields = [("return_to", "/portal/customer/password"), ("password", password)];
        let request = client().post(format!("{confirm}?once={key}")).form(&fields);
        let answer = request.header(header::COOKIE, format!("tessera={before}")).send().await.unwrap();
        let location = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let cookie = answer.headers().get(header::SET_COOKIE);
        (location, cookie.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned()))
    };
    // As by a double click. The browser sends the old cookie twice, and keeps the cookie of the second answer only.
    let (one, other) = tokio::join!(send(&key, SECRET), send(&key, SECRET));
    assert_eq!((&one, one.0.as_str()), (&other, "/portal/customer/password"));
    let again = send(&key, SECRET).await;
    assert_eq!(again, one);
    let cookie = again.1.unwrap();
    let opened = client().get(format!("{}/portal/customer/password", app.url)).header(header::COOKIE, &cookie);
    assert_eq!(opened.send().await.unwrap().status(), 200, "the session goes on");

    // The old token alone opens nothing: neither with another form, nor with another password, nor later.
    for (key, password) in [("another", SECRET), (key.as_str(), "another green heron")] {
        let (to, cookie) = send(key, password).await;
        assert!(to.contains("/sign-in") && cookie.is_none_or(|cookie| cookie != one.1.clone().unwrap()), "{to}");
    }
    app.advance(Duration::from_mins(2));
    assert!(send(&key, SECRET).await.0.contains("/sign-in"));
    app.leave_jobs();
}
