import { baseName } from "../../baseName.ts";
import { commandsOf, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { addFlag, insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { frontendOf } from "../../dockerfile/model/frontend.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type Mount, mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { mountOwner, secretPath } from "../../dockerfile/secrets/secretMounts.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Dockerfile 1.10 brought `env=` for secret mounts. Source: Dockerfile release notes, 1.10.0 (September 2024). */
const ENV_OPTION_SINCE = 10;

export const secretMountMisuse = defineRule({
	id: "secret-mount-misuse",
	title: "A secret is not where the step looks for it",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	subCodes: {
		"not-mounted": "The step reads a file below /run/secrets that no mount of it provides",
		unused: "The step mounts a secret and never uses it",
		"old-syntax": "The frontend that the file asks for does not know the option `env`",
	},
	onlyWith: { instructions: ["RUN"], words: ["secret", "secrets"] },
	why: "A secret is there for the one RUN that mounts it, at `/run/secrets/<id>` unless the mount says otherwise. A step that reads another path gets an error, or, where nobody looks at it, an empty password, with which the build goes on. A secret that is mounted and never used is handed to a step that has no need for it.",
	remedy: "Let id, target and the path in the command agree: `RUN --mount=type=secret,id=token cat /run/secrets/token | login`.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---mounttypesecret", "https://docs.docker.com/build/building/secrets/"],
	examples: [
		{ caption: "Mounted", good: "FROM debian:12\nRUN --mount=type=secret,id=token login --password-stdin < /run/secrets/token\n" },
		{
			caption: "No mount at all",
			bad: "FROM debian:12\nRUN login --password-stdin < «/run/secrets/token»\n",
			fixed: "FROM debian:12\nRUN --mount=type=secret,id=token login --password-stdin < /run/secrets/token\n",
		},
		{
			caption: "Another id, another RUN, for another user",
			bad: 'FROM node:22\nRUN --mount=type=secret,id=npm_token A="$(cat «/run/secrets/npm-token»)" npm ci\nUSER node\nRUN true && cat «/run/secrets/a» | login\n',
			fixed:
				'FROM node:22\nRUN --mount=type=secret,id=npm_token A="$(cat /run/secrets/npm_token)" npm ci\nUSER node\nRUN --mount=type=secret,id=a,uid=1000 true && cat /run/secrets/a | login\n',
		},
		{
			caption: "A target that the command does not know",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=a,target=/b cat «/run/secrets/a» | login\n",
		},
		{
			caption: "A relative target lies below WORKDIR",
			bad: "FROM debian:12\nWORKDIR /app\nRUN --mount=type=secret,id=a,target=b cat «/run/secrets/b» | login\n",
			fixed: "FROM debian:12\nWORKDIR /app\nRUN --mount=type=secret,id=a,target=b cat /app/b | login\n",
		},
		{
			caption: "An earlier layer has the folder alone",
			bad: "FROM debian:12\nRUN mkdir -p /run/secrets\nRUN cat «/run/secrets/a» | l\n",
			fixed: "FROM debian:12\nRUN mkdir -p /run/secrets\nRUN --mount=type=secret,id=a cat /run/secrets/a | l\n",
		},
		{
			caption: "A mount without an id",
			bad: "FROM debian:12\nRUN --mount=type=secret cat «/run/secrets/a» | login\n",
			fixed: "FROM debian:12\nRUN --mount=type=secret,id=a cat /run/secrets/a | login\n",
		},
		{ caption: "Mounted and never used", bad: "FROM debian:12\nRUN «--mount=type=secret,id=a» apt-get update && echo done\n" },
		{
			caption: "An option that the frontend does not know",
			bad: "# syntax=docker/dockerfile:1.4\nFROM debian:12\nRUN --mount=type=secret,id=a,«env=A» login $A\n",
		},
		{
			caption: "It fits: by id, by target, by source, by environment, by folder",
			good: "FROM debian:12\nRUN --mount=type=secret,id=a cat /run/secrets/a | l\nRUN --mount=type=secret,id=a,target=/run/secrets/b cat /run/secrets/b | l\nRUN --mount=type=secret,source=c cat /run/secrets/c | l\nRUN --mount=type=secret,id=a,env=A l $A\nRUN --mount=type=bind,from=x,target=/run/secrets cat /run/secrets/d | l\nRUN --mount=type=secret,id=dir/e cat /run/secrets/e | l\nWORKDIR /run/secrets\nRUN --mount=type=secret,id=f,target=g cat /run/secrets/g | l\nFROM acme/base\nRUN --mount=type=secret,id=f,target=g cat /run/secrets/g | l\n",
		},
		{
			caption: "A variable names it; an earlier layer has it",
			good: "FROM debian:12\nARG ID=x\nRUN --mount=type=secret,id=$ID cat /run/secrets/x | l\nRUN --mount=type=secret,id=a,target=/run/secrets/${ID} cat /run/secrets/b | l\nFROM debian:12\nCOPY secrets/ /run/secrets/\nRUN cat /run/secrets/c | l\nFROM debian:12\nRUN mkdir -p /run/secrets && echo d > /run/secrets/d\nRUN cat /run/secrets/d | l\n",
		},
		{
			caption: "Written for the start, asked for, read by a program",
			good: "FROM debian:12\nRUN echo '. /run/secrets/a' > /start.sh; [ -f /run/secrets/b ] && cat /run/secrets/b; if test -s /run/secrets/c; then cat /run/secrets/c; fi; cat /run/secrets/d || true\nRUN --mount=type=secret,id=a ./build.sh\nRUN --mount=type=secret,id=a,target=/root/.netrc wget https://a.b\nRUN mkdir -p /run/secrets && cp a /run/secrets/a && cat /run/secrets/a\nCMD cat /run/secrets/e\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : {};
			for (const step of stage.steps) {
				if (step.keyword !== "RUN") continue;
				const secrets = mountsOf(step).filter((mount) => mount.type === "secret");
				const hasPath = stepText(step).includes("/run/secrets/");
				if (secrets.length === 0 && !hasPath) continue;
				for (const found of [...notMounted(step, secrets), ...unused(step, secrets), ...oldSyntax(step, secrets)])
					reports.push({ ...found, ...lowered });
			}
		}
		return reports;
	},
});

const READERS = new Set(["cat", "source", ".", "base64", "head", "tr", "cut", "xargs", "jq", "tail"]);

function notMounted(step: Step, secrets: readonly Mount[]): readonly Report[] {
	const provided = new Set(secrets.map((mount) => secretPath(step, mount)));
	const mounts = mountsOf(step);
	// The builder puts variables into these options; below a WORKDIR of the base image nobody knows where a relative target lies.
	if (secrets.some((mount) => mount.flag.value?.includes("$") || liesSomewhere(step, mount)) || filled.above(step)) return [];
	if (mounts.some((mount) => mount.type !== "secret" && mountOption(mount, "target")?.value.startsWith("/run") === true)) return [];
	const commands = commandsOf(step);
	const reported = new Set<number>();
	const reports: Report[] = [];
	for (const command of commands) {
		if (command.within.includes("function") || command.within.includes("condition")) continue;
		for (const word of readWords(command)) {
			const path = word.value;
			if (path === undefined || !/^\/run\/secrets\/[\w.-]+$/.test(path) || provided.has(path) || reported.has(word.span.start)) continue;
			if (isGuarded(commands, command, path)) continue;
			reported.add(word.span.start);
			reports.push({
				span: word.span,
				subCode: "not-mounted",
				message: `No mount of this RUN provides ${shortened(path, 60)}`,
				fixes: provide(step, secrets, word, path),
			});
		}
	}
	return reports;
}

function liesSomewhere(step: Step, mount: Mount): boolean {
	return mountOption(mount, "target") !== undefined && secretPath(step, mount) === undefined;
}

/** Whether an instruction puts something below /run/secrets that stays: the folder is one like any other. */
const filled = anyStep((step) => {
	if (step.keyword === "COPY" || step.keyword === "ADD") return /[\s"]\/run(?=[\s"/]|$)/.test(step.line.text);
	return (
		step.keyword === "RUN" &&
		step.line.text.includes("/run/secrets") &&
		commandsOf(step).some(
			(command) =>
				command.redirects.some(({ operator, target }) => operator.startsWith(">") && target?.text.includes("/run/secrets")) ||
				(WRITERS.has(command.program ?? "") && command.args.some((word) => word.text.includes("/run/secrets"))),
		)
	);
});

