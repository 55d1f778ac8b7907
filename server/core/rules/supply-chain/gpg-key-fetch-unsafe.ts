import { loopWords } from "../../dockerfile/commands/loopWords.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { keysBesideFiles } from "../../dockerfile/downloads/keyDownloads.ts";
import { shortKeyIds } from "../../dockerfile/downloads/keyIds.ts";
import {
	alternativeServers,
	askedServer,
	GPG_VALUES,
	isPartOfWord,
	otherKeyServer,
	speaksTls,
} from "../../dockerfile/downloads/keyServers.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { DEAD_KEY_SERVER } from "../../knowledge/keyServers.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const PROGRAMS: ReadonlySet<string | undefined> = new Set(["gpg", "gpg1", "gpg2", "apt-key"]);
const FETCHES = ["--recv-keys", "--recv-key", "--recv", "--receive-keys"];
export const gpgKeyFetchUnsafe = defineRule({
	id: "gpg-key-fetch-unsafe",
	title: "gpg takes a key that somebody else could have made, or waits in vain",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		"short-id": "The key is named by a short id",
		"dead-server": "The key server no longer exists",
		"clear-text": "The key server is asked in clear text",
		"same-host": "The key comes from the same host as what it verifies",
		batch: "gpg is not told that nobody answers",
	},
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["gpg", "apt"], texts: ["gpg", "apt-key"] },
	why: "A short key id can be forged in seconds: key servers give out whatever carries it, and the signature of an attacker then counts as good. A key from the same host as the file proves only that both came from there: who replaced the one replaces the other.\n\nThe pool of SKS key servers was closed in 2021; its names lead nowhere, or to somebody else.",
	remedy:
		"Name keys by their full fingerprint of 40 digits, from a source that you trust, and fetch them from `hkps://keyserver.ubuntu.com`, or copy the key file from the build context. `hkps://keys.openpgp.org` finds no 32-bit ids, and gives out the names in a key only where their owners have confirmed them: gpg does not import a new key without one. Call `gpg --batch` in scripts.",
	references: [
		"https://evil32.com/",
		"https://keys.openpgp.org/about/usage",
		"https://www.gnupg.org/documentation/manuals/gnupg/GPG-Configuration-Options.html",
	],
	examples: [
		{
			caption: "Short ids",
			bad: "FROM debian:12\nRUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys «96865171» && gpg --batch --recv-key «0x021DB8B44E4A8645»\nRUN apt-key adv --keyserver hkps://keyserver.ubuntu.com --recv-keys «7F0CEB10»\nRUN gpg --batch --recv-keys «0x4E2C6E8793298290» && gpg --fingerprint | grep EB4C1BFD4F042F6DDDCCEC917721F63BD38B4796\nRUN gpg --batch --recv-keys «0x4E2C6E8793298290» && gpg --fingerprint | grep 'EF6E 286D DA85 EA2A 4BA7  DE68 4E2C 6E87 9329 8290' || echo other\nRUN gpg --batch --recv-keys «0x4E2C6E8793298290» && gpg --verify a.asc a && ./install.sh && gpg --fingerprint | grep EF6E286DDA85EA2A4BA7DE684E2C6E8793298290\nRUN gpg --batch --recv-keys «0x4E2C6E8793298290» && echo EF6E286DDA85EA2A4BA7DE684E2C6E8793298290 | grep EF6E286DDA85EA2A4BA7DE684E2C6E8793298290\nRUN gpg --batch --recv-keys «0x93298290» && gpg --fingerprint | grep EF6E286DDA85EA2A4BA7DE684E2C6E8793298290\n",
		},
		{
			caption: "Short ids in the list of a loop",
			bad: 'FROM debian:12\nRUN for key in «96865171» 0123456789012345678901234567890123456789 «7F0CEB10»; do gpg --batch --keyserver a.b --recv-keys $key || gpg --batch --keyserver c.d --recv-keys "$key"; done\n',
		},
		{
			caption: "Servers that are gone",
			bad: "FROM debian:12\nENV GPG_KEY=0123456789012345678901234567890123456789\nRUN gpg --batch --keyserver «ha.pool.sks-keyservers.net» --recv-keys $GPG_KEY || gpg --batch --keyserver=«hkp://p80.pool.sks-keyservers.net:80» --recv-keys $GPG_KEY || gpg --batch --keyserver «keys.gnupg.net» --recv-keys $GPG_KEY && gpg --batch --keyserver «keyserver.pgp.com» --recv-keys $OTHER\n",
			fixed:
				"FROM debian:12\nENV GPG_KEY=0123456789012345678901234567890123456789\nRUN gpg --batch --keyserver hkps://keyserver.ubuntu.com --recv-keys $GPG_KEY || gpg --batch --keyserver=hkps://keys.openpgp.org --recv-keys $GPG_KEY || gpg --batch --keyserver keys.gnupg.net --recv-keys $GPG_KEY && gpg --batch --keyserver hkps://keyserver.ubuntu.com --recv-keys $OTHER\n",
		},
		{
			caption: "In the list of a loop",
			bad: 'FROM debian:12\nRUN for server in \\\n    «ha.pool.sks-keyservers.net» \\\n    hkps://keys.openpgp.org; do gpg --batch --keyserver "$server" --recv-keys "$K" && break; done\n',
			fixed:
				'FROM debian:12\nRUN for server in \\\n    hkps://keyserver.ubuntu.com \\\n    hkps://keys.openpgp.org; do gpg --batch --keyserver "$server" --recv-keys "$K" && break; done\n',
		},
		{
			caption: "Where the list has another one already",
			bad: 'FROM debian:12\nRUN for k in $KEYS; do for s in «ha.pool.sks-keyservers.net» hkp://keyserver.ubuntu.com:80 «hkp://p80.pool.sks-keyservers.net:80»; do gpg --batch --keyserver "$s" --recv-keys "$k" && break; done; done\n',
		},
		{
			caption: "In quotes, in a substitution, and for two calls: each word once",
			bad: 'FROM debian:12\nRUN for s in $(shuf -e "«ha.pool.sks-keyservers.net»" hkp://pgp.mit.edu «hkp://p80.pool.sks-keyservers.net:80»); do gpg --batch --keyserver "$s" --recv-keys "$A" && gpg --batch --keyserver "$s" --recv-keys "$B" && break; done\n',
			fixed:
				'FROM debian:12\nRUN for s in $(shuf -e "hkps://keyserver.ubuntu.com" hkp://pgp.mit.edu hkp://p80.pool.sks-keyservers.net:80); do gpg --batch --keyserver "$s" --recv-keys "$A" && gpg --batch --keyserver "$s" --recv-keys "$B" && break; done\n',
		},
		{
			caption: "No repair where the word is a part of the address, and for GnuPG 1.4, which speaks no TLS to servers",
			bad: 'FROM debian:12\nRUN for s in «ha.pool.sks-keyservers.net» pgp.mit.edu; do gpg --batch --keyserver "hkp://$s:80" --recv-keys "$K" && break; done\nFROM ubuntu:16.04\nRUN apt-key adv --keyserver «hkp://keyserver.ubuntu.com:80» --recv 0C49F3730359A14518585931BC711F9BA15703C6\nFROM python:3.6-jessie\nRUN gpg --batch --keyserver «ha.pool.sks-keyservers.net» --recv-keys 0C49F3730359A14518585931BC711F9BA15703C6\n',
		},
		{
			caption: "Another server where the first is asked already; gpg2 of Ubuntu 16.04 is 2.1",
			bad: "FROM debian:12\nRUN gpg --batch --keyserver hkps://keyserver.ubuntu.com --recv-keys $K || gpg --batch --keyserver «ha.pool.sks-keyservers.net» --recv-keys $K\nFROM ubuntu:16.04\nRUN gpg2 --batch --keyserver «ha.pool.sks-keyservers.net» --recv-keys $K\n",
			fixed:
				"FROM debian:12\nRUN gpg --batch --keyserver hkps://keyserver.ubuntu.com --recv-keys $K || gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys $K\nFROM ubuntu:16.04\nRUN gpg2 --batch --keyserver hkps://keyserver.ubuntu.com --recv-keys $K\n",
		},
		{
			caption: "In clear text, and without --batch; with what GnuPG 1.4 needs for TLS",
			bad: "FROM debian:12\nRUN gpg --batch --keyserver «hkp://keyserver.ubuntu.com:80» --recv-keys 0123456789012345678901234567890123456789 && «gpg» --keyserver keys.openpgp.org --recv-keys 0123456789012345678901234567890123456789\nFROM ubuntu:16.04\nRUN apt-get install -y gnupg-curl && apt-key adv --keyserver «hkp://keyserver.ubuntu.com:80» --recv 0123456789012345678901234567890123456789\n",
			fixed:
				"FROM debian:12\nRUN gpg --batch --keyserver hkps://keyserver.ubuntu.com --recv-keys 0123456789012345678901234567890123456789 && gpg --batch --keyserver keys.openpgp.org --recv-keys 0123456789012345678901234567890123456789\nFROM ubuntu:16.04\nRUN apt-get install -y gnupg-curl && apt-key adv --keyserver hkps://keyserver.ubuntu.com --recv 0123456789012345678901234567890123456789\n",
		},
		{
			caption: "The key lies beside what it is to verify",
			bad: "FROM debian:12\nRUN curl -fsSLO https://dl.acme.dev/a.tgz -O https://dl.acme.dev/a.tgz.asc && curl -fsSL «https://dl.acme.dev/KEYS» | gpg --batch --import && gpg --batch --verify a.tgz.asc a.tgz\n",
		},
		{
			caption: "Full fingerprints, in any spelling, or compared later, or nobody knows",
			good: 'FROM debian:12\nRUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys 0123456789012345678901234567890123456789 && gpg --batch --keyserver keyserver.ubuntu.com --recv-keys \'EB4C 1BFD 4F04 2F6D DDCC  EC91 7721 F63B D38B 4796\' && gpg --batch --recv-keys "$KEY"\nRUN for key in A B; do gpg --batch --keyserver "$server" --recv-keys "$key"; done && gpg --dearmor -o /k < k.asc && gpg --version && gpg --verify a.asc a\nRUN curl https://keys.acme.dev/k.asc | gpg --batch --import && curl -O https://dl.acme.org/a.tgz && gpg --batch --verify a.asc a.tgz\nENV ID=0x4E2C6E8793298290\nRUN gpg --batch --recv-keys $ID && gpg --fingerprint --keyid-format LONG $ID | grep "Key fingerprint = EF6E 286D DA85 EA2A 4BA7  DE68 4E2C 6E87 9329 8290" && gpg --verify a.asc\nRUN for s in a.b c.d; do gpg --batch --keyserver $s --recv-keys $ID && break || : ; done && wget -q https://a/a.asc && echo "$(gpg --fingerprint)" | grep EF6E286DDA85EA2A4BA7DE684E2C6E8793298290 && gpg --verify a.asc\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				// One loop may hold many calls that name its variable.
				const seen = new Set<Span>();
				for (const command of commandsOf(step)) {
					if (!PROGRAMS.has(command.program)) continue;
					for (const report of reportsOf(step, command, seen))
						reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
				}
			}
		}
		return reports;
	},
});

