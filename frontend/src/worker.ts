/** Service worker: shows the offline page when a page cannot be fetched. It keeps nothing else, and never an answer of the server. */
const SHELL = "anning-offline-1";
const OFFLINE = "/offline";

interface Lifetime extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lifetime {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(kind: string, listen: (event: never) => void): void;
}
const worker = self as unknown as Worker;

async function keepOfflinePage(): Promise<void> {
  const cache = await caches.open(SHELL);
  await cache.add(new Request(OFFLINE, { cache: "reload", credentials: "omit" }));
  await worker.skipWaiting();
}

async function dropOldCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("anning-offline") && name !== SHELL).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function pageOrOffline(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

worker.addEventListener("install", (event: Lifetime) => event.waitUntil(keepOfflinePage()));
worker.addEventListener("activate", (event: Lifetime) => event.waitUntil(dropOldCaches()));
worker.addEventListener("fetch", (event: Fetching) => {
  if (event.request.mode === "navigate") event.respondWith(pageOrOffline(event.request));
});
export {};
