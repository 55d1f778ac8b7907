import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { isOnlyCommand } from "../../dockerfile/edits/commandEdit.ts";
import { hasComment, replace } from "../../dockerfile/edits/edit.ts";
import { mayBeBehindLink } from "../../dockerfile/files/knownFolders.ts";
import { understands } from "../../dockerfile/model/frontend.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { accessIsChangedAbove } from "../../dockerfile/users/ownerChanges.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Heredocs came with this version of Dockerfile syntax: 1.4. */
const HEREDOC_MINOR = 4;

export const copyHeredocPreferred = defineRule({
	id: "copy-heredoc-preferred",
	title: "A small file is written by a shell",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: same(["tally", "prefer-copy-heredoc"]),
	onlyWith: { words: ["echo", "printf"], texts: [">"] },
	why: "A text in quotes on one line of a RUN goes through the rules of the shell, of `echo` and of the Dockerfile before it is a file. COPY with a heredoc shows the file as it is, and needs no shell.",
	remedy: "Write `COPY <<EOF /path`. Quote the delimiter where a dollar sign is to stay: in `<<EOF` the builder puts in its variables.",
	references: ["https://docs.docker.com/reference/dockerfile/#here-documents"],
	examples: [
		{ caption: "Copied", good: 'FROM debian:12\nCOPY <<EOF /etc/app.conf\nlog = "all"\nEOF\n' },
		{
			caption: "echo with a plain text",
			bad: "FROM debian:12\n«RUN» echo 'log = \"all\"' > /etc/app.conf\nRUN mkdir /a\n",
			fixed: 'FROM debian:12\nCOPY <<EOF /etc/app.conf\nlog = "all"\nEOF\nRUN mkdir /a\n',
		},
		{
			caption: "A file that Docker mounts in containers, but not in builds",
			bad: "FROM debian:12\n«RUN» echo a > /etc/hostname\n",
			fixed: "FROM debian:12\nCOPY <<EOF /etc/hostname\na\nEOF\n",
		},
		{
			caption: "A dollar sign that stays",
			bad: "FROM debian:12\n«RUN» echo 'export PATH=$PATH:/a' >/etc/profile.d/a.sh\n",
			fixed: "FROM debian:12\nCOPY <<'EOF' /etc/profile.d/a.sh\nexport PATH=$PATH:/a\nEOF\n",
		},
		{
			caption: "Several lines in one argument of printf",
			bad: "FROM debian:12\n«RUN» printf '%s\\n' a 'b c' > /a\n",
			fixed: "FROM debian:12\nCOPY <<EOF /a\na\nb c\nEOF\n",
		},
		{
			caption: "A file that is a link, has a mode or an owner, or is in a folder that was given away; a comment",
			bad: "FROM debian:12\nRUN ln -s /dev/stdout /var/log/a && install -m 600 /dev/null /b && touch /c && cd / && chown www-data c && chown -R 1000 /srv/d\n«RUN» echo a > /var/log/a\n«RUN» echo b > /b\n«RUN» echo c > /c\n«RUN» echo d > /srv/d/e\n«RUN» \\\n  # why\n  echo f > /f\n",
		},
		{
			caption: "A mode that is set afterwards",
			bad: "FROM debian:12\n«RUN» echo a > /a\nRUN chmod 600 /a\n",
			fixed: "FROM debian:12\nCOPY <<EOF /a\na\nEOF\nRUN chmod 600 /a\n",
		},
		{
			caption: "Files that the builder mounts",
			good: "FROM debian:12\nRUN echo '127.0.0.1 a' > /etc/hosts\nRUN echo 'nameserver 1.1.1.1' > /etc/resolv.conf\n",
		},
		{
			caption: "Appended, a variable, an escape, another user, more commands, a relative path, a device",
			good: 'FROM debian:12\nARG A\nRUN echo a >> /a\nRUN echo $A > /a\nRUN echo "a\\nb" > /a\nRUN echo -n a > /a\nRUN printf a > /a\nRUN echo a > /a && chmod 600 /a\nRUN echo a > a\nRUN echo a > /dev/null\nRUN echo a > /proc/sys/x\nUSER 1000\nRUN echo a > /a\n',
		},
		{ caption: "An old frontend", good: "# syntax=docker/dockerfile:1.2\nFROM debian:12\nRUN echo a > /a\n" },
	],
	check(file) {
		if (understands(file, HEREDOC_MINOR) === "no" || file.text.includes("\r") || file.escape !== "\\") return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const commands = commandsOf(step);
				const command = commands.length === 1 ? commands[0] : undefined;
				const written = command === undefined || !isOnlyCommand(step, command) ? undefined : readWritten(step, command);
				if (written === undefined) continue;
				reports.push({
					span: step.keywordSpan,
					message: `A shell writes ${shortened(written.path, 60)}, a text that COPY could hold`,
					fixes: () => fixesFor(step, written),
				});
			}
		}
		return reports;
	},
});

