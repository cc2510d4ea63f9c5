import { advisoryRoutes } from "./advisories.ts";
import { appRoutes } from "./apps.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { contentRoutes } from "./contents.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { generalRoutes } from "./general.ts";
import { gitDataRoutes } from "./git-data.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { organizationRoutes } from "./organizations.ts";
import { postureRoutes } from "./posture.ts";
import { pullRoutes } from "./pulls.ts";
import { reactionRoutes } from "./reactions.ts";
import { releaseRoutes } from "./releases.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewRoutes } from "./reviews.ts";
import { rulesetRoutes } from "./rulesets.ts";
import { settingRoutes } from "./settings.ts";
import { surroundingRoutes } from "./surroundings.ts";
import type { Routes } from "./route.ts";

/** Every operation that is answered, by its id in GitHub's description. A test compares the two. */
export const allRoutes: Routes = {
  ...advisoryRoutes,
  ...appRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...contentRoutes,
  ...deliveryRoutes,
  ...generalRoutes,
  ...gitDataRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...organizationRoutes,
  ...postureRoutes,
  ...pullRoutes,
  ...reactionRoutes,
  ...releaseRoutes,
  ...repositoryRoutes,
  ...reviewRoutes,
  ...rulesetRoutes,
  ...settingRoutes,
  ...surroundingRoutes,
};
