import { startsAtRoot } from "../../dockerfile/base/startFolder.ts";
import { insertAt, removeWord, replace } from "../../dockerfile/edits/edit.ts";
import { allSteps } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { type Mount, type MountOption, mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { VariableValue } from "../../dockerfile/syntax/variableValue.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { lastStep, normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import { FILE_TYPES, MOUNT_OPTIONS, MOUNT_TYPES, SHARING_MODES } from "../../knowledge/mountOptions.ts";
import { nearest } from "../../nearest.ts";
import type { Span } from "../../text.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const runMountInvalid = defineRule({
	id: "run-mount-invalid",
	title: "A mount has options that do not fit",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["hadolint", "DL1000"]),
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "The builder reads a mount when it comes to its RUN, and stops there. A tilde it takes for the name of a folder: the cache is then mounted where no program looks for it, and the build stays slow without a word.",
	remedy:
		"Write `type`, `target` and the options that the type has, separated by commas without blanks. A mount that is to be in the home folder needs its path: `target=/root/.cache`.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---mount"],
	examples: [
		{
			caption: "Two letters swapped",
			bad: "FROM node:22\nRUN --mount=type=«cahce»,target=/root/.npm npm ci\n",
			fixed: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
		},
		{ caption: "A cache", good: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\n" },
		{
			caption: "Misspelt",
			bad: "FROM debian:12\nRUN --mount=type=«cahce»,target=/c true\nRUN --mount=type=cache,«tagret=/c»,sharing=«lokced» true\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,target=/c true\nRUN --mount=type=cache,target=/c,sharing=locked true\n",
		},
		{
			caption: "A blank ends the flag",
			bad: "FROM debian:12\nRUN --mount=type=cache«,» target=/c,id=c true\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,target=/c,id=c true\n",
		},
		{
			caption: "Options of other types",
			bad: "FROM debian:12\nRUN --mount=type=bind,target=/b,«uid=1» --mount=type=tmpfs,target=/t,«sharing=shared» true\nRUN --mount=type=cache,target=/c,«size=1» --mount=type=secret,id=a,«from=b» true\nRUN --mount=type=bind,target=/b,«required=true» true\n",
		},
		{
			caption: "No value, or one of the wrong kind",
			bad: "FROM debian:12\nRUN --mount=type=cache,«target» --mount=type=cache,target=/c,ro=«x» true\nRUN --mount=type=cache,target=/c,mode=«rwx»,uid=«app»,gid=«-1» true\nRUN --mount=type=tmpfs,target=/c,size=«big» true\n",
		},
		{
			caption: "A secret without a name",
			bad: "FROM debian:12\nRUN «--mount=type=secret,env=A» true\nRUN --mount=type=secret,id=a,«src=b» true\n",
		},
		{
			caption: "Over the whole file system",
			bad: "FROM scratch\nWORKDIR /\nRUN «--mount=type=cache» true\nRUN --mount=target=«/» true\nRUN --mount=target=«.» true\nONBUILD RUN --mount=target=«/x/..» true\n",
		},
		{
			caption: "Distribution images start there",
			bad: "FROM debian:12\nRUN «--mount=type=cache» true\nWORKDIR src\nRUN --mount=type=cache true\n",
		},
		{ caption: "An empty flag, which is reported otherwise", good: "FROM scratch\nWORKDIR /\nRUN --mount= true\n" },
		{ caption: "A tilde is no home folder", bad: "FROM debian:12\nRUN --mount=type=cache,target=«~/.cache/pip» pip install .\n" },
		{
			caption: "A path without its option",
			bad: "FROM debian:12\nRUN --mount=type=cache,«/Cache» true\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,target=/Cache true\n",
		},
		{
			caption: "Everything that fits",
			good: 'FROM debian:12\nRUN --mount=type=cache,dst=/c,id=a,sharing=locked,uid=0,gid=1000,mode=0775,ro,from=x,source=/y a\nRUN --mount=type=tmpfs,destination=/t,size=64m a\nRUN --mount=type=secret,id=a,target=/a,required,env=A,mode=0400 a\nRUN --mount=type=secret,src=a a\nRUN --mount=type=ssh,id=default,required=true,uid=1 a\nRUN --mount=target=a,rw,src=. a\nRUN "--mount=type=cache,target=/x" a\nRUN --mount=Type=CACHE,Target=/c,readonly=false a\n',
		},
		{
			caption: "What only the build knows",
			good: "ARG T\nFROM acme/base:1\nARG T\nRUN --mount=type=$T,target=$T,uid=$T,sharing=$T,id=x,size=$T a\nRUN --mount=type=cache a\nWORKDIR /src\nRUN --mount=type=cache a\n",
		},
	],
	check(file) {
		if (!file.text.includes("--mount=") || templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const step of allSteps(file)) {
			if (step.keyword !== "RUN" || step.flags.length === 0) continue;
			for (const mount of mountsOf(step)) {
				// What quotes make of the list of options is not copied here.
				// What has no value at all is said of the flag.
				if (mount.flag.value !== undefined && mount.flag.value !== "" && !mount.flag.value.includes('"') && isPlain(file, mount))
					reports.push(...problemsOf(step, mount));
			}
		}
		return reports;
	},
});

