import * as z from "zod";
import type { JobDefinition } from "../../adapters/postgres/job-definition.ts";
import { historyReasons, type HistoryReason } from "../../core/history/history.ts";
import type {
  ReadHistoryAgain,
  ReviewHistories,
  ScanHistory,
  SurveyInstallation,
} from "../../flows/ports/histories.ts";
import { repo } from "./repo-schema.ts";

const id = z.int().positive();

/** What everybody can read comes first, and what was read before, by older rules, last. */
const priorities: Readonly<Record<HistoryReason, number>> = {
  "made-public": 30,
  asked: 20,
  installed: 10,
  "caught-up": 10,
  "rules-changed": 0,
};

/** In a lane of its own, so that it takes no place of a push or pull request. */
const scanHistory: JobDefinition<ScanHistory["data"]> = {
  lane: "histories",
  schema: z.strictObject({ installationId: id, repoId: id, reason: z.enum(historyReasons) }),
  key: ({ repoId }) => String(repoId),
  installationId: ({ installationId }) => installationId,
  turn: ({ repoId }) => String(repoId),
  retry: { limit: 10, delaySeconds: 5, maxDelaySeconds: 3600 },
  // The first part of a large repository is half an hour's fetch and then some.
  expireSeconds: 3 * 3600,
  priority: ({ reason }) => priorities[reason],
};

const surveyInstallation: JobDefinition<SurveyInstallation["data"]> = {
  lane: "histories",
  schema: z.strictObject({ installationId: id, reason: z.enum(["installed", "caught-up"]) }),
  key: ({ installationId, reason }) => `${installationId}:${reason}`,
  installationId: ({ installationId }) => installationId,
  turn: ({ installationId }) => String(installationId),
  retry: { limit: 12, delaySeconds: 10, maxDelaySeconds: 1800 },
  expireSeconds: 1800,
  priority: 40,
};

const reviewHistories: JobDefinition<ReviewHistories["data"]> = {
  lane: "histories",
  schema: z.strictObject({ minute: z.string() }),
  key: () => "review",
  installationId: () => null,
  retry: { limit: 5, delaySeconds: 30, maxDelaySeconds: 1800 },
  expireSeconds: 1800,
  priority: 40,
};

const readHistoryAgain: JobDefinition<ReadHistoryAgain["data"]> = {
  lane: "deliveries",
  schema: z.strictObject({ repo }),
  key: ({ repo }) => String(repo.repoId),
  installationId: ({ repo }) => repo.installationId,
  retry: { limit: 12, delaySeconds: 5, maxDelaySeconds: 600 },
  expireSeconds: 120,
  priority: 0,
};

/** What is done about the histories of repositories. */
export const historyJobs = {
  "scan-history": scanHistory,
  "survey-installation": surveyInstallation,
  "review-histories": reviewHistories,
  "read-history-again": readHistoryAgain,
} as const;
