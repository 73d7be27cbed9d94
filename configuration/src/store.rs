//! `[store]`: where the ledger is kept, and how safe.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::UpstreamChoice;

/// `[store]`: where it is written down what was spent. One server uses a folder at a time.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// The data folder, such as `/var/lib/airlock`. Where absent, `airlock-data` in the folder that the server was started in; the stand-in,
    /// whose money is none, then keeps its ledger in memory.
    pub path: Option<PathBuf>,
    /// What the ledger survives: with `"normal"` the end of the process, however that comes; with `"full"` a power cut too, for some
    /// milliseconds more before each answer; with `"none"` nothing, since it is kept in memory, and each start begins with full budgets.
    pub durability: Durability,
}

/// What the ledger survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// Nothing.
    None,
    /// The end of the process.
    #[default]
    Normal,
    /// A power cut.
    Full,
}

/// The data folder where nobody named one.
pub const DEFAULT_DATA_FOLDER: &str = "airlock-data";

/// Where the ledger is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerChoice {
    /// In memory alone.
    Memory,
    /// In this folder.
    Folder(PathBuf, store::Durability),
}

impl StoreConfig {
    /// Where the ledger of calls to this upstream is kept. Real money is never forgotten by default, and a demo leaves no files behind.
    pub(super) fn choose(
        &self,
        upstream: &UpstreamChoice,
        notices: &mut Vec<String>,
    ) -> LedgerChoice {
        let durability = match self.durability {
            Durability::None => {
                if upstream.is_real() {
                    notices.push("store.durability is \"none\": what is spent is forgotten when the server ends, and the budgets are full again".to_owned());
                }
                return LedgerChoice::Memory;
            }
            Durability::Normal => store::Durability::Normal,
            Durability::Full => store::Durability::Full,
        };
        match &self.path {
            Some(path) => LedgerChoice::Folder(path.clone(), durability),
            None if upstream.is_real() => {
                LedgerChoice::Folder(DEFAULT_DATA_FOLDER.into(), durability)
            }
            None => LedgerChoice::Memory,
        }
    }
}
