import type { ScanAnswer, ScanMemory, ScanQuestion } from "../../src/flows/ports/scan-memory.ts";

/** The memory of scans, in memory; kept honest by the contract that the real one keeps. */
export function fakeScanMemory(): ScanMemory {
  const answers = new Map<string, ScanAnswer>();
  const keyOf = (installationId: number, { scanner, object, place }: ScanQuestion): string =>
    JSON.stringify([installationId, scanner, object, place]);
  return {
    recall: async ({ installationId }, questions) =>
      questions.map((question) => structuredClone(answers.get(keyOf(installationId, question)) ?? null)),
    remember: async ({ installationId }, scanned) => {
      for (const { question, answer } of scanned) {
        const key = keyOf(installationId, question);
        if (!answers.has(key)) answers.set(key, structuredClone(answer));
      }
    },
  };
}
