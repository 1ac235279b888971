// Which device this is: an id that outlives a reload of the page and is nobody else's (RFC 5626 §4.1).
//
// It is kept in sessionStorage, which is the tab's, and owned under a Web Lock, because a duplicated tab gets a copy of
// it. Several devices of one page count up.

const PREFIX = "telnyx-device.instance";

/** Milliseconds to wait for a lock: a reloaded page may be there before the old one is quite gone. */
const PATIENCE = 300;

/** The ids of this page's devices. */
const owned = new Set();

const isUuid = (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Holds the lock of an id, and gives what releases it. Rejects where another tab holds it, or locks are forbidden. */
function hold(id) {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const impatience = setTimeout(() => abort.abort(), PATIENCE);
    const held = () => {
      clearTimeout(impatience);
      return new Promise((release) => resolve(release));
    };
    navigator.locks
      .request(`${PREFIX} ${id}`, { signal: abort.signal }, held)
      .catch(reject);
  });
}

/** Owns the id, unless another tab does. */
async function own(id) {
  owned.add(id);
  const release = await hold(id).catch(() => undefined);
  if (!release) owned.delete(id);
  return release && { id, release: () => (owned.delete(id), release()) };
}

function mint(key) {
  const id = crypto.randomUUID();
  sessionStorage.setItem(key, id);
  return id;
}

/** The id of the next device of this name. Throws where storage or locks are missing or forbidden. */
export async function claim(name) {
  for (let index = 0; ; index += 1) {
    const key = `${PREFIX} ${name} ${index}`;
    const stored = sessionStorage.getItem(key);
    if (owned.has(stored)) continue;
    const claimed = await own(isUuid(stored) ? stored : mint(key));
    // A duplicated tab: the other one has it.
    const instead = claimed ?? (await own(mint(key)));
    if (!instead) throw new Error("no lock is to be had");
    return instead;
  }
}
