import type { Rule } from "../rule.ts";
import { permissionsWorldWritable } from "./permissions-world-writable.ts";
import { sudoInRun } from "./sudo-in-run.ts";
import { userCreatedButUnused } from "./user-created-but-unused.ts";
import { userMissing } from "./user-missing.ts";
import { userNotNumeric } from "./user-not-numeric.ts";
import { userRootLast } from "./user-root-last.ts";

export const USER_RULES: readonly Rule[] = [
	userMissing,
	userRootLast,
	userNotNumeric,
	userCreatedButUnused,
	sudoInRun,
	permissionsWorldWritable,
];
