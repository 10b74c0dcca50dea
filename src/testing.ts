/** The entry `bida/testing`: the contract of a channel, and a server that lies, for tests of a platform of one's own. */
export { bareAccess, openBareAccount, TOKEN, type BareAccount } from "./testing/bare-account.ts";
export { channelCases, type ChannelUnderTest, type ContractCase } from "./testing/channel-contract.ts";
export { anAnswer, startLyingServer, type LyingServer, type Reply } from "./testing/lying-server.ts";
