//! One call of one official client, in a process of its own.

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use serving::clock::Clock;
use serving::tasks::Tasks;
use stand_in::{Control, Settings, StandIn};
use tokio::net::TcpListener;

/// What tests fail with: an outside program has many ways to go wrong, and each says what it was.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// An official client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Python's `anthropic`.
    Python,
    /// Node's `@anthropic-ai/sdk`.
    Node,
}

impl Client {
    pub(crate) const ALL: [Self; 2] = [Self::Python, Self::Node];

    /// Makes one call and gives what the client printed.
    pub(crate) async fn call(
        self,
        stage: &Stage,
        call: &str,
        options: Value,
    ) -> Result<Value, Failure> {
        let mut command = self.command()?;
        command.args([&stage.url, call, &with_defaults(options).to_string()]);
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("{self:?} failed at `{call}`: {said}").into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn command(self) -> Result<Command, Failure> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk");
        let mut command;
        match self {
            Self::Python => {
                command = Command::new(provided("AIRLOCK_SDK_PYTHON")?);
                command.arg(script.join("client.py"));
                command.env_clear();
            }
            Self::Node => {
                command = Command::new(provided("AIRLOCK_SDK_NODE")?);
                command.arg(script.join("client.mjs"));
                // Nothing of the caller's, such as a real key or a proxy, may decide what a client does.
                command.env_clear();
                let modules = "AIRLOCK_SDK_NODE_MODULES";
                command.env(modules, provided(modules)?);
            }
        }
        Ok(command)
    }
}

/// A stand-in on a free port, in real time: the clients wait by it.
pub(crate) struct Stage {
    url: String,
    pub(crate) control: Control,
    tasks: Tasks,
}

impl Stage {
    pub(crate) async fn set() -> Result<Self, Failure> {
        let tasks = Tasks::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let stand_in =
            StandIn::start(listener, Settings::instant(), Clock::system(), &tasks).await?;
        Ok(Self {
            url: format!("http://{}", stand_in.address()),
            control: stand_in.control().clone(),
            tasks,
        })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

/// A question with everything that it needs.
pub(crate) fn question(words: &str) -> Value {
    json!({
        "model": "claude-haiku-5-5",
        "max_tokens": 500,
        "messages": [{"role": "user", "content": words}],
    })
}

/// `options` with `changes` made.
pub(crate) fn with(mut options: Value, changes: Value) -> Value {
    if let (Value::Object(options), Value::Object(changes)) = (&mut options, changes) {
        options.extend(changes);
    }
    options
}

fn with_defaults(options: Value) -> Value {
    with(
        json!({"api_key": "key-of-the-ring", "max_retries": 0}),
        options,
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the clients are is told to this ring alone"
)]
fn provided(name: &str) -> Result<OsString, Failure> {
    let missing = || {
        format!("{name} is not set: run `cargo xtask test sdk`, which gets the official clients")
    };
    std::env::var_os(name).ok_or_else(|| missing().into())
}
