//! The Markdown subset that customers can write (`P10`), converted to plain text for search and excerpts. Interfaces
//! convert it to HTML.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The text without markup, its parts separated by blanks.
pub fn plain(text: &str) -> String {
    parts(text).join(" ")
}

/// The text of headings, paragraphs, list items and other blocks, in order.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for event in Parser::new_ext(text, Options::empty()) {
        let last = parts.len() - 1;
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                parts[last].push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => parts[last].push(' '),
            // Inline markup does not end a part.
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) => {}
            Event::Start(Tag::Item) | Event::End(_) => parts.push(String::new()),
            _ => {}
        }
    }
    let tidy = |part: String| part.split_whitespace().collect::<Vec<_>>().join(" ");
    parts.into_iter().map(tidy).filter(|part| !part.is_empty()).collect()
}

/// The beginning of a text, cut at a word boundary. A `·` separates parts that end without punctuation.
pub fn excerpt(text: &str, most: usize) -> String {
    let mut excerpt = String::new();
    for part in parts(text) {
        if excerpt.ends_with(char::is_alphanumeric) {
            excerpt.push_str(" ·");
        }
        if !excerpt.is_empty() {
            excerpt.push(' ');
        }
        excerpt.push_str(&part);
    }
    if excerpt.chars().count() <= most {
        return excerpt;
    }
    let cut: String = excerpt.chars().take(most).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_plain_text_and_excerpts_omit_markup() {
        assert_eq!(plain("# A\n\n*b* [c](https://example.com)\nd"), "A b c d");
        assert_eq!(excerpt("one two three", 9), "one two…");
        assert_eq!(
            excerpt("It takes **12 Nm**. [More](/x).\n\n# When\n\n- in *May*\n- in June\n\nOr so.", 90),
            "It takes 12 Nm. More. When · in May · in June · Or so."
        );
    }
}
