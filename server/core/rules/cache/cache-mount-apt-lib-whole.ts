import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { mountTarget } from "../../dockerfile/files/mountCoverage.ts";
import { cacheMountsOf } from "../../dockerfile/layers/cacheTargets.ts";
import { anyStepBehind } from "../../dockerfile/model/mentions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type MountOption, mountOption } from "../../dockerfile/model/mounts.ts";
import { removesUnused } from "../../dockerfile/packages/installedPackages.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { declarationAt, expandAt } from "../../dockerfile/variables/variables.ts";
import type { EditFix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule } from "../rule.ts";

export const cacheMountAptLibWhole = defineRule({
	id: "cache-mount-apt-lib-whole",
	title: "All of /var/lib/apt is on a cache mount",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "`/var/lib/apt` holds more than package lists: in `extended_states` apt notes which packages came along with others. On a mount that note is not part of the image, and the mount brings in the one of other builds. A later `apt-get autoremove` then removes too little, or what was asked for.",
	remedy: "Mount `/var/lib/apt/lists`: that is what the next build can use.",
	references: [
		"https://manpages.debian.org/bookworm/apt/apt-get.8.en.html#FILES",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
	],
	examples: [
		{
			caption: "What autoremove reads is not in the image",
			bad: "FROM debian:12\nRUN --mount=type=cache,target=«/var/lib/apt/»,sharing=locked apt-get update && apt-get install -y gcc\nRUN apt-get purge -y gcc && apt-get autoremove -y\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y gcc\nRUN apt-get purge -y gcc && apt-get autoremove -y\n",
		},
		{
			caption: "A hint where nothing is removed",
			bad: "FROM debian:12\nRUN --mount=type=cache,id=lib,dst=«/var/lib/apt» apt-get update && apt-get install -y gcc\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,id=lib-lists,dst=/var/lib/apt/lists apt-get update && apt-get install -y gcc\n",
		},
		{
			caption: "Every mount of the same cache, and no other",
			bad: "FROM debian:12 AS a\nRUN --mount=type=cache,id=lib,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,id=lib,target=«/var/lib/apt» apt-get install -y gcc\nFROM a\nRUN --mount=type=cache,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,target=«/var/lib/apt/» apt-get install -y g++\n",
			fixed:
				"FROM debian:12 AS a\nRUN --mount=type=cache,id=lib-lists,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,id=lib-lists,target=/var/lib/apt/lists apt-get install -y gcc\nFROM a\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y g++\n",
		},
		{
			caption: "No edit where another mount may be of the same cache",
			bad: "FROM debian:12\nARG LISTS\nRUN --mount=type=cache,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,id=/var/lib/apt,target=$LISTS apt-get install -y gcc\n",
		},
		{
			caption: "One text, one cache; mounts whose target or id cannot be the same do not matter",
			bad: "FROM golang\nRUN --mount=type=cache,target=$GOPATH/pkg go build\nFROM debian:12\nARG TARGETARCH LISTS\nRUN --mount=type=cache,id=other,target=$LISTS ls\nRUN --mount=type=cache,id=lib-$TARGETARCH,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,target=«/var/lib/apt»,id=lib-$TARGETARCH apt-get install -y gcc\n",
			fixed:
				"FROM golang\nRUN --mount=type=cache,target=$GOPATH/pkg go build\nFROM debian:12\nARG TARGETARCH LISTS\nRUN --mount=type=cache,id=other,target=$LISTS ls\nRUN --mount=type=cache,id=lib-$TARGETARCH-lists,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,target=/var/lib/apt/lists,id=lib-$TARGETARCH-lists apt-get install -y gcc\n",
		},
		{
			caption: "No edit where the variable of an id changes in between, or another mount has the new name",
			bad: "FROM debian:12\nARG B C\nARG A=$B\nRUN --mount=type=cache,id=l-$A,target=«/var/lib/apt» apt-get update\nARG A=$C\nRUN --mount=type=cache,id=l-$A,target=«/var/lib/apt» apt-get install -y gcc\nFROM debian:12\nRUN --mount=type=cache,id=a,target=«/var/lib/apt» apt-get update\nRUN --mount=type=cache,id=a-lists,target=/lists ls\n",
		},
		{
			caption: "The lists alone, or no cache",
			good: "FROM debian:12\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=tmpfs,target=/var/lib/apt apt-get update\n",
		},
	],
	check(file) {
		if (!file.text.includes(WHOLE)) return [];
		const mounts = file.stages.flatMap((stage) => runSteps(stage).flatMap(locatedMounts));
		return mounts
			.filter(({ path }) => path === WHOLE)
			.map((located) => ({
				span: located.target.valueSpan,
				message: "The cache mount on /var/lib/apt holds extended_states of apt, too",
				...(looksForUnused(located.step) ? {} : { severity: "hint" as const }),
				fixes: () => fixesOf(located, mounts),
			}));
	},
});

const WHOLE = "/var/lib/apt";
const LISTS = "/var/lib/apt/lists";

interface LocatedMount {
	readonly step: Step;
	readonly target: MountOption;
	/** Undefined where a variable or the base image decides. */
	readonly path: string | undefined;
	/** Without one, the target tells the caches apart. */
	readonly id: MountOption | undefined;
}

