import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { insertCommandBehind } from "../../dockerfile/edits/commandEdit.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { isMadeFolder, namedPath } from "../../dockerfile/files/knownFolders.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { isDeletedBehind } from "../../dockerfile/packages/deletedFolders.ts";
import { isOpenInImage } from "../../dockerfile/users/imageFolders.ts";
import { isOpened, withoutSlash } from "../../dockerfile/users/openedFolders.ts";
import { isSharedGroup } from "../../dockerfile/users/sharedGroup.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const arbitraryUidUnsupported = defineRule({
	id: "arbitrary-uid-unsupported",
	title: "A folder can be written to by one user only",
	category: "user",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["chown"] },
	why: "OpenShift, and whoever starts containers with `--user`, runs them under a number that the image does not know. That user is in group 0 and in no other. A folder that belongs to one user and its own group is then read-only, and the application fails at its first write.",
	remedy: "Give the folders that are written to to group 0, and the group what the owner has: `chown -R USER:0 DIR && chmod -R g=u DIR`.",
	references: [
		"https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/images/creating-images",
		"https://www.gnu.org/software/coreutils/manual/html_node/Symbolic-Modes.html",
	],
	examples: [
		{
			caption: "Group 0, given to it, world-readable files of root",
			good: "FROM debian:12\nRUN chown -R 1001:0 /a && chmod -R g=u /a; chown app:root /b; chown root:root /c; chown -R app /d && chgrp -R 0 /d && chmod -R g+w /d\nRUN chown -R app /e\nRUN chgrp -R 0 /e\nRUN chown www:www /f /g && chmod 1777 /f && chmod a+rwX /g/\n",
		},
		{
			caption: "A user's own folder",
			bad: "FROM debian:12\nRUN mkdir /data && chown -R «app:app» /data\nUSER 1001\n",
			fixed: "FROM debian:12\nRUN mkdir /data && chown -R app:0 /data && chmod -R g=u /data\nUSER 1001\n",
		},
		{
			caption: "Several folders, without a group, by number",
			bad: "FROM debian:12\nRUN chown -R «1001» /a /b\nRUN chown «1001:1001» /c\n",
			fixed: "FROM debian:12\nRUN chown -R 1001:0 /a /b && chmod -R g=u /a /b\nRUN chown 1001:0 /c && chmod g=u /c\n",
		},
		{
			caption: "Words stay as they are written",
			bad: 'FROM debian:12\nARG APP=app\nRUN chown -R «${APP}:${APP}» "$HOME/x" \'/srv/my dir\' && chown «"$APP"» /b\n',
			fixed:
				'FROM debian:12\nARG APP=app\nRUN chown -R ${APP}:0 "$HOME/x" \'/srv/my dir\' && chmod -R g=u "$HOME/x" \'/srv/my dir\' && chown "$APP:0" /b && chmod g=u /b\n',
		},
		{
			caption: "Keys: SSH and GnuPG refuse folders that a group may write to",
			good: "FROM debian:12\nRUN chown -R app:app /home/app/.ssh /home/app/.gnupg/\nRUN mkdir /home/b/.ssh && chown -R b:b /home/b\n",
		},
		{
			caption: "PostgreSQL refuses a data directory that a group may write to",
			good: "FROM debian:12\nRUN chown -R postgres:postgres /pgdata && chown -R $U:$U /var/lib/postgresql && chown -R 70:70 /var/lib/postgresql/data\n",
		},
		{ caption: "Another folder may hold its data, too", bad: "FROM debian:12\nRUN mkdir /ssd && chown -R «postgres:postgres» /ssd\n" },
		{
			caption: "Its other folders",
			bad: "FROM debian:12\nRUN chown «postgres:postgres» /run/postgresql && chown «postgres» /docker-entrypoint-initdb.d\n",
			fixed:
				"FROM debian:12\nRUN chown postgres:0 /run/postgresql && chmod g=u /run/postgresql && chown postgres:0 /docker-entrypoint-initdb.d && chmod g=u /docker-entrypoint-initdb.d\n",
		},
		{
			caption: "A group that several users share: no edit",
			bad: "FROM debian:12\nARG D=/usr/local/share/npm-global\nRUN groupadd -r npm && usermod -a -G npm vscode && mkdir -p $D && chown «vscode:npm» $D\nRUN groupadd staff && mkdir /s && chown «vscode:staff» /s\nRUN chown «vscode:vscode» /t && chmod g+s /t\n",
		},
		{
			caption: "The primary group of a user",
			bad: "FROM debian:12\nRUN groupadd dba && useradd -g dba oracle && mkdir /u01 && chown «oracle:dba» /u01\n",
			fixed: "FROM debian:12\nRUN groupadd dba && useradd -g dba oracle && mkdir /u01 && chown oracle:0 /u01 && chmod g=u /u01\n",
		},
		{
			caption: "Given by number",
			bad: "FROM debian:12\nARG GID\nRUN groupadd -r -g 1001 app && useradd -r -u 1001 -g 1001 svc && chown -R «svc:app» /d\nRUN groupadd -g $GID web && useradd -g $GID www && chown «www:web» /w\n",
			fixed:
				"FROM debian:12\nARG GID\nRUN groupadd -r -g 1001 app && useradd -r -u 1001 -g 1001 svc && chown -R svc:0 /d && chmod -R g=u /d\nRUN groupadd -g $GID web && useradd -g $GID www && chown www:0 /w && chmod g=u /w\n",
		},
		{
			caption: "Single files",
			good: "FROM debian:12\nWORKDIR /tmp/sql\nCOPY create.sql start.sh ./\nRUN chown app:app create.sql\nRUN chown app:app /tmp/sql/*.sh\nUSER app\n",
		},
		{
			caption: "A folder among them; folders with dots in their names",
			bad: "FROM debian:12\nRUN chown «app:app» /data /etc/a.conf && chown -R «app» /a.sh && chown «app» /etc/conf.d && chown «app» /a/.config\n",
			fixed:
				"FROM debian:12\nRUN chown app:0 /data /etc/a.conf && chmod g=u /data /etc/a.conf && chown -R app:0 /a.sh && chmod -R g=u /a.sh && chown app:0 /etc/conf.d && chmod g=u /etc/conf.d && chown app:0 /a/.config && chmod g=u /a/.config\n",
		},
		{
			caption: "A folder that the stage makes, whatever its ending",
			bad: "FROM debian:12\nRUN mkdir /srv/chart.js && chown «app:app» /srv/chart.js\n",
			fixed: "FROM debian:12\nRUN mkdir /srv/chart.js && chown app:0 /srv/chart.js && chmod g=u /srv/chart.js\n",
		},
		{
			caption: "Only root may give files to group 0",
			bad: "FROM debian:12\nUSER app\nRUN mkdir /home/app/logs && chown -R «app:app» /home/app/logs\n",
		},
		{
			caption: "Folders that are everybody's, and a try",
			good: 'FROM oraclelinux:9\nRUN chown oracle:oracle /tmp /var/tmp/ && d="$(mktemp -d)" && chown nobody:nobody $d && rm -rf $d\n',
		},
		{
			caption: "Deleted by another name",
			good: 'FROM debian:12\nWORKDIR /src\nARG D\nRUN mkdir a && chown -R app:app a && rm -rf /src/a\nRUN cd /opt && chown app:app b c && cd / && rm -rf "/opt"\nRUN chown app "$D/x" && rm -r $D\nRUN chown app:app /tmp/a && rm -rf /tmp/*\nRUN if test -d /c; then chown app /c && rm -rf /c; fi\n',
		},
		{
			caption: "Another folder, as files, perhaps, emptied only",
			bad: "FROM debian:12\nRUN cd /a && chown «app:app» b && cd /c && rm -rf b\nRUN chown «app:app» /a; rm -f /a\nRUN chown «app:app» /b || rm -rf /b\nRUN chown «app:app» /c; if test -d /d; then rm -rf /c; fi\nRUN chown «app:app» /d && rm -rf /d/*\n",
			fixed:
				"FROM debian:12\nRUN cd /a && chown app:0 b && chmod g=u b && cd /c && rm -rf b\nRUN chown app:0 /a && chmod g=u /a; rm -f /a\nRUN chown app:app /b || rm -rf /b\nRUN chown app:0 /c && chmod g=u /c; if test -d /d; then rm -rf /c; fi\nRUN chown app:0 /d && chmod g=u /d && rm -rf /d/*\n",
		},
		{
			caption: "A folder in one of them",
			bad: "FROM debian:12\nRUN chown «app:app» /tmp/app && rm -rf /tmp/app/cache\n",
			fixed: "FROM debian:12\nRUN chown app:0 /tmp/app && chmod g=u /tmp/app && rm -rf /tmp/app/cache\n",
		},
		{ caption: "The image opens it", good: "FROM php:8.4\nRUN mkdir -p /var/www/html; chown -R a:a /var/www/html\n" },
		{ caption: "Not what is in it", good: "FROM php:8.4-alpine\nCOPY . .\nRUN chown www-data /var/www/html/\n" },
		{
			caption: "But not to what has been put there",
			bad: "FROM wordpress:6 AS a\nRUN curl a | tar xz -C /var/www/html && chown -R «www-data» /var/www/html\nFROM a\nCOPY . .\nRUN chown -R «www-data» /var/www/html\n",
			fixed:
				"FROM wordpress:6 AS a\nRUN curl a | tar xz -C /var/www/html && chown -R www-data:0 /var/www/html && chmod -R g=u /var/www/html\nFROM a\nCOPY . .\nRUN chown -R www-data:0 /var/www/html && chmod -R g=u /var/www/html\n",
		},
		{ caption: "Made anew", bad: "FROM php:8\nUSER a\nRUN rm -r /var/www/html; mkdir /var/www/html; chown «a» /var/www/html\n" },
		{
			caption: "A builder's files",
			good: "FROM debian:12 AS b\nRUN chown -R app /a\nFROM scratch\nCOPY --from=b /a /a\nARG U\nFROM debian:12\nRUN chown -R $U /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				if (!step.line.text.includes("chown") && step.heredocs.length === 0) continue;
				for (const command of commandsOf(step)) {
					const gift = giftOf(step, command);
					if (
						gift === undefined ||
						gift.words.every((word) => isDeletedBehind(step, command, word)) ||
						gift.folders.some((folder) => isOpened(stage, folder) || isPrivate(step, gift, folder)) ||
						gift.folders.every((folder) => isOpenInImage(step, command, withoutSlash(folder), gift.recursive))
					)
						continue;
					reports.push({
						span: gift.owner.span,
						message: `${shortened(gift.folders.join(", "), 45)} can be written to by ${shortened(comparable(gift.owner), 25)} alone`,
						fixes: () => fix(step, command, gift),
					});
				}
			}
		}
		return reports;
	},
});

