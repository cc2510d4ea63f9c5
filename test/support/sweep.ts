/** Whether sweeps are whole: in `npm run test:sweeps`, which runs every night. */
const isWhole = process.env["SWEEPS"] === "whole";

/** Of a sweep whose every case takes seconds: every `step`-th from the first on, always the same ones; all of them where sweeps are whole. */
export const swept = <Case>(step: number, cases: readonly Case[]): readonly Case[] =>
  isWhole ? cases : cases.filter((_, at) => at % step === 0);
