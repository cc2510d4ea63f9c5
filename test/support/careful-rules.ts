import type { Ruleset } from "../github/state.ts";

/** What a branch needs for all that is asked of it: two reviews, the check of this very app, no force push, no deletion, no bypass. */
export const carefulRules = (appId: number): Pick<Ruleset, "rules" | "bypassActors"> => ({
  bypassActors: [],
  rules: [
    { type: "deletion" },
    { type: "non_fast_forward" },
    {
      type: "pull_request",
      parameters: {
        required_approving_review_count: 2,
        dismiss_stale_reviews_on_push: true,
        require_code_owner_review: true,
        require_last_push_approval: true,
        required_review_thread_resolution: true,
      },
    },
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: "Keyward", integration_id: appId }],
      },
    },
  ],
});
