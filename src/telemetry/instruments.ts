/**
 * The metrics: the name, the meaning and the labels of each.
 *
 * Labels have few values: accounts, operations and outcomes, never an id, a key or a text. Counters of a
 * process are to be summed over processes. Gauges that are read from Redis are about the fleet, and one process
 * at a time reports them.
 */

/** Seconds, from a second to a day: how long until a delivery is proven. */
const CONFIRM_BUCKETS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];
/** Seconds of one call. */
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds that something waits for a worker. */
const WAIT_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

/** Counters; each belongs to the process that counts. */
export const COUNTERS = {
  sends: ["bida_sends_total", "Sends that were made or tried, by outcome."],
  checks: ["bida_checks_total", "Recipients that a platform was asked about, by what it answered."],
  ended: ["bida_deliveries_ended_total", "Deliveries that ended, by status and reason."],
  slo: ["bida_slo_deliveries_total", "Ended deliveries that count for their objective: good or bad."],
  fenced: ["bida_fenced_saves_total", "Saves that came too late, because another worker had moved on."],
  leases: ["bida_leases_expired_total", "Leases that ran out because their worker died or stood still."],
  breaker: ["bida_breaker_changes_total", "Changes of an account's circuit breaker, by new state."],
  holds: ["bida_account_holds_total", "Refusals of an account's credentials that stopped it."],
  tokens: ["bida_token_fetches_total", "Tokens that were asked for at their endpoint, by outcome."],
  rateWaits: ["bida_rate_waits_total", "Calls that waited for their rate, or were put off by it."],
  rateWaitSeconds: ["bida_rate_wait_seconds_total", "Seconds that calls waited for their rate."],
  budget: ["bida_check_budget_total", "Checks that asked for their place in a platform's budget."],
  callbacks: ["bida_callbacks_total", "Attempts to tell a producer how a delivery ended, by outcome."],
  intake: ["bida_intake_orders_total", "Orders that the intake found in Redis, by what became of them."],
  outboxRows: ["bida_outbox_rows_total", "Rows of the outboxes, by what became of them."],
  outboxErrors: ["bida_outbox_errors_total", "Times that an outbox's database could not be asked."],
  mirrorRounds: ["bida_mirror_rounds_total", "Rounds of the mirrors, by result."],
  mirrorMessages: ["bida_mirror_messages_total", "Messages that the mirrors saw, by what became of them."],
  alerts: ["bida_alerts_total", "Messages to the robots of alerts, by whether they were taken."],
  redisErrors: ["bida_redis_errors_total", "Commands that Redis did not answer, or refused."],
  lostWrites: ["bida_redis_lost_writes_total", "Times that Redis came back with older data, or lost writes."],
  bugs: ["bida_bugs_total", "Faults inside Bida, by where they were caught."],
  httpRequests: ["bida_http_requests_total", "Requests that the API has answered."],
} as const satisfies Record<string, readonly [string, string]>;

/** Distributions of seconds. */
export const HISTOGRAMS = {
  confirm: [
    "bida_confirm_seconds",
    "From acknowledgement (or sendAt) until the delivery was proven.",
    CONFIRM_BUCKETS,
  ],
  send: ["bida_send_seconds", "One send, from its turn until its outcome is known.", CALL_BUCKETS],
  check: ["bida_check_seconds", "One round of checks of a channel.", CALL_BUCKETS],
  wait: ["bida_queue_wait_seconds", "From when a send was due until a worker worked on it.", WAIT_BUCKETS],
  http: ["bida_http_request_seconds", "One request to the API.", CALL_BUCKETS],
} as const satisfies Record<string, readonly [string, string, readonly number[]]>;

/** The fleet's gauges: read from Redis. */
export const FLEET_GAUGES = {
  deliveries: ["bida_deliveries", "Deliveries by status; ended ones until the retention takes them."],
  deadLetters: ["bida_dead_letters", "Dead letters by reason."],
  deadCallbacks: ["bida_dead_callbacks", "Deliveries whose callback was given up."],
  failingCallbacks: ["bida_failing_callbacks", "Callbacks that failed several times, and are tried again."],
  backlog: ["bida_backlog", "Deliveries that are acknowledged and not yet ended."],
  oldestAge: ["bida_oldest_age_seconds", "Age of the oldest delivery that has not ended."],
  oldestDeadAge: ["bida_oldest_dead_letter_age_seconds", "Time since the oldest dead letter died."],
  breaker: ["bida_breaker", "1 for the state that the account's circuit breaker is in."],
  configured: ["bida_account_configured", "0 for an account that has left the configuration."],
  paused: ["bida_paused", "1 if somebody has paused the account."],
  tokenAge: ["bida_token_age_seconds", "Age of the shared token of a scope."],
  refusedOrders: [
    "bida_intake_refused_orders",
    "Orders that the intake refused, among the latest ten thousand.",
  ],
  sloObjective: ["bida_slo_objective_ratio", "The part of deliveries that is to be confirmed in time."],
  sloWithin: ["bida_slo_confirm_within_seconds", "The time within which a delivery is to be confirmed."],
  redisMemory: ["bida_redis_memory_used_bytes", "Memory that Redis uses; of a cluster, its fullest master."],
  redisMemoryMax: ["bida_redis_memory_max_bytes", "Memory that this Redis may use; 0 for no limit."],
} as const satisfies Record<string, readonly [string, string]>;

/** Gauges of one process. */
export const PROCESS_GAUGES = {
  redisUp: ["bida_redis_up", "1 if Redis answers this process."],
  ready: ["bida_ready", "1 if this process makes progress (as /readyz says)."],
  httpWaiting: ["bida_http_waiting", "Callers that wait for a delivery to end."],
  build: ["bida_build_info", "The version that runs; always 1."],
  loopLag: ["bida_event_loop_lag_seconds", "Delay of the event loop in the last ten seconds."],
  memory: ["process_resident_memory_bytes", "Resident memory."],
  heap: ["nodejs_heap_size_used_bytes", "Heap that is used."],
  startTime: ["process_start_time_seconds", "When the process started, in seconds since 1970."],
} as const satisfies Record<string, readonly [string, string]>;

export const PROCESS_COUNTERS = {
  cpu: ["process_cpu_seconds_total", "Seconds of processor time, user and system."],
} as const satisfies Record<string, readonly [string, string]>;