function isPlain(file: Dockerfile, { flag }: Mount): boolean {
	return flag.valueSpan !== undefined && file.text.slice(flag.valueSpan.start, flag.valueSpan.end) === flag.value;
}

function problemsOf(step: Step, mount: Mount): readonly Report[] {
	let reported = false;
	const reports: Report[] = [];
	for (const [index, option] of mount.options.entries()) {
		const report = isEmpty(step, option)
			? blankReport(step, mount, index)
			: (keyReport(step, mount, option) ?? valueReport(option) ?? typeReport(mount, option));
		if (report === undefined) continue;
		reported = true;
		reports.push(report);
	}
	if (!reported) reports.push(...wholeReports(step, mount));
	return reports;
}

function textOf(step: Step, span: Span): string {
	return step.stage.file.text.slice(span.start, span.end);
}

function isEmpty(step: Step, option: MountOption): boolean {
	return textOf(step, option.span) === "";
}

/** `--mount=type=cache, target=/c`: the comma is the last character of the flag. */
function blankReport(step: Step, mount: Mount, index: number): Report | undefined {
	const { file } = step.stage;
	if (mount.options.length === 1) return undefined;
	const { end } = mount.flag.span;
	const last = index === mount.options.length - 1;
	const at = mount.options[index]?.span.start ?? end;
	const comma = last ? { start: at - 1, end: at } : { start: at, end: at + 1 };
	const next = splitAtBlanks(step.arguments)[0];
	const isOption = last && next !== undefined && MOUNT_OPTIONS.has(next.text.split("=")[0]?.toLowerCase() ?? "");
	const gap = { start: end, end: next?.span.start ?? end };
	const joins = isOption && /^[ \t]+$/.test(file.text.slice(gap.start, gap.end));
	return {
		span: comma,
		message: isOption
			? `The blank behind the comma ends the mount: ${shortened(next.text, 40)} is no part of it`
			: "No option stands beside the comma",
		fixes: joins
			? [{ title: "Remove the blank", safety: "review", edits: [replace(gap, "")] }]
			: [{ title: "Remove the comma", safety: "review", edits: [removeWord(file, comma)] }],
	};
}

function keyReport(step: Step, mount: Mount, option: MountOption): Report | undefined {
	const written = textOf(step, option.span);
	const equals = written.indexOf("=");
	const key = (equals === -1 ? written : written.slice(0, equals)).toLowerCase();
	const kind = MOUNT_OPTIONS.get(key);
	if (kind === undefined) {
		if (written.startsWith("/") && equals === -1 && mountOption(mount, "target") === undefined)
			return {
				span: option.span,
				message: `Mounts have no option ${shortened(written, 40)}`,
				fixes: [{ title: "Write target=", safety: "review", edits: [insertAt(option.span.start, "target=")] }],
			};
		const meant = nearest(key, [...MOUNT_OPTIONS.keys()]);
		const span = { start: option.span.start, end: option.span.start + key.length };
		return {
			span: option.span,
			message: `Mounts have no option ${shortened(key, 40)}`,
			fixes: meant === undefined || key === "" ? [] : [{ title: `Change to ${meant}`, safety: "review", edits: [replace(span, meant)] }],
		};
	}
	if (equals === -1 && kind !== "boolean") return { span: option.span, message: `The option ${key} has no value` };
	return undefined;
}

