import pino from "pino";
import { Probot, type ProbotOctokit } from "probot";
import { PacedOctokit, type GithubClient } from "./client.ts";

/** A stored delivery: what GitHub sent, its signature checked. */
export type Delivery = { readonly id: string; readonly name: string; readonly payload: unknown };

/**
 * Probot as the dispatcher of events. Its own client and log are not used: `context.octokit` is one of ours, and what a handler
 * throws reaches the caller of `receive` instead of being logged, with the payload, here.
 */
export function createProbot(options: {
  readonly appId: number;
  readonly webhookSecret: string;
  readonly clientFor: (installationId: number | null) => GithubClient;
}): Probot {
  const Octokit = PacedOctokit.defaults({ authStrategy: () => eventAuth(options.clientFor) });
  return new Probot({
    appId: options.appId,
    // It wants something to be there; nothing is signed with it.
    privateKey: "not used",
    secret: options.webhookSecret,
    Octokit: Octokit as unknown as typeof ProbotOctokit,
    log: pino({ level: "silent" }),
  });
}

/** The one thing Probot asks of its client: another client for an event. A new one, as it stamps it with the delivery's id. */
function eventAuth(clientFor: (installationId: number | null) => GithubClient) {
  const auth = async ({ event }: { readonly event: { readonly payload: object } }): Promise<GithubClient> => {
    const { installation } = event.payload as { readonly installation?: { readonly id?: number } };
    return clientFor(installation?.id ?? null);
  };
  const hook = async (): Promise<never> => {
    throw new Error("Probot's own client is not to be used: take context.octokit, or a client of the installation");
  };
  return Object.assign(auth, { hook });
}

/** Gives a delivery to its handlers. Throws what they threw, without the event that Probot hangs on the errors. */
export async function receive(probot: Probot, delivery: Delivery): Promise<void> {
  try {
    await probot.receive(delivery as Parameters<Probot["receive"]>[0]);
  } catch (error) {
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    for (const one of errors) if (one instanceof Error && "event" in one) delete one.event;
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} handlers failed`);
  }
}
