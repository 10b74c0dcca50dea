/**
 * A fault that nobody caught, in words for the person who typed the command.
 */
import { language, logLevel } from "../config/environment.ts";
import { nameAndMessageOf } from "../delivery/error-words.ts";
import { inLanguage, say } from "../language/say.ts";
import { placesOf } from "./lifecycle.ts";

/** One line, and how to see where it happened. */
export function sayCrash(error: unknown): void {
  const detail = nameAndMessageOf(error).split("\n")[0] ?? "";
  const sentence = say("Bida has failed internally: {detail}. Please report it.", { detail });
  process.stderr.write(`${inLanguage(sentence, language())}\n`);
  const showsPlaces = ["debug", "trace"].includes(logLevel());
  const hint = inLanguage(say("With BIDA_LOG_LEVEL=debug, the command also says where."), language());
  process.stderr.write(`${showsPlaces ? placesOf(error) : hint}\n`);
}
