import { unknown } from "../../src/core/incident/exposure.ts";
import type { WatchAccessPorts } from "../../src/flows/watch-access.ts";

/** Nothing is told of who reads repositories. */
export const noAccess: Pick<WatchAccessPorts, "readAuditLog" | "readClones" | "access"> = {
  readAuditLog: async () => unknown("there is no log"),
  readClones: async () => unknown("there is no traffic"),
  access: {
    reading: async () => null,
    record: async () => {},
    leaks: async () => [],
    readers: async () => [],
    clones: async () => null,
    unjudged: async () => null,
    judged: async () => {},
    recordClones: async () => {},
  },
};
