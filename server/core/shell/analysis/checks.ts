import { addTo } from "../../addTo.ts";
import type { ShellScript } from "../model.ts";
import { assignmentToValue, assignmentWithBlanks } from "./assignments.ts";
import { unguardedChangeOfDirectory } from "./changeOfDirectory.ts";
import type { ShellCheck } from "./defect.ts";
import { lostState } from "./lostState.ts";
import { errorsRedirectedTooEarly, needlessCat, overwritesWhatItReads } from "./redirects.ts";
import { removalByEmptyVariable } from "./removals.ts";
import { syntaxError } from "./syntax.ts";
import { testOfNoNumber, testOfOneWord, testThatRedirects, unclosedTest, unquotedTest } from "./testBrackets.ts";
import { unreachableCommand } from "./unreachable.ts";
import { openFindExec, quotedTilde } from "./words.ts";

interface NamedCheck {
	readonly check: ShellCheck;
	/** What it means. */
	readonly meaning: string;
	/** A script that has none of these has nothing for it: names of programs that it calls, and those below. */
	readonly signs?: readonly string[];
}

/** Signs that are no programs: a redirection, an argument that begins with an equals sign, a name that is not known, a tilde anywhere. */
const REDIRECTION = ">";
const EQUALS = "=";
const VARIABLE = "$";
const TILDE = "~";

/** Under these names programs are called that compare. */
const TESTS: readonly string[] = ["[", "[[", "test"];

/** The checks by the sub-code of what they find. */
export const SHELL_CHECKS: Readonly<Record<string, NamedCheck>> = {
	"syntax-error": { check: syntaxError, meaning: "No shell takes the script: quotes, brackets or keywords do not fit together." },
	"cd-unguarded": {
		check: unguardedChangeOfDirectory,
		meaning: "The script goes on behind a `cd` that failed, in another directory.",
		signs: ["cd"],
	},
	"rm-empty-variable": {
		check: removalByEmptyVariable,
		meaning: "`rm -r` removes from the root if a variable has no value.",
		signs: ["rm"],
	},
	"test-not-closed": { check: unclosedTest, meaning: "`[` has no `]` of its own.", signs: TESTS },
	"test-one-word": { check: testOfOneWord, meaning: "Without blanks around `=` a test is a word, and always true.", signs: TESTS },
	"test-redirects": { check: testThatRedirects, meaning: "`>` and `<` in `[ … ]` redirect, and compare nothing.", signs: TESTS },
	"test-no-number": { check: testOfNoNumber, meaning: "`-eq` and its like compare whole numbers.", signs: TESTS },
	"test-unquoted": {
		check: unquotedTest,
		meaning: "A variable without quotes vanishes from a test, or splits in it.",
		signs: TESTS,
	},
	unreachable: { check: unreachableCommand, meaning: "A command stands behind one that ends the script.", signs: ["exit", "exec"] },
	"assignment-blanks": {
		check: assignmentWithBlanks,
		meaning: "With blanks around `=` an assignment is a call of a program.",
		signs: [EQUALS],
	},
	"assignment-dollar": { check: assignmentToValue, meaning: "`$NAME=value` assigns nothing.", signs: [VARIABLE] },
	"redirect-overwrites": { check: overwritesWhatItReads, meaning: "A file is emptied before it is read.", signs: [REDIRECTION] },
	"redirect-order": {
		check: errorsRedirectedTooEarly,
		meaning: "`2>&1` stands in front of the redirection that it should follow.",
		signs: [REDIRECTION],
	},
	"useless-cat": { check: needlessCat, meaning: "`cat` hands one file to a program that could read it.", signs: ["cat"] },
	"tilde-quoted": { check: quotedTilde, meaning: "A tilde between quotes is not the home directory.", signs: [TILDE] },
	"find-exec-open": { check: openFindExec, meaning: "`find -exec` has no end.", signs: ["find"] },
	"state-lost": { check: lostState, meaning: "A step only sets variables, which end with it." },
};

interface DueCheck {
	readonly subCode: string;
	readonly check: ShellCheck;
}

const ALWAYS: readonly DueCheck[] = Object.entries(SHELL_CHECKS).flatMap(([subCode, { check, signs }]) =>
	signs === undefined ? [{ subCode, check }] : [],
);

const BY_SIGN = bySign();

function bySign(): ReadonlyMap<string, readonly DueCheck[]> {
	const found = new Map<string, DueCheck[]>();
	for (const [subCode, { check, signs = [] }] of Object.entries(SHELL_CHECKS)) {
		const due = { subCode, check };
		for (const sign of signs) addTo(found, sign, due);
	}
	return found;
}

/** The checks that could find something in a script: for most few. */
export function checksFor({ commands, source }: ShellScript): ReadonlySet<DueCheck> {
	const found = new Set(ALWAYS);
	const note = (sign: string): void => {
		for (const due of BY_SIGN.get(sign) ?? []) found.add(due);
	};
	if (source.text.includes(TILDE)) note(TILDE);
	for (const { name, program, args, redirects } of commands) {
		if (program !== undefined) note(program);
		if (redirects.length > 0) note(REDIRECTION);
		if (name !== undefined && name.value === undefined) note(VARIABLE);
		if (args[0]?.text.startsWith("=")) note(EQUALS);
	}
	return found;
}
