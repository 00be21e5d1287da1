//! The identity graph: the customer's record in the centre, and the linked records around it. Only the layout is made
//! here; the template draws it, with a table of the same facts beside it (WCAG 1.1.1).

use serde::Serialize;

use super::console::LinkRow;

/// The drawing in two layouts, of which the stylesheet shows the one that fits.
#[derive(Debug, Serialize)]
pub(crate) struct Graph {
    wide: Drawing,
    narrow: Drawing,
}

/// Coordinates in SVG user units, which are pixels at full size.
#[derive(Debug, Serialize)]
struct Drawing {
    width: u32,
    height: u32,
    hub: Node,
    nodes: Vec<Node>,
}

/// A box with up to three lines of text, and the edge that connects it to the hub's box.
#[derive(Debug, Serialize)]
struct Node {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    kind: String,
    eyebrow: String,
    title: String,
    detail: String,
    /// SVG path data, starting at the hub's box; empty for the hub itself.
    edge: String,
    /// The edge's label and its position.
    proof: String,
    proof_x: u32,
    proof_y: u32,
}

const NODE: (u32, u32) = (260, 76);
const HUB: (u32, u32) = (220, 84);
const GAP: u32 = 20;

impl Graph {
    /// Lays out the customer and its links.
    pub(crate) fn of(name: &str, links: &[LinkRow]) -> Self {
        Self { wide: wide(name, links), narrow: narrow(name, links) }
    }
}

/// Wide layout: identities on the left, business records on the right.
fn wide(name: &str, links: &[LinkRow]) -> Drawing {
    const WIDTH: u32 = 960;
    let (left, right): (Vec<_>, Vec<_>) = links.iter().partition(|link| link.kind == "user");
    let rows = u32::try_from(left.len().max(right.len()).max(1)).unwrap_or(u32::MAX);
    let height = rows * (NODE.1 + GAP) + GAP;
    let middle = height / 2;
    let hub = hub_node(name, (WIDTH - HUB.0) / 2, middle - HUB.1 / 2);

    let mut nodes = Vec::with_capacity(links.len());
    for (side, at_left) in [(left, true), (right, false)] {
        let count = u32::try_from(side.len()).unwrap_or(u32::MAX);
        let top = (height - (count * (NODE.1 + GAP)).saturating_sub(GAP)) / 2;
        for (row, link) in (0..).zip(side) {
            let y = top + row * (NODE.1 + GAP);
            let centre = y + NODE.1 / 2;
            let (x, from, to) =
                if at_left { (1, hub.x, NODE.0 + 1) } else { (WIDTH - NODE.0 - 1, hub.x + HUB.0, WIDTH - NODE.0 - 1) };
            let bend = u32::midpoint(from, to);
            let mut node = link_node(link, x, y);
            node.edge = format!("M{from} {middle} C{bend} {middle} {bend} {centre} {to} {centre}");
            node.proof_x = bend;
            node.proof_y = u32::midpoint(middle, centre);
            nodes.push(node);
        }
    }
    Drawing { width: WIDTH, height, hub, nodes }
}

/// Narrow layout: the customer at the top, the links below.
fn narrow(name: &str, links: &[LinkRow]) -> Drawing {
    const WIDTH: u32 = 340;
    const INDENT: u32 = 48;
    const STEP: u32 = NODE.1 + GAP;
    let hub = hub_node(name, 1, 1);
    let rail = 24;
    let first = HUB.1 + GAP;
    let nodes = (0..)
        .zip(links)
        .map(|(row, link)| {
            let y = first + row * STEP;
            let centre = y + NODE.1 / 2;
            let mut node = link_node(link, INDENT, y);
            node.edge = format!("M{rail} {} V{centre} H{INDENT}", HUB.1 + 1);
            node
        })
        .collect::<Vec<_>>();
    let height = first + u32::try_from(nodes.len()).unwrap_or(u32::MAX) * STEP;
    Drawing { width: WIDTH, height, hub, nodes }
}

fn hub_node(name: &str, x: u32, y: u32) -> Node {
    Node {
        x,
        y,
        width: HUB.0,
        height: HUB.1,
        kind: "customer".to_owned(),
        eyebrow: "Customer".to_owned(),
        title: shortened(name, 22),
        detail: "One record".to_owned(),
        edge: String::new(),
        proof: String::new(),
        proof_x: 0,
        proof_y: 0,
    }
}

fn link_node(link: &LinkRow, x: u32, y: u32) -> Node {
    Node {
        x,
        y,
        width: NODE.0,
        height: NODE.1,
        kind: link.kind.clone(),
        eyebrow: shortened(&format!("{} · {}", link.system.label, link.kind), 34),
        title: shortened(&link.title, 28),
        detail: shortened(&link.external_id, 30),
        edge: String::new(),
        proof: shortened(&link.origin, 12),
        proof_x: 0,
        proof_y: 0,
    }
}

/// Cuts a text to `limit` characters. The box has no room for more, and the table has the full text.
fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::super::console::Customer;
    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn boxes_stay_inside_and_apart_however_many_links_there_are() {
        let (_, customer) = Customer::samples().remove(0);
        for count in 0..=12 {
            let links: Vec<_> = customer.links.iter().cycle().take(count).cloned().collect();
            let graph = Graph::of("A name that is far too long for the box it shall stand in", &links);
            for drawing in [&graph.wide, &graph.narrow] {
                assert_eq!(drawing.nodes.len(), count);
                let boxes: Vec<_> = std::iter::once(&drawing.hub).chain(&drawing.nodes).collect();
                for (index, one) in boxes.iter().enumerate() {
                    assert!(one.x + one.width <= drawing.width && one.y + one.height <= drawing.height);
                    for other in &boxes[..index] {
                        let beside = one.x >= other.x + other.width || other.x >= one.x + one.width;
                        let below = one.y >= other.y + other.height || other.y >= one.y + one.height;
                        assert!(beside || below, "two boxes overlap with {count} links");
                    }
                }
            }
        }
    }

    #[test]
    fn long_texts_are_cut_by_characters() {
        assert_eq!(shortened("Zoë", 3), "Zoë");
        assert_eq!(shortened("Zoë Müller", 5), "Zoë …");
    }
}