function reportsOf(step: Step, command: ShellCommand, seen: Set<Span>): readonly Report[] {
	const { program, name } = command;
	if (name === undefined) return [];
	const args = readArguments(command.args, GPG_VALUES);
	const fetch = args.options.find((option) => FETCHES.includes(option.name));
	const reports: Report[] = [];
	if (fetch !== undefined) {
		reports.push(...ids(step, command, fetch, args.operands, seen));
		const server = args.options.find((option) => option.name === "--keyserver");
		if (server !== undefined) reports.push(...serverReports(step, command, server, seen));
	}
	if (program === "apt-key") return reports;
	if (args.options.some((option) => option.name === "--import")) reports.push(...sameHost(step, command));
	if (fetch === undefined || args.uncertain || args.options.some((option) => /^--(?:batch|no-tty|quick-generate-key)$/.test(option.name)))
		return reports;
	reports.push({
		span: name.span,
		message: `${program} without --batch is meant for a terminal`,
		severity: "hint",
		subCode: "batch",
		fixes: command.decoded ? [] : [{ title: "Add --batch", safety: "review", edits: [insertAfter(name.span, " --batch")] }],
	});
	return reports;
}

/** Keys that are asked for by a part of their fingerprint. A loop's word is told once, however many calls use it. */
function ids(step: Step, command: ShellCommand, fetch: ShellOption, operands: readonly ShellWord[], seen: Set<Span>): readonly Report[] {
	const reports: Report[] = [];
	for (const { id, span } of shortKeyIds(step, command, fetch, operands)) {
		if (seen.has(span)) continue;
		seen.add(span);
		const short = id.length === 8;
		reports.push({
			span,
			message: short ? `${id} is a short key id, which anybody can forge` : `${id} is a long key id, not the fingerprint of a key`,
			...(short ? {} : { severity: "info" as const }),
			subCode: "short-id",
		});
	}
	return reports;
}

