import { randomUUID } from "node:crypto";
import { describe } from "vitest";
import type { Job } from "../../src/flows/ports/jobs.ts";
import { checkRunsContract } from "../contracts/check-runs.ts";
import { historyStoreContract } from "../contracts/history-store.ts";
import { incidentStoreContract } from "../contracts/incident-store.ts";
import { issueTrackerContract } from "../contracts/issue-tracker.ts";
import { jobQueueContract } from "../contracts/job-queue.ts";
import { scanMemoryContract } from "../contracts/scan-memory.ts";
import { scanStoreContract } from "../contracts/scan-store.ts";
import { suppressionStoreContract } from "../contracts/suppression-store.ts";
import { aRepo } from "./builders.ts";
import { fakeCheckRuns } from "./fake-check-runs.ts";
import { fakeHistoryStore } from "./fake-history-store.ts";
import { fakeIncidentStore } from "./fake-incident-store.ts";
import { fakeIssueTracker } from "./fake-issue-tracker.ts";
import { fakeJobQueue } from "./fake-job-queue.ts";
import { fakeScanMemory } from "./fake-scan-memory.ts";
import { fakeScanStore } from "./fake-scan-store.ts";
import { fakeSuppressionStore } from "./fake-suppression-store.ts";

describe("fake scan memory", () => {
  scanMemoryContract(fakeScanMemory);
});

describe("fake scan store", () => {
  scanStoreContract(() => {
    const queue = fakeJobQueue();
    return { store: fakeScanStore(queue), queued: async () => queue.waiting() as readonly Job[] };
  });
});

describe("fake suppression store", () => {
  suppressionStoreContract(() => {
    const queue = fakeJobQueue();
    return { store: fakeSuppressionStore(queue), queued: async () => queue.waiting() as readonly Job[] };
  });
});

describe("fake incident store", () => {
  incidentStoreContract(() => {
    const queue = fakeJobQueue();
    return { store: fakeIncidentStore(queue), queued: async () => queue.waiting() as readonly Job[] };
  });
});

describe("fake history store", () => {
  historyStoreContract(() => {
    const queue = fakeJobQueue();
    return { store: fakeHistoryStore(queue), queued: async () => queue.waiting() as readonly Job[] };
  });
});

describe("fake job queue", () => {
  jobQueueContract(async () => {
    const queue = fakeJobQueue();
    return {
      queue,
      enqueueAll: async (jobs) => queue.enqueueAll(jobs),
      work: (handlers, onDead) => queue.drain(handlers, onDead, "9999"),
    };
  });
});

describe("fake check runs", () => {
  checkRunsContract(() => {
    const checkRuns = fakeCheckRuns();
    return {
      checkRuns,
      newHead: async () => ({ repo: aRepo(), sha: randomUUID() }),
      seenOn: async (head) =>
        checkRuns.on(head).map(({ id, report }) => ({
          id,
          outcome: report?.verdict.outcome ?? null,
          annotated: (report?.verdict.blocking ?? []).flatMap(({ finding, places }) =>
            places.map(({ path }) => `${path}:${finding.span.line}`),
          ),
          issueUrls: [...(report?.issues.values() ?? [])].map(({ url }) => url),
        })),
    };
  });
});

describe("fake issue tracker", () => {
  issueTrackerContract(() => {
    const tracker = fakeIssueTracker();
    let repoId = 100;
    return {
      tracker,
      newRepo: async (visibility) => aRepo({ repoId: (repoId += 1), visibility }),
      issuesIn: async (repo) => tracker.issues.filter((issue) => issue.repo.repoId === repo.repoId),
      close: async (repo, number) => {
        const issue = tracker.issues.find((one) => one.repo.repoId === repo.repoId && one.number === number);
        if (issue) issue.state = "closed";
      },
      disableIssues: async (repo) => tracker.disableIssues(repo),
    };
  });
});
