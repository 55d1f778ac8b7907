import { baseName } from "../../baseName.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { writtenValue } from "../../dockerfile/commands/wordValues.ts";
import { isOnlyCommand, removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import { isCommented, replace } from "../../dockerfile/edits/edit.ts";
import { absolute } from "../../dockerfile/files/copiedPaths.ts";
import { isFilledFolder, isKnownFolder, isMadeFolder, namedPath } from "../../dockerfile/files/knownFolders.ts";
import { changesBehind, hasName, type ModeChange, modeStepsOf, targetName } from "../../dockerfile/files/modeChanges.ts";
import { clearsSetId, type SetIdBits, setIdBits, setsOnlySetId, withoutSetId } from "../../dockerfile/files/setIdMode.ts";
import { setIdQuestions } from "../../dockerfile/files/setIdQuestions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { ownerChangesBehind } from "../../dockerfile/users/ownerChanges.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const setuidBitSet = defineRule({
	id: "setuid-bit-set",
	title: "A program runs with the rights of its owner",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S2612"]),
	onlyWith: { words: ["chmod", "install", "mkdir"] },
	why: "A setuid program that root owns runs as root, whoever starts it. Every flaw in it, and every feature that runs another command or writes a file, makes root of the user that the container was given: `chmod u+s` on `find`, `bash` or `python` needs no flaw at all. A setgid program does the same with its group.",
	remedy:
		"Leave the bit out and do what needs root in a build step, or give the program the one capability that it needs. Start containers with `--security-opt=no-new-privileges`, which makes the bit ineffective.",
	references: [
		"https://man7.org/linux/man-pages/man7/credentials.7.html",
		"https://docs.docker.com/reference/cli/docker/container/run/#security-opt",
		"https://gtfobins.github.io/#+suid",
	],
	examples: [
		{
			caption: "A program that runs as root, whoever starts it",
			bad: "FROM debian:12\nCOPY backup /usr/local/bin/backup\nRUN chmod «4755» /usr/local/bin/backup\n",
			fixed: "FROM debian:12\nCOPY backup /usr/local/bin/backup\nRUN chmod 755 /usr/local/bin/backup\n",
		},
		{
			caption: "It runs as whoever starts it",
			good: "FROM debian:12\nCOPY backup /usr/local/bin/backup\nRUN chmod 755 /usr/local/bin/backup\n",
		},
		{
			caption: "Octal and symbolic",
			bad: "FROM debian:12\nRUN chmod «4755» /usr/bin/a && chmod «u+s» /usr/bin/b && chmod -R «06755» /opt/c; chmod «a+xs» d\n",
			fixed: "FROM debian:12\nRUN chmod 755 /usr/bin/a && chmod -R 0755 /opt/c; chmod a+x d\n",
		},
		{
			caption: "Copied and installed programs",
			bad: "FROM debian:12\nCOPY --chmod=«4755» a /a\nRUN install -m «4755» b /usr/bin/b && install -m«u=rwxs,go=rx» c /c\n",
			fixed: "FROM debian:12\nCOPY --chmod=755 a /a\nRUN install -m 755 b /usr/bin/b && install -mu=rwx,go=rx c /c\n",
		},
		{
			caption: "Exec form, wrappers, child images, a builder",
			bad: 'FROM debian:12 AS b\nRUN ["chmod", "«4755»", "/a"]\nRUN sudo chmod «+s» /b\nONBUILD RUN chmod «u+s» /c\nFROM scratch\nCOPY --from=b /a /a\n',
			fixed: 'FROM debian:12 AS b\nRUN ["chmod", "755", "/a"]\nONBUILD RUN chmod u-s /c\nFROM scratch\nCOPY --from=b /a /a\n',
		},
		{
			caption: "A command that does nothing else goes; one whose result matters takes the bits away",
			bad: "FROM debian:12\nRUN curl -o /sbin/gosu https://a/gosu && \\\n    chmod +x /sbin/gosu && \\\n    chmod «ug+s» /sbin/gosu\n\nRUN chmod «u+s,g+s» /b\nRUN if a; then chmod «+s» /c; fi\n",
			fixed: "FROM debian:12\nRUN curl -o /sbin/gosu https://a/gosu && \\\n    chmod +x /sbin/gosu\n\nRUN if a; then chmod -s /c; fi\n",
		},
		{
			caption: "Comments stay true, and what is left has to be of use",
			bad: "FROM debian:12\n# for users\nRUN chmod «u+s» /a\nRUN a && \\\n    # for users\n    chmod «u+s» /b\nRUN cd /x && chmod «u+s» c\nRUN [ -f /d ] && chmod «u+s» /d\n",
			fixed:
				"FROM debian:12\n# for users\nRUN chmod u-s /a\nRUN a && \\\n    # for users\n    chmod u-s /b\nRUN cd /x && chmod u-s c\nRUN [ -f /d ] && chmod u-s /d\n",
		},
		{
			caption: "The group's bit matters less",
			bad: "FROM debian:12\nRUN chmod «2755» /usr/bin/wall\n",
			fixed: "FROM debian:12\nRUN chmod 755 /usr/bin/wall\n",
		},
		{
			caption: "A later step asks for it: no edit",
			bad: "FROM debian:12 AS build\nCOPY top1 /usr/local/bin/top1\nRUN chmod «u+s» /usr/local/bin/top1\nFROM debian:12\nCOPY --from=build /usr/local/bin/top1 /usr/local/bin/\nRUN [ -u /usr/local/bin/top1 ]\n",
		},
		{
			caption: "Questions about something else, and what takes the bits away",
			bad: "FROM debian:12\nRUN chmod «4755» /usr/bin/a && stat -c a /data.bin && [ -g /data ] || true\nRUN find /app -perm 644 -exec ls {} + && find / -perm -4000 -delete\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} + && find / -perm -u=s | xargs chmod u-s\n",
			fixed:
				"FROM debian:12\nRUN chmod 755 /usr/bin/a && stat -c a /data.bin && [ -g /data ] || true\nRUN find /app -perm 644 -exec ls {} + && find / -perm -4000 -delete\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} + && find / -perm -u=s | xargs chmod u-s\n",
		},
		{
			caption: "A list of all that have it; by the name of the file: no edit",
			bad: "FROM debian:12\nRUN chmod «4755» /usr/bin/c && bash -c '[[ -u /usr/bin/c ]]'\nRUN chmod «4755» /usr/bin/a && find / -perm -4000 -ls\nRUN chmod «4755» /usr/bin/b && cd /usr/bin && stat -c %a b\n",
		},
		{
			caption: "A file, though its group is changed with -R",
			bad: "FROM debian:12\nRUN chown -R root:mail /usr/bin/procmail && chmod «2755» /usr/bin/procmail\n",
			fixed: "FROM debian:12\nRUN chown -R root:mail /usr/bin/procmail && chmod 755 /usr/bin/procmail\n",
		},
		{
			caption: "Programs in a folder, with all that is in it, beside a folder",
			bad: "FROM debian:12\nCOPY --from=a /opt/b /opt/b\nENV PATH=/opt/b/bin:$PATH\nCOPY . /opt/d\nRUN chmod -R «2755» /opt/b /opt/d && mkdir /opt/c && chmod «2755» /opt/c.sh\n",
			fixed:
				"FROM debian:12\nCOPY --from=a /opt/b /opt/b\nENV PATH=/opt/b/bin:$PATH\nCOPY . /opt/d\nRUN chmod -R 755 /opt/b /opt/d && mkdir /opt/c && chmod 755 /opt/c.sh\n",
		},
		{
			caption: "Folders by variables, by PATH, by what is changed with its contents",
			good: "FROM debian:12\nARG N=/usr/local/share/npm\nRUN mkdir -p ${N} && chmod g+s ${N}\nRUN D=/srv/x; mkdir $D && chmod 2775 $D && cd /srv && chmod g+s x\nCOPY --from=a /opt/conda /opt/conda\nRUN chmod =2775 /opt/conda\nENV PATH=/opt/conda/bin:$PATH\nRUN chown -Rf postgres:postgres /var/run/postgresql\nRUN chmod 2775 /var/run/postgresql\nCOPY . /opt/d\nRUN chmod g+s /opt/d\nARG Y\nRUN mkdir $Y data && chmod 2775 ${Y} data\n",
		},
		{
			caption: "Taken back, in the same step or below",
			good: "FROM debian:12\nRUN chmod u+s /a && a && chmod u-s /a\nRUN chmod 6755 /b\nRUN chmod 755 /b\n",
		},
		{
			caption: "Another owner takes the bit away",
			good: "FROM debian:12\nRUN chmod 4755 /a && chown root:daemon /a && chmod -R 6755 b && chown -R app b\nCOPY --chmod=4755 c /c\nRUN chgrp --reference=/a /c\n",
		},
		{
			caption: "Before, of other files, or of some",
			bad: "FROM debian:12\nRUN chown root:daemon /a && chmod «4755» /a && chown app /b\nRUN chown --from=root app /a\nRUN chmod -R «4755» /c && chown app /c\n",
			fixed:
				"FROM debian:12\nRUN chown root:daemon /a && chmod 755 /a && chown app /b\nRUN chown --from=root app /a\nRUN chmod -R 755 /c && chown app /c\n",
		},
		{
			caption: "Taken back from other files",
			bad: 'FROM debian:12\nRUN chmod «u+s» "$(command -v ping)" && chmod 755 "$(command -v curl)"\nRUN find /opt/a -name helper -exec chmod «u+s» {} + && find /opt/b -type f -exec chmod 644 {} +\n',
			fixed:
				'FROM debian:12\nRUN chmod 755 "$(command -v curl)"\nRUN find /opt/a -name helper -exec chmod u-s {} + && find /opt/b -type f -exec chmod 644 {} +\n',
		},
		{
			caption: "On folders it hands the group on to new files: so people share them",
			good: "FROM debian:12\nRUN mkdir -p /data && chmod 2775 /data && chmod g+s /srv/ && install -d -m 3777 /run/a\nRUN find /opt -type d | xargs chmod g+s && find /opt -type d -exec chmod g+s {} +\n",
		},
		{
			caption: "Keeping other bits, and zeros in front",
			bad: "FROM debian:12\nRUN chmod «7755» a\nRUN chmod «00004755» b\n",
			fixed: "FROM debian:12\nRUN chmod 1755 a\nRUN chmod 0000755 b\n",
		},
		{
			caption: "Taken away, other bits, unknown modes, ports",
			good: "FROM debian:12\nARG M\nRUN chmod u-s /bin/su && chmod -6000 a && chmod 1777 b && chmod 0755 c && chmod $M d && find / -perm /6000 -exec chmod a-s {} + && install -m 755 e f\nEXPOSE 4755\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const { step, changes } of modeStepsOf(stage)) {
				for (const [index, change] of changes.entries()) {
					const bits = setIdBits(change.mode);
					if (bits === undefined || (!bits.user && isFolder(step, change))) continue;
					const isNamed = change.targets.length > 0 && change.targets.every(hasName);
					if (isNamed && isTakenBack(change, bits, changesBehind(stage, step, changes.slice(index + 1), change))) continue;
					// Linux takes both bits away from a file that gets another owner, for root, too; a folder keeps its group's bit.
					if (isNamed && ownerChangesBehind(stage, step, change)) continue;
					const severity: LintSeverity | undefined =
						stage.use === "unused" ? "hint" : stage.use === "copied" || !bits.user ? "info" : undefined;
					reports.push({
						span: change.span,
						message: messageFor(change, bits),
						...(severity === undefined ? {} : { severity }),
						fixes: () => fixesOf(step, change),
					});
				}
			}
		}
		return reports;
	},
});