/** Not `mkdir`: a folder brings no file. */
const WRITERS = new Set(["cp", "mv", "ln", "install", "touch", "tee", "curl", "wget", "tar", "openssl", "ssh-keygen", "dd"]);

function readWords(command: ShellCommand): readonly ShellWord[] {
	const redirected = command.redirects.filter((redirect) => redirect.operator === "<").flatMap((redirect) => redirect.target ?? []);
	return READERS.has(command.program ?? "") ? [...command.args, ...redirected] : redirected;
}

/** Whether the step asks whether the file is there, makes it, or goes on without it. */
function isGuarded(commands: readonly ShellCommand[], command: ShellCommand, path: string): boolean {
	if (commands[commands.indexOf(command) + 1]?.connector === "||") return true;
	return commands.some(
		(other) =>
			other !== command &&
			other.program !== "cat" &&
			(other.args.some((word) => word.value === path || word.value === "/run/secrets" || word.value === "/run/secrets/") ||
				other.redirects.some((redirect) => redirect.operator.startsWith(">") && redirect.target?.value === path)),
	);
}

/** Corrects the path where its name is nearly that of the only mount, else adds a mount. */
function provide(step: Step, secrets: readonly Mount[], word: ShellWord, path: string): readonly Fix[] {
	const [only] = secrets;
	const mounted = secrets.length === 1 && only !== undefined ? secretPath(step, only) : undefined;
	const id = path.slice("/run/secrets/".length);
	const isMeant = mounted !== undefined && (plain(mounted) === plain(path) || baseName(mounted) === id);
	if (isMeant && word.span.end - word.span.start === path.length)
		return [{ title: `Read ${mounted}`, safety: "review", edits: [replace(word.span, mounted)] }];
	const unnamed = secrets.find((mount) => secretPath(step, mount) === undefined && mountOption(mount, "env") === undefined);
	if (unnamed !== undefined)
		return [{ title: `Give the mount the id ${id}`, safety: "review", edits: [insertAfter(unnamed.flag.span, `,id=${id}`)] }];
	const owner = mountOwner(step);
	if (owner === undefined || secrets.some((mount) => mountOption(mount, "id")?.value === id)) return [];
	return [
		{
			title: `Mount the secret ${id}`,
			safety: "review",
			edits: [addFlag(step, `--mount=type=secret,id=${id}${owner}`)],
			note: `Build with --secret id=${id},src=FILE.`,
		},
	];
}

