import type { FuzzSubject } from "./subject.ts";
import { commandsSubject } from "./subjects/commands.ts";
import { configSubject } from "./subjects/config.ts";
import { damagedRepositorySubject } from "./subjects/damaged-repository.ts";
import { objectStreamSubject } from "./subjects/object-stream.ts";
import { packsSubject } from "./subjects/packs.ts";
import { payloadSubject } from "./subjects/payload.ts";
import { rulesSubject } from "./subjects/rules.ts";
import { scanSubject } from "./subjects/scan.ts";
import { treesAndCommitsSubject } from "./subjects/trees-and-commits.ts";

/** Everything that is given what others wrote. */
export const allSubjects: readonly FuzzSubject[] = [
  scanSubject,
  payloadSubject,
  configSubject,
  rulesSubject,
  commandsSubject,
  packsSubject,
  objectStreamSubject,
  damagedRepositorySubject,
  treesAndCommitsSubject,
];
