import type { ScanGap } from "../../core/scan/scanner.ts";
import { shownName } from "./entry-name.ts";
import type { PartGap } from "./part.ts";

/** As many of one reason in one container are told each by itself. */
const toldSingly = 5;

/** The gaps of one container. */
export type GapBook = {
  readonly note: (gap: PartGap) => void;
  /** Whether some gap is about the container, not about a single entry. */
  readonly concernWhole: () => boolean;
  /** Many of one reason are told as one: nobody reads a thousand lines about a thousand locked entries. */
  readonly told: () => readonly ScanGap[];
};

export function createGapBook(path: string): GapBook {
  const gaps: PartGap[] = [];
  const single = ({ name, reason, detail }: PartGap): ScanGap => ({
    path: name === "" ? path : `${path}!/${shownName(name)}`,
    reason,
    detail,
  });
  return {
    note: (gap) => void gaps.push(gap),
    concernWhole: () => gaps.some(({ name }) => name === ""),
    told: () => {
      const groups = Map.groupBy(gaps, ({ name, reason }) => (name === "" ? "" : reason));
      return [...groups].flatMap(([reason, group]) => {
        const [first] = group;
        if (reason === "" || group.length <= toldSingly || first === undefined) return group.map(single);
        const detail = `${group.length.toLocaleString("en-US")} entries, the first being ${shownName(first.name)}: ${first.detail}`;
        return [{ path, reason: first.reason, detail }];
      });
    },
  };
}