function locatedMounts(step: Step): readonly LocatedMount[] {
	return cacheMountsOf(step).flatMap((mount) => {
		const target = mountOption(mount, "target");
		return target === undefined ? [] : [{ step, target, path: mountTarget(step, mount), id: mountOption(mount, "id") }];
	});
}

/** The same repair for every mount of one cache: where one RUN fetches the lists and the next one installs, both have to look in the same place. */
function fixesOf(located: LocatedMount, mounts: readonly LocatedMount[]): readonly EditFix[] {
	const name = cacheName(located);
	const shared = mounts.filter((other) => cacheName(other).key === name.key);
	const others = mounts.filter((other) => !shared.includes(other));
	const newName = located.id === undefined ? LISTS : `${name.text}-lists`;
	const clashes = others.some((other) => {
		const otherName = cacheName(other);
		// A variable alone is no reason to expect the cache of apt elsewhere.
		if (!otherName.known && !(other.path ?? WHOLE).startsWith(WHOLE)) return false;
		return mayBeEqual(name.text, otherName.text) || (other.id !== undefined && mayBeEqual(newName, otherName.text));
	});
	const isUniform = shared.every(({ path, id }) => path === WHOLE && (id === undefined) === (located.id === undefined));
	if (clashes || !isUniform) return [];
	if (!shared.every(({ step, target, id }) => standsInPlace(step, target) && (id === undefined || standsInPlace(step, id)))) return [];
	return [
		{
			title: `Mount ${LISTS}${located.id === undefined ? "" : ` as the cache ${shortened(newName, 50)}`}`,
			safety: "review",
			edits: shared.flatMap(({ target, id }) => [
				replace(target.valueSpan, LISTS),
				// What the old cache holds lies one folder too deep.
				...(id === undefined ? [] : [insertAfter(id.valueSpan, "-lists")]),
			]),
		},
	];
}

/** What tells the cache of a mount from others. */
interface CacheName {
	/** Mounts with the same key are of one cache. */
	readonly key: string;
	/** As written where a variable that nobody knows is part of it. */
	readonly text: string;
	readonly known: boolean;
}

function cacheName({ step, path, target, id }: LocatedMount): CacheName {
	if (id === undefined && path !== undefined) return { key: path, text: path, known: true };
	const { value } = id ?? target;
	const expansion = id === undefined ? undefined : expandAt(step, value);
	if (expansion?.kind === "known" && expansion.unset.length === 0) return { key: expansion.value, text: expansion.value, known: true };
	const declarations = (value.match(/\w+/g) ?? []).map((name) => {
		const declared = declarationAt(step, name);
		// An argument without a default has the same value in every stage that declares it.
		const sets = declared !== undefined && (declared.kind === "ENV" || declared.assignment.value !== undefined);
		return sets ? declared.instruction.span.start : declared?.kind;
	});
	return { key: [value, ...declarations].join("\n"), text: id === undefined ? targetText(value) : value, known: false };
}

/** Whether two names can be the same, whatever their variables are: what stands around these decides. */
function mayBeEqual(one: string, other: string): boolean {
	const [first, second] = [literalEnds(one), literalEnds(other)];
	if (!first.whole && !second.whole)
		return (
			eitherWay(first.head, second.head, (long, short) => long.startsWith(short)) &&
			eitherWay(first.tail, second.tail, (long, short) => long.endsWith(short))
		);
	const [text, { head, tail, whole }] = first.whole ? [one, second] : [other, first];
	return whole ? one === other : text.startsWith(head) && text.endsWith(tail);
}

function eitherWay(one: string, other: string, holds: (long: string, short: string) => boolean): boolean {
	return holds(one, other) || holds(other, one);
}

/** What stands in front of the first variable of a text, and behind the last one. */
function literalEnds(text: string): { readonly head: string; readonly tail: string; readonly whole: boolean } {
	const start = text.indexOf("$");
	if (start === -1) return { head: text, tail: text, whole: true };
	const last = /\$\w*(?=[^$]*$)/.exec(text);
	const end = Math.max(text.lastIndexOf("}") + 1, (last?.index ?? start) + (last?.[0].length ?? 0));
	return { head: text.slice(0, start), tail: text.slice(end), whole: false };
}

/** A target that nobody knows in full, as a path. */
function targetText(target: string): string {
	if (/(?:^|\/)\.{1,2}(?:\/|$)|\/\//.test(target)) return "/$";
	const path = target.replace(/\/$/, "");
	if (path.startsWith("/")) return path;
	return path.startsWith("$") ? `/${path}` : `/$WORKDIR/${path}`;
}

function standsInPlace({ stage }: Step, { value, valueSpan }: MountOption): boolean {
	return stage.file.text.slice(valueSpan.start, valueSpan.end) === value;
}

function looksForUnused(step: Step): boolean {
	return removesAny(step) || removedBehind(step);
}

function removesAny(step: Step): boolean {
	return packageCallsOf(step).some(removesUnused);
}

const removedBehind = anyStepBehind(removesAny);
