//! Charts of nothing, of one value and of many, of huge numbers and of hostile labels.

use super::numbers::{Tenths, ceiling, compact, part};
use super::*;

fn chart(shape: Shape, marks: Vec<Mark>) -> Chart {
    Chart { shape, name: "Activations".to_owned(), marks }
}

fn days(values: impl IntoIterator<Item = u64>) -> Vec<Mark> {
    (1..).zip(values).map(|(day, value): (u32, u64)| Mark::new(format!("{day} Nov"), value)).collect()
}

const SHAPES: [Shape; 3] = [Shape::Columns, Shape::Line, Shape::Bars];

/// Every number in these attributes of a drawing.
fn coordinates(svg: &str, attributes: &[&str]) -> Vec<f64> {
    let values = attributes.iter().flat_map(|name| svg.split(&format!(" {name}=\"")).skip(1).collect::<Vec<_>>());
    let values = values.filter_map(|rest| rest.split('"').next());
    values.flat_map(|value| value.split([' ', ','])).map(|number| number.parse().unwrap()).collect()
}

#[test]
fn charts_are_drawn_the_same_each_time() {
    insta::assert_snapshot!("columns", chart(Shape::Columns, days([3, 0, 12])).svg());
    insta::assert_snapshot!("line", chart(Shape::Line, days([3, 0, 12])).svg());
    let asset = Mark { url: Some("/console/sweeps/1".to_owned()), ..Mark::new("Assets", 1204) };
    let calls = Mark { of: Some(500), text: "120 of 500 in a minute".to_owned(), ..Mark::new("Freshservice", 120) };
    insta::assert_snapshot!("bars", chart(Shape::Bars, vec![asset, calls]).svg());
}

#[test]
fn charts_of_nothing_say_so() {
    for shape in SHAPES {
        let svg = chart(shape, Vec::new()).svg();
        assert!(svg.contains(">Nothing to show</text>"), "{svg}");
    }
}

#[test]
fn charts_of_zeros_have_no_bar_and_little_can_be_seen() {
    for shape in [Shape::Columns, Shape::Bars] {
        let svg = chart(shape, days([0, 0])).svg();
        assert_eq!(svg.matches("class=\"bar\"").count(), 2, "{svg}");
        let side = if shape == Shape::Columns { "height=\"0\"" } else { "width=\"0\"" };
        assert_eq!(svg.matches(side).count(), 2, "{svg}");
    }
    assert_eq!(part(0, 1_000_000, 100), Tenths(0));
    assert_eq!(part(1, 1_000_000, 100), Tenths(15), "one of a million is seen");
    assert_eq!(part(3, 2, 100), Tenths(1000), "more than all is all");
}

#[test]
fn charts_of_one_and_of_many_values_stay_inside_the_drawing() {
    for shape in SHAPES {
        for count in [1, 2, 7, 8, 30, 90, 400] {
            let svg = chart(shape, days((0..count).map(|day| day % 17))).svg();
            for x in coordinates(&svg, &["x", "x1", "x2", "cx"]) {
                assert!((0.0..=360.0).contains(&x), "{x} in {svg}");
            }
            for y in coordinates(&svg, &["cy", "points"]) {
                assert!(y >= 0.0, "{y} in {svg}");
            }
            let marks = svg.matches("class=\"bar\"").count();
            assert!(shape == Shape::Line || marks == usize::try_from(count).unwrap(), "{marks} of {count}");
        }
    }
}

#[test]
fn charts_of_huge_numbers_keep_their_scale() {
    for shape in SHAPES {
        let svg = chart(shape, days([u64::MAX, u64::MAX / 2, 0])).svg();
        assert!(!svg.contains("NaN") && !svg.contains("=\"-"), "{svg}");
    }
    let svg = chart(Shape::Bars, days([u64::MAX, u64::MAX / 2])).svg();
    assert!(svg.contains("width=\"179.9\"") && svg.contains("18,446,744,073,709,551,615"), "{svg}");
    assert_eq!(ceiling(u64::MAX), u64::MAX);
    assert_eq!([0, 1, 3, 7, 12, 51, 1001].map(ceiling), [1, 1, 5, 10, 20, 100, 2000]);
    let shown = [0, 9_999, 10_000, 12_345, 4_000_000, u64::MAX].map(compact);
    assert_eq!(shown, ["0", "9,999", "10k", "12.3k", "4M", "18.4E"]);
}

#[test]
fn h01_labels_of_charts_are_text_whatever_they_contain() {
    let hostile = "\"><script>alert('x')</script>&\u{202e}\u{200b}";
    let mark = Mark { url: Some(hostile.to_owned()), text: hostile.to_owned(), ..Mark::new(hostile, 1) };
    for shape in SHAPES {
        let svg = Chart { shape, name: hostile.to_owned(), marks: vec![mark.clone()] }.svg();
        assert!(!svg.contains("<script") && !svg.contains('\''), "{svg}");
        assert!(!svg.contains('\u{202e}') && !svg.contains('\u{200b}'), "marks of direction turn the text: {svg}");
        assert!(svg.contains("aria-label=\"&quot;&gt;&lt;script&gt;"), "{svg}");
    }
}

#[test]
fn h01_labels_in_a_script_from_right_to_left_do_not_turn_their_values() {
    let svg = chart(Shape::Bars, vec![Mark::new("משה כהן", 1204)]).svg();
    assert!(svg.contains("<title>\u{2068}משה כהן\u{2069}: 1,204</title>"), "{svg}");
    assert!(svg.contains(">משה כהן</text>") && svg.contains(">1,204</text>"), "{svg}");
}

#[test]
fn a_chart_with_links_is_no_image_because_images_have_no_parts() {
    let link = Mark { url: Some("/console/sweeps/1".to_owned()), ..Mark::new("Assets", 1) };
    assert!(chart(Shape::Bars, vec![link.clone()]).svg().contains("role=\"group\""));
    assert!(chart(Shape::Columns, vec![link]).svg().contains("role=\"img\""), "columns are too narrow for links");
    assert!(chart(Shape::Bars, days([1])).svg().contains("role=\"img\""));
}

#[test]
fn long_labels_are_cut_by_characters() {
    let svg = chart(Shape::Bars, vec![Mark::new("Zoë ".repeat(40), 1)]).svg();
    assert!(svg.contains("…</text>"), "{svg}");
    assert!(svg.contains(&"Zoë ".repeat(40)), "the whole label is in the title");
}
