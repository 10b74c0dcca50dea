/** The number of dead letters for each reason: none. */
import type { FleetAccount } from "../../src/telemetry/fleet.ts";

export const NO_REASONS: FleetAccount["reasons"] = {
  rejected: 0,
  partial: 0,
  unproven: 0,
  unauthorized: 0,
  expired: 0,
  poison: 0,
  blocked: 0,
  invalid: 0,
  unconfigured: 0,
};
