import { groupId, userIds } from "../../dockerfile/accounts/accountIds.ts";
import { accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { isRootUser, normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const userNameUnresolvable = defineRule({
	id: "user-name-unresolvable",
	title: "The image has no entry for the user",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: same(["tally", "named-identity-in-passwdless-stage"]),
	onlyWith: { instructions: ["USER", "COPY", "ADD"] },
	why: "A name is looked up in `/etc/passwd` and `/etc/group` of the stage. An image from scratch has no such files, and distroless images know three users. `COPY --chown` then ends the build; with USER the image is built, and its containers do not start: `unable to find user`.",
	remedy:
		"Write numbers, which need no entry: `USER 10001:10001`. Where a program asks for its name, copy the files from the stage that creates the user: `COPY --from=build /etc/passwd /etc/group /etc/`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#user",
		"https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
		"https://github.com/GoogleContainerTools/distroless",
	],
	examples: [
		{ caption: "A number", good: 'FROM scratch\nCOPY app /app\nUSER 10001:10001\nENTRYPOINT ["/app"]\n' },
		{
			caption: "Nobody there by that name",
			bad: 'FROM scratch\nCOPY app /app\nUSER «app»\nENTRYPOINT ["/app"]\n',
			fixed: 'FROM scratch\nCOPY app /app\nUSER 10001:10001\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "The number that the builder gave it, or that the name has everywhere",
			bad: "FROM debian:12 AS build\nRUN useradd -u 1234 app\nFROM scratch\nCOPY --from=build --chown=«app:app» /a /a\nUSER «app»\nFROM scratch\nUSER «nobody»\n",
			fixed:
				"FROM debian:12 AS build\nRUN useradd -u 1234 app\nFROM scratch\nCOPY --from=build --chown=1234:1234 /a /a\nUSER 1234:1234\nFROM scratch\nUSER 65534:65534\n",
		},
		{
			caption: "Distroless, with a group, by argument",
			bad: "FROM gcr.io/distroless/static-debian12\nARG U=web\nCOPY --chown=«$U» a /a\nUSER «web:web»\n",
			fixed: "FROM gcr.io/distroless/static-debian12\nARG U=web\nCOPY --chown=65532:65532 a /a\nUSER 65532:65532\n",
		},
		{
			caption: "What is a number, or known, stays",
			bad: "FROM scratch\nCOPY --chown=«1000:app» a /a\nCOPY --chown=«app:0» b /b\nUSER 1000\nFROM gcr.io/distroless/static-debian12\nUSER «nonroot:app»\n",
			fixed:
				"FROM scratch\nCOPY --chown=1000:1000 a /a\nCOPY --chown=10001:0 b /b\nUSER 1000\nFROM gcr.io/distroless/static-debian12\nUSER nonroot:65532\n",
		},
		{
			caption: "Through a stage name",
			bad: "FROM scratch AS base\nFROM base\nUSER «app»\n",
			fixed: "FROM scratch AS base\nFROM base\nUSER 10001:10001\n",
		},
		{
			caption: "Numbers, root, users that the image has",
			good: "FROM scratch\nCOPY --chown=1000:1000 a /a\nCOPY --chown=root b /b\nUSER 1000\nFROM gcr.io/distroless/static\nUSER nonroot:nonroot\nFROM gcr.io/distroless/base\nUSER nobody\n",
		},
		{
			caption: "The files are copied, or could be",
			good: "FROM scratch\nCOPY --from=build /etc/passwd /etc/group /etc/\nUSER app\nFROM scratch\nADD rootfs.tar /\nUSER app\nFROM scratch\nCOPY --from=build /etc/passwd /etc/passwd\nUSER app\nFROM scratch\nARG D\nCOPY --from=build /r $D\nUSER app\nFROM scratch\nCOPY . .\nRUN adduser app\nUSER app\n",
		},
		{ caption: "Other bases may have it", good: "FROM debian:12\nUSER app\nFROM acme/base\nUSER app\nARG U\nFROM scratch\nUSER $U\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const known = usersOf(stage);
			if (known === undefined || bringsEntries(stage)) continue;
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : {};
			for (const step of stage.steps) {
				for (const found of reportsOf(step, known)) reports.push({ ...found, ...lowered });
			}
		}
		return reports;
	},
});

/** The names that the base is known to have, completely; undefined where nobody knows. */
function usersOf(stage: Stage): ReadonlySet<string> | undefined {
	const base = rootBase(stage);
	if (base.kind === "scratch") return stage.file.escape === "`" ? undefined : new Set();
	return stageBaseFacts(stage).family === "distroless" ? new Set(["nonroot", "nobody"]) : undefined;
}

/** Whether something in the lineage could bring passwd and group: a RUN, or files copied to `/`, to `/etc` or to where nobody knows. */
function bringsEntries(stage: Stage): boolean {
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some((step) => {
			if (step.keyword === "RUN") return true;
			if (step.keyword !== "COPY" && step.keyword !== "ADD") return false;
			const target = step.exec?.values.at(-1) ?? splitAtBlanks(step.arguments).at(-1)?.text ?? "";
			const expansion = expandAt(step, target);
			if (expansion.kind !== "known" || expansion.unset.length > 0) return true;
			const workdir = workdirAt(ancestor, step);
			const folder = workdir.kind === "set" ? workdir.value : "/";
			const path = expansion.value.startsWith("/") ? normalPath(expansion.value) : normalPath(`${folder}/${expansion.value}`);
			return ["/", "/etc", "/etc/passwd", "/etc/group"].includes(path);
		}),
	);
}

