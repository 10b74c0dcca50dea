import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addDiscard, addReplay } from "./act.ts";
import { addMark } from "./mark.ts";
import { addRestore } from "./restore.ts";
import { addVerify } from "./verify.ts";
import { addCallbacks, addRetryCallback } from "./callbacks.ts";
import { addEdit } from "./edit.ts";
import { addExport } from "./export.ts";
import { addGroups, addLs, addShow } from "./look.ts";

export function addDead(program: Command, cli: Cli): void {
  const dead = program
    .command("dead")
    .description(
      "dead letters: look, verify, replay, edit, discard, restore, export; and callbacks that were given up",
    );
  const looks = [addLs, addShow, addGroups, addMark, addVerify];
  const acts = [addReplay, addEdit, addDiscard, addRestore, addExport];
  for (const add of [...looks, ...acts, addCallbacks, addRetryCallback]) add(dead, cli);
}
