import { baseName } from "../../baseName.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { type ContextCopy, contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import { isInside, mountTarget } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { type Mount, mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { type Answer, anyOf } from "../../dockerfile/syntax/answer.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Folders whose files are run or shipped as they are, not caches of downloads. */
const PROGRAMS =
	/(?:^|\/)(?:node_modules|site-packages|vendor|\.?venv)\/?$|^\/(?:usr\/(?:local\/)?)?s?bin\/?$|\/(?:go|\.local|\.cargo)\/bin\/?$/;

export const cacheMountFeedsArtifact = defineRule({
	id: "cache-mount-feeds-artifact",
	title: "A cache mount holds what is run or shipped",
	category: "supply-chain",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		absent: "What is copied later lies on a cache mount, and is not in the layer",
		program: "The cache holds files that are run",
	},
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "A cache mount is shared between builds, branches and sometimes people, and nothing says what is in it. Where it covers `node_modules`, a virtual environment or a `bin` folder, a build runs whatever an earlier one left there: a removed dependency that still works here, or a program that a build of somebody else has changed.\n\nBesides, nothing under the mount is in the layer: a later `COPY --from` of it finds an empty folder.",
	remedy:
		"Mount the cache of downloads alone (`/root/.npm`, `/root/.cache/pip`, `/usr/local/cargo/registry`, `/go/pkg/mod`) and install from it into the layer. What a compiler keeps between builds (`target`) is copied out in the same RUN: `cargo build --locked && cp target/release/app /app`.",
	references: [
		"https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
	],
	examples: [
		{
			caption: "Copied from a place that is not in the layer",
			bad: "FROM rust:1.83 AS build\nWORKDIR /src\nRUN --mount=type=cache,target=«/src/target» cargo build --release\nFROM debian:12\nCOPY --from=build /src/target/release/app /app\n",
		},
		{
			caption: "Caches of downloads; copied out in the same RUN",
			good: "FROM rust:1.83 AS build\nWORKDIR /src\nRUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target cargo build --release && cp target/release/app /app\nRUN --mount=type=cache,target=/root/.npm --mount=type=cache,target=/root/.cache/go-build --mount=type=bind,target=/src/vendor make\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Packages and programs",
			bad: "FROM node:22\nWORKDIR /app\nRUN --mount=type=cache,target=«/app/node_modules» npm ci && npm run build\nRUN --mount=type=cache,dst=«./vendor» --mount=type=cache,target=«/opt/venv» make\n",
		},
		{
			caption: "Started from a place that is not in the image",
			bad: 'FROM rust:1.83\nWORKDIR /src\nRUN --mount=type=cache,target=«/src/target» cargo build --release\nCMD ["/src/target/release/app"]\n',
		},
		{
			caption: "The context has no such folder",
			bad: "FROM rust:1.83 AS build\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=«/src/target» cargo build --release\nFROM debian:12\nCOPY --from=build /src/target/release/app /app\n",
			workspace: { contextEntries: ["src", "Cargo.toml"] },
		},
		{
			caption: "The context may have such a folder; it is copied to somewhere else",
			bad: "FROM rust:1.83 AS build\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=«/src/target» cargo build --release\nFROM rust:1.83 AS other\nCOPY . /x\nRUN --mount=type=cache,target=«/src/target» cargo build --release\nFROM debian:12\nCOPY --from=build /src/target/release/app /app\nCOPY --from=other /src/target/release/app /other\n",
		},
		{
			caption: "Programs that are copied later, and may have come with the context",
			bad: "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN --mount=type=cache,target=«/app/node_modules» npm ci && npm run build\nFROM node:22\nCOPY --from=build /app/node_modules /app/node_modules\n",
		},
		{
			caption: "The context is copied to below the mount",
			bad: "FROM node:22 AS build\nWORKDIR /srv/web\nRUN --mount=type=cache,target=«/srv» setup\nCOPY . .\nFROM nginx:1.27\nCOPY --from=build /srv/web/dist /usr/share/nginx/html\n",
		},
		{
			caption: "The context has the folder",
			good: "FROM rust:1.83 AS build\nWORKDIR /src\nCOPY . .\nRUN --mount=type=cache,target=/src/target cargo build --release\nFROM debian:12\nCOPY --from=build /src/target/release/app /app\n",
			workspace: { contextEntries: ["src", "Cargo.toml", "target"] },
		},
		{
			caption: "For tests, and for a lock file",
			good: "FROM node:22\nRUN --mount=type=cache,target=/src/node_modules npm run lint && npm test\nRUN --mount=type=cache,target=/src/node_modules yarn install && cp yarn.lock /out/\n",
		},
		{
			caption: "What the mount hides may be in the base image",
			good: 'FROM rust:1.83\nWORKDIR /app\nRUN --mount=type=cache,target=/usr/local/cargo cargo fetch\nCMD ["/usr/local/cargo/bin/cargo", "run"]\n',
		},
		{
			caption: "Written to the layer by another RUN",
			good: "FROM rust:1.83 AS build\nWORKDIR /src\nRUN --mount=type=cache,target=/src/target cargo build --release && cp -r target /out\nRUN mkdir -p target && mv /out/* target\nFROM debian:12\nCOPY --from=build /src/target/release/app /app\n",
		},
	],
	check(file, { workspace }) {
		if (!file.text.includes("type=cache")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const mount of mountsOf(step)) {
					const option = mountOption(mount, "target");
					if (mount.type !== "cache" || option === undefined) continue;
					const copy = copiedFrom(stage, step, mount, workspace.contextEntries);
					const name = shortened(option.value, 45);
					const start = copy === undefined ? startedFrom(stage, step, mount, workspace.contextEntries) : undefined;
					const mayComeWithContext = (copy ?? start)?.mayComeWithContext ?? true;
					// That others write to what is run is certain; what the layer lacks is not, where the context may bring it.
					if (mayComeWithContext && PROGRAMS.test(option.value) && !onlyLooks(step))
						reports.push({
							span: option.valueSpan,
							message: `${name} comes from a cache that other builds write to`,
							...(stage.use === "unused" ? { severity: "hint" as const } : {}),
							subCode: "program",
						});
					else if (copy !== undefined)
						reports.push({
							span: option.valueSpan,
							...(mayComeWithContext
								? { message: `A later copy of ${name} gets only what came with the context`, severity: "info" }
								: { message: `${name} is not in the layer from which it is copied later` }),
							subCode: "absent",
							related: [{ span: copy.span, message: "Copied here" }],
						});
					else if (start !== undefined)
						reports.push({
							span: option.valueSpan,
							...(mayComeWithContext
								? { message: `The image has only what came with the context of ${name}`, severity: "info" }
								: { message: `${name} is not in the image whose container starts from it` }),
							subCode: "absent",
							related: [{ span: start.span, message: "Started here" }],
						});
				}
			}
		}
		return reports;
	},
});

