/** The calls of the API by what they are about, in the order of the documentation. */
export const TAGS = [
  ["deliveries", "What producers enqueue, and how far it has come."],
  ["dead letters", "What could not be proven, and what a person decides."],
  ["actions", "Replays and discards of many at once."],
  ["search", "Finding things, and lanes that wait for a person."],
  ["accounts", "How the accounts are doing."],
  ["fleet", "The processes that run, what they stand on, and what is going on."],
  ["intake", "Orders that producers write into Redis."],
  ["operations", "What can be delivered, and with which payload."],
  ["sessions", "Who is asking, and sessions of people in a browser."],
  ["sandbox", "The pretend platforms of `bida up`; elsewhere there are none."],
  ["process", "What supervisors ask."],
] as const;

export type Tag = (typeof TAGS)[number][0];
