import { fixCommand } from "./fix.ts";
import { lintCommand } from "./lint.ts";
import { startCommandLine } from "./start.ts";

// The commands that editors and hooks call all the time, in a bundle of their own (launch.ts): without the others nothing in it waits to be loaded.
startCommandLine({ lint: async () => lintCommand, fix: async () => fixCommand });