function plain(path: string): string {
	return path.toLowerCase().replace(/[^a-z0-9/]/g, "");
}

/** A secret in a step whose programs read nothing that the step does not name. */
function unused(step: Step, secrets: readonly Mount[]): readonly Report[] {
	if (secrets.length === 0 || scriptsOf(step).length === 0 || step.heredocs.length > 0) return [];
	const commands = commandsOf(step);
	if (!commands.every((command) => command.name === undefined || isSelfContained(command))) return [];
	const reports: Report[] = [];
	for (const mount of secrets) {
		if (mount.flag.value?.includes("$")) continue;
		const path = secretPath(step, mount);
		const names = [path, mountOption(mount, "env")?.value].filter((name) => name !== undefined);
		const target = mountOption(mount, "target")?.value;
		// A settings file in a place that programs know.
		if (target !== undefined || names.length === 0 || names.some((name) => step.arguments.text.includes(name))) continue;
		if (step.arguments.text.includes("/run/secrets") || /\benv\b|\bexport\b|\$\{!/.test(step.arguments.text)) continue;
		reports.push({
			span: mount.flag.span,
			subCode: "unused",
			message: `This RUN mounts the secret ${shortened(mountOption(mount, "id")?.value ?? names[0] ?? "", 50)} and never uses it`,
			severity: "info",
		});
	}
	return reports;
}

/** Programs that read no more than what their words name. */
const SELF_CONTAINED = new Set(
	"apt-get apt apk dnf yum microdnf echo printf mkdir rm rmdir cp mv ln chmod chown touch true false cd ls sed grep tar useradd groupadd adduser addgroup set test [ [[".split(
		" ",
	),
);

function isSelfContained(command: ShellCommand): boolean {
	return command.name?.value?.includes("/") !== true && SELF_CONTAINED.has(command.program ?? "");
}

function oldSyntax(step: Step, secrets: readonly Mount[]): readonly Report[] {
	const frontend = frontendOf(step.stage.file);
	if (frontend.kind !== "release" || frontend.minor === undefined || frontend.minor >= ENV_OPTION_SINCE) return [];
	const reports: Report[] = [];
	for (const mount of secrets) {
		const option = mountOption(mount, "env");
		if (option === undefined) continue;
		reports.push({
			span: option.span,
			subCode: "old-syntax",
			message: `docker/dockerfile:1.${frontend.minor} does not know the option env of secret mounts`,
		});
	}
	return reports;
}
