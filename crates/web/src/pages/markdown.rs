//! Renders the Markdown that customers write as HTML with known tags only (`P10`).
//!
//! Supported are headings, lists, quotes, code, emphasis, links, and pictures attached to the text. HTML in the text is
//! shown literally.

use std::fmt::Write;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// Maximum nesting depth of quotes and lists. Deeper ones stay at this depth.
const DEEPEST: usize = 8;

/// Rendering options.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// Whether to render headings as headings, from the page's second level on, or as bold paragraphs.
    pub headings: bool,
    /// The URL of a picture that the text refers to by name, if it is attached to the text.
    pub picture: &'a dyn Fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Style<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Style").field("headings", &self.headings).finish_non_exhaustive()
    }
}

/// Renders the text as HTML.
pub fn html(text: &str, style: Style<'_>) -> String {
    let mut writer =
        Writer { out: String::with_capacity(text.len() * 3 / 2), style, open: Vec::new(), level: 1, picture: None };
    for event in Parser::new_ext(text, Options::empty()) {
        writer.event(event);
    }
    writer.out
}

struct Writer<'a> {
    out: String,
    style: Style<'a>,
    /// The end tags of the open elements; `None` for elements that are not rendered.
    open: Vec<Option<&'static str>>,
    /// The level of the previous heading. The page's own heading is level 1.
    level: usize,
    /// Inside a picture: its URL, and its description so far.
    picture: Option<(String, String)>,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        if let Some((_, description)) = &mut self.picture {
            match event {
                Event::Text(text) | Event::Code(text) => description.push_str(&text),
                Event::SoftBreak | Event::HardBreak => description.push(' '),
                Event::End(TagEnd::Image) => self.end_picture(),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            // The last three belong to extensions that are not enabled.
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::Code(code) => {
                self.out.push_str("<code>");
                self.text(&code);
                self.out.push_str("</code>");
            }
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.element("<p>", "</p>\n"),
            Tag::Heading { level, .. } => self.heading(level as usize),
            Tag::BlockQuote(_) => self.block("<blockquote>\n", "</blockquote>\n"),
            Tag::CodeBlock(_) => self.element("<pre><code>", "</code></pre>\n"),
            Tag::List(None) => self.block("<ul>\n", "</ul>\n"),
            Tag::List(Some(first)) => {
                let start = format!("<ol start=\"{first}\">\n");
                self.block(&start, "</ol>\n");
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.element("<em>", "</em>"),
            Tag::Strong => self.element("<strong>", "</strong>"),
            Tag::Link { link_type, dest_url, .. } => self.link(link_type, &dest_url),
            Tag::Image { dest_url, .. } => self.picture = Some((dest_url.into_string(), String::new())),
            _ => self.open.push(None),
        }
    }

    fn element(&mut self, start: &str, end: &'static str) {
        self.out.push_str(start);
        self.open.push(Some(end));
    }

    /// Starts a block that contains blocks, unless the nesting is too deep.
    fn block(&mut self, start: &str, end: &'static str) {
        if self.open.iter().flatten().count() < DEEPEST {
            self.element(start, end);
        } else {
            self.open.push(None);
        }
    }

    /// Starts an item, if its list was rendered.
    fn item(&mut self) {
        match self.open.last() {
            Some(Some(_)) => self.element("<li>", "</li>\n"),
            _ => self.open.push(None),
        }
    }

    /// Starts a heading. Going down, no level is skipped.
    fn heading(&mut self, level: usize) {
        if !self.style.headings {
            return self.element("<p><strong>", "</strong></p>\n");
        }
        self.level = (level + 1).min(self.level + 1).clamp(2, 4);
        match self.level {
            2 => self.element("<h2>", "</h2>\n"),
            3 => self.element("<h3>", "</h3>\n"),
            _ => self.element("<h4>", "</h4>\n"),
        }
    }

    fn link(&mut self, kind: LinkType, to: &str) {
        let to = if kind == LinkType::Email { format!("mailto:{to}") } else { to.to_owned() };
        if !is_safe(&to) {
            return self.open.push(None);
        }
        self.out.push_str("<a href=\"");
        self.text(&to);
        self.element("\" rel=\"nofollow noopener noreferrer\">", "</a>");
    }

    fn end_picture(&mut self) {
        let Some((name, description)) = self.picture.take() else { return };
        let Some(address) = (self.style.picture)(&name) else { return self.text(&description) };
        self.out.push_str("<img loading=\"lazy\" src=\"");
        self.text(&address);
        self.out.push_str("\" alt=\"");
        self.text(&description);
        self.out.push_str("\">");
    }

    fn end(&mut self) {
        if let Some(Some(end)) = self.open.pop() {
            self.out.push_str(end);
        }
    }

    fn text(&mut self, text: &str) {
        for character in text.chars() {
            // Writing to a string cannot fail.
            let _ = match character {
                '&' => self.out.write_str("&amp;"),
                '<' => self.out.write_str("&lt;"),
                '>' => self.out.write_str("&gt;"),
                '"' => self.out.write_str("&quot;"),
                '\'' => self.out.write_str("&#39;"),
                other => self.out.write_char(other),
            };
        }
    }
}

