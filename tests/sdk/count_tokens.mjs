// Reads texts as JSON and prints how many tokens Claude 2 makes of each: what the package's own `countTokens` says, with one
// tokenizer for all instead of one for each.

import { readFileSync } from "node:fs";
import { load } from "./packages.mjs";

const { getTokenizer } = load("@anthropic-ai/tokenizer");
const texts = JSON.parse(readFileSync(0, "utf8"));
const tokenizer = getTokenizer();
const counts = texts.map((text) => tokenizer.encode(text.normalize("NFKC"), "all").length);
console.log(JSON.stringify(counts));
