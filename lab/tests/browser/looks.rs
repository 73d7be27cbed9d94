//! The lab on a desk and on a phone, light and dark: nobody is shut out, nothing sticks out, and a picture is kept.

use tests::browser::{Page, Screen, Theme};
use tests::on_stage;

use super::{open_lab, run_on_the_unsafe_half, scene};

/// Looks at what is open, on every screen and in both themes, and keeps a picture of each.
async fn is_sound(page: &Page, picture: &str) {
    for screen in Screen::ALL {
        page.browser().use_screen(screen).await;
        for theme in Theme::ALL {
            page.browser().use_theme(theme).await;
            let name = format!("{picture}-{}-{}", theme.name(), screen.width());
            page.browser().take_picture(&name).await;
            let violations = page.violations().await;
            assert!(
                violations.is_empty(),
                "{picture}, {theme:?}, {screen:?}:\n{}",
                violations.join("\n")
            );
        }
        let protrusions = page.protrusions(screen).await;
        assert!(
            protrusions.is_empty(),
            "{picture}, {screen:?}:\n{}",
            protrusions.join("\n")
        );
    }
}

#[test]
fn the_lab_is_accessible_and_fits_every_screen() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        is_sound(page, "lab").await;
        page.click("run-ours-script").await;
        page.until(
            "an attack was run",
            "document.querySelector('[data-attack=script] [data-outcome=held]')",
        )
        .await;
        // All that can be opened, open, and an attack in the middle of the screen.
        page.eval::<Option<bool>>(
            "document.querySelectorAll('details').forEach((one) => { one.open = true })",
        )
        .await;
        page.eval::<Option<bool>>(
            "void document.querySelector('[data-attack=script]').scrollIntoView()",
        )
        .await;
        is_sound(page, "lab-attack").await;
    });
}

#[test]
fn the_unsafe_tab_is_accessible_and_fits_every_screen() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        run_on_the_unsafe_half(page, "wasm").await;
        is_sound(page, "lab-unsafe").await;
    });
}

#[test]
fn the_chat_leads_to_the_lab_and_the_lab_back_to_the_chat() {
    on_stage(scene(), async |stage| {
        let page = &stage.page;
        page.eval::<Option<bool>>("document.querySelector('.rail a[href=\"/lab\"]').click()")
            .await;
        page.until("the lab", "document.querySelector('.lab h1')")
            .await;
        page.eval::<Option<bool>>("document.querySelector('.lab-head a').click()")
            .await;
        page.until(
            "the chat",
            "document.querySelector('[data-testid=composer]')",
        )
        .await;
    });
}
