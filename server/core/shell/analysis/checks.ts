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
	/** A script without any of these texts has nothing for it. */
	readonly traces?: readonly string[];
}

/** The checks by the sub-code of what they find. */
export const SHELL_CHECKS: Readonly<Record<string, NamedCheck>> = {
	"syntax-error": { check: syntaxError, meaning: "No shell takes the script: quotes, brackets or keywords do not fit together." },
	"cd-unguarded": {
		check: unguardedChangeOfDirectory,
		meaning: "The script goes on behind a `cd` that failed, in another directory.",
		traces: ["cd"],
	},
	"rm-empty-variable": {
		check: removalByEmptyVariable,
		meaning: "`rm -r` removes from the root if a variable has no value.",
		traces: ["rm"],
	},
	"test-not-closed": { check: unclosedTest, meaning: "`[` has no `]` of its own.", traces: ["["] },
	"test-one-word": { check: testOfOneWord, meaning: "Without blanks around `=` a test is a word, and always true.", traces: ["[", "test"] },
	"test-redirects": { check: testThatRedirects, meaning: "`>` and `<` in `[ … ]` redirect, and compare nothing.", traces: ["[", "test"] },
	"test-no-number": { check: testOfNoNumber, meaning: "`-eq` and its like compare whole numbers.", traces: ["[", "test"] },
	"test-unquoted": {
		check: unquotedTest,
		meaning: "A variable without quotes vanishes from a test, or splits in it.",
		traces: ["[", "test"],
	},
	unreachable: { check: unreachableCommand, meaning: "A command stands behind one that ends the script.", traces: ["exit", "exec"] },
	"assignment-blanks": {
		check: assignmentWithBlanks,
		meaning: "With blanks around `=` an assignment is a call of a program.",
		traces: [" =", "\t=", "\n="],
	},
	"assignment-dollar": { check: assignmentToValue, meaning: "`$NAME=value` assigns nothing.", traces: ["="] },
	"redirect-overwrites": { check: overwritesWhatItReads, meaning: "A file is emptied before it is read.", traces: [">"] },
	"redirect-order": {
		check: errorsRedirectedTooEarly,
		meaning: "`2>&1` stands in front of the redirection that it should follow.",
		traces: [">&"],
	},
	"useless-cat": { check: needlessCat, meaning: "`cat` hands one file to a program that could read it.", traces: ["cat"] },
	"tilde-quoted": { check: quotedTilde, meaning: "A tilde between quotes is not the home directory.", traces: ["~"] },
	"find-exec-open": { check: openFindExec, meaning: "`find -exec` has no end.", traces: ["-exec"] },
	"state-lost": { check: lostState, meaning: "A step only sets variables, which end with it." },
};