interface Gift {
	readonly owner: ShellWord;
	/** The user's name or number. */
	readonly user: string;
	/** The group's; undefined where none is named. */
	readonly group: string | undefined;
	readonly words: readonly ShellWord[];
	/** Their texts, to compare. */
	readonly folders: readonly string[];
	readonly recursive: boolean;
}

/** Scripts, settings and data by their endings, and patterns of them; what is written at run time (`.log`, `.pid`) is none. */
const SINGLE_FILE =
	/[^/]\.(?:sh|bash|py|js|mjs|cjs|ts|rb|php|pl|lua|sql|jar|war|json|ya?ml|toml|xml|ini|cfg|cnf|conf|properties|env|txt|csv|md|html|css|crt|cer|pem|key|pub|p12|jks|gz|tgz|xz|bz2|tar|zip|so)$/;

/** `chown USER[:GROUP] DIR…` with a user and a group that are not root. */
function giftOf(step: Step, command: ShellCommand): Gift | undefined {
	if (command.program !== "chown") return undefined;
	const args = readArguments(command.args, ["--from", "--reference"]);
	const [owner, ...words] = args.operands;
	const value = owner === undefined ? undefined : wordValue(step, owner);
	if (owner === undefined || value === undefined || words.length === 0 || args.options.some(({ name }) => name === "--reference"))
		return undefined;
	const [user = "", group] = value.split(/[:.]/);
	if (/^(?:root|0|)$/.test(user) || group === "0" || group === "root") return undefined;
	const recursive = args.options.some(({ name }) => name === "-R" || name === "--recursive");
	const folders = words.map(comparable);
	const isFile = (word: ShellWord): boolean =>
		SINGLE_FILE.test(comparable(word)) && !isMadeFolder(namedPath(step, command, word), step.stage);
	if (!recursive && words.every(isFile)) return undefined;
	return { owner, user, group: group === "" ? undefined : group, words, folders, recursive };
}

