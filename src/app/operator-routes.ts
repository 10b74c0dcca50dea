/**
 * Routes that need only the operations, Redis and the configuration: those of an API, and those of the command line
 * without one. So no command of the command line works through the API alone.
 */
import type { Config } from "../config/config.ts";
import { accountSettings, shownConfig } from "../config/tools/print.ts";
import { diagnoseWith } from "../doctor/doctor.ts";
import { accountRoutes } from "../doors/http/account-routes.ts";
import { deadLetterRoutes } from "../doors/http/dead-letter-routes.ts";
import { fleetRoutes } from "../doors/http/fleet-routes.ts";
import { intakeRoutes } from "../doors/http/intake-routes.ts";
import { operationRoutes } from "../doors/http/operation-routes.ts";
import type { Route } from "../doors/http/route.ts";
import { searchRoutes } from "../doors/http/search-routes.ts";
import { accountObjectivesOf } from "./objectives.ts";
import type { Operations } from "./operations-context.ts";
import { readRedisState } from "./redis-state.ts";

export function operatorRoutes({ context, redis }: Operations, config: Config): Route[] {
  return [
    ...deadLetterRoutes(context),
    ...accountRoutes(context, accountSettings(config)),
    ...searchRoutes(context),
    ...operationRoutes(context),
    ...fleetRoutes(context, {
      readRedisState: () => readRedisState(redis),
      config: shownConfig(config),
      diagnose: () => diagnoseWith(config),
      objectives: accountObjectivesOf(config),
    }),
    ...intakeRoutes(context),
  ];
}
