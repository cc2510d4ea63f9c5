import type { FixStore, NoteSettingChange } from "./ports/fix-store.ts";
import type { Clock } from "./ports/system.ts";

export type NoteSettingChangePorts = {
  readonly fixes: FixStore;
  /** The login that Keyward itself writes under. */
  readonly ownLogin: () => Promise<string>;
  readonly clock: Clock;
};

/** Notes who changed a setting. What Keyward set itself is no drift. */
export async function noteSettingChange(
  { repo, event, login }: NoteSettingChange["data"],
  { fixes, ownLogin, clock }: NoteSettingChangePorts,
): Promise<void> {
  if (login === (await ownLogin())) return;
  await fixes.noteChange(repo.repoId, { event, login, at: clock() });
}
