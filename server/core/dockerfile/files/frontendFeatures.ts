import {
	FLAG_FEATURES,
	type FrontendFeature,
	GIT_CHECKSUM,
	GIT_SOURCE,
	HEREDOC,
	MODE_VARIABLE,
	SECRET_ENVIRONMENT,
	SYMBOLIC_MODE,
	TRIGGER_FROM,
} from "../../knowledge/frontendFeatures.ts";
import { ownValue } from "../../ownValue.ts";
import type { Span } from "../../text.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { mountOption, mountsOf } from "../model/mounts.ts";
import type { Flag } from "../syntax/flags.ts";
import { remoteSourcesOf } from "./remoteSources.ts";

/** A feature that not every frontend has, and where it is used. */
export interface FeatureUse {
	readonly feature: FrontendFeature;
	readonly span: Span;
}

/** In lower case: a file without any of these uses no such feature. `@`, `git` and `ssh://` are of the addresses of repositories. */
export const FEATURE_TRACES: readonly string[] = [
	...Object.values(FLAG_FEATURES).flatMap((flags) => Object.keys(flags).map((name) => `--${name}`)),
	...["--chmod", "onbuild", "<<", "@", "git", "ssh://"],
];

/** The features of later Dockerfile versions that a file uses, in order of appearance. */
export function featuresUsed(file: Dockerfile): readonly FeatureUse[] {
	const uses: FeatureUse[] = [];
	for (const stage of file.stages) {
		for (const outer of stage.steps) {
			const step = outer.trigger ?? outer;
			if (step.flags.length > 0 || step.heredocs.length > 0 || step.keyword === "ADD")
				uses.push(...ofStep(step, outer.trigger !== undefined));
		}
	}
	return uses;
}

function ofStep(step: Step, triggered: boolean): readonly FeatureUse[] {
	const uses: FeatureUse[] = [];
	for (const flag of step.flags) {
		const feature = ownValue(FLAG_FEATURES[step.keyword], flag.name);
		if (feature !== undefined) uses.push({ feature, span: flag.span });
		const mode = flag.name === "chmod" ? modeFeature(flag.value ?? "") : undefined;
		if (mode !== undefined) uses.push({ feature: mode, span: flag.span });
		if (flag.name === "from" && triggered && step.keyword === "COPY") uses.push({ feature: TRIGGER_FROM, span: flag.span });
	}
	for (const mount of mountsOf(step)) {
		if (mount.type === "secret" && mountOption(mount, "env") !== undefined)
			uses.push({ feature: SECRET_ENVIRONMENT, span: mount.flag.span });
	}
	for (const heredoc of step.heredocs) uses.push({ feature: HEREDOC, span: heredoc.wordSpan });
	const repository = remoteSourcesOf(step).find((source) => source.kind === "git");
	if (repository !== undefined) uses.push(gitUse(repository.span, step.flags));
	return uses;
}

function modeFeature(mode: string): FrontendFeature | undefined {
	if (mode.includes("$")) return MODE_VARIABLE;
	return /^[0-7]+$/.test(mode) || mode === "" ? undefined : SYMBOLIC_MODE;
}

function gitUse(span: Span, flags: readonly Flag[]): FeatureUse {
	const checksum = flags.find((flag) => flag.name === "checksum");
	return checksum === undefined ? { feature: GIT_SOURCE, span } : { feature: GIT_CHECKSUM, span: checksum.span };
}
