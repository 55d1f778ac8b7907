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
	/** A script that calls none of these has nothing for it. */
	readonly programs?: readonly string[];
}

/** Under these names programs are called that compare. */
const TESTS: readonly string[] = ["[", "[[", "test"];

/** The checks by the sub-code of what they find. */
export const SHELL_CHECKS: Readonly<Record<string, NamedCheck>> = {
	"syntax-error": { check: syntaxError, meaning: "No shell takes the script: quotes, brackets or keywords do not fit together." },
	"cd-unguarded": {
		check: unguardedChangeOfDirectory,
		meaning: "The script goes on behind a `cd` that failed, in another directory.",
		programs: ["cd"],
	},
	"rm-empty-variable": {
		check: removalByEmptyVariable,
		meaning: "`rm -r` removes from the root if a variable has no value.",
		programs: ["rm"],
	},
	"test-not-closed": { check: unclosedTest, meaning: "`[` has no `]` of its own.", programs: TESTS },
	"test-one-word": { check: testOfOneWord, meaning: "Without blanks around `=` a test is a word, and always true.", programs: TESTS },
	"test-redirects": { check: testThatRedirects, meaning: "`>` and `<` in `[ … ]` redirect, and compare nothing.", programs: TESTS },
	"test-no-number": { check: testOfNoNumber, meaning: "`-eq` and its like compare whole numbers.", programs: TESTS },
	"test-unquoted": {
		check: unquotedTest,
		meaning: "A variable without quotes vanishes from a test, or splits in it.",
		programs: TESTS,
	},
	unreachable: { check: unreachableCommand, meaning: "A command stands behind one that ends the script.", programs: ["exit", "exec"] },
	"assignment-blanks": {
		check: assignmentWithBlanks,
		meaning: "With blanks around `=` an assignment is a call of a program.",
	},
	"assignment-dollar": { check: assignmentToValue, meaning: "`$NAME=value` assigns nothing." },
	"redirect-overwrites": { check: overwritesWhatItReads, meaning: "A file is emptied before it is read." },
	"redirect-order": {
		check: errorsRedirectedTooEarly,
		meaning: "`2>&1` stands in front of the redirection that it should follow.",
	},
	"useless-cat": { check: needlessCat, meaning: "`cat` hands one file to a program that could read it.", programs: ["cat"] },
	"tilde-quoted": { check: quotedTilde, meaning: "A tilde between quotes is not the home directory." },
	"find-exec-open": { check: openFindExec, meaning: "`find -exec` has no end.", programs: ["find"] },
	"state-lost": { check: lostState, meaning: "A step only sets variables, which end with it." },
};
