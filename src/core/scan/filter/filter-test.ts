import { type Candidate, lineOf } from "../candidate.ts";
import { createMatcher } from "../re2/matcher.ts";
import { shannonEntropy } from "../shannon.ts";
import type { Filter, FilterTarget } from "./filter.ts";

/** Makes the test of a filter: whether it drops a candidate. */
export function filterTest(filter: Filter): (candidate: Candidate) => boolean {
  switch (filter.kind) {
    case "any": {
      const tests = filter.of.map(filterTest);
      return (candidate) => tests.some((test) => test(candidate));
    }
    case "all": {
      const tests = filter.of.map(filterTest);
      return (candidate) => tests.every((test) => test(candidate));
    }
    case "not": {
      const test = filterTest(filter.of);
      return (candidate) => !test(candidate);
    }
    case "entropy":
      return (candidate) => {
        const entropy = shannonEntropy(targetOf(filter.target, candidate));
        return entropy < filter.below || (filter.orEqual && entropy === filter.below);
      };
    case "matches": {
      const regexes = filter.patterns.map(createMatcher);
      return (candidate) => {
        const target = targetOf(filter.target, candidate);
        return regexes.some((regex) => regex.isIn(target));
      };
    }
    case "contains":
      return (candidate) => {
        const target = targetOf(filter.target, candidate).toLowerCase();
        return filter.words.some((word) => target.includes(word));
      };
  }
}

function targetOf(target: FilterTarget, candidate: Candidate): string {
  switch (target) {
    case "secret":
      return candidate.secret;
    case "path":
      return candidate.path;
    case "line":
      return lineOf(candidate);
    case "match":
      return candidate.text.slice(candidate.matchStart, candidate.matchEnd);
  }
}
