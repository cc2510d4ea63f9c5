import type pg from "pg";
import type { LocalGithub } from "../github/local-github.ts";
import type { CheckRun, Comment } from "../github/state.ts";
import type { ChaosSink } from "./sink.ts";
import { reactionsTo, type Topic } from "./people.ts";
import { checkOn, checksOn, incidentIssuesOf } from "./seen.ts";

/** What was counted, and each thing that is not as it must be. */
export type ChaosReport = { readonly counts: Readonly<Record<string, number>>; readonly problems: readonly string[] };

/** What GitHub shows: each head its check, each leak its issue, each command its answer, and nothing twice. */
export function lookAtGithub({ deliveries }: LocalGithub, topics: readonly Topic[]): ChaosReport {
  const tries = [...Map.groupBy(deliveries, ({ guid }) => guid).values()];
  const lost = tries.filter((some) => some.every(({ status }) => status !== "OK"));
  const heads = topics.flatMap((topic) => topic.heads.map((head) => ({ topic, head })));
  const leaks = topics.filter(({ token }) => token !== null);
  const said = topics.flatMap((topic) => topic.done.flatMap((done) => (done.comment ? [{ topic, done }] : [])));
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return {
    counts: {
      deliveries: tries.length,
      "that GitHub was asked for again": deliveries.length - tries.length,
      branches: topics.length,
      "pull requests": topics.filter(({ pull }) => pull !== null).length,
      heads: heads.length,
      "checks asked for again": sum(topics.map(({ reruns }) => sum([...reruns.values()]))),
      "checks in all": sum(heads.map(({ topic, head }) => checksOn(topic, head).length)),
      leaks: leaks.length,
      commands: said.length,
      "of them in pull requests": said.filter(({ topic, done }) => done.comment?.number === topic.pull).length,
      "issues closed or reopened by hand": sum(topics.map(({ done }) => done.filter(({ comment }) => !comment).length)),
    },
    problems: [
      ...lost.map(([first]) => `delivery ${first?.guid} of ${first?.event} never arrived`),
      ...heads.flatMap(({ topic, head }) => problemsOfHead(topic, head)),
      ...leaks.flatMap(problemsOfIssue),
      ...said.flatMap(({ topic, done }) => {
        const reactions = reactionsTo(topic, done);
        const name = `${done.how === "say" ? done.words : ""} in ${topic.repository.fullName}#${done.comment?.number}`;
        return reactions.join() === "+1" ? [] : [`${name} was answered by ${reactions.join(", ") || "nothing"}`];
      }),
      ...[...new Set(topics.map(({ repository }) => repository))].flatMap((repository) =>
        [...repository.issues(), ...repository.pullRequests()].flatMap(({ number, comments }) =>
          saidTwice(comments).map((what) => `${repository.fullName}#${number} says twice ${what}`),
        ),
      ),
    ],
  };
}

/** The state that the issue of a leak has to have after all that was done. */
const stateOf = ({ done }: Topic): "open" | "closed" => {
  const last = done.findLast(({ becomes }) => becomes !== undefined)?.becomes ?? "open";
  return last === "open" ? "open" : "closed";
};

/** What a check says. Another report on a head that has one takes another check, as what GitHub was told there stays. */
const reportOf = (run: CheckRun | undefined): string =>
  /<!-- keyward:report:([0-9a-f]+)/.exec(run?.text ?? "")?.[1] ?? "";

function problemsOfHead(topic: Topic, head: string): readonly string[] {
  const runs = checksOn(topic, head);
  const again = runs.filter((run, at) => at > 0 && reportOf(run) === reportOf(runs[at - 1])).length;
  // A pull request is a question of its own about a head that has passed.
  const asked = (topic.reruns.get(head) ?? 0) + (topic.pull === null ? 0 : 1);
  const blocks = topic.token !== null && stateOf(topic) === "open";
  const { status, conclusion = null } = checkOn(topic, head) ?? {};
  const name = `${topic.repository.fullName} ${topic.branch} at ${head.slice(0, 7)}`;
  return [
    ...(again > asked ? [`${name} has ${again} checks that say the same again, and ${asked} were asked for`] : []),
    ...(runs.some((run) => run.status !== "completed") ? [`a check of ${name} is not concluded`] : []),
    ...(status === "completed" && conclusion === (blocks ? "failure" : "success")
      ? []
      : [`${name} has ${conclusion ?? status ?? "no check"}, and should ${blocks ? "be blocked" : "pass"}`]),
  ];
}

