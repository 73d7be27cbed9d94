//! What a careful reader would find on the page: barriers to people with disabilities, and parts that stick out of the screen.

use serde_json::json;

use super::{Page, Screen};
use crate::settings::setting;

/// Where axe-core lies among the packages that `cargo xtask` installs.
const AXE: &str = "axe-core/axe.min.js";

/// Asks axe for everything that it holds to be a violation, as one line each.
const VIOLATIONS: &str = "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(\
    ({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target} ${failureSummary}`)))";

impl Page {
    /// What axe-core objects to, in its words.
    ///
    /// Its program comes in through the developer tools, which the page's content security policy does not concern: nothing about
    /// the page is switched off for it.
    pub async fn violations(&self) -> Vec<String> {
        if !self.eval::<bool>("typeof axe === 'object'").await {
            let file = setting("AIRLOCK_SDK_NODE_MODULES").join(AXE);
            let program = std::fs::read_to_string(&file);
            let program = program.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let parameters = json!({ "expression": format!("{program}; void 0") });
            self.browser().tell("Runtime.evaluate", parameters).await;
        }
        self.eval(VIOLATIONS).await
    }

    /// What sticks out of the screen sideways, or could only be seen by scrolling the page sideways.
    ///
    /// Code and tables may be wider, in boxes of their own that scroll; a line may end in an ellipsis.
    pub async fn protrusions(&self, screen: Screen) -> Vec<String> {
        self.eval(&format!("({PROTRUSIONS})({})", screen.width()))
            .await
    }
}

const PROTRUSIONS: &str = r"(width) => {
    const found = [];
    const name = (element) => `${element.tagName.toLowerCase()}.${element.className} ${element.dataset?.testid ?? ''}`;
    const isBox = (element) => {
        const style = getComputedStyle(element);
        const scrolls = ['auto', 'scroll'].includes(style.overflowX) && element.id !== 'scroll';
        return scrolls || style.textOverflow === 'ellipsis' || element.matches('.unseen');
    };
    const isInBox = (element) => {
        for (let around = element.parentElement; around && around !== document.body; around = around.parentElement)
            if (isBox(around)) return true;
        return false;
    };
    for (const element of [document.documentElement, document.body, document.querySelector('main'), document.querySelector('#scroll')])
        if (element && element.scrollWidth > Math.min(element.clientWidth, width))
            found.push(`${name(element)} scrolls sideways: ${element.scrollWidth} px`);
    for (const element of document.querySelectorAll('body *')) {
        const { left, right, width: own, height } = element.getBoundingClientRect();
        const isSeen = own > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
        if (isSeen && (left < -1 || right > width + 1) && !isInBox(element) && !element.matches('.unseen'))
            found.push(`${name(element)} reaches from ${Math.round(left)} to ${Math.round(right)} px`);
    }
    return found;
}";
