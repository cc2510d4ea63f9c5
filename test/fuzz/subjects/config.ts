import { readFileSync } from "node:fs";
import fc from "fast-check";
import { parseBaseline } from "../../../src/core/config/baseline.ts";
import { parseKeywardFile, toKeywardConfig } from "../../../src/core/config/keyward-config.ts";
import { expectThat, inTime, type FuzzSubject } from "../subject.ts";
import { mutatedText } from "./mutated-text.ts";

const documents = ["configuration.md", "incidents.md", "providers.md", "dismissals.md"];
const examples = documents.flatMap((name) => {
  const text = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
});

const pieces = [
  ..."\n,  ,\t,: ,- ,[,],{,},&a ,*a,!!binary ,!!js/function ,| ,> ,# ,\"',%,---\n,...\n,<<: *a\n,? ,~,null,true,.inf,.nan".split(
    ",",
  ),
  ..."0x,1e999,-1,__proto__: {}\n,constructor: 1\n,\0,\r,\u2028,blockFrom: low\n,&a [*a,*a]\n,2001-01-01,30d".split(
    ",",
  ),
  "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n",
];

/** `keyward.yml` and baselines: read as a whole, or not understood with mistakes that say where; one unknown key, and nothing of it counts. */
export const configSubject: FuzzSubject = {
  name: "config",
  shortRuns: 300,
  inputsPerRun: 1,
  start: async () => {
    const owner = fc.constantFrom("repository" as const, "organization" as const);
    const property = fc.asyncProperty(mutatedText(examples, pieces), owner, async (text, owner) => {
      inTime("a baseline", () => parseBaseline(text));
      const parsed = inTime("a configuration file", () => parseKeywardFile(text, owner));
      if (parsed.kind === "not-understood") {
        expectThat(parsed.mistakes.length > 0, "what is not understood has a mistake");
        for (const { line, column, message } of parsed.mistakes)
          expectThat(line >= 1 && column >= 1 && message !== "", "a mistake says where it is and what was expected");
        return;
      }
      const named = { name: "keyward.yml", file: parsed.file };
      inTime("what holds", () => toKeywardConfig(named, named, "shop", []));
      const more = parseKeywardFile(`${text}\nno-such-section: 1\n`, owner);
      expectThat(more.kind === "not-understood", "a file with an unknown section does not count");
    });
    return { property, end: async () => {} };
  },
};
