import { bytesToHex, randomBytes } from "@noble/hashes/utils.js";
import { type Clock, isoTime } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Logger } from "../logger.ts";
import { type DsnKey, LIMITS } from "./model.ts";
import type { KeyStore } from "./store.ts";

/** Bytes of a made key. */
const KEY_BYTES = 16;

/** A key that the operator wants to be there. */
export interface SeededKey {
  readonly project: string;
  readonly publicKey: string;
}

/**
 * The public keys. All are in memory, a few hundred bytes each: whatever strangers send is looked up without a
 * query, and nothing is remembered of it.
 */
export class DsnKeys {
  readonly #store: KeyStore;
  readonly #clock: Clock;
  readonly #byId = new Map<number, DsnKey>();
  readonly #byPublicKey = new Map<string, DsnKey>();

  constructor(store: KeyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    for (const key of store.keys()) this.#keep(key);
  }

  /** All of them, the oldest first. */
  list(): readonly DsnKey[] {
    return [...this.#byId.values()];
  }

  /** The project that a key may submit for; undefined when there is no such key, or it is not active. */
  projectOf(publicKey: string): string | undefined {
    const key = this.#byPublicKey.get(publicKey);
    return key?.active ? key.project : undefined;
  }

  /** Makes a key. Throws `conflict` when there are too many. */
  create(project: string): DsnKey {
    if (this.#byId.size >= LIMITS.keys) {
      throw new Failure("conflict", `There are ${LIMITS.keys} DSN keys, and no more can be made`);
    }
    const publicKey = bytesToHex(randomBytes(KEY_BYTES));
    const [key] = this.#store.addKeys([{ publicKey, project }], isoTime(this.#clock.now()));
    if (!key) throw new Error("The store gave no key");
    this.#keep(key);
    return key;
  }

  /** From now on the key lets nobody in; it stays in the list. Throws `not_found` for an unknown id. */
  deactivate(id: number): void {
    const key = this.#byId.get(id);
    if (!key) throw new Failure("not_found", "Not found");
    if (!key.active) return;
    this.#store.deactivateKey(id);
    this.#keep({ ...key, active: false });
  }

  /** Adds the keys that are not there yet; one that is known stays as it is, deactivated or not. */
  seed(wanted: readonly SeededKey[], logger: Logger): void {
    const missing = wanted.filter(({ publicKey }) => !this.#byPublicKey.has(publicKey));
    for (const { publicKey, project } of wanted) {
      const known = this.#byPublicKey.get(publicKey);
      if (!known) continue;
      if (known.project !== project) {
        logger.warn("DSN key of DSN_KEYS stays with the project that it was made for", {
          id: known.id,
          project: known.project,
          wanted: project,
        });
      } else if (!known.active) {
        logger.warn("DSN key of DSN_KEYS stays deactivated", { id: known.id, project });
      }
    }
    for (const key of this.#store.addKeys(missing, isoTime(this.#clock.now()))) this.#keep(key);
  }

  #keep(key: DsnKey): void {
    this.#byId.set(key.id, key);
    this.#byPublicKey.set(key.public_key, key);
  }
}
