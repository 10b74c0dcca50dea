import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addDiscard, addReplay } from "./act.ts";
import { addCallbacks, addRetryCallback } from "./callbacks.ts";
import { addEdit } from "./edit.ts";
import { addExport } from "./export.ts";
import { addGroups, addLs, addShow } from "./look.ts";

export function addDead(program: Command, cli: Cli): void {
  const dead = program
    .command("dead")
    .description("dead letters: look, replay, edit, discard, export; and callbacks that were given up");
  const letters = [addLs, addShow, addGroups, addReplay, addEdit, addDiscard, addExport];
  for (const add of [...letters, addCallbacks, addRetryCallback]) add(dead, cli);
}
