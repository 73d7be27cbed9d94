//! "Fix it": for each attack four changes to what it got through, of which one stops it. Which one, only the server knows.

/// Four changes to one piece of code.
#[derive(Debug)]
pub(crate) struct Fix {
    /// The lines that each of them takes away.
    pub(crate) before: &'static str,
    /// The changes.
    pub(crate) changes: [Change; 4],
    /// The place of the one that helps.
    pub(crate) right: usize,
}

/// One change.
#[derive(Debug)]
pub(crate) struct Change {
    /// The lines that it puts in.
    pub(crate) after: &'static str,
    /// Why it helps, or why not, in a sentence or two.
    pub(crate) because: &'static str,
}

const fn to(after: &'static str, because: &'static str) -> Change {
    Change { after, because }
}

pub(crate) static NETWORK: Fix = Fix {
    before: r#"headers.set("x-api-key", KEY);"#,
    changes: [
        to(
            r#"headers.set("authorization", &format!("Bearer {KEY}"));"#,
            "Another header, in the same tab of the developer tools.",
        ),
        to(
            r#"headers.set("x-api-key", &decrypt(KEY));"#,
            "It has to be whole again before it is sent, and the developer tools show what is sent.",
        ),
        to(
            r#"headers.insert(HeaderName::from_static("x-api-key"), key);"#,
            "This is the server's code: the page sends no key, and the server writes the header where no browser looks.",
        ),
        to(
            r#"fetch("https://our-page.example/anthropic", &options)"#,
            "Another address, the same options: the key still leaves from the visitor's browser.",
        ),
    ],
    right: 2,
};

pub(crate) static SCRIPT: Fix = Fix {
    before: "const API_KEY = import.meta.env.VITE_ANTHROPIC_API_KEY;",
    changes: [
        to(
            "let reply = fetch::post(paths::CHAT, json, header, abort).await?;",
            "The page asks its own server. What it does not hold, no build can publish.",
        ),
        to(
            "const API_KEY = process.env.NEXT_PUBLIC_ANTHROPIC_API_KEY;",
            "Another prefix with the same promise: what begins with it is copied into the script.",
        ),
        to(
            "minify: 'terser', mangle: { toplevel: true }",
            "A minifier renames variables. It leaves the contents of strings as they are.",
        ),
        to(
            ".gitignore: .env",
            "That keeps the key out of the repository. The build reads the file all the same, and copies it into what everybody downloads.",
        ),
    ],
    right: 0,
};

pub(crate) static WASM: Fix = Fix {
    before: r#"const KEY: &str = env!("ANTHROPIC_API_KEY");"#,
    changes: [
        to(
            "[profile.release] strip = true",
            "Stripping takes names away. The program needs its strings.",
        ),
        to(
            r#"const KEY: [u8; 48] = xor(env!("ANTHROPIC_API_KEY"));"#,
            "The program undoes it before it sends, and so can everybody who has the program.",
        ),
        to(
            r#"let key = fetch("/key.txt").await?;"#,
            "Then it stands in an answer of the server instead of the program, for everybody who asks.",
        ),
        to(
            "pub struct Secret(Zeroizing<String>);",
            "This is the server's type for it. The page's crate does not depend on the server, so that it has no way to name it.",
        ),
    ],
    right: 3,
};

pub(crate) static MAP: Fix = Fix {
    before: r#""map" => "application/json","#,
    changes: [
        to(
            "chat.js: without its line //# sourceMappingURL=chat.js.map",
            "The file is still there, and its name is easy to guess.",
        ),
        to(
            "_ => return None,",
            "The server has no content type for a map, so that a build with one in it stops.",
        ),
        to(
            "// const DEVELOPER_KEY = \"…\";",
            "A map holds the source with its comments.",
        ),
        to(
            "robots.txt: Disallow: /*.map",
            "That is a request to search engines. A thief is none.",
        ),
    ],
    right: 1,
};

pub(crate) static STORAGE: Fix = Fix {
    before: r#"localStorage.setItem("claude-api-key", key);"#,
    changes: [
        to(
            r#"sessionStorage.setItem("claude-api-key", key);"#,
            "It goes with the tab, and until then every script of the page can read it.",
        ),
        to(
            r#"localStorage.setItem("claude-api-key", await encrypt(key));"#,
            "The page has to decrypt it to use it, and what the page can do, a script in it can.",
        ),
        to(
            r#""{COOKIE_NAME}={}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Strict","#,
            "There is no key to keep: the browser gets a session that no script can read and that ends.",
        ),
        to(
            "document.cookie = `key=${key}; Secure; SameSite=Strict`;",
            "A cookie that a script wrote, a script can read.",
        ),
    ],
    right: 2,
};

