import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { good, warning, type Diagnosis } from "../../core/doctor/diagnosis.ts";

/** Whether others on this machine can read what only Keyward should. What is not there yet is nobody's. */
export function examineFiles(paths: readonly string[]): readonly Diagnosis[] {
  const open = process.platform === "win32" ? [] : paths.filter((path) => existsSync(path) && isOpen(path));
  if (open.length === 0) return [good("files", "with secrets are readable by nobody else")];
  return open.map((path) =>
    warning(
      "files",
      `${path} can be read by everybody on this machine`,
      `chmod o-rwx ${path}, or close the folder it is in`,
    ),
  );
}

const others = { read: 0o004, enter: 0o001 };

/** A file in a folder that others cannot enter is out of their reach. */
function isOpen(path: string): boolean {
  if ((statSync(path).mode & others.read) === 0) return false;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & others.enter) === 0) return false;
  }
  return true;
}
