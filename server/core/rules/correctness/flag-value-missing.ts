import { replace } from "../../dockerfile/edits/edit.ts";
import { checkedFlags } from "../../dockerfile/model/checkedFlags.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import type { Flag } from "../../dockerfile/syntax/flags.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** Empty values that the builder refuses, too; it drops the others without a word. */
const REFUSED_EMPTY = new Set(["network", "security", "mount", "device"]);

export const flagValueMissing = defineRule({
	id: "flag-value-missing",
	title: "A flag has no value",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["dockerfile-utils", "FLAG_MISSING_VALUE"], ["dockerfilelint", "healthcheck_options_missing_args"]),
		...similar(["dockerfile-utils", "FLAG_INVALID_FROM_VALUE", "UNKNOWN_TYPE"], ["hadolint", "DL1000"]),
	],
	onlyWith: { texts: ["--"] },
	why: "The builder stops at a flag without a value: a blank ends the flag, so that `--from builder` is a flag without one and an argument. An empty value, as in `--chown=`, is mostly dropped without a word: the files then belong to root.",
	remedy: "Write the value directly behind an equals sign.",
	references: ["https://docs.docker.com/reference/dockerfile/"],
	examples: [
		{
			caption: "A blank in place of the equals sign",
			bad: "FROM nginx:1.27\nHEALTHCHECK «--interval» 30s CMD curl -f http://localhost/\n",
			fixed: "FROM nginx:1.27\nHEALTHCHECK --interval=30s CMD curl -f http://localhost/\n",
		},
		{ caption: "With its value", good: "FROM nginx:1.27\nHEALTHCHECK --interval=30s CMD curl -f http://localhost/\n" },
		{
			caption: "A blank instead of the equals sign",
			bad: "FROM debian:12\nCOPY «--from» tools  /a /b\nHEALTHCHECK «--interval» 5s CMD a\n",
			fixed: "FROM debian:12\nCOPY --from=tools  /a /b\nHEALTHCHECK --interval=5s CMD a\n",
		},
		{
			caption: "Nothing to put there",
			bad: "FROM debian:12\nCOPY «--chown» a /b\nRUN «--mount» true\nCOPY «--link=» a /b\n",
		},
		{ caption: "Empty", bad: "FROM debian:12\nCOPY «--chown=» «--from=» a /b\nRUN «--network=» true\n" },
		{ caption: "Flags that need none", good: "FROM debian:12\nCOPY --link --parents a /b/\nADD --keep-git-dir --unpack a /b\n" },
		{ caption: "Not the builder's", good: "FROM debian:12\nRUN docker run --network x\nHEALTHCHECK --interval= NONE\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const { instruction, flag, kind } of checkedFlags(file)) {
			if (kind === undefined) continue;
			if (flag.value === "")
				reports.push({
					span: flag.span,
					message: `--${flag.name}= is empty${kind === "boolean" || REFUSED_EMPTY.has(flag.name) ? "" : " and has no effect"}`,
					...(kind === "boolean" || REFUSED_EMPTY.has(flag.name) ? {} : { severity: "warning" as const }),
				});
			if (flag.value === undefined && kind !== "boolean")
				reports.push({ span: flag.span, message: `--${flag.name} has no value`, fixes: () => joinFix(file, instruction, flag) });
		}
		return reports;
	},
});

/** The next word as the value, where enough arguments are left without it. */
function joinFix(file: Dockerfile, instruction: Instruction, flag: Flag): readonly Fix[] {
	const words = splitAtBlanks(instruction.arguments);
	const [first] = words;
	const needed = instruction.keyword === "COPY" || instruction.keyword === "ADD" ? 3 : 2;
	const isLast = instruction.flags[instruction.flags.length - 1] === flag;
	if (first === undefined || words.length < needed || !isLast || instruction.keyword === "RUN") return [];
	const gap = { start: flag.span.end, end: first.span.start };
	if (/[^ \t]/.test(file.text.slice(gap.start, gap.end)) || /["']/.test(flag.text)) return [];
	return [{ title: `Write --${flag.name}=${first.text}`, safety: "review", edits: [replace(gap, "=")] }];
}
