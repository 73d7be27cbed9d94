//! What the page is looked at with: a wide or a narrow screen, light or dark, and a camera.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Browser;
use crate::settings::setting;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Wide enough for all columns.
    Desktop,
    /// In between: too narrow for columns beside the conversation.
    Tablet,
    /// The narrowest phone that is still sold.
    Phone,
}

impl Screen {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Desktop, Self::Tablet, Self::Phone];

    /// Its width in CSS pixels.
    pub const fn width(self) -> u32 {
        match self {
            Self::Desktop => 1_440,
            Self::Tablet => 768,
            Self::Phone => 360,
        }
    }

    const fn height(self) -> u32 {
        match self {
            Self::Desktop => 900,
            Self::Tablet => 1_024,
            Self::Phone => 740,
        }
    }
}

/// Which colours the system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its name, as the system gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Browser {
    /// From now on the page is on this screen.
    pub async fn use_screen(&self, screen: Screen) {
        let metrics = json!({
            "width": screen.width(),
            "height": screen.height(),
            "deviceScaleFactor": 1,
            "mobile": screen != Screen::Desktop,
        });
        self.tell("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// From now on the system asks for these colours, and for no motion, so that no picture is taken in the middle of one.
    pub async fn use_theme(&self, theme: Theme) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme.name() },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.tell(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// Keeps a picture of what is on the screen as `name.png`, where pictures are kept.
    pub async fn take_picture(&self, name: &str) {
        self.keep_picture(name, json!({ "format": "png" })).await;
    }

    /// Takes a picture, keeps it as `name.png`, and gives the file.
    pub(super) async fn keep_picture(&self, name: &str, of: Value) -> PathBuf {
        let picture = self.tell("Page.captureScreenshot", of).await;
        let data = picture["data"].as_str().expect("a picture");
        let folder = setting("AIRLOCK_SCREENSHOTS");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, STANDARD.decode(data).expect("base64")).expect("a picture is kept");
        file
    }
}