function deadFixes(step: Step, command: ShellCommand, span: Span, given = 0): readonly Fix[] {
	const server = otherKeyServer(step, command, given);
	return server === undefined ? [] : fix(server, span);
}

function serverReports(step: Step, command: ShellCommand, option: ShellOption, seen: Set<Span>): readonly Report[] {
	const report = serverReport(step, command, option);
	return report === undefined ? loopReports(step, command, option, seen) : [report];
}

/** `for server in …; do gpg --keyserver "$server" …`: one that is gone costs time where another one answers. */
function loopReports(step: Step, command: ShellCommand, { word, valueWord }: ShellOption, seen: Set<Span>): readonly Report[] {
	const variable = (valueWord ?? word).parts.find((part) => part.kind === "variable");
	const words = variable === undefined ? [] : loopWords(step, command, variable.name);
	const [first] = words;
	if (variable === undefined || first === undefined || seen.has(first.span)) return [];
	seen.add(first.span);
	const dead = words.filter(({ text }) => DEAD_KEY_SERVER.test(text));
	const hasOthers = words.some(({ text }) => text.includes(".") && !DEAD_KEY_SERVER.test(text));
	const isListed = words.some(({ text }) => text.includes("keyserver.ubuntu.com"));
	return dead.map(
		({ text, span }, index): Report => ({
			span,
			message: deadMessage(text),
			...(hasOthers ? { severity: "info" } : {}),
			subCode: "dead-server",
			// One more server is enough, and it has to be one where the variable is the whole address.
			fixes: () => {
				const canReplace = index === 0 && !isListed && /^[\w.:/-]+$/.test(text) && !isPartOfWord(step, variable.name);
				return canReplace ? deadFixes(step, command, span) : [];
			},
		}),
	);
}

