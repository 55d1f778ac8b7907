import { endsStep } from "../../dockerfile/commands/errexit.ts";
import { commandsOf, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type Mount, mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { secretPath } from "../../dockerfile/secrets/secretMounts.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const secretMountNotRequired = defineRule({
	id: "secret-mount-not-required",
	title: "A build without the secret is not refused",
	category: "secrets",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "Without `required=true` a forgotten `--secret` is no error: the step runs, and finds no file or an empty variable. What it then does is up to its tools: some fail with a message about something else, some fetch from a public registry what was meant to come from the private one.",
	remedy: "Add `required=true`: the build then stops and names the secret. Leave it out where the step is meant to work without.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypessh",
	],
	examples: [
		{
			caption: "A registry's login",
			bad: "FROM node:22\nCOPY package*.json ./\nRUN «--mount=type=secret,id=npmrc,target=/root/.npmrc» npm ci\n",
			fixed: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\n",
		},
		{
			caption: "Required",
			good: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\n",
		},
		{
			caption: "A secret and an SSH agent",
			bad: "FROM debian:12\nRUN «--mount=type=secret,id=npmrc,target=/root/.npmrc» npm ci\nRUN «--mount=type=ssh» git clone git@a.b:c/d\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci\nRUN --mount=type=ssh,required=true git clone git@a.b:c/d\n",
		},
		{
			caption: "As a variable, over several lines",
			bad: "FROM debian:12\nRUN «--mount=type=secret,id=a,env=A» \\\n    «--mount=type=secret,id=b» \\\n  fetch $A\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=secret,id=a,env=A,required=true \\\n    --mount=type=secret,id=b,required=true \\\n  fetch $A\n",
		},
		{
			caption: "Where a failure ends nothing",
			bad: 'FROM debian:12\nRUN «--mount=type=secret,id=a» echo "$(cat /run/secrets/a)"\nRUN «--mount=type=secret,id=b» cp /run/secrets/b /b; make\nRUN «--mount=type=secret,id=c» cat /run/secrets/c | login\nRUN «--mount=type=secret,id=d» set -e; cp /run/secrets/d /d && fetch; make\n',
			fixed:
				'FROM debian:12\nRUN --mount=type=secret,id=a,required=true echo "$(cat /run/secrets/a)"\nRUN --mount=type=secret,id=b,required=true cp /run/secrets/b /b; make\nRUN --mount=type=secret,id=c,required=true cat /run/secrets/c | login\nRUN --mount=type=secret,id=d,required=true set -e; cp /run/secrets/d /d && fetch; make\n',
		},
		{
			caption: "Where another file may lie in its place, and where it is written to",
			bad: "FROM debian:12\nCOPY . .\nRUN «--mount=type=secret,id=env,target=/app/.env» cat /app/.env && make\nRUN «--mount=type=secret,id=a» cp .env /run/secrets/a && make\n",
			fixed:
				"FROM debian:12\nCOPY . .\nRUN --mount=type=secret,id=env,target=/app/.env,required=true cat /app/.env && make\nRUN --mount=type=secret,id=a,required=true cp .env /run/secrets/a && make\n",
		},
		{
			caption: "What reads it ends the build where it is missing",
			good: "FROM debian:12\nRUN --mount=type=ssh ls /run/buildkit/ssh_agent.*\nRUN --mount=type=secret,id=key cp /run/secrets/key /x && make\nRUN --mount=type=secret,id=key make; cat /run/secrets/key > /y\nRUN --mount=type=secret,id=key sign < /run/secrets/key && make\nRUN --mount=type=secret,id=key set -e; cp /run/secrets/key /x; make\nRUN --mount=type=secret,id=acme/key cp /run/secrets/key /x && make\n",
		},
		{
			caption: "Required, or declared not to be",
			good: "FROM debian:12\nRUN --mount=type=secret,id=a,required=true a\nRUN --mount=type=secret,id=a,required b\nRUN --mount=type=secret,id=a,required=false c\nRUN --mount=type=cache,target=/c d\n",
		},
		{
			caption: "What only a workflow of GitHub has",
			good: "FROM debian:12\nRUN --mount=type=secret,id=github_token,env=GITHUB_TOKEN a\nRUN --mount=type=secret,id=ACTIONS_RUNTIME_TOKEN b\n",
		},
		{
			caption: "The step asks whether it is there",
			good: 'FROM debian:12\nRUN --mount=type=secret,id=a if [ -f /run/secrets/a ]; then b; fi\nRUN --mount=type=secret,id=a if [[ -n $B && -f /run/secrets/a ]]; then b; fi\nRUN --mount=type=secret,id=a test -s /run/secrets/a && c || true\nRUN --mount=type=secret,id=a,env=A [ -z "$A" ] || d\nRUN --mount=type=secret,id=a,env=A e ${A:-none}\nRUN --mount=type=secret,id=a cat /run/secrets/a 2>/dev/null || f\nRUN --mount=type=secret,id=acme/a [ ! -f /run/secrets/a ] || g\nWORKDIR /app\nRUN --mount=type=secret,id=a,target=.env [ ! -f /app/.env ] || h; [ ! -f .env ] || i\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN") continue;
				for (const mount of mountsOf(step)) {
					if ((mount.type !== "secret" && mount.type !== "ssh") || mountOption(mount, "required") !== undefined) continue;
					if (asksForIt(step, mount) || endsWithoutIt(step, mount)) continue;
					const id = mountOption(mount, "id")?.value ?? mountOption(mount, "source")?.value ?? mountOption(mount, "target")?.value;
					if (mount.type === "secret" && GITHUBS.test(id ?? "")) continue;
					const what = mount.type === "ssh" ? "an SSH agent" : `the secret ${shortened(id ?? "", 40)}`;
					reports.push({
						span: mount.flag.span,
						message: `The build goes on without ${what.trim()} if none is given`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: /["']/.test(file.text.slice(mount.flag.span.start, mount.flag.span.end))
							? []
							: [{ title: "Add required=true", safety: "review", edits: [insertAfter(mount.flag.span, ",required=true")] }],
					});
				}
			}
		}
		return reports;
	},
});

