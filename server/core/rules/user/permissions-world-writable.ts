import { pathAt } from "../../dockerfile/commands/commandFolder.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { writtenValue } from "../../dockerfile/commands/wordValues.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { grantsWorldWrite, revokesWorldWrite, setsSticky, withoutWorldWrite } from "../../dockerfile/files/fileMode.ts";
import { changesBehind, type ModeChange, modeStepsOf, targetName } from "../../dockerfile/files/modeChanges.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { startedPrograms } from "../../dockerfile/start/startedFiles.ts";
import { ownerName, usersBehind } from "../../dockerfile/users/laterUsers.ts";
import { withoutSlash } from "../../dockerfile/users/openedFolders.ts";
import { isOfferedUser } from "../../dockerfile/users/runAsFix.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { OPEN_FOLDERS } from "../../knowledge/openFolders.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const permissionsWorldWritable = defineRule({
	id: "permissions-world-writable",
	title: "Every user may write to a file of the image",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["droast", "DF034"], ["tally", "world-writable-state-path-workaround"]), ...similar(["sonar", "S2612"])],
	onlyWith: { words: ["chmod", "install", "mkdir"] },
	why: "`chmod 777` is what makes an error go away when the container's user may not write to a folder. It also lets every other user and every process of the container replace what lies there: a script that root runs next, a library, a configuration. One service that is taken over then takes the others with it.",
	remedy:
		"Give the files to the user that needs them (`chown`, `COPY --chown`), and let others read: 755 for folders and programs, 644 for files. Where several users share a folder, as in `/tmp`, the sticky bit (1777) keeps them apart; `g=u` with group 0 is what OpenShift needs.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
		"https://www.gnu.org/software/coreutils/manual/html_node/File-permissions.html",
	],
	examples: [
		{
			caption: "To the user that the container runs as instead, where there is one",
			bad: "FROM debian:12\nRUN useradd -u 1000 app\nRUN mkdir /data && chmod -R «777» /data\nUSER app\n",
			fixed: "FROM debian:12\nRUN useradd -u 1000 app\nRUN mkdir /data && chown -R app /data\nUSER app\n",
		},
		{ caption: "Only the owner may", good: "FROM debian:12\nRUN mkdir /data && chmod -R 755 /data\n" },
		{
			caption: "Octal, with folders below",
			bad: 'FROM debian:12\nRUN mkdir /data && chmod -R «777» /data && chmod «0666» /etc/a && chmod «2757» /b\nCMD ["cron"]\n',
			fixed: 'FROM debian:12\nRUN mkdir /data && chmod -R 755 /data && chmod 0644 /etc/a && chmod 2755 /b\nCMD ["cron"]\n',
		},
		{
			caption: "Symbolic",
			bad: 'FROM debian:12\nRUN chmod «a+rwx» a; chmod -R «go+w,u+x» b; chmod «ugo=rw» c; chmod «o=rwx» d; chmod «+w,o+rw» e\nCMD ["cron"]\n',
			fixed: 'FROM debian:12\nRUN chmod a+rx,u+w a; chmod -R g+w,u+x b; chmod u=rw,go=r c; chmod o=rx d; chmod u+w,o+r e\nCMD ["cron"]\n',
		},
		{
			caption: "Copied and installed files, new folders",
			bad: 'FROM debian:12\nCOPY --chmod=«777» a /a\nADD --chmod=«a+rwx» b /b\nRUN install -d -m «777» /c && install -m«0666» d /d && mkdir -p --mode=«777» /e\nCMD ["cron"]\n',
			fixed:
				'FROM debian:12\nCOPY --chmod=755 a /a\nADD --chmod=a+rx,u+w b /b\nRUN install -d -m 755 /c && install -m0644 d /d && mkdir -p --mode=755 /e\nCMD ["cron"]\n',
		},
		{
			caption: "What is run needs its mode, not another owner",
			bad: 'FROM debian:12\nRUN useradd app\nCOPY start data /app/\nRUN chmod «777» /app/start && chmod -R «a+rwx» /usr/local/bin && cd /app && chmod «0777» ./start build.sh\nWORKDIR /app\nUSER app\nENTRYPOINT ["tini", "--", "./start"]\n',
			fixed:
				'FROM debian:12\nRUN useradd app\nCOPY start data /app/\nRUN chmod 755 /app/start && chmod -R a+rx,u+w /usr/local/bin && cd /app && chmod 0755 ./start build.sh\nWORKDIR /app\nUSER app\nENTRYPOINT ["tini", "--", "./start"]\n',
		},
		{
			caption: "Without a USER nobody knows whom to give it to; what is run is run by everybody",
			bad: 'FROM ubuntu:24.04\nCOPY . /app\nRUN install -d /app/logs && chmod -R «777» /app/logs\nRUN chmod «777» /app/run\nCMD ["/app/run"]\n',
			fixed:
				'FROM ubuntu:24.04\nCOPY . /app\nRUN install -d /app/logs && chmod -R 777 /app/logs\nRUN chmod 755 /app/run\nCMD ["/app/run"]\n',
		},
		{ caption: "Nor where a created user is not used yet", bad: 'FROM debian:12\nRUN useradd app && chmod «777» /data\nCMD ["/a"]\n' },
		{ caption: "Nor where root's USER is to go", bad: 'FROM debian:12\nUSER root\nRUN chmod «777» /data\nCMD ["/a"]\n' },
		{
			caption: "Together with a folder of data neither helps",
			bad: "FROM debian:12\nRUN useradd app\nRUN chmod «777» /data /start.sh\nUSER app\n",
		},
		{
			caption: "Where a later step creates that user: nobody to give it to yet, but by number",
			bad: "FROM ubuntu:22.04\nRUN mkdir /opt/a && chmod «777» -R /opt/a\nRUN mkdir -m «a+w» /b\nRUN useradd bio\nUSER bio\nRUN touch /opt/a/x\nUSER root\n",
		},
		{
			caption: "The number that it gets",
			bad: "FROM ubuntu:22.04\nRUN mkdir /a && chmod «a+w» -R /a\nRUN useradd --uid 1000 --user-group bio\nUSER bio\nRUN touch /a/x\n",
			fixed: "FROM ubuntu:22.04\nRUN mkdir /a && chown 1000 -R /a\nRUN useradd --uid 1000 --user-group bio\nUSER bio\nRUN touch /a/x\n",
		},
		{
			caption: "Several users, or one that nobody knows",
			bad: "FROM debian:12\nARG U\nRUN useradd a && useradd b && chmod «777» /data\nUSER a\nRUN a\nUSER b\nRUN b\nFROM debian:12\nARG U\nRUN chmod «777» /data\nUSER $U\n",
		},
		{
			caption: "Numbers need no entry; a user who owns the files already needs no gift",
			bad: "FROM debian:12\nRUN chmod «777» /data\nUSER 1001:0\nRUN touch a && chmod «666» a\n",
			fixed: "FROM debian:12\nRUN chown 1001:0 /data\nUSER 1001:0\nRUN touch a && chmod 644 a\n",
		},
		{
			caption: "The folder for everybody needs the sticky bit",
			bad: "FROM debian:12\nRUN chmod «777» /tmp /var/tmp/\n",
			fixed: "FROM debian:12\nRUN chmod 1777 /tmp /var/tmp/\n",
		},
		{
			caption: "Exec form, find, wrappers, heredocs, child images",
			bad: 'FROM debian:12\nRUN ["chmod", "-R", "«777»", "/a"]\nRUN find /a -type d -exec chmod «777» {} + ; sh -c "chmod «666» b"\nRUN <<EOF\nchmod «777» c\nEOF\nONBUILD RUN chmod «777» d\nCMD ["cron"]\n',
			fixed:
				'FROM debian:12\nRUN ["chmod", "-R", "755", "/a"]\nRUN find /a -type d -exec chmod 755 {} + ; sh -c "chmod 644 b"\nRUN <<EOF\nchmod 755 c\nEOF\nONBUILD RUN chmod 755 d\nCMD ["cron"]\n',
		},
		{
			caption: "A umask of zero lets `+w` reach everybody",
			bad: 'FROM debian:12\nRUN umask 0000 && chmod «+w» a\nCMD ["cron"]\n',
			fixed: 'FROM debian:12\nRUN umask 0000 && chmod u+w a\nCMD ["cron"]\n',
		},
		{
			caption: "By argument: nothing to write in its place",
			bad: "FROM debian:12\nARG MODE=777\nRUN chmod «$MODE» a\nCOPY --chmod=«${MODE}» b /b\n",
		},
		{
			caption: "Only a builder's files",
			bad: "FROM debian:12 AS b\nRUN chmod «777» a\nFROM scratch\nCOPY --from=b /a /a\n",
			fixed: "FROM debian:12 AS b\nRUN chmod 755 a\nFROM scratch\nCOPY --from=b /a /a\n",
		},
		{
			caption: "A builder that goes on as another user",
			bad: "FROM golang:1.26 AS a\nRUN mkdir -p /go/pkg && chmod «0777» /go/pkg\nUSER 1000:1000\nRUN go build ./...\nFROM scratch\nCOPY --from=a /x /x\n",
			fixed:
				"FROM golang:1.26 AS a\nRUN mkdir -p /go/pkg && chown 1000:1000 /go/pkg\nUSER 1000:1000\nRUN go build ./...\nFROM scratch\nCOPY --from=a /x /x\n",
		},
		{
			caption: "Sticky folders, group 0, what obeys the umask",
			good: "FROM debian:12\nRUN chmod 1777 /tmp && chmod 01777 a && chmod a+rwxt b && chmod -R g=u,g+w c && chmod 775 d && chmod +w e && chmod a+x f && chmod o-w g\n",
		},
		{
			caption: "The sticky bit in a second call, the right taken back, the files removed",
			good: 'FROM debian:12\nRUN chmod 777 /a && chmod +t /a\nRUN chmod 777 /b && touch /b/x && chmod 755 /b\nRUN chmod 777 /c\nRUN chmod 755 /c\nRUN install -m 777 d /d/ && chmod 755 /d/d\nRUN d="$(mktemp -d)"; chmod 777 "$d"; rm -rf "$d"\n',
		},
		{ caption: "Devices", good: "FROM debian:12\nRUN chmod 666 /dev/null && chmod o+w /dev/stdout /proc/self/fd/2\n" },
		{
			caption: "No mode, an unknown one, another file's",
			good: "FROM debian:12\nARG M\nRUN chmod $M a; chmod -w 777; chmod --reference=777 b; echo chmod 777; install 777 c\nCOPY --chmod=$M a b\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const { step, changes } of modeStepsOf(stage)) {
				for (const [index, change] of changes.entries()) {
					if (!grantsWorldWrite(change.mode, umaskIsZero(step, change))) continue;
					if (isHarmless(step, change, changesBehind(stage, step, changes.slice(index + 1), change))) continue;
					const what = change.program === "--chmod" ? "--chmod" : change.program;
					reports.push({
						span: change.span,
						message: `${what} ${shortened(change.modeText, 20)} lets every user write to ${targetName(change, 40)}`,
						...lowered(stage),
						fixes: () => fixesFor(step, change),
					});
				}
			}
		}
		return reports;
	},
});

