//! HTML of tickets and notes, for the service team.

use super::{Comment, DeviceNamed, FileNamed, ServiceRequest};

/// The description of a request's ticket. `page` is the address of the request and its files in the console.
pub fn ticket_html(request: &ServiceRequest, place: &str, files: &[FileNamed], page: &str) -> String {
    let mut parts = vec![paragraphs(&request.description)];
    let answered = |(label, answer): &(String, String)| fact(label, &escaped(answer));
    parts.extend(request.answers.iter().map(answered));
    if let Some(DeviceNamed { name, external_id, .. }) = &request.device {
        parts.push(fact("Device", &format!("{} (asset {})", escaped(name), escaped(external_id))));
    }
    parts.push(fact("Place", &escaped(place)));
    parts.push(file_list(files, page));
    let (name, marker) = (escaped(&request.person_name), request.marker());
    parts.push(format!("<p>{name}, through the customer portal. {marker}</p>"));
    parts.concat()
}

/// A customer's comment as a note on the ticket.
pub fn note_html(comment: &Comment, files: &[FileNamed], page: &str) -> String {
    let (name, marker) = (escaped(&comment.author), comment.marker());
    let way = if comment.act.is_of_company() { "at work" } else { "through the customer portal" };
    let by = format!("<p>{name}, {way} {marker}</p>");
    [paragraphs(&comment.text), file_list(files, page), by].concat()
}

/// A labelled value. `html` is already escaped.
fn fact(label: &str, html: &str) -> String {
    format!("<p><b>{}:</b> {html}</p>", escaped(label))
}

fn file_list(files: &[FileNamed], page: &str) -> String {
    if files.is_empty() {
        return String::new();
    }
    let names: Vec<String> = files.iter().map(|file| escaped(&file.name)).collect();
    format!("<p><b>Files:</b> {} (<a href=\"{}\">open them in the console</a>)</p>", names.join(", "), escaped(page))
}

fn paragraphs(text: &str) -> String {
    let blocks = text.trim().split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.map(|block| format!("<p>{}</p>", escaped(block).replace('\n', "<br>"))).collect()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\r' => {}
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p09_ticket_html_escapes_customer_text() {
        assert_eq!(paragraphs("a <b>\nc & d\r\n\n\n'e'"), "<p>a &lt;b&gt;<br>c &amp; d</p><p>&#39;e&#39;</p>");
        assert_eq!(paragraphs(" \n "), "");
    }
}