function fixesOf(step: Step, change: ModeChange): readonly Fix[] {
	if (isTestedLater(step, change)) return [];
	const removal = setsOnlySetId(change.mode) ? removalOf(step, change) : undefined;
	if (removal !== undefined)
		return [{ title: `Remove ${change.program} ${shortened(change.modeText, 20)}`, safety: "review", edits: [removal] }];
	const mode = withoutSetId(change.mode);
	if (mode === undefined || !change.plain) return [];
	return [{ title: `Change the mode to ${mode}`, safety: "review", edits: [replace(change.span, mode)] }];
}

/** Commands that are of no use without others. */
const IDLE = new Set([...TEST_PROGRAMS, "cd", "set", "true", ":", "echo"]);

/**
 * A command that sets the bits alone has nothing left to do; what finds the files for it may do more, comments may speak of it, and what is
 * left has to be of use.
 */
function removalOf(step: Step, { command }: ModeChange): SpanEdit | undefined {
	const { file } = step.stage;
	if (step.deferred || command === undefined || (command.wrapper !== undefined && command.wrapper.program !== "sudo")) return undefined;
	if (isCommented(file, step)) return undefined;
	const isLeft = commandsOf(step).some((other) => other !== command && other !== command.wrapper && !IDLE.has(other.program ?? ""));
	return isLeft || isOnlyCommand(step, command) ? removeFromRun(step, [command])?.[0] : undefined;
}

