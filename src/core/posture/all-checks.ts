import type { PostureCheck } from "./check.ts";
import { accessTokensExpire } from "./checks/access-tokens-expire.ts";
import { accessTokensInUse } from "./checks/access-tokens-in-use.ts";
import { actionsPinned } from "./checks/actions-pinned.ts";
import { basePermissionLimited } from "./checks/base-permission-limited.ts";
import { branchProtected } from "./checks/branch-protected.ts";
import { cloudAccessTemporary } from "./checks/cloud-access-temporary.ts";
import { codeOwnerReviewRequired } from "./checks/code-owner-review-required.ts";
import { codeOwnersPresent } from "./checks/code-owners-present.ts";
import { commitsSigned } from "./checks/commits-signed.ts";
import { conversationsResolved } from "./checks/conversations-resolved.ts";
import { deletionBlocked } from "./checks/deletion-blocked.ts";
import { deployKeysInUse } from "./checks/deploy-keys-in-use.ts";
import { deployKeysReadOnly } from "./checks/deploy-keys-read-only.ts";
import { deployKeysRotated } from "./checks/deploy-keys-rotated.ts";
import { forcePushesBlocked } from "./checks/force-pushes-blocked.ts";
import { forksNotTrusted } from "./checks/forks-not-trusted.ts";
import { historyLinear } from "./checks/history-linear.ts";
import { ipAllowListOn } from "./checks/ip-allow-list-on.ts";
import { keywardRequired } from "./checks/keyward-required.ts";
import { nobodyBypasses } from "./checks/nobody-bypasses.ts";
import { organizationSecretsRotated } from "./checks/organization-secrets-rotated.ts";
import { organizationWebhooksSecured } from "./checks/organization-webhooks-secured.ts";
import { overlapsEnded } from "./checks/overlaps-ended.ts";
import { privateReportingOn } from "./checks/private-reporting-on.ts";
import { publicRepositoriesRestricted } from "./checks/public-repositories-restricted.ts";
import { pushProtectionOn } from "./checks/push-protection-on.ts";
import { reviewsRequired } from "./checks/reviews-required.ts";
import { secretScanningOn } from "./checks/secret-scanning-on.ts";
import { secretsNotOnCommandLines } from "./checks/secrets-not-on-command-lines.ts";
import { securityPolicyPresent } from "./checks/security-policy-present.ts";
import { sensitiveFilesIgnored } from "./checks/sensitive-files-ignored.ts";
import { sensitiveFilesUntracked } from "./checks/sensitive-files-untracked.ts";
import { staleReviewsDismissed } from "./checks/stale-reviews-dismissed.ts";
import { storedSecretsRotated } from "./checks/stored-secrets-rotated.ts";
import { twoFactorRequired } from "./checks/two-factor-required.ts";
import { webhooksSecured } from "./checks/webhooks-secured.ts";
import { workflowTokenReadOnly } from "./checks/workflow-token-read-only.ts";
import { workflowsCannotApprove } from "./checks/workflows-cannot-approve.ts";

/** Every claim, in the order in which they are shown. A test compares the list with its folder. */
export const allChecks: readonly PostureCheck[] = [
  branchProtected,
  reviewsRequired,
  staleReviewsDismissed,
  codeOwnerReviewRequired,
  keywardRequired,
  forcePushesBlocked,
  deletionBlocked,
  nobodyBypasses,
  conversationsResolved,
  commitsSigned,
  historyLinear,
  sensitiveFilesIgnored,
  sensitiveFilesUntracked,
  storedSecretsRotated,
  overlapsEnded,
  deployKeysRotated,
  deployKeysInUse,
  deployKeysReadOnly,
  webhooksSecured,
  workflowTokenReadOnly,
  workflowsCannotApprove,
  forksNotTrusted,
  secretsNotOnCommandLines,
  cloudAccessTemporary,
  actionsPinned,
  secretScanningOn,
  pushProtectionOn,
  privateReportingOn,
  securityPolicyPresent,
  codeOwnersPresent,
  twoFactorRequired,
  basePermissionLimited,
  publicRepositoriesRestricted,
  organizationSecretsRotated,
  organizationWebhooksSecured,
  accessTokensExpire,
  accessTokensInUse,
  ipAllowListOn,
];