/** Devices, what the kernel shows, and files that the builder mounts anew for each RUN: what is written to them never reaches the image. */
const NOT_IN_THE_IMAGE = /^\/(?:(?:dev|proc|sys)\/|etc\/(?:hosts|resolv\.conf)$)/;

interface Written {
	readonly path: string;
	readonly text: string;
}

/** What `echo` or `printf '%s\n'` write to a file as root; undefined where an expansion or an escape decides. */
function readWritten(step: Step, command: ShellCommand): Written | undefined {
	const { program, args, redirects, wrapper } = command;
	const [redirect, ...others] = redirects;
	const path = redirect?.target?.value;
	if (redirect?.operator !== ">" || others.length > 0 || (redirect.fileDescriptor ?? 1) !== 1 || path === undefined) return undefined;
	if (wrapper !== undefined || step.flags.length > 0 || step.heredocs.length > 0) return undefined;
	if (!/^\/[\w./-]+[\w-]$/.test(path) && !/^\/\w+$/.test(path)) return undefined;
	if (NOT_IN_THE_IMAGE.test(path)) return undefined;
	const user = userAt(step.stage, step).value;
	if (user.kind !== "set" || !isRootUser(user.value)) return undefined;
	const values = args.map((word) => word.value);
	const known = values.filter((value) => value !== undefined);
	if (known.length < values.length || known.some((value) => /[\\\r]/.test(value) && value !== "%s\\n") || known.length === 0)
		return undefined;
	// Outside of quotes a pattern stands for the files that it fits.
	if (args.some((word) => !word.quoted && /[*?[{~]/.test(word.text))) return undefined;
	const text = program === "echo" ? echoed(known) : program === "printf" ? printed(known) : undefined;
	return text === undefined || text.split("\n").includes("EOF") ? undefined : { path, text };
}

function echoed(values: readonly string[]): string | undefined {
	return values[0]?.startsWith("-") ? undefined : values.join(" ");
}

function printed([format, ...values]: readonly string[]): string | undefined {
	return format === "%s\\n" && values.length > 0 ? values.join("\n") : undefined;
}

/** COPY puts a new file in place of a link, and of one with another mode or owner, which a shell writes to as it is. */
function fixesFor(step: Step, written: Written): readonly Fix[] {
	const { file } = step.stage;
	if (hasComment(file, step.span) || mayBeBehindLink(step, written.path) || accessIsChangedAbove(step, written.path)) return [];
	return [{ title: "Write it with COPY", safety: "review", edits: [copyEdit(file, step, written)] }];
}

function copyEdit(file: Dockerfile, step: Step, { path, text }: Written) {
	const name = text.includes("$") ? "'EOF'" : "EOF";
	const keyword = step.keywordText === "run" ? "copy" : "COPY";
	return replace(step.span, `${keyword} <<${name} ${path}${file.lineBreak}${text}${file.lineBreak}EOF`);
}
