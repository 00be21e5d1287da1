//! Invariants of every page and e-mail in every state.

mod contrast;
mod html;

use std::collections::BTreeSet;
use std::path::Path;

use html::Tag;
use tessera_core::invitations::ActivationError;

use super::activation::{Invitation, Poll, Refused, Step, StepState};
use super::console::Search;
use super::renderer::embedded;
use super::samples::{self, Sample};
use super::{Chrome, RenderError, Renderer, Support, assets};

fn renderer() -> Renderer {
    Renderer::new(None).expect("the embedded templates parse")
}

fn every_page() -> Vec<(String, String)> {
    let pages = samples::pages(&renderer()).into_iter();
    let pages = pages.map(|page| (page.name, page.result.expect("every page renders")));
    // The news feed is not an HTML page.
    pages.filter(|(_, page)| !page.starts_with("<?xml")).collect()
}

/// Runs a check on every page and reports all pages that fail.
fn hold(what: &str, check: impl Fn(&[Tag], &str) -> Result<(), String>) {
    let failures: Vec<_> = every_page()
        .iter()
        .filter_map(|(name, html)| check(&html::tags(html), html).err().map(|error| format!("{name}: {error}")))
        .collect();
    assert!(failures.is_empty(), "{what}:\n{}", failures.join("\n"));
}

