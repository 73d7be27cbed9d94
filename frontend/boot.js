// Starts the page: its theme before the first paint, its one Trusted Types policy, then the application, pinned by its hashes.
// It is a file of its own because the content security policy allows no inline script.
"use strict";

(() => {
  const boot = document.currentScript;

  // The theme that the person chose, before anything is painted. The application writes it; system colours need nothing.
  try {
    const { theme } = JSON.parse(localStorage.getItem("airlock.settings")) ?? {};
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without storage, or with something unreadable in it, the system's colours do.
  }

  // The renderer clones static parts of the page from templates that it writes as HTML. They come from the program, never from
  // a model's answer; should any other text ever get here, this lets no script, frame or foreign resource through.
  const forbidden = /<(script|iframe|object|embed|base|meta|link)|\son\w+\s*=|javascript:/i;
  globalThis.trustedTypes?.createPolicy("default", {
    createHTML: (html) => (forbidden.test(html) ? null : html),
  });

  // Writes into the shell, as long as it stands there.
  function say(words) {
    const message = document.getElementById("boot-message");
    if (!message) return;
    message.textContent = words;
    document.querySelector("#shell .where").textContent = "The page did not start";
  }

  async function start() {
    if (typeof WebAssembly !== "object") {
      say("This browser has no WebAssembly, or it is switched off. Airlock's page needs it.");
      return;
    }
    try {
      // Browsers check a module's hash by its preload link, but ignore that of a preloaded WASM file: so it is given here.
      const pinned = document.querySelector('link[rel="preload"][as="fetch"]');
      const wasm = fetch(boot.dataset.wasm, { integrity: pinned?.integrity ?? "" });
      const { default: init } = await import(boot.dataset.js);
      await init({ module_or_path: wasm });
    } catch (error) {
      say("The page could not be loaded. Reload it; if that does not help, tell the operator.");
      throw error;
    }
  }

  // The links with the hashes stand behind this script.
  document.addEventListener("DOMContentLoaded", start, { once: true });
})();
