import { addFlag, insertAt, removeFlag, removeWord, replace } from "../../dockerfile/edits/edit.ts";
import { checkedFlags } from "../../dockerfile/model/checkedFlags.ts";
import { frontendOf } from "../../dockerfile/model/frontend.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Flag } from "../../dockerfile/syntax/flags.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { flagKind, INSTRUCTION_FLAGS } from "../../knowledge/instructionFlags.ts";
import { ANY_DASH, DASH_LIKE, isDash } from "../../knowledge/invisibleCharacters.ts";
import { nearest } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const unknownFlag = defineRule({
	id: "unknown-flag",
	title: "An instruction has a flag that it does not know",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["dockerfile-utils", "UNKNOWN_ADD_FLAG", "UNKNOWN_COPY_FLAG", "UNKNOWN_FROM_FLAG", "UNKNOWN_HEALTHCHECK_FLAG"]),
		...similar(["dockerfile-utils", "INVALID_DESTINATION"], ["hadolint", "DL1000"]),
	],
	supersededBy: ["invisible-character"],
	why: "The builder stops before it runs anything. A flag with one dash, or one behind the first argument, is no flag at all: COPY and ADD look for a file of that name, and RUN for a program.",
	remedy:
		'Correct the name, write two dashes, and put flags directly behind the keyword. CMD and ENTRYPOINT have no flags: arguments that begin with a dash need exec form, `CMD ["--port", "80"]`.',
	references: ["https://docs.docker.com/reference/dockerfile/"],
	examples: [
		{
			caption: "Two letters swapped",
			bad: "FROM node:22\nCOPY «--chwon=node» . /app\n",
			fixed: "FROM node:22\nCOPY --chown=node . /app\n",
		},
		{ caption: "A flag of COPY", good: "FROM node:22\nCOPY --chown=node . /app\n" },
		{
			caption: "Misspelt",
			bad: "FROM «--plattform=linux/amd64» debian:12\nCOPY «--chwon=1» a /a\nRUN «--mounts=type=cache,target=/c» true\n",
			fixed: "FROM --platform=linux/amd64 debian:12\nCOPY --chown=1 a /a\nRUN --mount=type=cache,target=/c true\n",
		},
		{
			caption: "Of another instruction",
			bad: "FROM debian:12\nADD --chown=1 «--from=x» a /a\nONBUILD COPY «--checksum=a» \\\n  a /a\n",
			fixed: "FROM debian:12\nADD --chown=1 a /a\nONBUILD COPY \\\n  a /a\n",
		},
		{ caption: "An instruction without flags", bad: "FROM debian:12\nCMD «--port» 80\nUSER «--uid=1» a\n" },
		{
			caption: "One dash",
			bad: "FROM «-platform=linux/amd64» debian:12\nCOPY «-from=x» a /a\nRUN «-mount=type=cache,target=/c» true\n",
			fixed: "FROM --platform=linux/amd64 debian:12\nCOPY --from=x a /a\nRUN --mount=type=cache,target=/c true\n",
		},
		{
			caption: "One of the two dashes is another character",
			bad: "FROM debian:12\nCOPY «\u2013-chown=a» a /b\nRUN «-\u2013mount=type=cache,target=/c» true\n",
			fixed: "FROM debian:12\nCOPY --chown=a a /b\nRUN --mount=type=cache,target=/c true\n",
		},
		{
			caption: "A blank between the dashes",
			bad: "FROM debian:12\nCOPY «- -from=x» a /a\n",
			fixed: "FROM debian:12\nCOPY --from=x a /a\n",
		},
		{
			caption: "Behind the first argument",
			bad: "FROM debian:12 «--platform=linux/amd64»\nCOPY a «--chown=1:1» /a\n",
			fixed: "FROM --platform=linux/amd64 debian:12\nCOPY --chown=1:1 a /a\n",
		},
		{
			caption: "Words of commands, of files and of the health check",
			good: "FROM debian:12\nRUN docker run --mount=type=bind x\nCOPY a --b --from\nRUN -x\nHEALTHCHECK NONE --interval=1s\nHEALTHCHECK CMD curl --interval=2\n",
		},
		{
			caption: "Every flag there is",
			good: "# syntax=docker/dockerfile:1-labs\nFROM --platform=$BUILDPLATFORM debian:12\nRUN --mount=type=cache,target=/c --network=none --security=insecure --device=x a\nCOPY --from=x --chown=1 --chmod=644 --link --parents --exclude=*.md --exclude=b a /\nADD --keep-git-dir=true --unpack=false --checksum=x --link -- a /\nHEALTHCHECK --interval=1s --timeout=1s --start-period=1s --start-interval=1s --retries=1 CMD a\n",
		},
		{
			caption: "Another frontend may know more",
			good: "# syntax=acme/dockerfile:2\nFROM debian:12\nCOPY --magic a /a\n",
		},
		{ caption: "No flag of the builder's", good: "FROM debian:12\nARG --x=1 A\nSTOPSIGNAL --x 9\nRUNN --a b\n" },
	],
	check(file) {
		if (frontendOf(file).kind === "other") return [];
		const reports: Report[] = [];
		for (const { instruction, flag, kind } of checkedFlags(file)) {
			if (kind !== undefined) continue;
			reports.push({
				span: flag.span,
				message: `${instruction.keyword} has no flag --${shortened(flag.name, 50)}`,
				fixes: () => fixesFor(file, instruction, flag),
			});
		}
		for (const instruction of allInstructions(file)) {
			if (!mayHaveStrayFlags(instruction)) continue;
			if (!ANY_FLAG.test(file.text)) return reports;
			reports.push(...strayFlags(file, instruction));
		}
		return reports;
	},
});

