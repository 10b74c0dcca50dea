/**
 * The entry `bida/testing`, for tests of your own platform: the contract of a channel, and a server that sends
 * any bytes.
 */
export { bareAccess, openBareAccount, TOKEN, type BareAccount } from "./testing/bare-account.ts";
export { channelCases, type ChannelUnderTest, type ContractCase } from "./testing/channel-contract.ts";
export { anAnswer, startLyingServer, type LyingServer, type Reply } from "./testing/lying-server.ts";
