// Keeps the files of the page, so that it works without a network after the first visit. FILES and VERSION are added
// when the page is built.

const NAME = `beskid-${VERSION}`;

addEventListener("install", (event) => {
  event.waitUntil(
    // Past the cache of the browser, which may have files of the version before.
    caches
      .open(NAME)
      .then((cache) => cache.addAll(FILES.map((name) => new Request(name, { cache: "reload" }))))
      .then(() => skipWaiting()),
  );
});

addEventListener("activate", (event) => {
  const drop = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("beskid-") && name !== NAME).map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(drop());
});

addEventListener("fetch", (event) => {
  if (event.request.method === "GET") {
    event.respondWith(caches.match(event.request, { ignoreSearch: true }).then((found) => found ?? fetch(event.request)));
  }
});
