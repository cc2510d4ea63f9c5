import type { GithubApp } from "../adapters/github/app.ts";
import { createAuditLog } from "../adapters/github/audit-log.ts";
import { createCloneTraffic } from "../adapters/github/clone-traffic.ts";
import { createAccessStore } from "../adapters/postgres/access-store.ts";
import type { Database } from "../adapters/postgres/database.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import type { WatchAccessPorts } from "../flows/watch-access.ts";
import type { MasterKeyRing } from "./master-key-setting.ts";

/** What watches who reads repositories, and with what. Credentials go by names under a key of ours. */
export function composeAccess(
  github: Pick<GithubApp, "clientFor">,
  database: Pick<Database, "kysely">,
  [{ master }]: MasterKeyRing,
): Pick<WatchAccessPorts, "readAuditLog" | "readClones" | "access"> {
  return {
    readAuditLog: createAuditLog(github, (installationId) => {
      const fingerprint = createFingerprinter(master, installationId);
      return (text) => fingerprint("git-access", text);
    }),
    readClones: createCloneTraffic(github),
    access: createAccessStore(database),
  };
}