function valueReport({ key, value, valueSpan, span }: MountOption): Report | undefined {
	if (value.includes("$")) return undefined;
	const refused = (message: string, meant?: string): Report => ({
		span: valueSpan.end > valueSpan.start ? valueSpan : span,
		message,
		fixes: meant === undefined ? [] : [{ title: `Change to ${meant}`, safety: "review", edits: [replace(valueSpan, meant)] }],
	});
	const shown = value === "" ? "nothing" : shortened(value, 40);
	switch (key) {
		case "type":
			return MOUNT_TYPES.includes(value.toLowerCase())
				? undefined
				: refused(`There is no mount of type ${shown}`, nearest(value, MOUNT_TYPES));
		case "sharing":
			return SHARING_MODES.includes(value.toLowerCase())
				? undefined
				: refused(`Sharing is ${SHARING_MODES.join(", ")}, not ${shown}`, nearest(value, SHARING_MODES));
		case "readonly":
		case "readwrite":
		case "required":
			return /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)
				? undefined
				: refused(`${key} is true or false, not ${shown}`);
		case "mode":
			return /^[0-7]{1,10}$/.test(value) ? undefined : refused(`The mode of a mount is an octal number, not ${shown}`);
		case "uid":
		case "gid":
			return /^\d{1,10}$/.test(value) ? undefined : refused(`The ${key} of a mount is a number, not ${shown}`);
		case "size":
			return /^\d+(?:\.\d+)? ?[kmgtp]?i?b?$/i.test(value) ? undefined : refused(`The size of a mount is a number of bytes, not ${shown}`);
		default:
			return undefined;
	}
}

/** Options that the type of the mount does not have; BuildKit refuses these and drops others. */
function typeReport({ type }: Mount, { key, span }: MountOption): Report | undefined {
	if (type.includes("$") || !MOUNT_TYPES.includes(type)) return undefined;
	const wrong =
		(key === "size" && type !== "tmpfs") ||
		(key === "required" && type !== "secret" && type !== "ssh") ||
		(key === "sharing" && type !== "cache") ||
		(key === "from" && type === "secret") ||
		(["uid", "gid", "mode"].includes(key) && !FILE_TYPES.has(type));
	return wrong ? { span, message: `A mount of type ${type} has no option ${key}` } : undefined;
}

function wholeReports(step: Step, mount: Mount): readonly Report[] {
	const target = mountOption(mount, "target");
	const source = mountOption(mount, "source");
	if (mount.type === "secret") {
		const id = mountOption(mount, "id");
		if (id === undefined && source === undefined && target === undefined)
			return [{ span: mount.flag.span, message: "The mount of a secret has neither id nor source nor target" }];
		const hasBoth = id !== undefined && source !== undefined && id.value !== "" && source.value !== "";
		return hasBoth ? [{ span: source.span, message: "The mount of a secret has both id and source" }] : [];
	}
	if (!["bind", "cache", "tmpfs"].includes(mount.type) || target?.value.includes("$")) return [];
	const path = target?.value ?? "";
	const span = target?.valueSpan ?? mount.flag.span;
	if (/^~(?:\/|$)/.test(path)) return [{ span, message: "~ is the name of a folder here, not the home folder", severity: "warning" }];
	const workdir = workingDirectory(step);
	const resolved = path.startsWith("/")
		? normalPath(path)
		: workdir.kind === "set" && !step.deferred
			? normalPath(`${workdir.value}/${path}`)
			: undefined;
	if (resolved !== "/" || /^[a-z]:/i.test(path)) return [];
	return [{ span, message: `The mount ${target === undefined ? "has no target and " : ""}would cover the root folder` }];
}

/** The working directory; that of images without one is the root folder. */
function workingDirectory(step: Step): VariableValue {
	const workdir = workdirAt(step.stage, step);
	const isSet = lastStep(step.stage, step, ({ keyword }) => keyword === "WORKDIR") !== undefined;
	return workdir.kind === "set" || isSet || !startsAtRoot(step.stage) ? workdir : { kind: "set", value: "/" };
}