/** What GitHub gives its workflows: elsewhere a build goes on without, at a lower rate limit or without their cache. */
const GITHUBS = /^(?:(?:github|gh)[_.-]?token|actions_\w+)$/i;

/** Programs that fail where a file is missing that they are given. */
const READERS = new Set(["cat", "cp", "mv", "ls", "head", "tail", "base64", "stat", "install", ".", "source"]);

/** Whether a command of the step that fails without the file ends the build. In `$(cat …)` nobody sees that it fails. */
function endsWithoutIt(step: Step, mount: Mount): boolean {
	const path = mount.type === "ssh" ? (mountOption(mount, "target")?.value ?? "/run/buildkit/ssh_agent.") : secretPath(step, mount);
	// In other places a file of the image may lie below the mount.
	if (path === undefined || (mount.type === "secret" && !path.startsWith("/run/secrets/"))) return false;
	const isFile = (text = ""): boolean => (mount.type === "ssh" ? text.startsWith(path) : text === path);
	return scriptsOf(step).some((script) =>
		script.commands.some(
			(command) =>
				((READERS.has(command.program ?? "") && reads(command, isFile)) ||
					command.redirects.some(({ operator, target }) => operator === "<" && isFile(target?.value))) &&
				endsStep(script, command),
		),
	);
}

const WRITERS = new Set(["cp", "mv", "install"]);

/** Whether a file is among what a command reads: the last operand of `cp` and its like is where it writes. */
function reads({ program, args }: ShellCommand, isFile: (text?: string) => boolean): boolean {
	const words = WRITERS.has(program ?? "") ? args.slice(0, -1) : args;
	return words.some((word) => isFile(word.value));
}

/** Whether the step is written to work without: a test of the file or variable, a default, or `||` behind what reads it. */
function asksForIt(step: Step, mount: Mount): boolean {
	const variable = mountOption(mount, "env")?.value;
	// The command may write the target as the mount does, relative or with a variable.
	const places = [mountOption(mount, "target")?.value, mount.type === "secret" ? secretPath(step, mount) : undefined, variable];
	const words = [...places.flatMap((word) => word || []), ...(mount.type === "ssh" ? ["SSH_AUTH_SOCK", "ssh-add"] : [])];
	const names = (text: string): boolean => words.some((word) => text.includes(word));
	if (
		variable !== undefined &&
		[":-", ":+", "-}", "+"].some((operator) => step.line.text.includes(`\${${variable}${operator.replace("}", "")}`))
	)
		return true;
	return scriptsOf(step).length === 0
		? false
		: commandsOf(step).some((command, index, all) => {
				const named =
					command.args.some((word) => names(word.text)) || command.redirects.some((redirect) => names(redirect.target?.text ?? ""));
				return (
					named && (TEST_PROGRAMS.has(command.program ?? "") || command.within.includes("condition") || all[index + 1]?.connector === "||")
				);
			});
}