/** Whether a folder is, or may hold, one that SSH, GnuPG or PostgreSQL refuse where others than the owner may write to it. */
function isPrivate({ stage }: Step, { recursive, user }: Gift, folder: string): boolean {
	if (/\/\.(?:ssh|gnupg)(?:\/|$)|^\/var\/lib\/(?:postgresql|pgsql)(?:\/|$)/.test(folder)) return true;
	if (user === "postgres" && /data/i.test(folder)) return true;
	return recursive && lineage(stage).some((ancestor) => keyHolders(ancestor).has(withoutSlash(folder)));
}

/** Nobody writes longer paths. */
const LONGEST_PATH = 500;

/** The folders that the steps of a stage name with `.ssh` or `.gnupg` in them, whole and without their first parts: `/home/a`, `home/a`, `a`. */
const keyHolders = remembered((stage: Stage): ReadonlySet<string> => {
	const holders = new Set<string>();
	for (const step of stage.steps) {
		const text = stepText(step);
		let end = 0;
		for (const { index, 0: name } of text.matchAll(/\/\.(?:ssh|gnupg)/g)) {
			const before = text.slice(Math.max(index - LONGEST_PATH, end), index);
			const [folder = ""] = /[^\s"']*$/.exec(before) ?? [];
			for (const part of folder.matchAll(/[/$]|(?<=[/=:,;({]|^)[^/$]/g)) holders.add(folder.slice(part.index));
			end = index + name.length;
		}
	}
	return holders;
});

/** `USER`, and `:GROUP` behind it: in quotes as a whole, in part, or without. */
const OWNER = /^(?:"((?:\$\{[^{}]*\}|[^:"{}\\.])+)(?::[^"\\]*)?"|((?:\$\{[^{}]*\}|"(?:\$\{[^{}]*\}|[^:"{}\\])*"|[^:"'{}\\.])+)(?::.*)?)$/;

/** Folders that are no data directory of PostgreSQL, and single files. */
const WITHOUT_DATA = /^\/(?:app|docker-entrypoint-initdb\.d|etc|opt|run|usr|var\/(?:run|log))(?:\/|$)|[^/]\.[a-z]+$/;

/** The edits of `chown USER:0 DIR && chmod g=u DIR`, in the words of the file. */
function fix(step: Step, command: ShellCommand, gift: Gift): readonly Fix[] {
	const { owner, user: receiver, words, folders, recursive } = gift;
	const user = userAt(step.stage, step).value;
	// Only root may give files to a group that it is not in.
	if (user.kind === "set" && !isRootUser(user.value)) return [];
	if (isSharedGroup({ step, user: receiver, group: gift.group, words })) return [];
	if (receiver === "postgres" && !folders.every((folder) => WITHOUT_DATA.test(folder))) return [];
	const texts = words.map(({ text }) => text);
	if (command.decoded || words.some((word) => /[\0*?]/.test(comparable(word))) || texts.some((text) => /[\n\\]/.test(text))) return [];
	const [, quoted, plain] = OWNER.exec(owner.text) ?? [];
	const written = quoted === undefined ? plain && `${plain}:0` : `"${quoted}:0"`;
	const added = insertCommandBehind(step, command, `chmod ${recursive ? "-R " : ""}g=u ${texts.join(" ")}`);
	if (written === undefined || owner.text.length !== owner.span.end - owner.span.start || added === undefined) return [];
	return [{ title: "Give it to group 0, too", safety: "review", edits: [replace(owner.span, written), added] }];
}
