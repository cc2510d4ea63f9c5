import type { KnownBeforePorts } from "../../src/flows/find-known-before.ts";

/** A world in which nothing was before: everything that is found is new. */
export const noPast: KnownBeforePorts = {
  past: {
    onBase: async () => new Set(),
    broughtBy: async (_, commits) => new Set(commits),
    diffsOf: async () => new Map(),
  },
  readBlob: async () => ({ kind: "unavailable", detail: "There is nothing to be read here." }),
};
