import { describe } from "vitest";
import type { Job } from "../../src/flows/ports.ts";
import { incidentStoreContract } from "../contracts/incident-store.ts";
import { jobQueueContract } from "../contracts/job-queue.ts";
import { scanStoreContract } from "../contracts/scan-store.ts";
import { fakeIncidentStore } from "./fake-incident-store.ts";
import { fakeJobQueue } from "./fake-job-queue.ts";
import { fakeScanStore } from "./fake-scan-store.ts";

describe("fake scan store", () => {
  scanStoreContract(() => {
    const queue = fakeJobQueue();
    return { store: fakeScanStore(queue), queued: async () => queue.waiting() as readonly Job[] };
  });
});

describe("fake incident store", () => {
  incidentStoreContract(() => {
    const queue = fakeJobQueue();
    return { store: fakeIncidentStore(queue), queued: async () => queue.waiting() as readonly Job[] };
  });
});

describe("fake job queue", () => {
  jobQueueContract(async () => {
    const queue = fakeJobQueue();
    return { queue, work: (handlers, onDead) => queue.drain(handlers, onDead) };
  });
});