function problemsOfIssue(topic: Topic): readonly string[] {
  const issues = incidentIssuesOf(topic, topic.heads[0]);
  const name = `the leak in ${topic.repository.fullName} ${topic.branch}`;
  if (issues.length !== 1) return [`${name} has ${issues.length} incident issues, not one`];
  const wanted = stateOf(topic);
  return issues[0]?.state === wanted ? [] : [`the issue of ${name} is ${issues[0]?.state}, and should be ${wanted}`];
}

/** Every comment of the app begins with a mark of what it says. */
function saidTwice(comments: readonly Comment[]): readonly string[] {
  const marks = comments.flatMap(({ author, body }) => (author.type === "Bot" ? [body.split("\n")[0] ?? ""] : []));
  return [...new Set(marks.filter((mark, at) => marks.indexOf(mark) !== at))];
}

/** Kinds of entries that only what people said and did leads to. */
const peoplesKinds = [
  "phaseDone",
  "attested",
  "closedByHand",
  "reopened",
  "dismissed",
  "assigned",
  "snoozed",
  "verificationAsked",
];

type Entry = { readonly id: string; readonly seq: number; readonly kind: string; readonly at: string };

/** What is stored: each delivery done, each leak one incident whose timeline is what was done, each event told to the sink. */
export async function lookAtDatabase(
  pool: pg.Pool,
  { deliveries }: LocalGithub,
  topics: readonly Topic[],
  sink: ChaosSink,
): Promise<ChaosReport> {
  const rows = async <T extends pg.QueryResultRow>(query: string): Promise<readonly T[]> =>
    (await pool.query<T>(query)).rows;
  const stored = await rows<{ guid: string; done: boolean }>("select guid, payload is null as done from deliveries");
  const done = new Set(stored.flatMap((one) => (one.done ? [one.guid] : [])));
  const acknowledged = new Set(deliveries.flatMap(({ guid, status }) => (status === "OK" ? [guid] : [])));
  const incidents = await rows<{ id: string; place: string }>(
    "select id, filed_repo_id || '#' || issue_number as place from incidents",
  );
  const entries = await rows<Entry>(
    "select incident_id as id, seq, kind from incident_events order by incident_id, seq",
  );
  const happenings = await rows<{ id: string; kind: string }>("select id, kind from happenings");
  const decisions = await rows<{ id: string }>(
    "select 'dismissal:' || suppression_id || ':' || kind as id from suppression_events",
  );
  const noted = new Set(happenings.map(({ id }) => id));
  const events = [...entries.map(({ id, seq }) => `${id}:${seq}`), ...noted];
  const taken = sink.taken();
  const leaks = topics.filter(({ token }) => token !== null);
  return {
    counts: {
      "deliveries acknowledged": acknowledged.size,
      "of them processed": [...acknowledged].filter((guid) => done.has(guid)).length,
      incidents: incidents.length,
      "entries of timelines": entries.length,
      "of them what people did": entries.filter(({ kind }) => peoplesKinds.includes(kind)).length,
      "findings, dismissals and changes noted": happenings.length,
      "events told to the sink": events.filter((id) => taken.has(id)).length,
      "told more than once": events.filter((id) => (taken.get(id) ?? 0) > 1).length,
    },
    problems: [
      ...[...acknowledged]
        .filter((guid) => !done.has(guid))
        .map((guid) => `delivery ${guid} was acknowledged and is not processed`),
      ...(incidents.length === leaks.length ? [] : [`${leaks.length} leaks have ${incidents.length} incidents`]),
      ...leaks.flatMap((topic) => {
        const [issue] = incidentIssuesOf(topic, topic.heads[0]);
        const incident = incidents.find(({ place }) => place === `${topic.repository.id}#${issue?.number}`);
        const own = entries.filter(({ id }) => id === incident?.id).map(({ kind }) => kind);
        return problemsOfTimeline(topic, own);
      }),
      ...decisions.filter(({ id }) => !noted.has(id)).map(({ id }) => `${id} was not noted for sinks`),
      ...events.filter((id) => !taken.has(id)).map((id) => `event ${id} was not told to the sink`),
    ],
  };
}

function problemsOfTimeline({ repository, branch, done }: Topic, kinds: readonly string[]): readonly string[] {
  const name = `the timeline of ${repository.fullName} ${branch}`;
  const wanted = done.map(({ records }) => records as string);
  return [
    ...(kinds[0] === "opened" && kinds.indexOf("opened", 1) === -1 ? [] : [`${name} does not begin once`]),
    ...(kinds.includes("filed") && kinds.indexOf("filed") === kinds.lastIndexOf("filed")
      ? []
      : [`${name} is not filed once`]),
    ...peoplesKinds.flatMap((kind) => {
      const [had, should] = [kinds, wanted].map((list) => list.filter((one) => one === kind).length);
      return had === should ? [] : [`${name} has ${had} entries "${kind}", and ${should} were done`];
    }),
  ];
}