pub(crate) static HOOK: Fix = Fix {
    before: "// nothing: any script may run, any host may be asked",
    changes: [
        to(
            r#"Object.defineProperty(window, "fetch", { value: fetch, writable: false });"#,
            "Extensions run before the page does, and a service worker beneath it.",
        ),
        to(
            r#"const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \"#,
            "No script of others runs, as a worker neither, and nothing leaves the origin. And to an extension, which is above it, there is no key to hear.",
        ),
        to(
            r#"if (!/\[native code\]/.test(fetch)) throw new Error("hooked");"#,
            "Whoever replaces fetch can have its text look as it did, and a worker is not seen at all.",
        ),
        to(
            "const real = fetch.bind(window);  // in the page's first script",
            "Whoever came first has replaced it already.",
        ),
    ],
    right: 1,
};

pub(crate) static DISGUISE: Fix = Fix {
    before: r#"send(claude(), atob("…"), question);"#,
    changes: [
        to(
            "pub fn fingerprint(&self) -> String {",
            "Eight digits of a hash are all that anybody is told of the key: enough to tell two keys apart, useless to find one.",
        ),
        to(
            "send(claude(), await decrypt(KEY, password), question);",
            "The page has to have the password too. And what is sent is whole.",
        ),
        to(
            "send(claude(), await program.key(), question);  // WebAssembly",
            "What leaves the program passes by the hook.",
        ),
        to(
            r#"send(claude(), await (await fetch("/key?once=" + nonce)).text(), question);"#,
            "A key that is given out once is given out. The hook hears it twice.",
        ),
    ],
    right: 0,
};

pub(crate) static PROXY: Fix = Fix {
    before: "call(&shared, body).await",
    changes: [
        to(
            r#"headers.insert("access-control-allow-origin", "https://our-page.example");"#,
            "That tells browsers whose pages may read an answer. A thief's program asks all the same, and the bill comes all the same.",
        ),
        to(
            r#"if headers["referer"] != OUR_PAGE { return forbidden(); }"#,
            "Outside a browser anybody can write that header.",
        ),
        to(
            r#".route("/proxy-7f3a9c", post(proxy::forward))"#,
            "The page has to know the path, so everybody does.",
        ),
        to(
            "pub async fn open(\n    &self,\n    _admission: &Admission,\n    key: &KeyLease,",
            "The way out asks for an admission, and there is none without a session, a place under the limits and the money for the worst case.",
        ),
    ],
    right: 3,
};

pub(crate) static ECHO: Fix = Fix {
    before: "response.status(500).json(error);",
    changes: [
        to(
            "response.status(500).json(error.message);",
            "The message is the client's as well, and may name the address and the headers that it used.",
        ),
        to(
            r#"response.status(500).json(JSON.parse(JSON.stringify(error).replaceAll(KEY, "***")));"#,
            "It misses a key that was cut short or encoded, and all else that the error says about your account.",
        ),
        to(
            "Self::Upstream(refusal) => ApiError {\n    retry_after_ms: refusal.retry_after_ms,\n    ..refusal.kind.into()\n},",
            "The page gets a row of our own table. Nothing of the failed request is in it that could hold a key.",
        ),
        to(
            "if (process.env.NODE_ENV !== \"production\") response.status(500).json(error);",
            "One setting away from the same, and servers that are tried out have real keys too.",
        ),
    ],
    right: 2,
};

pub(crate) static IMAGE: Fix = Fix {
    before: "paragraph.append(image(alt, src));",
    changes: [
        to(
            r#"system: "Never write images.""#,
            "The letter is read after that, and a model may obey the letter. What a page loads must not hang on what a model writes.",
        ),
        to(
            "self.link(&url, vec![Inline::Text(words)]);",
            "An image is drawn as a link in words that says where it leads. Nothing is asked for until a person presses it.",
        ),
        to(
            r#"image(alt, src).referrerPolicy = "no-referrer";"#,
            "The words stand in the address itself.",
        ),
        to(
            r#"image(alt, src).loading = "lazy";"#,
            "Then it tells the thief as soon as somebody reads that far.",
        ),
    ],
    right: 1,
};
