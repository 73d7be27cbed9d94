//! One call of one official client, in a process of its own.

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use serving::clock::Clock;
use serving::tasks::Tasks;
use stand_in::{Control, Settings, StandIn};
use tests::{Airlock, Setup};
use tokio::net::TcpListener;

/// What tests fail with: an outside program has many ways to go wrong, and each says what it was.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// An official client: whose, and in which language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Python's `anthropic`.
    AnthropicPython,
    /// Node's `@anthropic-ai/sdk`.
    AnthropicNode,
    /// Python's `openai`.
    OpenAiPython,
    /// Node's `openai`.
    OpenAiNode,
}

impl Client {
    pub(crate) const ANTHROPIC: [Self; 2] = [Self::AnthropicPython, Self::AnthropicNode];
    pub(crate) const OPENAI: [Self; 2] = [Self::OpenAiPython, Self::OpenAiNode];

    /// Makes one call and gives what the client printed.
    pub(crate) async fn call(
        self,
        stage: &Stage,
        call: &str,
        options: Value,
    ) -> Result<Value, Failure> {
        let (sdk, base_url) = match self {
            Self::AnthropicPython | Self::AnthropicNode => ("anthropic", stage.url.clone()),
            // By this family's custom the version is a part of the base URL.
            Self::OpenAiPython | Self::OpenAiNode => ("openai", format!("{}/v1", stage.url)),
        };
        let mut command = self.command()?;
        command.args([sdk, &base_url, call, &with_defaults(options).to_string()]);
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("{self:?} failed at `{call}`: {said}").into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// The client's language with its script. Nothing of the caller's, such as a real key or a proxy, may decide what it does.
    fn command(self) -> Result<Command, Failure> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk");
        let mut command;
        match self {
            Self::AnthropicPython | Self::OpenAiPython => {
                command = Command::new(provided("AIRLOCK_SDK_PYTHON")?);
                // Without `-B` the scripts' folder would fill with what they are compiled to.
                command.arg("-B").arg(scripts.join("client.py"));
                command.env_clear();
            }
            Self::AnthropicNode | Self::OpenAiNode => {
                command = Command::new(provided("AIRLOCK_SDK_NODE")?);
                command.arg(scripts.join("client.mjs"));
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
    _house: House,
}

/// What lives as long as its stage.
enum House {
    StandIn { _tasks: Stopping },
    Airlock { _airlock: Box<Airlock> },
}

/// Tasks that are asked to stop when it is dropped.
struct Stopping(Tasks);

impl Stage {
    pub(crate) async fn set() -> Result<Self, Failure> {
        let tasks = Tasks::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let stand_in =
            StandIn::start(listener, Settings::instant(), Clock::system(), &tasks).await?;
        Ok(Self {
            url: format!("http://{}", stand_in.address()),
            control: stand_in.control().clone(),
            _house: House::StandIn {
                _tasks: Stopping(tasks),
            },
        })
    }

    /// The same with an Airlock in front of it, which is what the clients talk to.
    pub(crate) async fn behind_airlock(setup: Setup) -> Self {
        let airlock = Airlock::start_with(Setup {
            is_real_time: true,
            ..setup
        })
        .await;
        Self {
            url: airlock.url(),
            control: airlock.stand_in.clone(),
            _house: House::Airlock {
                _airlock: Box::new(airlock),
            },
        }
    }
}

impl Drop for Stopping {
    fn drop(&mut self) {
        self.0.stop();
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

/// The same in the OpenAI dialect.
pub(crate) fn chat(words: &str) -> Value {
    json!({
        "model": "claude-haiku-5-5",
        "max_completion_tokens": 500,
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
