import { readdir, readFile } from "node:fs/promises";

/** The running processes whose environment names the repository, with their command lines (Linux). */
export async function processesOf(gitDir: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = (id: string, what: string): Promise<string> => readFile(`/proc/${id}/${what}`, "utf8").catch(() => "");
  const ours: string[] = [];
  for (const id of ids) {
    if ((await read(id, "environ")).includes(`GIT_DIR=${gitDir}\0`)) ours.push(await read(id, "cmdline"));
  }
  return ours;
}

/** Waits for something to hold, for ten seconds at most. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("It did not come to hold in ten seconds.");
}
