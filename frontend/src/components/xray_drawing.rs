//! Drawings made of bars, lines and words: they are as wide as there is room, and their words keep their size.

use super::part::{Part, SVG, still};
use crate::state::xray::axis::WIDTH;
use crate::state::xray::drawing::{Drawing, Form, Shape};

/// Draws a drawing, which `label` stands for where nobody sees it.
pub(super) fn draw_drawing(drawing: &Drawing, label: &str) -> Part {
    let shapes = drawing.shapes.iter().map(draw_shape).collect();
    let attributes = [
        ("class", "drawing"),
        ("role", "img"),
        ("aria-label", label),
        ("width", "100%"),
        ("height", &drawing.height_px.to_string()),
    ];
    still(SVG, "svg", &attributes, "", shapes)
}

fn draw_shape(shape: &Shape) -> Part {
    let (x, y) = (percent(shape.left), shape.top_px.to_string());
    let place = [("class", shape.look), ("x", &x), ("y", &y)];
    match &shape.form {
        Form::Bar(width, height_px) => {
            let (width, height) = (percent(*width), height_px.to_string());
            let size = [("width", &*width), ("height", &*height), ("rx", "3")];
            still(SVG, "rect", &[place, size].concat(), "", Vec::new())
        }
        Form::Words(anchor, words) => {
            let anchor = ("text-anchor", anchor.as_str());
            let attributes = [&place[..], &[anchor]].concat();
            still(SVG, "text", &attributes, words, Vec::new())
        }
        Form::Ticks(height_px, path) => {
            // A drawing of its own, so that one path can be given in parts of the width.
            let (height, view_box) = (height_px.to_string(), format!("0 0 {WIDTH} 1"));
            let attributes = [
                ("width", "100%"),
                ("height", &*height),
                ("viewBox", &view_box),
                ("preserveAspectRatio", "none"),
            ];
            let path = still(SVG, "path", &[("d", path)], "", Vec::new());
            still(
                SVG,
                "svg",
                &[&place[..], &attributes].concat(),
                "",
                vec![path],
            )
        }
    }
}

/// A part of the width, as SVG takes it.
fn percent(part: u32) -> String {
    format!("{}.{:02}%", part / 100, part % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_width_are_percents() {
        assert_eq!(percent(WIDTH), "100.00%");
        assert_eq!(percent(1_205), "12.05%");
    }
}
