// @ts-check
/** Drafts and sendings that wait for a connection, kept in this browser: IndexedDB holds texts and photos alike. */

/**
 * @typedef {object} Draft
 * @property {string} name what the form is for; one draft each
 * @property {string} action where it is sent
 * @property {number} savedAt
 * @property {string} version the version of the record that it was begun from
 * @property {[string, string | File][]} entries
 * @property {boolean} waiting whether it was sent and could not get through
 */

const DATABASE = "jiantu-drafts";
const STORE = "drafts";
const OLDEST_MS = 30 * 24 * 3600 * 1000;

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "name" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>}
 */
async function withStore(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

/** @param {Draft} draft */
export async function keepDraft(draft) {
  await withStore("readwrite", (store) => store.put(draft));
}

/**
 * @param {string} name
 * @returns {Promise<Draft | undefined>}
 */
export async function findDraft(name) {
  const found = await withStore("readonly", (store) => store.get(name));
  return found && Date.now() - found.savedAt < OLDEST_MS ? found : undefined;
}

/** @returns {Promise<Draft[]>} those that were sent and did not get through */
export async function findWaiting() {
  const all = await withStore("readonly", (store) => store.getAll());
  return all.filter((/** @type {Draft} */ draft) => draft.waiting);
}

/** @param {string} name */
export async function dropDraft(name) {
  await withStore("readwrite", (store) => store.delete(name));
}
