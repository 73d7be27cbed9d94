//! The page, built by trunk into a folder named by the hash of its sources: what was built once is not built again, and what has
//! that name is whole, because it got the name last.

mod shelf;
mod sources;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

pub(crate) use shelf::Staging;
pub(crate) use sources::list;

use crate::environment;
use crate::process;
use crate::progress::{Progress, Step};
use crate::tools::{bindgen, crates, toolchain, trunk};
use crate::workspace::Workspace;

/// The file that trunk writes last; a folder without it was never finished.
const ENTRY: &str = "index.html";
/// The pages that are built: the folder of the checkout in which each has its entry, and the folder that it gets within the page's. A name
/// that begins with a dot says that it stands beside the page proper and is no part of it.
const PAGES: &[(&str, &str)] = &[
    ("", ""),
    ("lab/unsafe", ".lab"), // lab
];
/// What trunk watches in development. Left to itself it would watch all of the checkout.
const WATCHED: [&str; 3] = ["frontend", "index.html", "shared"];
/// The page's stack: 896 KiB in place of a whole MiB. The page's data lies behind it, and an address below a MiB takes a byte less
/// wherever one stands in the code. The separator leads, since other flags stand before.
const STACK: &str = "\x1f-Clink-arg=-zstack-size=917504";
/// How often a build starts over because a source was saved while it ran.
const TRIES: usize = 3;

/// What has to be done to have the page that the sources in the checkout make.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    workspace: &'a Workspace,
    /// Where the page will be, or is.
    folder: PathBuf,
    /// A trunk that is there already.
    trunk: Option<PathBuf>,
}

impl<'a> Plan<'a> {
    /// Looks at the sources and at what is there.
    pub(crate) fn make(workspace: &'a Workspace) -> Result<Self> {
        Ok(Self {
            workspace,
            folder: folder_for(workspace)?,
            trunk: trunk::installed(workspace),
        })
    }

    /// How many steps [`Self::carry_out`] will announce, unless a source changes meanwhile.
    pub(crate) fn steps(&self) -> Result<usize> {
        if is_whole(&self.folder) {
            return Ok(0);
        }
        // wasm-bindgen and the pages themselves, after what they need.
        let own = 1 + PAGES.len();
        Ok(own + usize::from(!toolchain::has_wasm_target()?) + usize::from(self.trunk.is_none()))
    }

    /// Builds the page if it is not there, and returns its folder. The crates must have been fetched.
    pub(crate) fn carry_out(&self, progress: &mut Progress) -> Result<PathBuf> {
        let mut folder = self.folder.clone();
        for _ in 0..TRIES {
            if is_whole(&folder) {
                return Ok(folder);
            }
            let staging = Staging::make(&folder)?;
            self.build(progress, staging.folder(), &[])?;
            let built_from = folder_for(self.workspace)?;
            if built_from == folder {
                staging.put_up(&folder)?;
                return Ok(folder);
            }
            // Somebody saved a source meanwhile, and who knows which state went in.
            folder = built_from;
        }
        bail!(
            "the page's sources changed each time while it was built: run this again when they are at rest"
        )
    }

    /// Builds the page into `dist`, whatever is there already, with `variables` in the environment of the whole build.
    pub(crate) fn build(
        &self,
        progress: &mut Progress,
        dist: &Path,
        variables: &[(&str, OsString)],
    ) -> Result<()> {
        let page = Step {
            log: "page",
            title: "Building the page (about two minutes the first time)",
            crates: crates::count("frontend", Some(toolchain::WASM)),
        };
        for (folder, name) in PAGES {
            self.build_from(folder, &page, progress, &dist.join(name), variables)?;
        }
        Ok(())
    }

    /// Builds the page whose entry is in `folder`, relative to the root.
    fn build_from(
        &self,
        folder: &str,
        step: &Step<'_>,
        progress: &mut Progress,
        dist: &Path,
        variables: &[(&str, OsString)],
    ) -> Result<()> {
        let mut command = self.trunk(progress)?;
        command.current_dir(self.workspace.root.join(folder));
        command.args("--color never build --release --locked --dist".split(' '));
        let mut flags = without_local_paths(&self.workspace.root);
        flags.push(STACK);
        command.arg(dist).env("CARGO_ENCODED_RUSTFLAGS", flags);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        progress.run(step, &mut command)?;
        fs::metadata(dist.join(ENTRY))
            .with_context(|| format!("trunk left no {ENTRY} in {}", dist.display()))
            .map(drop)
    }

    /// What builds the page for development into `dist`, and again whenever a source of it changes, until it is stopped.
    pub(crate) fn watch(&self, progress: &mut Progress, dist: &Path) -> Result<Command> {
        let mut command = self.trunk(progress)?;
        command.args(["watch", "--locked", "--dist"]).arg(dist);
        for source in WATCHED {
            command.arg("--watch").arg(self.workspace.root.join(source));
        }
        Ok(command)
    }

    /// trunk, yet to be told what to do. Offline and with its version check off it can try no download of its own; `NO_COLOR=1` it
    /// would refuse.
    fn trunk(&self, progress: &mut Progress) -> Result<Command> {
        toolchain::ensure_wasm_target(progress)?;
        let trunk = match &self.trunk {
            Some(trunk) => trunk.clone(),
            None => trunk::install(self.workspace, progress)?,
        };
        let bindgen = bindgen::ensure(self.workspace, progress)?;
        let mut command = process::tool(trunk);
        command
            .args(["--offline", "--skip-version-check"])
            .current_dir(&self.workspace.root)
            .env("PATH", path_led_by(&bindgen)?)
            .env_remove("NO_COLOR");
        Ok(command)
    }

    /// The page's folder, if it is there already.
    pub(crate) fn built(&self) -> Option<PathBuf> {
        is_whole(&self.folder).then(|| self.folder.clone())
    }
}

/// `cargo xtask page`: builds the page and prints its folder.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    let plan = Plan::make(workspace)?;
    let mut progress = Progress::new(workspace, 1 + plan.steps()?);
    crates::fetch(&mut progress)?;
    let folder = plan.carry_out(&mut progress)?;
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// The manifests of those pages that are crates of their own and stand beside the page proper.
pub(crate) fn other_manifests() -> impl Iterator<Item = String> {
    let folders = PAGES.iter().map(|(folder, _)| folder);
    let others = folders.filter(|folder| !folder.is_empty());
    others.map(|folder| format!("{folder}/Cargo.toml"))
}

/// Flags by which the compiler forgets where this machine keeps its sources: panic messages name files, and the page is public.
pub(crate) fn without_local_paths(root: &Path) -> OsString {
    let home = environment::get("CARGO_HOME").or_else(|| {
        let home = environment::get("HOME")?;
        Some(Path::new(&home).join(".cargo").into_os_string())
    });
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(root);
    flags.push("=airlock");
    if let Some(home) = home {
        // Cargo parts the flags of this variable by a unit separator, so that paths may hold spaces.
        flags.push("\x1f--remap-path-prefix=");
        flags.push(home);
        flags.push("=cargo");
    }
    flags
}

/// Where the page that the sources now make is, or will be.
fn folder_for(workspace: &Workspace) -> Result<PathBuf> {
    Ok(shelf::folder(workspace).join(sources::hash(&workspace.root)?))
}

fn is_whole(page: &Path) -> bool {
    page.join(ENTRY).is_file()
}

fn path_led_by(folder: &Path) -> Result<OsString> {
    let rest = process::search_path();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&rest));
    std::env::join_paths(folders)
        .context("the target folder's name holds a colon, which no PATH can carry")
}