function deadMessage(server: string): string {
	return `The key server ${shortened(server, 60)} no longer exists`;
}

function serverReport(step: Step, command: ShellCommand, option: ShellOption): Report | undefined {
	const server = askedServer(step, command, option);
	if (server === undefined) return undefined;
	const span = option.valueWord?.span ?? valueSpan(option);
	const literal = option.valueWord === undefined ? true : option.valueWord.value !== undefined;
	if (DEAD_KEY_SERVER.test(server)) {
		const { before, behind } = alternativeServers(step, command);
		const hasOthers = [...before, ...behind].some((other) => !DEAD_KEY_SERVER.test(other));
		// Those in front of it that are gone, too, get another server each.
		const given = before.filter((other) => DEAD_KEY_SERVER.test(other));
		return {
			span,
			message: deadMessage(server),
			...(hasOthers ? { severity: "info" } : {}),
			subCode: "dead-server",
			fixes: () => (literal && !command.decoded ? deadFixes(step, command, span, given.length) : []),
		};
	}
	const clear = /^(?:hkp|http):\/\/([\w.-]+)/.exec(server);
	if (clear === null) return undefined;
	return {
		span,
		message: `The key server ${shortened(clear[1] ?? "", 60)} is asked in clear text`,
		severity: "hint",
		subCode: "clear-text",
		fixes: () =>
			literal && !command.decoded && speaksTls(step.stage, command) ? fix(`hkps://${clear[1]}`, span, "The server has to speak TLS.") : [],
	};
}

function valueSpan({ word, value }: ShellOption): Span {
	const inPlace = word.span.end - word.span.start === word.text.length && value !== undefined && word.text.endsWith(value);
	return inPlace ? { start: word.span.end - value.length, end: word.span.end } : word.span;
}

function fix(server: string, span: Span, note?: string): readonly Fix[] {
	return [{ title: `Ask ${server}`, safety: "review", edits: [replace(span, server)], ...(note === undefined ? {} : { note }) }];
}

function sameHost(step: Step, command: ShellCommand): readonly Report[] {
	return keysBesideFiles(step, command).map(({ span, host }) => ({
		span,
		message: `The key comes from ${shortened(host, 40)}, like the file that it is to verify`,
		severity: "info",
		subCode: "same-host",
	}));
}