fn ensure(holds: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

#[test]
fn every_page_has_a_language_a_title_one_heading_and_balanced_tags() {
    hold("document", |tags, html| {
        let count = |name: &str| tags.iter().filter(|tag| tag.name == name && !tag.closing).count();
        ensure(html.trim_start().starts_with("<!doctype html>"), "no doctype")?;
        ensure(tags.iter().any(|tag| tag.name == "html" && tag.get("lang") == Some("en")), "no language")?;
        ensure(count("h1") == 1, format!("{} h1", count("h1")))?;
        ensure(count("main") == 1, "not one main")?;
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
        ensure(title.ends_with(" · Sunfield Energy") && !title.starts_with(" ·"), format!("title {title:?}"))?;
        html::balanced(tags)
    });
}

#[test]
fn a_strict_content_security_policy_suffices() {
    hold("default-src 'self'", |tags, html| {
        ensure(!html.contains("javascript:"), "javascript: address")?;
        for tag in tags.iter().filter(|tag| !tag.closing) {
            ensure(tag.get("style").is_none() && tag.name != "style", format!("inline style in {}", tag.name))?;
            ensure(!tag.attributes.iter().any(|(name, _)| name.starts_with("on")), format!("handler in {}", tag.name))?;
            let loaded = match tag.name.as_str() {
                "script" | "img" | "iframe" => Some(tag.get("src").unwrap_or_default()),
                "link" => Some(tag.get("href").unwrap_or_default()),
                _ => None,
            };
            let uploaded = [("/requests/", "/files/"), ("/tech/work/", "/files/"), ("/products/", "/picture")];
            let is_uploaded =
                |address: &str| uploaded.iter().any(|(of, what)| address.contains(of) && address.contains(what));
            let theirs = |address: &str| tag.name == "img" && address.starts_with('/') && is_uploaded(address);
            let ours = loaded.is_none_or(|address| address.starts_with("/assets/") || theirs(address));
            ensure(ours, format!("{loaded:?} is loaded"))?;
        }
        ensure(html.contains("defer></script>"), "script has content")
    });
}

#[test]
fn every_control_has_a_label_and_every_reference_its_target() {
    hold("labels", |tags, _| {
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            ensure(ids.insert(id), format!("id {id} twice"))?;
        }
        let labelled: BTreeSet<_> = tags.iter().filter_map(|tag| tag.get("for")).collect();
        let mut inside_label = false;
        for tag in tags {
            match tag.name.as_str() {
                "label" => inside_label = !tag.closing,
                "input" | "select" | "textarea" | "meter" if !tag.closing && tag.get("type") != Some("hidden") => {
                    let named = tag.get("id").is_some_and(|id| labelled.contains(id));
                    ensure(named || inside_label, format!("no label for {:?}", tag.get("name")))?;
                }
                "img" => ensure(tag.get("alt").is_some(), "img without alt")?,
                "svg" if !tag.closing => {
                    let hidden = tag.get("aria-hidden") == Some("true");
                    let named = tag.get("aria-label").is_some_and(|name| !name.is_empty());
                    let role = matches!(tag.get("role"), Some("img" | "group"));
                    ensure(hidden || (named && role), "svg neither hidden nor named")?;
                }
                _ => {}
            }
            for reference in ["for", "aria-labelledby", "aria-describedby", "data-copy"] {
                for target in tag.get(reference).into_iter().flat_map(str::split_whitespace) {
                    ensure(ids.contains(target), format!("{reference} {target:?} leads nowhere"))?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn m16_customers_never_read_an_internal_name() {
    let is_for_customers = |name: &str| !name.starts_with("console-");
    let pages = every_page().into_iter().filter(|(name, _)| is_for_customers(name));
    let emails = samples::emails(&renderer()).into_iter().map(|email| {
        let rendered = email.result.unwrap();
        (email.name, format!("{}\n{}\n{}", rendered.subject, rendered.text, rendered.html))
    });
    for (name, text) in pages.chain(emails) {
        assert_eq!(testkit::internal_name(&text), None, "{name}");
    }
}

#[test]
fn no_page_is_a_dead_end_and_help_is_always_at_the_same_place() {
    hold("help", |_, html| {
        let footer = html.split("<footer").nth(1).unwrap_or_default();
        ensure(
            footer.contains("mailto:help@example.com") && footer.contains("tel:+27215550100"),
            "no help in the footer",
        )
    });
}

#[test]
fn p03_fields_of_passwords_are_masked_and_open_to_password_managers() {
    let asked = std::cell::Cell::new(0);
    hold("passwords", |tags, _| {
        for tag in tags.iter().filter(|tag| tag.name == "input") {
            let is_secret = tag.get("type") == Some("password");
            let is_password = matches!(tag.get("name"), Some("password" | "again"));
            ensure(!is_password || is_secret, format!("{:?} is shown", tag.get("name")))?;
            if is_secret {
                asked.set(asked.get() + 1);
                let filled = matches!(tag.get("autocomplete"), Some("current-password" | "new-password"));
                ensure(filled, format!("no manager fills {:?}", tag.get("name")))?;
            }
        }
        Ok(())
    });
    assert!(asked.get() > 5, "{}", asked.get());
    // Nor does a script keep anything from being pasted.
    let hears_of_pasting = |asset: &assets::Asset| asset.bytes.windows(5).any(|window| window == b"paste");
    let is_script = |asset: &assets::Asset| Path::new(asset.name).extension().is_some_and(|it| it == "js");
    assert!(assets::all().filter(is_script).all(|asset| !hears_of_pasting(&asset)));
}

#[test]
fn what_people_enter_is_text_not_markup() {
    let nasty = r#"<script>alert("1")</script>"#;
    let (_, mut page) = Invitation::samples().remove(0);
    page.what = nasty.to_owned();
    page.action = format!("/activate/\"{nasty}");
    let chrome = Chrome::new(nasty, Support::default(), "/activate/x", samples::now());
    let html = renderer().page(&page, &chrome).unwrap();
    assert!(!html.contains("<script>"), "{html}");
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn h01_a_name_from_outside_does_not_turn_the_text_around_it() {
    let (_, mut page) = Search::samples().remove(0);
    page.customers[0].name = "\u{202e}משה\u{200b} כהן\u{ad}".to_owned();
    let chrome = Chrome::new("Sunfield", Support::default(), "/console", samples::now());
    let html = renderer().page(&page, &chrome).unwrap();
    assert!(html.contains("<bdi>משה כהן</bdi>"), "isolated, and without marks: {html}");
}

#[test]
fn a_page_needs_no_more_than_a_brand_around_it() {
    let chrome = Chrome::new("Sunfield", Support::default(), "/", samples::now());
    for code in ActivationError::ALL {
        let html = renderer().page(&Refused::new(code), &chrome).unwrap();
        assert!(html.contains(code.code()), "the code is on the page, for the one who helps");
    }
    let invitation = tessera_hub::email_samples().into_iter().find(|email| email.name == "invitation").unwrap();
    assert_eq!(
        renderer().email(invitation.name, &invitation.fields, &chrome).unwrap().subject,
        "Activate your account at Sunfield"
    );
}

#[test]
fn the_script_understands_what_the_poll_answers() {
    use StepState::{Done, NeedsTime, Running, Waiting};
    let poll = Poll { steps: Step::all([Done, NeedsTime, Running, Waiting]), next: None, reload: false };
    let json = serde_json::to_value(poll).unwrap();
    assert_eq!(json["steps"][1]["kind"], "contact");
    assert_eq!(json["steps"][1]["state"], "needs_time");
    assert_eq!(json["steps"][1]["note"], "Takes longer, we keep trying");
    assert!(json["next"].is_null());
}

#[test]
fn mails_say_the_same_in_both_parts_and_load_nothing() {
    let mails = samples::emails(&renderer());
    assert_eq!(mails.len(), 47);
    for samples::Rendered { name, result } in mails {
        let mail = result.unwrap();
        assert!(!mail.subject.contains('\n'), "{name}");
        let tags = html::tags(&mail.html);
        html::balanced(&tags).unwrap();
        for tag in &tags {
            let loads = ["img", "script", "link", "iframe"].contains(&tag.name.as_str()) || tag.get("src").is_some();
            assert!(!loads, "{name} loads something by {}", tag.name);
        }
        assert!(!mail.html.contains("url("), "{name}");
        let link = tags.iter().find_map(|tag| tag.get("href")).expect("a mail has a link");
        assert!(mail.text.lines().any(|line| line == link), "{name}: the link stands alone on a line\n{}", mail.text);
        assert!(!mail.text.contains('<') && !mail.text.contains("&#"), "{name}: markup in the text part");
        assert!(mail.text.contains("help@example.com") && mail.html.contains("help@example.com"), "{name}");
    }
}

#[test]
fn an_operator_replaces_one_template_and_learns_of_mistakes_at_start() {
    let directory = std::env::temp_dir().join(format!("tessera-view-{}", std::process::id()));
    std::fs::create_dir_all(directory.join("activation")).unwrap();
    let file = directory.join("activation/renew_sent.html");
    let render = |source: &str| {
        std::fs::write(&file, source).unwrap();
        let page = super::activation::RenewSent { wait_minutes: 5 };
        Renderer::new(Some(Path::new(&directory)))?.page(&page, &samples::chrome("/", None))
    };

    let own = render("Ours, {{ wait_minutes }} minutes, {{ chrome.brand }}");
    let unparsable = render("{% if %}");
    let unknown = render("{{ wait_hours }}");
    std::fs::remove_dir_all(&directory).unwrap();

    assert_eq!(own.unwrap(), "Ours, 5 minutes, Sunfield Energy");
    assert!(matches!(unparsable, Err(RenderError::Template { name, .. }) if name == "activation/renew_sent.html"));
    assert!(unknown.is_err(), "strict: what the page does not give is an error, not an empty place");
}

#[test]
fn every_template_that_no_other_one_uses_is_rendered_by_a_sample() {
    let sources: Vec<_> = embedded().collect();
    let used = |name: &str| sources.iter().any(|(_, source)| source.contains(&format!("\"{name}\"")));
    let emails = tessera_hub::email_samples();
    let email = |name: &str| emails.iter().any(|email| name.starts_with(&format!("emails/{}.", email.name)));
    let forgotten: Vec<_> = sources
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !used(name) && !email(name) && !samples::shows(name))
        .collect();
    assert!(forgotten.is_empty(), "no sample renders {forgotten:?}");
}