function isTakenBack(change: ModeChange, bits: SetIdBits, later: readonly ModeChange[]): boolean {
	return later.some(
		(other) =>
			change.targets.every((target) => other.targets.includes(target)) &&
			(other.recursive || !change.recursive) &&
			clearsSetId(other.mode, bits),
	);
}

function messageFor(change: ModeChange, bits: SetIdBits): string {
	const what = `${change.program} ${shortened(change.modeText, 20)}`;
	const target = targetName(change, 30);
	return bits.user ? `${what} lets ${target} run with the rights of its owner` : `${what} sets the setgid bit of ${target}`;
}

/** Whether all targets are folders, as far as the file tells. */
function isFolder(step: Step, change: ModeChange): boolean {
	if (change.program === "mkdir" || change.command?.args.some((word) => word.text === "-d" || word.text === "--directory") === true)
		return true;
	const finders = [change.command?.wrapper, ...(change.command?.wrapper?.pipeline?.commands ?? [])];
	if (finders.some((finder) => finder?.program === "find" && finder.args.some((word) => word.value === "d"))) return true;
	return change.targets.length > 0 && change.targets.every((target) => isFolderTarget(step, change, target));
}

/** With `-R` the bit reaches the files in a folder, too: only one that the build makes is taken for empty. */
function isFolderTarget(step: Step, { command, recursive }: ModeChange, target: string): boolean {
	if (target.endsWith("/")) return true;
	const word = command?.args.find((candidate) => writtenValue(step, candidate) === target);
	const path = command === undefined || word === undefined ? absolute(step, target) : namedPath(step, command, word);
	if (path === undefined) return false;
	const { stage } = step;
	return isMadeFolder(path, stage) || (!recursive && (isKnownFolder(path, stage) || isFilledFolder(path, stage)));
}

/** Whether this or a later step of the file looks whether the bit is there: at the file, or whichever it is where nobody knows its name. */
function isTestedLater(step: Step, { targets }: ModeChange): boolean {
	const names = new Set(targets.filter(hasName).map(baseName));
	return setIdQuestions(step.stage.file).some(({ at, files }) => {
		if (at < step.span.start) return false;
		return files === undefined || names.size === 0 || files.some((file) => names.has(file));
	});
}
