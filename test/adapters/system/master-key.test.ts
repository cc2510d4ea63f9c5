import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFingerprinter } from "../../../src/adapters/system/fingerprinter.ts";
import { deriveKey, masterKeyIn } from "../../../src/adapters/system/master-key.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "keyward-key-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("the master key of a data directory", () => {
  it("is made once, readable by its owner alone, and kept", () => {
    const made = masterKeyIn(join(dir, "data"));
    expect(made).toHaveLength(32);
    expect(masterKeyIn(join(dir, "data"))).toEqual(made);
    expect(statSync(join(dir, "data", "master.key")).mode & 0o777).toBe(0o600);
  });

  it("is never replaced when the file is damaged: that would orphan every fingerprint", () => {
    writeFileSync(join(dir, "master.key"), "half a key");
    expect(() => masterKeyIn(dir)).toThrow(/does not hold 32 bytes/);
    expect(readFileSync(join(dir, "master.key"), "utf8")).toBe("half a key");
  });
});

describe("derived keys and fingerprints", () => {
  const master = new Uint8Array(32).fill(7);

  it("differ by purpose and installation, and are stable", () => {
    expect(deriveKey(master, "a")).not.toEqual(deriveKey(master, "b"));
    expect(deriveKey(master, "a", "1")).not.toEqual(deriveKey(master, "a", "2"));
    const one = createFingerprinter(master, 1);
    expect(one("family", "text")).toMatch(/^[0-9a-f]{32}$/);
    expect(one("family", "text")).toBe(createFingerprinter(master, 1)("family", "text"));
    expect(one("family", "text")).not.toBe(createFingerprinter(master, 2)("family", "text"));
    expect(one("family", "text")).not.toBe(one("famil", "ytext"));
  });
});
