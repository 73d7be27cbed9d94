//! At every width of a window, what one needs to send a message can be seen and pressed.

use serde_json::json;
use tests::{Scene, on_stage};

/// Widths on both sides of each point at which the page's columns change, and common ones in between.
const WIDTHS: [u32; 13] = [
    320, 360, 480, 640, 767, 768, 959, 960, 1_024, 1_199, 1_200, 1_280, 1_920,
];

/// Whether a press on the middle of each control reaches it; gives those that something else covers.
const COVERED: &str = "['composer', 'model', 'effort', 'output-cap', 'send'].filter(id => {
    const control = document.querySelector(`[data-testid=${id}]`);
    const { x, y, width, height } = control.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return !(top && (control.contains(top) || top.contains(control)) && top.closest(`[data-testid=${id}]`));
})";

#[test]
fn nothing_covers_what_sends_a_message() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write("Hello").await;
        for width in WIDTHS {
            let metrics =
                json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
            page.browser()
                .tell("Emulation.setDeviceMetricsOverride", metrics)
                .await;
            let covered: Vec<String> = page.eval(COVERED).await;
            assert_eq!(covered, Vec::<String>::new(), "at {width} px");
        }
    });
}
