import { terminalText } from "../../../core/scan/terminal-text.ts";
import type { ScanCoverage } from "../formats/reporter.ts";

// Beyond, the rest is only counted; the reports for machines have them all.
const unreadTold = 100;

/** What was not read, for people: it is said whatever else is not. */
export function unreadText({ unread }: ScanCoverage): string {
  if (unread.length === 0) return "";
  const lines = unread.slice(0, unreadTold).map(({ path, commit, detail }) => {
    const inCommit = commit === undefined ? "" : ` in commit ${commit.slice(0, 12)}`;
    return `  ${terminalText(path)}${inCommit}: ${terminalText(detail)}`;
  });
  const rest = unread.length > unreadTold ? [`  and ${unread.length - unreadTold} more`] : [];
  return [`Not (wholly) read:`, ...lines, ...rest, ""].join("\n");
}

/** What was done, in a line. */
export function summaryText(
  coverage: ScanCoverage,
  counts: { readonly found: number; readonly known: number },
): string {
  const { files, bytes, unread, passedOver } = coverage;
  const aside = [
    ...(counts.known > 0 ? [`${counts.known} in the baseline`] : []),
    ...(passedOver.excluded > 0 ? [`${count(passedOver.excluded, "path")} excluded`] : []),
    ...(passedOver.symbolicLinks > 0 ? [`${count(passedOver.symbolicLinks, "symbolic link")} not followed`] : []),
    ...(passedOver.specialFiles > 0
      ? [`${count(passedOver.specialFiles, "pipe, socket or device", "pipes, sockets or devices")} not opened`]
      : []),
    ...(unread.length > 0 ? [`${count(unread.length, "place")} not read`] : []),
  ];
  const said = counts.found === 0 ? "No credentials found" : `${count(counts.found, "credential")} found`;
  return `${said} in ${count(files, "file")} (${sizeText(bytes)})${aside.map((one) => `, ${one}`).join("")}.\n`;
}

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
