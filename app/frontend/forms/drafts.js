// @ts-check
/** Drafts and sendings that wait for a connection, kept in this browser: IndexedDB holds texts and photos alike. */

/**
 * @typedef {object} Draft
 * @property {string} account number of the account whose work it is
 * @property {string} name what the form is for; one draft each
 * @property {string} action where it is sent
 * @property {number} savedAt
 * @property {string} version the version of the record that it was begun from
 * @property {[string, string | File][]} entries
 * @property {boolean} waiting whether it was sent and could not get through
 */

const DATABASE = "jiantu-drafts";
const STORE = "drafts";
const BY_NAME = ["account", "name"];
const OLDEST_MS = 30 * 24 * 3600 * 1000;

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 2);
    request.onupgradeneeded = () => {
      // Drafts of the first edition do not say whose they are: nobody is shown them.
      if (request.result.objectStoreNames.contains(STORE)) request.result.deleteObjectStore(STORE);
      request.result.createObjectStore(STORE, { keyPath: BY_NAME });
    };
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
 * @param {string} account
 * @param {string} name
 * @returns {Promise<Draft | undefined>}
 */
export async function findDraft(account, name) {
  const found = await withStore("readonly", (store) => store.get([account, name]));
  return found && Date.now() - found.savedAt < OLDEST_MS ? found : undefined;
}

/**
 * @param {string} account
 * @returns {Promise<Draft[]>} those that were sent and did not get through
 */
export async function findWaiting(account) {
  const all = await withStore("readonly", (store) => store.getAll());
  return all.filter((/** @type {Draft} */ draft) => draft.account === account && draft.waiting);
}

/**
 * @param {string} account
 * @param {string} name
 */
export async function dropDraft(account, name) {
  await withStore("readwrite", (store) => store.delete([account, name]));
}

/** @param {string} account all of whose drafts are taken away */
export async function dropDrafts(account) {
  // An array comes after every text, so these are all names of the account.
  await withStore("readwrite", (store) => store.delete(IDBKeyRange.bound([account], [account, []])));
}