const LOOKS = /^(?:test|lint|format|check|typecheck)(?:$|[:-])/;

/** Whether nothing of the cache gets on: the step tests, looks at the sources, or fetches to take a lock file out. */
function onlyLooks(step: Step): boolean {
	const commands = commandsOf(step);
	const calls = commands.filter(({ program }) => /^(?:npm|yarn|pnpm|bun)$/.test(program ?? ""));
	const takesLock = commands.some(({ program, args }) => program === "cp" && args.some(({ text }) => text.includes("lock")));
	return (
		calls.length > 0 &&
		calls.every(({ args }) => {
			const verb = args.find(({ text }) => !/^(?:run|-.*)$/.test(text))?.text ?? "install";
			return LOOKS.test(verb) || (takesLock && /^(?:install|ci|i)$/.test(verb));
		})
	);
}

/** Where something below a cache mount is needed that the layer lacks. */
interface Need {
	readonly span: Span;
	/** Whether the build context may have such a folder: nobody knows what lies in it. */
	readonly mayComeWithContext: boolean;
}

type Entries = readonly string[] | undefined;

function needAt(span: Span, inLayer: Answer): Need | undefined {
	return inLayer === "yes" ? undefined : { span, mayComeWithContext: inLayer === "unknown" };
}

/** A source below the mount that another stage copies, unless another RUN or the context puts it into the layer. */
function copiedFrom(stage: Stage, step: Step, mount: Mount, entries: Entries): Need | undefined {
	const target = mountTarget(step, mount);
	if (target === undefined) return undefined;
	for (const other of stage.file.stages) {
		for (const copy of other.steps) {
			if (copy.keyword !== "COPY") continue;
			const source = sourcesOf(copy, stage.file)[0];
			if (source?.target.kind !== "stage" || !lineage(source.target.stage).includes(stage)) continue;
			const words = copy.exec === undefined ? splitAtBlanks(copy.arguments) : [];
			for (const word of words.slice(0, -1)) {
				const value = expandAt(copy, word.text);
				if (value.kind !== "known" || !isInside(normalPath(value.value), target)) continue;
				const need = needAt(word.span, isInLayer(source.target.stage, step, target, entries));
				if (need !== undefined) return need;
			}
		}
	}
	return undefined;
}

