import { groupJoinsOf } from "../../dockerfile/accounts/groupJoins.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { namesEditor } from "../../dockerfile/start/workplace.ts";
import { leaveGroup } from "../../dockerfile/users/leaveGroup.ts";
import { callsBehind } from "../../dockerfile/users/sudoCalls.ts";
import { bodySpan, freeDefaultsIn, grantPlaces, isForRoot } from "../../dockerfile/users/sudoersEntries.ts";
import { sudoersFixes } from "../../dockerfile/users/sudoersFix.ts";
import { isSudoGroup, SUDO_GROUPS } from "../../dockerfile/users/sudoGroups.ts";
import type { LintSeverity } from "../../finding.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** What the members of a group get. */
const POWERFUL: Readonly<Record<string, string>> = {
	sudo: "may become root with sudo",
	wheel: "may become root with sudo or doas",
	docker: "may use the engine's socket, which is root on the host",
	disk: "may read and write disks without asking the file system",
	shadow: "may read the hashes of all passwords",
};

export const userPasswordlessSudo = defineRule({
	id: "user-passwordless-sudo",
	title: "A user of the image can become root",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["nopasswd", "authenticate", "usermod", "gpasswd", "adduser", "addgroup", "useradd"] },
	why: "A USER instruction limits what an attacker gets who takes the process over. A sudoers entry with NOPASSWD, or a group such as `docker` or `disk`, takes that limit away: one command, without a password, and the process is root.",
	remedy:
		"Do what needs root in build steps above USER, and leave the entry and the group out. Images for development keep it on purpose; for those it is an information.",
	references: [
		"https://www.sudo.ws/docs/man/sudoers.man/",
		"https://docs.docker.com/engine/install/linux-postinstall/#manage-docker-as-a-non-root-user",
		"https://wiki.debian.org/SystemGroups",
	],
	examples: [
		{
			caption: "Root for everybody who becomes this user",
			bad: "FROM debian:12\nRUN useradd -m app\nRUN echo 'app ALL=(ALL) «NOPASSWD:»ALL' > /etc/sudoers.d/app\nUSER app\n",
			fixed: "FROM debian:12\nRUN useradd -m app\nUSER app\n",
		},
		{
			caption: "Harmless groups, group 0",
			good: "FROM debian:12\nRUN useradd -G video,audio,root a && usermod -aG 0 a && groupadd docker && adduser --ingroup docker b && gpasswd -d a sudo\n",
		},
		{
			caption: "Root for the asking",
			bad: "FROM debian:12\nRUN useradd app && echo app:$PASSWORD | chpasswd && echo 'app ALL=(ALL) «NOPASSWD:»ALL' >> /etc/sudoers\n",
			fixed: "FROM debian:12\nRUN useradd app && echo app:$PASSWORD | chpasswd && echo 'app ALL=(ALL) ALL' >> /etc/sudoers\n",
		},
		{
			caption: "Nobody could use an entry that asks for a password that the user does not have",
			bad: "FROM debian:12\nRUN echo 'app ALL=(ALL) «NOPASSWD:»ALL' >> /etc/sudoers\nRUN adduser --disabled-password app \\\n && echo 'app ALL=(ALL) «NOPASSWD:» ALL' > /etc/sudoers.d/app \\\n && chmod 0440 /etc/sudoers.d/app \\\n && passwd -d root\n",
			fixed: "FROM debian:12\nRUN adduser --disabled-password app \\\n && passwd -d root\n",
		},
		{
			caption: "No edit where more depends on the file",
			bad: "FROM debian:12 AS x\nRUN echo 'a ALL=(ALL) «NOPASSWD:»ALL' > /etc/sudoers.d/a && visudo -cf /etc/sudoers.d/a\nRUN printf 'b ALL=(ALL) «NOPASSWD:» ALL\\nc ALL=(ALL) «NOPASSWD:»ALL\\n' > /etc/sudoers.d/b\nRUN printf 'Defaults:app !requiretty\\n%%wheel ALL=(ALL) ALL\\napp ALL=(ALL) «NOPASSWD:»ALL\\n' > /etc/sudoers.d/c\nRUN echo -e '%wheel ALL=(ALL) ALL\\napp ALL=(ALL) «NOPASSWD:»ALL' > /etc/sudoers.d/d && chmod 440 /etc/sudoers.d/d\nFROM debian:12 AS y\nRUN echo 'a ALL=(ALL) «NOPASSWD:»ALL' > /etc/sudoers.d/a\nFROM debian:12\nCOPY --from=y /etc/sudoers.d/a /etc/sudoers.d/a\nCOPY sudoers /etc/sudoers.d/b\nRUN echo 'a ALL=(ALL) «NOPASSWD:»ALL' > /etc/sudoers.d/c && chmod 440 /etc/sudoers.d/*\n",
		},
		{
			caption: "The entry and the mode of its file",
			bad: "FROM debian:12\nRUN make && printf '%s ALL=(ALL) «NOPASSWD:»ALL\\n' app > /etc/sudoers.d/a && chmod 440 /etc/sudoers.d/*\n",
			fixed: "FROM debian:12\nRUN make\n",
		},
		{
			caption: "What opens the file for the entry, and closes it again",
			bad: 'FROM debian:12\nRUN chmod 666 /etc/sudoers && echo "oracle ALL=(ALL) «NOPASSWD:» ALL" >> /etc/sudoers && chmod 440 /etc/sudoers && sync\n',
			fixed: "FROM debian:12\nRUN sync\n",
		},
		{
			caption: "But not what opens it for more, nor where a comment would stay behind",
			bad: "FROM debian:12\nRUN chmod 4755 /usr/bin/su && chmod 640 /etc/sudoers && \\\n    # comment\n    echo 'o ALL=(ALL) «NOPASSWD:» ALL' >> /etc/sudoers && \\\n    chmod 440 /etc/sudoers\nRUN chmod 666 /etc/sudoers && echo 'a ALL=(ALL) «NOPASSWD:» ALL' >> /etc/sudoers && echo 'b ALL=(ALL) ALL' >> /etc/sudoers && chmod 440 /etc/sudoers\n",
			fixed:
				"FROM debian:12\nRUN chmod 4755 /usr/bin/su && chmod 640 /etc/sudoers && \\\n    # comment\n    echo 'o ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers && \\\n    chmod 440 /etc/sudoers\nRUN chmod 666 /etc/sudoers && echo 'b ALL=(ALL) ALL' >> /etc/sudoers && chmod 440 /etc/sudoers\n",
		},
		{
			caption: "Nor where a comment may say what it is for",
			bad: "FROM debian:12\n# mpd has to mount\nRUN echo 'mpd ALL=«NOPASSWD:» /usr/bin/mount' >> /etc/sudoers\nRUN useradd a && \\\n  # with sudo\n  touch a && \\\n  echo 'a ALL=(ALL) «NOPASSWD:» ALL' >> /etc/sudoers\n",
		},
		{
			caption: "A password among bundled options",
			bad: "FROM debian:12\nRUN useradd -mp \"$HASH\" app && echo 'app ALL=(ALL) «NOPASSWD:»ALL' > /etc/sudoers.d/app\n",
			fixed: "FROM debian:12\nRUN useradd -mp \"$HASH\" app && echo 'app ALL=(ALL) ALL' > /etc/sudoers.d/app\n",
		},
		{
			caption: "By heredocs, sed and tee; each entry",
			bad: "FROM debian:12\nCOPY <<EOF /etc/sudoers.d/app\napp ALL=(ALL) «NOPASSWD:» ALL\nEOF\nRUN sed -i 's/%sudo.*/%sudo ALL=(ALL) «NOPASSWD:» ALL/' /etc/sudoers; printf 'a ALL=(ALL) «NOPASSWD:» ALL\\nb ALL=(ALL) «NOPASSWD:»ALL\\n' | tee /etc/sudoers.d/a\nRUN cat > /etc/sudoers.d/b <<EOF\nb ALL=«NOPASSWD:» ALL\nEOF\nRUN passwd app < /run/secrets/password\n",
			fixed:
				"FROM debian:12\nCOPY <<EOF /etc/sudoers.d/app\napp ALL=(ALL) ALL\nEOF\nRUN sed -i 's/%sudo.*/%sudo ALL=(ALL) ALL/' /etc/sudoers; printf 'a ALL=(ALL) ALL\\nb ALL=(ALL) ALL\\n' | tee /etc/sudoers.d/a\nRUN cat > /etc/sudoers.d/b <<EOF\nb ALL=ALL\nEOF\nRUN passwd app < /run/secrets/password\n",
		},
		{
			caption: "No password for any entry",
			bad: "FROM debian:12\nRUN echo 'Defaults «!authenticate»' >> /etc/sudoers; printf 'Defaults env_reset\\nDefaults:app «!authenticate»\\n' > /etc/sudoers.d/a\nCOPY <<EOF /etc/sudoers.d/b\n# Defaults !authenticate\nDefaults:root !authenticate\nDefaults lecture=never, «!authenticate»\nEOF\n",
		},
		{
			caption: "Groups that make root",
			bad: "FROM debian:12\nRUN apt-get install -y sudo && useradd -m -G video,«sudo» app \\\n && usermod -aG «docker» app && echo done\nRUN adduser app «disk» && true\nRUN true && gpasswd -a app «shadow»\n",
			fixed: "FROM debian:12\nRUN apt-get install -y sudo && useradd -m -G video app \\\n && echo done\nRUN true\nRUN true\n",
		},
		{
			caption: "For development, in a builder",
			bad: "FROM mcr.microsoft.com/devcontainers/base:bookworm\nRUN usermod -aG «docker» vscode && true\n",
			fixed: "FROM mcr.microsoft.com/devcontainers/base:bookworm\nRUN true\n",
		},
		{
			caption: "In child images",
			bad: "FROM debian:12\nONBUILD RUN useradd app && echo 'app ALL=(ALL) «NOPASSWD:»ALL' >> /etc/sudoers\n",
			fixed: "FROM debian:12\nONBUILD RUN useradd app\n",
		},
		{
			caption: "Some commands alone matter less",
			bad: 'FROM debian:12\nRUN echo "app ALL=«NOPASSWD:» /usr/bin/mount, /usr/bin/umount" >> /etc/sudoers && passwd app < /run/secrets/password\n',
			fixed: 'FROM debian:12\nRUN echo "app ALL=/usr/bin/mount, /usr/bin/umount" >> /etc/sudoers && passwd app < /run/secrets/password\n',
		},
		{
			caption: "A later step calls sudo, and nobody types a password there",
			bad: "FROM alpine:3.22\nRUN apk add sudo && adduser -D app && echo 'app ALL=(ALL) «NOPASSWD:»ALL' >> /etc/sudoers && adduser app «wheel»\nUSER app\nRUN sudo chown app: /opt\n",
		},
		{
			caption: "The start of the container calls it, in a stage that starts from this one",
			bad: 'FROM debian:12 AS a\nRUN echo \'app ALL=(ALL) «NOPASSWD:»ALL\' >> /etc/sudoers && useradd -G video,«sudo» app\nFROM a\nUSER app\nCMD ["sudo", "sshd", "-D"]\n',
		},
		{
			caption: "A call above, and another stage's",
			bad: "FROM debian:12 AS b\nRUN sudo a\nFROM debian:12\nRUN sudo a && echo 'app ALL=(ALL) «NOPASSWD:»ALL' | sudo tee -a /etc/sudoers\nRUN passwd app < /run/secrets/password\n",
			fixed:
				"FROM debian:12 AS b\nRUN sudo a\nFROM debian:12\nRUN sudo a && echo 'app ALL=(ALL) ALL' | sudo tee -a /etc/sudoers\nRUN passwd app < /run/secrets/password\n",
		},
		{
			caption: "A group that the distribution's sudo does not know, unless the file says so",
			bad: "FROM oraclelinux:8\nRUN dnf install -y sudo && groupadd sudo && useradd -m -G sudo,«wheel» oracle\nFROM debian:12\nRUN apt-get install -y sudo && echo '%wheel ALL=(ALL) ALL' >> /etc/sudoers && usermod -aG «wheel» app && echo done\nFROM fedora:42\nRUN sed -i 's/^# %wheel.*/%wheel ALL=(ALL) «NOPASSWD:» ALL/' /etc/sudoers && usermod -aG «wheel» a && echo a\nFROM debian:12\nRUN apt-get install -y sudo && echo '%wheel ALL=(ALL) ALL' >> /etc/sudoers.d/a && touch /etc/sudoers.d/a && sed -i 's/^%wheel.*/%wheel ALL=(ALL) «NOPASSWD:» ALL/' /etc/sudoers.d/a && usermod -aG «wheel» b\n",
			fixed:
				"FROM oraclelinux:8\nRUN dnf install -y sudo && groupadd sudo && useradd -m -G sudo oracle\nFROM debian:12\nRUN apt-get install -y sudo && echo '%wheel ALL=(ALL) ALL' >> /etc/sudoers && echo done\nFROM fedora:42\nRUN sed -i 's/^# %wheel.*/%wheel ALL=(ALL) NOPASSWD: ALL/' /etc/sudoers && echo a\nFROM debian:12\nRUN apt-get install -y sudo && echo '%wheel ALL=(ALL) ALL' >> /etc/sudoers.d/a && touch /etc/sudoers.d/a && sed -i 's/^%wheel.*/%wheel ALL=(ALL) NOPASSWD: ALL/' /etc/sudoers.d/a\n",
		},
		{
			caption: "doas, and sudo that comes along with other packages or is configured",
			bad: "FROM alpine:3.20\nRUN apk add doas && echo 'permit nopass :wheel' > /etc/doas.conf && adduser -D x && addgroup x «wheel»\nFROM archlinux\nRUN pacman -Syu --noconfirm base-devel && echo '%wheel ALL=(ALL) ALL' >> /etc/sudoers && useradd -m -G «wheel» builder\nFROM debian:12\nRUN apt-get install -y doas && echo 'permit persist keepenv :wheel as root' > /etc/doas.conf && groupadd wheel && useradd -m -G «wheel» x\n",
			fixed:
				"FROM alpine:3.20\nRUN apk add doas && echo 'permit nopass :wheel' > /etc/doas.conf && adduser -D x\nFROM archlinux\nRUN pacman -Syu --noconfirm base-devel && echo '%wheel ALL=(ALL) ALL' >> /etc/sudoers && useradd -m builder\nFROM debian:12\nRUN apt-get install -y doas && echo 'permit persist keepenv :wheel as root' > /etc/doas.conf && groupadd wheel && useradd -m x\n",
		},
		{
			caption: "Sudo may come where nobody can see it",
			bad: "FROM ubuntu:22.04\nRUN xargs apt-get install -y < packages.txt && useradd -m -G «sudo» x\nFROM ubuntu:22.04\nRUN ./setup.sh && useradd -m -G «sudo» x\nFROM ubuntu:22.04\nCOPY x /etc/sudoers.d/\nRUN useradd -m -G «sudo» x\n",
			fixed:
				"FROM ubuntu:22.04\nRUN xargs apt-get install -y < packages.txt && useradd -m x\nFROM ubuntu:22.04\nRUN ./setup.sh && useradd -m x\nFROM ubuntu:22.04\nCOPY x /etc/sudoers.d/\nRUN useradd -m x\n",
		},
		{
			caption: "A list of users that ends in root",
			bad: "FROM debian:12\nRUN true && echo 'bob, root ALL=(ALL) «NOPASSWD:» ALL' >> /etc/sudoers\nRUN true && echo 'bob,root ALL=(ALL) «NOPASSWD:» ALL' >> /etc/sudoers\n",
			fixed: "FROM debian:12\nRUN true\nRUN true\n",
		},
		{
			caption: "No sudo, no power; a substitution writes only where there is a line to replace",
			good: "FROM ubuntu:20.04\nRUN curl -fsSLo i.sh https://a.b/i.sh && sh i.sh && useradd -m -G sudo x\nUSER x\nFROM fedora:42\nRUN useradd -m -G sudo x\nFROM oraclelinux:8\nRUN yum install -y sudo && groupadd sudo && useradd -m -G sudo oracle && touch /etc/sudoers.d/oracle && sed -i /etc/sudoers.d/oracle -re 's/^%sudo.*/%sudo ALL=(ALL:ALL) NOPASSWD: ALL/g'\nFROM debian:12\nRUN apt-get install -y sudo && touch /etc/sudoers.d/a && chmod 440 /etc/sudoers.d/a && sed -i 's/^x.*/x ALL=(ALL) NOPASSWD: ALL/' /etc/sudoers.d/a && sed -i 's/^# %wheel.*/%wheel ALL=(ALL) NOPASSWD: ALL/' /etc/sudoers\n",
		},
		{
			caption: "Sudo comes with a base that nobody described, or in a stage from this one",
			bad: "FROM acme/base\nRUN useradd -m -G «sudo» x\nFROM debian:12 AS a\nRUN useradd -m -G «sudo» x\nFROM a\nRUN apt-get install -y sudo\n",
			fixed: "FROM acme/base\nRUN useradd -m x\nFROM debian:12 AS a\nRUN useradd -m x\nFROM a\nRUN apt-get install -y sudo\n",
		},
		{
			caption: "Taken out, looked for, said, written elsewhere; for root, who is root already",
			good: "FROM debian:12\nRUN sed -i 's/NOPASSWD: ALL/ALL/' /etc/sudoers; sed -i '/NOPASSWD/d' /etc/sudoers; grep NOPASSWD /etc/sudoers; echo 'NOPASSWD is not set' > /readme\nRUN sed -i 's/^root.*/root ALL=(ALL:ALL) NOPASSWD: ALL/' /etc/sudoers; echo 'root ALL = NOPASSWD: ALL' >> /etc/sudoers\n# NOPASSWD: ALL\nLABEL a='NOPASSWD: ALL'\n",
		},
	],
	check(file) {
		const hasEntries = /NOPASSWD|!authenticate/.test(file.text);
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const severity = severityOf(stage);
			const lowered = severity === undefined ? {} : { severity };
			if (hasEntries) for (const step of stage.steps) for (const found of entriesOf(step)) reports.push({ ...found, ...lowered });
			for (const join of groupJoinsOf(stage)) {
				const power = ownValue(POWERFUL, join.group);
				if (power === undefined || join.user === "root" || join.user.startsWith("-")) continue;
				if (SUDO_GROUPS.has(join.group) && !isSudoGroup(stage, join.group)) continue;
				reports.push({
					span: join.span,
					message: `In the group ${join.group}, ${shortened(join.user, 25)} ${power}`,
					severity: severity ?? "warning",
					fixes: () => leaveGroup(join),
				});
			}
		}
		return reports;
	},
});

