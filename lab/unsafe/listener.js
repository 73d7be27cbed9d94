// A service worker as somebody leaves one behind who could once put a file on this origin: it stands beneath the page, hears every
// request of it, of WebAssembly's too, and stays when the page is closed. The attack that installs this one takes it away again.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
// It answers nothing itself, so that the request goes on as if nobody had heard it.
addEventListener("fetch", (event) => event.waitUntil(tell(event.request)));

async function tell({ method, url, headers }) {
  const heard = { method, url, headers: [...headers] };
  for (const page of await clients.matchAll()) page.postMessage(heard);
}
