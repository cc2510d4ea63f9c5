import { expect, test } from "vitest";
import type { SuppressionEntry, SuppressionEvent } from "../../src/core/suppression/suppression.ts";
import type { Job } from "../../src/flows/ports/jobs.ts";
import type { SuppressionStore } from "../../src/flows/ports/suppressions.ts";
import { impossibleJob, type StoreUnderTest } from "./scan-store.ts";

const at = "2026-11-02T10:00:00.000Z";

/** What every `SuppressionStore` promises. `make` gives one that may hold other installations' entries. */
export function suppressionStoreContract(make: () => StoreUnderTest<SuppressionStore>): void {
  let installations = 5000;
  const fingerprint = "e".repeat(32);
  const entry = (id: string, event: SuppressionEvent): SuppressionEntry => ({ id, fingerprint, at, event });
  const asked = (id: string, until: string | null = null): SuppressionEntry =>
    entry(id, {
      kind: "requested",
      terms: { fingerprint, repoId: 42, reason: "revoked", note: "", until },
      by: "alice",
      authors: { logins: ["alice"], complete: false },
    });
  const refused = (id: string): SuppressionEntry =>
    entry(id, { kind: "refused", by: "mona", note: "no", source: "comment:1" });
  const fresh = (): { installationId: number; id: string } => {
    installations += 1;
    return { installationId: installations, id: `s${installations}` };
  };

  test("what was added is given in its order, to its own installation and fingerprint alone", async () => {
    const { store } = make();
    const { installationId, id } = fresh();
    await store.append(installationId, [asked(id), refused(id)], []);
    expect(await store.about(installationId, [fingerprint])).toEqual([asked(id), refused(id)]);
    expect(await store.about(installationId, ["0".repeat(32)])).toEqual([]);
    expect(await store.about(fresh().installationId, [fingerprint])).toEqual([]);
    expect(await store.about(installationId, [])).toEqual([]);
  });

  test("the same said twice is kept as it was said first", async () => {
    const { store } = make();
    const { installationId, id } = fresh();
    await store.append(installationId, [asked(id)], []);
    await store.append(installationId, [{ ...asked(id), at: "2026-11-03T10:00:00.000Z" }, refused(id)], []);
    expect(await store.about(installationId, [fingerprint])).toEqual([asked(id), refused(id)]);
  });

  test("entries and their jobs are stored together, or neither", async () => {
    const { store, queued } = make();
    const { installationId, id } = fresh();
    const job: Job = { name: "settle-suppression", data: { installationId, fingerprint } };
    await expect(store.append(installationId, [asked(id)], [job, impossibleJob])).rejects.toThrow(/expected object/i);
    expect(await store.about(installationId, [fingerprint])).toEqual([]);
    await store.append(installationId, [asked(id)], [job]);
    expect(await queued()).toContainEqual(job);
  });

  test("what is over is named until an entry says so", async () => {
    const { store } = make();
    const { installationId, id } = fresh();
    await store.append(installationId, [asked(id, "2026-11-02T12:00:00.000Z"), asked(`${id}-for-good`)], []);
    const ended = async (now: string) => (await store.endedBy(now, 1000)).filter((one) => one.id.startsWith(id));
    expect(await ended("2026-11-02T11:59:59.000Z")).toEqual([]);
    expect(await ended("2026-11-02T12:00:00.000Z")).toEqual([{ id, installationId, fingerprint }]);
    await store.append(installationId, [entry(id, { kind: "expired" })], []);
    expect(await ended("2026-11-02T13:00:00.000Z")).toEqual([]);
  });

  test("what is configured is given by repository, with what became of it", async () => {
    const { store } = make();
    const { installationId, id } = fresh();
    const terms = { fingerprint, repoId: 43, reason: "revoked", note: "", until: null } as const;
    const configured = entry(id, { kind: "configured", terms });
    const over = entry(id, { kind: "taken-back", by: null, note: "", source: null });
    await store.append(installationId, [configured, asked(`${id}-other`), over], []);
    expect(await store.configuredIn(installationId, 43)).toEqual([configured, over]);
    expect(await store.configuredIn(installationId, 42)).toEqual([]);
  });
}
