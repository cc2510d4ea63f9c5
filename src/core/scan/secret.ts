import { maskOf } from "./mask.ts";

/**
 * A raw credential, held in memory only while it is looked at. Every way of printing it (string, JSON, `inspect`,
 * a logger's serializer) shows the mask; the only way to the text is `reveal`, which can be searched for.
 */
export class Secret {
  readonly #text: string;
  readonly mask: string;
  /** The leading part that the provider's format makes public, such as `ghp_`; it may be shown. */
  readonly publicPrefix: string;

  constructor(text: string, publicPrefix = "") {
    this.#text = text;
    this.publicPrefix = publicPrefix;
    this.mask = maskOf(text, publicPrefix);
    Object.freeze(this);
  }

  /** The text itself, as written (UTF-8 decoded). Whoever calls this must not store, log or throw it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return this.mask;
  }

  toJSON(): string {
    return this.mask;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Secret(${this.mask})`;
  }
}
