import { fromHeredoc, toHeredoc } from "../dockerfile/edits/runHeredoc.ts";
import { type Refactorer, stepsAt } from "./refactoring.ts";

/** Writes a RUN of commands chained by `&&` as a heredoc, and such a heredoc as a chain. */
export const rewriteHeredoc: Refactorer = (file, at) => {
	const [step, ...others] = stepsAt(file, at);
	if (step?.keyword !== "RUN" || others.length > 0) return [];
	if (step.heredocs.length > 0) {
		const edit = fromHeredoc(step);
		return edit === undefined ? [] : [{ title: "Convert the heredoc to a chain of commands", kind: "refactor.rewrite", edits: [edit] }];
	}
	const edit = toHeredoc(step);
	return edit === undefined ? [] : [{ title: "Convert to a heredoc", kind: "refactor.rewrite", edits: [edit] }];
};