function lowered(stage: Stage): { readonly severity?: LintSeverity } {
	return stage.use === "unused" ? { severity: "hint" } : stage.use === "copied" ? { severity: "info" } : {};
}

const hasUmask = remembered((step: Step) => commandsOf(step).some(({ program }) => program === "umask"));
const removals = remembered((step: Step) => commandsOf(step).filter(({ program }) => program === "rm" || program === "rmdir"));

function umaskIsZero(step: Step, change: ModeChange): boolean {
	if (change.command === undefined || !hasUmask(step)) return false;
	const commands = commandsOf(step);
	const before = commands.slice(0, commands.indexOf(change.command));
	const last = before.findLast((command) => command.program === "umask" && command.args.length > 0);
	return /^0+$/.test(last?.args[0]?.value ?? "");
}

/** Devices are everybody's; a later call may take the right back, set the sticky bit or remove the files. */
function isHarmless(step: Step, change: ModeChange, later: readonly ModeChange[]): boolean {
	if (change.command !== undefined && removes(step, change.command, change.targets)) return true;
	if (change.targets.length > 0 && change.targets.every((target) => /^\/(?:dev|proc)\//.test(target))) return true;
	return later.some(
		(other) =>
			change.targets.length > 0 &&
			change.targets.every((target) => other.targets.includes(target)) &&
			(setsSticky(other.mode) || (revokesWorldWrite(other.mode) && (other.recursive || !change.recursive))),
	);
}

function removes(step: Step, after: ShellCommand, targets: readonly string[]): boolean {
	if (removals(step).length === 0) return false;
	const commands = commandsOf(step);
	const removed = removals(step)
		.filter((command) => commands.indexOf(command) > commands.indexOf(after))
		.flatMap((command) => command.args.map((word) => writtenValue(step, word)));
	return targets.length > 0 && targets.every((target) => removed.includes(target));
}

function fixesFor(step: Step, change: ModeChange): readonly Fix[] {
	if (!change.plain) return [];
	const shared = change.targets.some((target) => OPEN_FOLDERS.has(withoutSlash(target)));
	if (shared) {
		const sticky = change.mode.kind === "octal" && change.mode.digits === "777" && !change.recursive;
		return sticky ? [{ title: "Set the sticky bit, too", safety: "review", edits: [replace(change.span, "1777")] }] : [];
	}
	const shipped = shippedFrom(step.stage);
	const programs = change.targets.filter((target) => isProgram(shipped, step, change, target));
	// Programs have to be run, the others written to.
	if (programs.length > 0 && programs.length < change.targets.length) return [];
	const users = programs.length > 0 || isOwnedByOther(step) ? new Set<string>() : usersBehind(shipped, step);
	// With the mode alone they could not write there any more.
	if (users.size > 0) return users.size === 1 ? ownerFixes(shipped, step, change, [...users][0]) : [];
	if (programs.length === 0 && !isOwnedByOther(step) && isOfferedUser(shipped)) return [];
	const mode = withoutWorldWrite(change.mode);
	return mode === undefined ? [] : [{ title: `Change the mode to ${mode}`, safety: "review", edits: [replace(change.span, mode)] }];
}

/** The files for their user, where a chmod as root can give them to it. */
function ownerFixes(shipped: Stage, step: Step, change: ModeChange, user: string | undefined): readonly Fix[] {
	const name = change.command?.name;
	if (user === undefined || change.program !== "chmod" || step.deferred || name?.quoted !== false) return [];
	const owner = ownerName(shipped, step, change.command, user);
	if (owner === undefined) return [];
	const edits = [replace(name.span, "chown"), replace(change.span, owner)];
	return [{ title: `Give it to ${shortened(owner, 40)} instead`, safety: "review", edits }];
}

/** Whether the files already belong to somebody else than root: by `--chown`, or because the step runs as another user. */
function isOwnedByOther(step: Step): boolean {
	if (step.flags.some(({ name }) => name === "chown")) return true;
	const now = userAt(step.stage, step).value;
	return step.keyword === "RUN" && now.kind === "set" && !isRootUser(now.value);
}

/** The shipped stage that a stage is a part of, or else the stage itself. */
function shippedFrom(stage: Stage): Stage {
	return stage.file.stages.find((candidate) => candidate.use === "shipped" && lineage(candidate).includes(stage)) ?? stage;
}

/** Scripts by their names, and all that lies where programs do. */
const PROGRAMS = /\.(?:sh|bash|zsh|py|pl|rb|js|mjs|cjs|jar|run|exe)$|(?:^|\/)(?:gradlew|mvnw)$|(?:^|\/)s?bin(?:\/|$)/;

/** Whether what gets a mode is run: a `chown` would leave it without the right to, and let the user replace it. */
function isProgram(shipped: Stage, step: Step, { command }: ModeChange, target: string): boolean {
	if (PROGRAMS.test(target)) return true;
	const path = command === undefined ? target : pathAt(step, command, target);
	return path !== undefined && startedPrograms(shipped).includes(path);
}
