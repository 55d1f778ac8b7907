import { baseName } from "../../baseName.ts";
import { sourceOffset } from "../../mappedText.ts";
import type { SpanEdit } from "../../text.ts";
import { identityAt } from "../accounts/home.ts";
import { type StepScript, scriptsOf } from "../commands/scripts.ts";
import { shellAt } from "../commands/shell.ts";
import { addFlag, insertAt, insertFirstLine, removeAssignment } from "../edits/edit.ts";
import { mountTarget } from "../files/mountCoverage.ts";
import { understands } from "../model/frontend.ts";
import { instructionMentions, stepsBehindThatMention } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { type Mount, mountOption, mountsOf } from "../model/mounts.ts";
import type { Assignment } from "../model/views.ts";
import { declarationAt, globalDeclaration } from "../variables/variables.ts";
import { argumentUser } from "./argumentUser.ts";

/** Dockerfile 1.10 brought `env=` for secret mounts. Source: Dockerfile release notes, 1.10.0 (September 2024). */
const ENV_OPTION_SINCE = 10;

/**
 * Where a secret mount puts its file: a relative target lies below WORKDIR, and without a target the name is the last part of the id. A
 * variable in an id stays as it is written. Undefined for a mount that only fills a variable or says nothing, and where nobody knows
 * the target. Source: BuildKit's `dispatchSecret` and `PrepareMounts`, read 2026-11.
 */
export function secretPath(step: Step, mount: Mount): string | undefined {
	if (valueOf(mount, "target") !== undefined) return mountTarget(step, mount);
	if (mountOption(mount, "env") !== undefined) return undefined;
	const id = valueOf(mount, "source") ?? valueOf(mount, "id");
	return id === undefined ? undefined : `/run/secrets/${baseName(id)}`;
}

/** BuildKit takes an option without a text for one that is not there. */
function valueOf(mount: Mount, key: string): string | undefined {
	const value = mountOption(mount, key)?.value;
	return value === "" ? undefined : value;
}

/** The id of the secret that fills a variable: `npm-token` for `NPM_TOKEN`. */
export function secretId(name: string): string {
	return name
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "");
}

/** What a build is called with to fill the variable from one of the same name. */
export function secretOption(name: string): string {
	return `--secret id=${secretId(name)},env=${name}`;
}

/**
 * The edits that give a RUN a variable from a build secret: `--mount=type=secret,id=npm-token,env=NPM_TOKEN`. A file without a
 * `# syntax` line gets one, as the builder's own frontend may be too old; a file that asks for an older frontend gets the secret
 * as a file, which the script reads. Undefined where neither can be done in place.
 */
export function secretVariableEdits(step: Step, name: string): readonly SpanEdit[] | undefined {
	if (step.keyword !== "RUN" || step.deferred || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
	const kind = shellAt(step.stage, step).kind;
	if (kind === "cmd" || kind === "powershell") return undefined;
	const id = secretId(name);
	if (mountsOf(step).some((mount) => mountOption(mount, "env")?.value === name || mountOption(mount, "id")?.value === id)) return undefined;
	const file = step.stage.file;
	const understood = understands(file, ENV_OPTION_SINCE);
	if (understood === "no") return secretFileEdits(step, name, id);
	const mount = addFlag(step, `--mount=type=secret,id=${id},env=${name}`);
	return understood === "yes" ? [mount] : [insertFirstLine(file, "# syntax=docker/dockerfile:1"), mount];
}

function secretFileEdits(step: Step, name: string, id: string): readonly SpanEdit[] | undefined {
	const owner = mountOwner(step);
	const script = onlyScript(step);
	if (owner === undefined || script === undefined) return undefined;
	const assignment = `export ${name}="$(cat /run/secrets/${id})"`;
	const at = script.form === "heredoc" ? behindShebang(script.source.text) : 0;
	const separator = script.form === "heredoc" ? step.stage.file.lineBreak : " && ";
	return [addFlag(step, `--mount=type=secret,id=${id}${owner}`), insertAt(sourceOffset(script.source, at), assignment + separator)];
}

function onlyScript(step: Step): StepScript | undefined {
	const [script, ...others] = scriptsOf(step);
	return others.length === 0 && script?.form !== "argument" && script?.source.text !== "" ? script : undefined;
}

function behindShebang(text: string): number {
	return text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
}

/**
 * The mount option that lets the user of a step read a secret file, which otherwise belongs to root alone: empty for root,
 * `,uid=1000` for a user whose number is known. Undefined where nobody knows who it is.
 */
export function mountOwner(step: Step): string | undefined {
	const uid = identityAt(step)?.uid;
	if (uid === undefined) return undefined;
	return uid === "0" ? "" : `,uid=${uid}`;
}

/**
 * The edit that removes a variable of ENV that no later instruction names, or that an argument of the same name stands behind, so
 * that later RUNs still see it. Undefined otherwise, and inside ONBUILD.
 */
export function removeUnusedVariable(step: Step, assignment: Assignment): SpanEdit | undefined {
	const { name } = assignment;
	const users = stepsBehindThatMention(step, name);
	const copied = /^"?\$(?:\{(\w+)\}|(\w+))"?$/.exec(assignment.value ?? "");
	const sameArgument = (copied?.[1] ?? copied?.[2]) === name && declarationAt(step, name)?.kind === "ARG";
	if (users.length > 0 && !(sameArgument && users.every((other) => other.keyword === "RUN"))) return undefined;
	return removeAssignment(step.stage.file, step, assignment);
}

/** A build argument without a value as a secret of the one RUN that uses it; undefined where nobody knows that there is but one. */
export function mountedArgumentEdits(step: Step, assignment: Assignment): readonly SpanEdit[] | undefined {
	const { name } = assignment;
	const user = argumentUser(step, name);
	const removed = removeAssignment(step.stage.file, step, assignment);
	const mounted = user === undefined ? undefined : secretVariableEdits(user, name);
	const global = globalEdits(step, name);
	return removed === undefined || mounted === undefined || global === undefined ? undefined : [...mounted, removed, ...global];
}

/** Takes away a global ARG that nothing else needs. Undefined if its default would be lost. */
function globalEdits(step: Step, name: string): readonly SpanEdit[] | undefined {
	const { file } = step.stage;
	const global = globalDeclaration(file, name);
	if (global === undefined) return [];
	if (!["", '""', "''", undefined].includes(global.assignment.value)) return undefined;
	const others = file.stages.flatMap((stage) => [stage.from, ...stage.steps]).filter((other) => other !== step);
	if (others.some((other) => other.stage !== step.stage && instructionMentions(other, name))) return [];
	const edit = removeAssignment(file, global.instruction, global.assignment);
	return edit === undefined ? undefined : [edit];
}
