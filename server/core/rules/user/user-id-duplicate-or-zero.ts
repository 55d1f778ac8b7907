import { mayBeRenumbered, mayFreeNumbers } from "../../dockerfile/accounts/accountIds.ts";
import { type Account, accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { passwdEntries } from "../../dockerfile/accounts/passwdEntries.ts";
import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { removeWord, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { freeId } from "../../dockerfile/users/runAs.ts";
import type { Fix } from "../../finding.ts";
import { SYSTEM_ACCOUNTS } from "../../knowledge/systemAccounts.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { findOption, hasOption, readArguments, type ShellArguments } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const CHANGE_VALUES =
	"-c --comment -d --home -e --expiredate -f --inactive -g --gid -G --groups -l --login -n --new-name -p --password -R --root -P --prefix -s --shell -u --uid -Z".split(
		" ",
	);

export const userIdDuplicateOrZero = defineRule({
	id: "user-id-duplicate-or-zero",
	title: "Two accounts share a number",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["dockle", "DKL-LI-0002"]),
	onlyWith: { words: ["useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod", "passwd"] },
	why: "The kernel knows numbers only. An account with uid 0 is root under another name, and checks that look for `root` do not see it. Two accounts with one uid own each other's files and may kill each other's processes; tools show one name or the other, by the order in `/etc/passwd`.",
	remedy: "Give every account a number of its own, and leave `-o` out: the build then fails where a number is taken.",
	references: [
		"https://manpages.debian.org/bookworm/passwd/useradd.8.en.html",
		"https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#dkl-li-0002",
	],
	examples: [
		{ caption: "A number of its own", good: "FROM debian:12\nRUN useradd -u 10001 app\n" },
		{
			caption: "Root under another name",
			bad: "FROM debian:12\nRUN useradd -o -u «0» app\n",
			fixed: "FROM debian:12\nRUN useradd -u 10001 app\n",
		},
		{
			caption: "Changed to it, in bundles, by variables",
			bad: "FROM debian:12\nENV ID=0\nRUN useradd app && usermod -ou «0» app && usermod --non-unique --uid=«0» b; adduser -D -u «$ID» c\n",
		},
		{
			caption: "Written into passwd",
			bad: "FROM debian:12\nRUN echo «'app:x:0:0::/:/bin/sh'» >> /etc/passwd && printf «'b::0:0:\\n'» | tee -a /etc/passwd\nRUN printf «'root:x:0:0::/:/bin/sh\\nc:x:0:0::/:/bin/sh\\n'» > /etc/passwd\nRUN cat >> /etc/passwd <<EOF\na:x:5:5::/:\n«boss:x:0:0::/:/bin/sh»\nEOF\n",
		},
		{
			caption: "A second group 0",
			bad: "FROM alpine\nRUN addgroup -g «0» app\nFROM debian:12\nRUN groupadd -o -g «0» app\n",
			fixed: "FROM alpine\nRUN addgroup -g 10001 app\nFROM debian:12\nRUN groupadd -g 10001 app\n",
		},
		{
			caption: "A number that the base image, or another command, has given",
			bad: "FROM node:22\nRUN useradd -o -u «1000» app\nFROM debian:12\nRUN useradd -u 1500 a && useradd --non-unique -u «1500» b\n",
			fixed: "FROM node:22\nRUN useradd -u 10001 app\nFROM debian:12\nRUN useradd -u 1500 a && useradd -u 10001 b\n",
		},
		{
			caption: "Whatever the number",
			bad: "FROM debian:12\nRUN groupadd «-o» -g 1000 app && useradd «-o» -u 1000 app\n",
			fixed: "FROM debian:12\nRUN groupadd -g 1000 app && useradd -u 1000 app\n",
		},
		{
			caption: "Group 0 for a user, root itself, other numbers",
			good: "FROM debian:12\nRUN useradd -u 1000 -g 0 app && usermod -u 0 root && usermod -aG 0 app && echo 'root:x:0:0::/:/bin/sh' > /etc/passwd\nRUN echo \"app:x:$(id -u):0::/:/bin/sh\" >> /etc/passwd && echo 'a:x:10:0::/:' >> /etc/passwd && echo 'x:y:0:0' > /etc/other\n",
		},
		{
			caption: "Taken, and refused: the build ends",
			bad: "FROM ubuntu:24.04\nRUN useradd --uid «1000» --create-home app\nFROM debian:12\nRUN groupadd -g 1500 a && groupadd -g «1500» b\n",
			fixed: "FROM ubuntu:24.04\nRUN useradd --uid 10001 --create-home app\nFROM debian:12\nRUN groupadd -g 1500 a && groupadd -g 1500 b\n",
		},
		{
			caption: "By an account of the distribution",
			bad: "FROM debian:12\nRUN useradd -u «33» web\nFROM alpine:3.22\nRUN addgroup -g «82» web\n",
			fixed: "FROM debian:12\nRUN useradd -u 10001 web\nFROM alpine:3.22\nRUN addgroup -g 10001 web\n",
		},
		{
			caption: "A number that was freed, or that may be",
			good: "FROM node:22\nRUN userdel -r node && useradd -u 1000 app\nFROM node:22\nRUN usermod -u 1999 node && useradd -u 1000 app\nFROM ubuntu:24.04\nRUN sed -i /1000/d /etc/passwd && useradd -u 1000 app\nFROM node:22\nRUN id -u app || useradd -u 1000 app || true\n",
		},
		{
			caption: "Other lists of users",
			good: "FROM ubuntu:24.04\nRUN useradd --root /target -u 1000 app\nFROM ubuntu:24.04\nRUN useradd -P /t -u 1000 b\nFROM ubuntu:24.04\nRUN chroot /t useradd -u 1000 d\nFROM ubuntu:24.04\nCOPY passwd group /etc/\nRUN useradd -u 1000 c\n",
		},
		{ caption: "A number that nobody knows", good: "FROM debian:12\nARG ID\nRUN useradd -o -u $ID app\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : stage.use === "copied" ? { severity: "info" as const } : {};
			const accounts = accountsOf(stage);
			for (const account of accounts) {
				const found = account.step.stage === stage ? createdReport(stage, account, accounts) : undefined;
				if (found !== undefined) reports.push({ ...found, ...lowered });
			}
			for (const step of runSteps(stage)) {
				if (!/mod|passwd/.test(step.line.text) && step.heredocs.length === 0) continue;
				for (const command of commandsOf(step)) {
					const found = changedReport(step, command) ?? writtenReport(step, command);
					if (found !== undefined) reports.push({ ...found, ...lowered });
				}
			}
		}
		return reports;
	},
});

function createdReport(stage: Stage, account: Account, accounts: readonly Account[]): Report | undefined {
	const { args, id, name, kind } = account;
	const shared = findOption(args, "-o", "--non-unique");
	if (id === undefined) return undefined;
	const place = numberPlace(account.step, args, kind);
	if (Number(id.value) === 0) {
		if (place === undefined || name === "root") return undefined;
		const message =
			kind === "user"
				? `${account.program} makes ${shortened(name, 30)} root under another name`
				: `Group ${shortened(name, 30)} gets the number of root's`;
		return { span: place.span, message, fixes: renumber(stage, account) };
	}
	if (place === undefined) return undefined;
	const owner = ownerOf(stage, account, accounts);
	if (shared === undefined) {
		const holder = owner ?? systemOwnerOf(stage, account);
		return holder === undefined ? undefined : refusedReport(stage, account, place.span, holder);
	}
	if (owner !== undefined)
		return {
			span: place.span,
			message: `${shortened(name, 30)} gets the number ${id.value} that ${shortened(owner, 30)} has`,
			fixes: renumber(stage, account),
		};
	const edits = account.command.decoded || shared.word.text !== shared.name ? [] : [removeWord(stage.file, shared.word.span)];
	return {
		span: shared.word.span,
		message: `${account.program} ${shared.name} lets ${shortened(name, 30)} share its number with another ${kind === "user" ? "account" : "group"}`,
		severity: "info",
		fixes: edits.length === 0 ? [] : [{ title: `Remove ${shared.name}`, safety: "review", edits }],
	};
}

/** Without `-o` the programs refuse a number that is taken, and the build ends. `groupadd -f` takes another one. */
function refusedReport(stage: Stage, account: Account, span: Report["span"], owner: string): Report | undefined {
	const { args, id, name } = account;
	if (id === undefined || owner === name || !account.certain || account.uncertain || hasOption(args, "-f", "--force")) return undefined;
	// Another root folder has another list of users.
	if (hasOption(args, "-R", "--root", "-P", "--prefix") || account.command.wrapper?.program === "chroot") return undefined;
	if (lineage(stage).some((ancestor) => ancestor.steps.some(mayFreeNumbers))) return undefined;
	const once = stage.file.text.split(new RegExp(`\\b${id.value}\\b`)).length === 2;
	return {
		span,
		message: `${account.program} refuses ${shortened(name, 30)} the number ${id.value}, which ${shortened(owner, 30)} has`,
		fixes: once ? renumber(stage, account) : [],
	};
}

/** Who else has the number, as far as the file and what is known of the base image tell. */
function ownerOf(stage: Stage, account: Account, accounts: readonly Account[]): string | undefined {
	const other = accounts.find(
		(candidate) =>
			candidate !== account &&
			candidate.kind === account.kind &&
			candidate.id?.value === account.id?.value &&
			candidate.certain &&
			!mayBeRenumbered(stage, candidate.name),
	);
	if (other !== undefined) return other.command.span.start < account.command.span.start ? other.name : undefined;
	const part = account.kind === "user" ? 0 : 1;
	return Object.entries(stageBaseFacts(stage).users ?? {}).find(
		([name, ids]) => name !== account.name && ids.split(":")[part] === account.id?.value && !mayBeRenumbered(stage, name),
	)?.[0];
}

/** The account of the distribution that has the number. */
function systemOwnerOf(stage: Stage, { kind, id, name }: Account): string | undefined {
	const family = stageFamily(stage);
	const system = family === undefined ? undefined : SYSTEM_ACCOUNTS[family];
	return Object.entries((kind === "user" ? system?.users : system?.groups) ?? {}).find(
		([other, ids]) => other !== name && ids.split(":")[0] === id?.value && !mayBeRenumbered(stage, other),
	)?.[0];
}

function renumber(stage: Stage, account: Account): readonly Fix[] {
	const place = numberPlace(account.step, account.args, account.kind);
	const shared = findOption(account.args, "-o", "--non-unique");
	if (place === undefined || !place.plain || account.command.decoded) return [];
	if (shared !== undefined && shared.word.text !== shared.name) return [];
	const id = freeId(stage);
	return [
		{
			title: `Give it the number ${id}`,
			safety: "review",
			edits: [...(shared === undefined ? [] : [removeWord(stage.file, shared.word.span)]), replace(place.span, String(id))],
		},
	];
}

function numberPlace(
	step: Step,
	args: ShellArguments,
	kind: Account["kind"],
): { readonly span: Report["span"]; readonly value: string; readonly plain: boolean } | undefined {
	const names = kind === "user" ? ["-u", "--uid", "-uid"] : ["-g", "--gid", "-gid"];
	const option = args.options.find(({ name }) => names.includes(name));
	if (option === undefined) return undefined;
	const word = option.valueWord ?? option.word;
	const value = option.value ?? wordValue(step, word);
	if (value === undefined || !/^\d+$/.test(value)) return undefined;
	const plain = word.text.endsWith(value) && word.span.end - word.span.start === word.text.length;
	return { span: plain ? { start: word.span.end - value.length, end: word.span.end } : word.span, value, plain };
}

function changedReport(step: Step, command: ShellCommand): Report | undefined {
	if (command.program !== "usermod" && command.program !== "groupmod") return undefined;
	const args = readArguments(command.args, CHANGE_VALUES);
	const kind = command.program === "usermod" ? "user" : "group";
	const place = numberPlace(step, args, kind);
	const name = args.operands[0] === undefined ? undefined : wordValue(step, args.operands[0]);
	if (place === undefined || Number(place.value) !== 0 || name === undefined || name === "root" || args.uncertain) return undefined;
	return {
		span: place.span,
		message:
			kind === "user"
				? `usermod makes ${shortened(name, 30)} root under another name`
				: `Group ${shortened(name, 30)} gets the number of root's`,
	};
}

/** The first entry of a command that is root's and not called so. */
function writtenReport(step: Step, command: ShellCommand): Report | undefined {
	const entry = passwdEntries(step, command).find(({ name, uid }) => Number(uid) === 0 && name !== "root");
	if (entry === undefined) return undefined;
	return { span: entry.span, message: `The entry for ${shortened(entry.name, 30)} in /etc/passwd is root under another name` };
}