function reportsOf(step: Step, known: ReadonlySet<string>): readonly Report[] {
	const places: readonly { readonly text: string; readonly span: Span; readonly what: string }[] =
		step.keyword === "USER"
			? [{ text: step.arguments.text, span: sourceSpan(step.arguments, 0, step.arguments.text.length), what: "USER" }]
			: step.flags.flatMap((flag) =>
					flag.name === "chown" && flag.value !== undefined && flag.valueSpan !== undefined
						? [{ text: flag.value, span: flag.valueSpan, what: "--chown" }]
						: [],
				);
	const reports: Report[] = [];
	for (const { text, span, what } of places) {
		const expansion = text === "" ? undefined : expandAt(step, text);
		if (expansion?.kind !== "known" || expansion.unset.length > 0 || /[\s\\]/.test(expansion.value)) continue;
		const missing = expansion.value.split(":").find((name) => name !== "" && !/^\d+$/.test(name) && !isRootUser(name) && !known.has(name));
		if (missing === undefined) continue;
		const ids = valueFor(step.stage, expansion.value, missing, known);
		reports.push({
			span,
			message: `${what} ${shortened(expansion.value, 30)}: the image has no entry for ${shortened(missing, 30)}`,
			fixes: [{ title: `Write ${ids}`, safety: "review", edits: [replace(span, ids)] }],
		});
	}
	return reports;
}

/** What to write: what the image can resolve stays as it is. */
function valueFor(stage: Stage, value: string, missing: string, known: ReadonlySet<string>): string {
	const [user = "", group = ""] = value.split(":");
	const [uid = "", gid = uid] = numbersFor(stage, missing, known).split(":");
	if (user !== missing) return `${user}:${groupNumber(stage, missing) ?? (/^\d+$/.test(user) ? user : gid)}`;
	return `${uid}:${/^\d+$/.test(group) || known.has(group) || isRootUser(group) ? group : gid}`;
}

function groupNumber(stage: Stage, name: string): string | undefined {
	for (const other of stage.file.stages) {
		const id = other === stage || accountsOf(other).every((account) => account.name !== name) ? undefined : groupId(other, name);
		if (id !== undefined) return id.value;
	}
	return undefined;
}

/** The numbers that another stage of the file fixes for the name, or usual ones. */
function numbersFor(stage: Stage, name: string, known: ReadonlySet<string>): string {
	if (name === "nobody") return "65534:65534";
	for (const other of stage.file.stages) {
		const ids = other === stage ? undefined : userIds(other, name);
		if (ids !== undefined && ids.account !== undefined) return `${ids.uid.value}:${ids.gid?.value ?? ids.uid.value}`;
	}
	return known.has("nonroot") || name === "nonroot" ? "65532:65532" : "10001:10001";
}