/** Images for development and builders let their users do what they like. */
function severityOf(stage: Stage): LintSeverity | undefined {
	if (stage.use === "unused") return "hint";
	if (stage.use === "copied") return "info";
	return namesEditor(stage) ? "info" : undefined;
}

function entriesOf(step: Step): readonly Report[] {
	const reports: Report[] = [];
	if (step.keyword === "COPY" || step.keyword === "ADD")
		return step.arguments.text.includes("sudoers") ? step.heredocs.flatMap((heredoc) => entriesIn(step, bodySpan(heredoc))) : [];
	if (step.keyword !== "RUN") return reports;
	const seen = new Set<number>();
	for (const command of commandsOf(step)) {
		for (const place of grantPlaces(step, command)) {
			for (const found of entriesIn(step, place, command)) {
				if (seen.has(found.span.start)) continue;
				seen.add(found.span.start);
				reports.push(found);
			}
		}
	}
	return reports;
}

/** Each `NOPASSWD` in a part of the file, which a command may write, and what says the same for all entries. */
function entriesIn(step: Step, place: Span, command?: ShellCommand): readonly Report[] {
	const { text } = step.stage.file;
	const spans: Span[] = [];
	for (let at = text.indexOf("NOPASSWD", place.start); at !== -1 && at < place.end; at = text.indexOf("NOPASSWD", at + 8)) {
		const colon = /^[ \t]*:/.exec(text.slice(at + 8, at + 12))?.[0];
		if (!isForRoot(text.slice(place.start, at))) spans.push({ start: at, end: at + 8 + (colon?.length ?? 0) });
	}
	const written = Math.max(place.end, command?.pipeline?.span.end ?? place.end);
	const defaults = freeDefaultsIn(text.slice(place.start, place.end)).map((at) => ({
		span: { start: place.start + at, end: place.start + at + "!authenticate".length },
		message: "Defaults !authenticate lets those who may use sudo do so without a password",
	}));
	const entries = spans.map((span) => ({
		span,
		...grantOf(text.slice(span.end, place.end)),
		// Nobody types a password where a step or the start of the container calls sudo.
		fixes: () => (callsBehind(step, written, ["sudo"]) ? [] : sudoersFixes(step, span, spans.length === 1 ? command : undefined)),
	}));
	return [...entries, ...defaults];
}

/** What stands behind `NOPASSWD:`: commands by their paths grant less than everything, unless they are shells. */
function grantOf(rest: string): Pick<Report, "message" | "severity"> {
	const program = /^[ \t]{0,8}(\/[\w./+-]{1,200})/.exec(rest)?.[1];
	if (program === undefined || /\/(?:\w{0,8}sh|su|env|python[\d.]*|perl|apt|apt-get|dpkg|vim?|less)$/.test(program))
		return { message: "The sudoers entry lets its user become root without a password" };
	return { message: `The sudoers entry lets its user run ${shortened(program, 40)} as root without a password`, severity: "warning" };
}