function fixesFor(file: Dockerfile, instruction: Instruction, flag: Flag): readonly Fix[] {
	const names = Object.keys(INSTRUCTION_FLAGS[instruction.keyword] ?? {});
	const meant = nearest(flag.name, names);
	if (names.length === 0) return [];
	if (meant === undefined || instruction.flags.some((other) => other.name === meant))
		return [{ title: `Remove --${shortened(flag.name, 40)}`, safety: "review", edits: [removeFlag(file, flag)] }];
	const start = flag.span.start + 2;
	const span = { start, end: start + flag.name.length };
	if (file.text.slice(span.start, span.end) !== flag.name) return [];
	return [{ title: `Change to --${meant}`, safety: "review", edits: [replace(span, meant)] }];
}

const FLAG_NAMES = new Set(Object.values(INSTRUCTION_FLAGS).flatMap((flags) => Object.keys(flags)));
const ANY_FLAG = new RegExp(`\\s${ANY_DASH}{1,2}(?:${[...FLAG_NAMES].join("|")})=`);
/** Whether a word of a text begins with a dash. */
const BEGINS_WITH_DASH = new RegExp(`(?:^|[\\t\\v\\f\\r ])${ANY_DASH}`);
/** Two dashes of which one is another character: a program that corrects typing made it. */
const MIXED_FLAG = new RegExp(`^(?:-${DASH_LIKE}|${DASH_LIKE}-)([a-z-]+)(?==.)`);

function mayHaveStrayFlags({ keyword, exec, arguments: args }: Instruction): boolean {
	if (exec !== undefined) return false;
	if (keyword === "RUN" || keyword === "HEALTHCHECK") return isDash(args.text[0]);
	return BEGINS_WITH_DASH.test(args.text) && INSTRUCTION_FLAGS[keyword] !== undefined;
}

/** Words that are no flags, but were meant to be some. */
function strayFlags(file: Dockerfile, instruction: Instruction): readonly Report[] {
	const { keyword, arguments: args } = instruction;
	if (templateMark(file) !== undefined) return [];
	// The words behind the first one are those of the command.
	const words = keyword === "RUN" || keyword === "HEALTHCHECK" ? splitAtBlanks(args).slice(0, 1) : splitAtBlanks(args);
	const reports: Report[] = [];
	for (const [index, { text, span }] of words.entries()) {
		const mixed = index === 0 ? MIXED_FLAG.exec(text)?.[1] : undefined;
		if (mixed !== undefined && flagKind(keyword, mixed) !== undefined) {
			reports.push({
				span,
				message: `A character that only looks like a dash makes --${mixed} no flag`,
				fixes: [{ title: "Write two dashes", safety: "review", edits: [replace({ start: span.start, end: span.start + 2 }, "--")] }],
			});
			continue;
		}
		const match = /^(--?)([a-z-]+)(?==.)/.exec(text);
		if (match === null || flagKind(keyword, match[2] ?? "") === undefined) continue;
		const name = match[2] ?? "";
		if (match[1] === "-" && index === 0)
			reports.push({
				span,
				message: `-${name} has one dash and is read as ${keyword === "RUN" ? "a program" : "an argument"}`,
				fixes: [{ title: "Write two dashes", safety: "review", edits: [insertAt(span.start, "-")] }],
			});
		const dash = words[index - 1];
		if (match[1] === "-" && index === 1 && dash?.text === "-")
			reports.push({
				span: { start: dash.span.start, end: span.end },
				message: `The dashes of --${name} stand apart, and are read as arguments`,
				fixes: [{ title: "Remove the blank", safety: "review", edits: [replace({ start: dash.span.end, end: span.start }, "")] }],
			});
		if (match[1] === "--" && index > 0)
			reports.push({
				span,
				message: `--${name} stands behind the first argument and is read as another one`,
				fixes: [{ title: `Move --${name} to the front`, safety: "review", edits: [addFlag(instruction, text), removeWord(file, span)] }],
			});
	}
	return reports;
}