/** The program below the mount that containers of the shipped image start, unless another RUN or the context puts it there. */
function startedFrom(stage: Stage, step: Step, mount: Mount, entries: Entries): Need | undefined {
	const target = mountTarget(step, mount);
	const shipped = stage.file.stages.find((other) => other.use === "shipped");
	if (target === undefined || shipped === undefined || !lineage(shipped).includes(stage)) return undefined;
	// Elsewhere the base image or an installer may have put it below the mount.
	const workdir = workdirAt(stage, step);
	if (workdir.kind !== "set" || workdir.value === "/" || !isInside(target, workdir.value)) return undefined;
	for (const keyword of ["ENTRYPOINT", "CMD"]) {
		const last = shipped.steps.findLast((other) => other.keyword === keyword);
		const program = last?.exec?.elements[0];
		if (program?.value.startsWith("/") && isInside(normalPath(program.value), target))
			return needAt(program.span, isInLayer(shipped, step, target, entries));
	}
	return undefined;
}

/** Whether the folder is in a layer: a step without the mount that names it may have written it; the context may bring it. */
function isInLayer(stage: Stage, step: Step, target: string, entries: Entries): Answer {
	return anyOf(answersOf(stage, step, target, entries));
}

function* answersOf(stage: Stage, step: Step, target: string, entries: Entries): Generator<Answer> {
	const name = baseName(target);
	for (const ancestor of lineage(stage)) {
		for (const other of ancestor.steps) {
			if (other === step || !["RUN", "COPY", "ADD"].includes(other.keyword)) continue;
			if (mountsOf(other).some((mount) => mountTarget(other, mount) === target)) continue;
			if (other.arguments.text.includes(name)) yield "yes";
			const copy = contextCopyOf(other);
			if (copy !== undefined && wholeContextSource(copy) !== undefined) yield isBrought(copy, target, entries);
		}
	}
}

/** Whether a copy of the whole context brings a folder: what lies below the names at its top nobody knows. */
function isBrought({ target: root }: ContextCopy, target: string, entries: Entries): Answer {
	if (root === undefined || isInside(root, target)) return "unknown";
	if (!isInside(target, root)) return "no";
	if (entries === undefined) return "unknown";
	const [first, ...below] = target.slice(root === "/" ? 1 : root.length + 1).split("/");
	if (first === undefined || !entries.includes(first)) return "no";
	return below.length === 0 ? "yes" : "unknown";
}