/// Whether a link's target is allowed: the web, an e-mail address, or a path of this site. Browsers treat `//host` and
/// `/\host` as other sites.
fn is_safe(to: &str) -> bool {
    if to.chars().any(char::is_control) {
        return false;
    }
    let lower = to.to_ascii_lowercase();
    let elsewhere = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let here = to.starts_with('/') && !matches!(to.as_bytes().get(1), Some(b'/' | b'\\'));
    elsewhere || here
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let picture = |name: &str| (name == "roof.jpg").then(|| "/portal/customer/attachments/1".to_owned());
        html(text, Style { headings: true, picture: &picture })
    }

    #[test]
    fn p10_the_usual_marks_are_shown() {
        let html = shown("# A\n\nOne *two* **three**\nfour\n\n- `a`\n- b\n\n> quoted\n\n---\n\n1. x");
        for part in [
            "<h2>A</h2>",
            "One <em>two</em> <strong>three</strong><br>\nfour",
            "<li><code>a</code></li>",
            "<blockquote>\n<p>quoted</p>",
            "<hr>",
            "<ol start=\"1\">",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(shown("### Deep\n\n# A\n\n### B").starts_with("<h2>Deep</h2>\n<h2>A</h2>\n<h3>B</h3>"));
    }

    #[test]
    fn p10_links_lead_to_the_web_and_nowhere_else() {
        let web = shown("[x](<https://example.com/?a=1&b='\"2>)");
        assert!(
            web.contains(
                "href=\"https://example.com/?a=1&amp;b=&#39;&quot;2\" rel=\"nofollow noopener noreferrer\">x</a>"
            ),
            "{web}"
        );
        assert!(shown("<help@example.com>").contains("href=\"mailto:help@example.com\""));
        assert!(shown("[x](/portal/customer)").contains("href=\"/portal/customer\""));
        for to in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "vbscript:x",
            "/\\evil.example",
            "java&#10;script:alert(1)",
        ] {
            assert!(!shown(&format!("[x]({to})")).contains("<a"), "{to}");
        }
    }

    #[test]
    fn p10_pictures_are_ones_own_attachments() {
        assert!(shown("![The *roof*](roof.jpg)").contains("src=\"/portal/customer/attachments/1\" alt=\"The roof\""));
        assert_eq!(shown("![Elsewhere](https://evil.example/track.gif)"), "<p>Elsewhere</p>\n");
    }

    #[test]
    fn p10_html_is_text() {
        let html = shown("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> a <b onclick=\"x\">b</b>");
        assert!(html.contains("&lt;script&gt;") && html.contains("&lt;img") && !html.contains("<b"), "{html}");
    }

    /// Whether a tag is one that the renderer writes.
    fn is_ours(tag: &str) -> bool {
        const BARE: [&str; 23] = [
            "p",
            "/p",
            "h2",
            "/h2",
            "h3",
            "/h3",
            "h4",
            "/h4",
            "blockquote",
            "/blockquote",
            "pre",
            "/pre",
            "code",
            "/code",
            "ul",
            "/ul",
            "/ol",
            "li",
            "/li",
            "em",
            "/em",
            "strong",
            "/strong",
        ];
        let link =
            tag.strip_prefix("a href=\"").and_then(|rest| rest.strip_suffix("\" rel=\"nofollow noopener noreferrer\""));
        let list = tag.strip_prefix("ol start=\"").and_then(|rest| rest.strip_suffix('"'));
        let image = tag.strip_prefix("img loading=\"lazy\" src=\"/portal/customer/attachments/1\" alt=\"");
        BARE.contains(&tag)
            || ["br", "hr", "/a"].contains(&tag)
            || link.is_some_and(|to| !to.contains('"') && is_safe(&to.replace("&amp;", "&")))
            || list.is_some_and(|first| first.chars().all(|c| c.is_ascii_digit()))
            || image.is_some_and(|alt| alt.strip_suffix('"').is_some_and(|alt| !alt.contains('"')))
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("<script>"),
            Just("javascript:"),
            Just("[a]("),
            Just(")"),
            Just("![x](roof.jpg)"),
            Just("\" onload=\""),
            Just("<a href='"),
            Just("&#x6A;"),
            Just("> "),
            Just("- "),
            Just("\n"),
            Just("\n\n"),
            Just("```"),
            Just("`"),
            Just("# "),
            Just("<!--"),
            Just("]]>"),
            Just("*"),
            Just("_"),
            Just("[b]: data:x\n"),
            Just("http://x"),
            Just("//x"),
            Just("\\"),
            Just("'"),
            Just("<"),
            Just(">"),
            Just("1. "),
            Just("    "),
        ];
        let pieces = prop::collection::vec(prop_oneof![piece.prop_map(ToOwned::to_owned), any::<String>()], 0..30);
        pieces.prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn p10_whatever_is_written_only_our_own_tags_come_out(text in hostile()) {
            let html = shown(&text);
            let mut open = Vec::new();
            for part in html.split('<').skip(1) {
                let (tag, rest) = part.split_once('>').expect("a tag ends");
                prop_assert!(is_ours(tag), "{:?} of {:?}", tag, text);
                prop_assert!(!rest.contains('>') && !rest.contains('"'));
                let name = tag.split(' ').next().unwrap_or_default();
                if let Some(name) = name.strip_prefix('/') {
                    prop_assert_eq!(open.pop(), Some(name), "{}", html);
                } else if !["br", "hr", "img"].contains(&name) {
                    open.push(name);
                }
            }
            prop_assert!(open.is_empty());
        }
    }

    #[test]
    fn p10_depth_has_an_end() {
        let html = shown(&"> ".repeat(5000));
        assert!(html.matches("<blockquote>").count() <= DEEPEST);
        let html = shown(&format!("{}x", "- ".repeat(3000)));
        assert!(html.matches("<ul>").count() <= DEEPEST && html.contains('x'));
    }
}
