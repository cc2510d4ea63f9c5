import { readFileSync } from "node:fs";
import { describeFileError } from "./file-error.ts";

/** The text of the file that a setting names. Throws, naming the setting, where it cannot be read. */
export function readSettingFile(path: string, setting: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`${setting} names ${path}, which cannot be read. ${describeFileError(cause)}`, { cause });
  }
}
