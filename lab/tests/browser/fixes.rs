//! "Fix it": of four changes one is right, which the page itself does not know.

use tests::browser::Page;
use tests::on_stage;

use super::{ATTACKS, open_lab, scene};

/// Presses a change, and gives what is said of it.
async fn choose(page: &Page, attack: &str, choice: usize) -> String {
    let because = format!("because-{attack}");
    let before = page.text(&because).await;
    page.eval::<Option<bool>>(&format!(
        "document.querySelectorAll('[data-attack={attack}] .change')[{choice}].click()"
    ))
    .await;
    page.until(
        format!("{attack}: change {choice} is judged"),
        &format!("document.querySelector('[data-testid={because}]').innerText !== {before:?}"),
    )
    .await;
    page.text(&because).await
}

#[test]
fn each_attack_has_one_right_change_that_leads_to_what_stops_it() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        for attack in ATTACKS {
            let mut right = 0;
            for choice in 0..4 {
                let said = choose(page, attack, choice).await;
                right += usize::from(said.starts_with("Right. "));
                let is_open = format!("document.querySelector('[data-testid=stop-{attack}]').open");
                assert_eq!(page.eval::<bool>(&is_open).await, right > 0, "{said}");
            }
            assert_eq!(right, 1, "{attack}");
        }
        assert_eq!(page.text("progress").await, "0 of 10 solved, 10 fixed");
        page.eval::<Option<bool>>("location.reload()").await;
        page.until(
            "it is kept",
            "document.querySelector('[data-testid=progress]').innerText.includes('10 fixed')",
        )
        .await;
    });
}
